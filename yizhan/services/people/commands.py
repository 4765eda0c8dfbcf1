"""What can be done with a resident's record, her cards and numbers. Pure.

Each command returns a Draft (or a Refusal), to be recorded with `node.record(form, actor, ...)`.
A batch has one audience, and these are of several, so what a registration needs is recorded
together by `yizhan.registering.register()`: the one door for desk and hub. There are:

    person   register verify correct move_away die bring_back merge part keep_apart
             set_pin clear_pin erase                  (each takes the state of person/<id>)
    cards    give_card(known, issue(...)) block       (card/<hash>: RFID, slip of ours)
    numbers  add_handle withdraw_handle               (handle/<hash>/<person>: phone, ID card)
    others   meet here; proxies.grant/end; consents.give/withdraw; looks.look

The state of a person is `node.state("person", id, f"person/{id}")`; who a number belongs to,
what is merged and who is stopped is asked of `projection.py`.
"""

import datetime
from collections.abc import Mapping

from yizhan.errors import N_, Refusal
from yizhan.events import Data, Draft
from yizhan.services.people import cards
from yizhan.services.people.model import (
    LEGAL,
    NOT_HERSELF,
    WORDS,
    Blocked,
    Card,
    Corrected,
    Died,
    Erased,
    Issued,
    KeptApart,
    Merged,
    Met,
    MovedAway,
    Parted,
    Person,
    PinCleared,
    PinSet,
    Registered,
    Returned,
    Verified,
)

TEXT_MAX = 200
PRIVATE = ("name", "phone", "address")
BORN_MIN = 1900
RESIDENT = N_("居")
"""Between a station's short name and its serial, so that it is no order's number."""


def register(
    person: str,
    called: str,
    home: str,
    private: Mapping[str, str],
    *,
    born: int = 0,
    flags: tuple[str, ...] = (),
    **more: object,
) -> Draft:
    """Write a resident into the register; `private` (name, phone, address) and flags are sealed.

    The key of a fresh person is made where this is recorded. `more` are fields of Registered.
    """
    data = Registered(called, home, born, **more)  # type: ignore[arg-type]
    sealed = {**private, "flags": " ".join(flags)} if flags else dict(private)
    return Draft(f"person/{person}", data, person, sealed, person, makes_key=True)


def number_of(short: str, serial: int) -> str:
    """The number that a station gives a person: its short name and a serial of its own."""
    return f"{short}-{RESIDENT}{serial:04d}"


def verify(state: Person | None, person: str, how: str = "") -> Draft | Refusal:
    """Somebody compared the record with a document, or knows her."""
    return _step(state, person, Verified(how))


def correct(
    state: Person | None, person: str, changes: Mapping[str, str], private: Mapping[str, str]
) -> Draft | Refusal:
    """Change the record: `changes` are fields of Corrected as text, `private` what is sealed."""
    born = changes.get("born", "").strip()
    if born and (len(born) != 4 or not born.isascii() or not born.isdigit()):
        return Refusal(N_("出生年份是四位数字，不知道就空着"))
    fields: dict[str, object] = {
        name: changes[name].strip()[:TEXT_MAX]
        for name in ("called", "home", "gender", "dialect", "text", "hearing")
        if name in changes
    }
    data = Corrected(**fields, born=int(born) if born else -1)  # type: ignore[arg-type]
    sealed = {name: value.strip()[:TEXT_MAX] for name, value in private.items()}
    if data == Corrected() and not sealed:
        return Refusal(N_("没有要改的地方"))
    return _step(state, person, data, sealed)


def move_away(state: Person | None, person: str, day: str = "") -> Draft | Refusal:
    """She lives here no more; `day` is an ISO date, empty where nobody knows."""
    return _on_day(day) or _step(state, person, MovedAway(day))


def die(state: Person | None, person: str, day: str = "") -> Draft | Refusal:
    """She has died: cards, orders, points and calls stop."""
    return _on_day(day) or _step(state, person, Died(day))


def bring_back(state: Person | None, person: str, why: str) -> Draft | Refusal:
    """It was a mistake, or she moved back; a reason is owed."""
    if not why.strip():
        return Refusal(N_("请写明为什么改回来"))
    return _step(state, person, Returned(why.strip()[:TEXT_MAX]))


def merge(state: Person | None, person: str, into: str, other: Person | None) -> Draft | Refusal:
    """This record is the same person as `into`, which is gone on with."""
    if person == into:
        return Refusal(NOT_HERSELF)
    if other is None or "person.merged" not in LEGAL.get(other.status, {}):
        return Refusal(WORDS[other.status if other else None])
    return _step(state, person, Merged(into))


def part(state: Person | None, person: str, why: str) -> Draft | Refusal:
    """They were two people after all; a reason is owed."""
    if not why.strip():
        return Refusal(N_("请写明为什么分开"))
    return _step(state, person, Parted(why.strip()[:TEXT_MAX]))


def keep_apart(state: Person | None, person: str, other: str) -> Draft | Refusal:
    """Somebody looked: they only look alike."""
    return _step(state, person, KeptApart(other))


def set_pin(state: Person | None, person: str, hashed: str) -> Draft | Refusal:
    """Three pictures were chosen; `hashed` is what passwords.hashed() keeps of them."""
    return _step(state, person, PinSet(), {"pin": hashed})


def clear_pin(state: Person | None, person: str) -> Draft | Refusal:
    """No pictures any more."""
    if state is not None and "pin" not in state.sealed:
        return Refusal(N_("没有设过图案密码"))
    return _step(state, person, PinCleared())


def erase(state: Person | None, person: str, why: str) -> Draft | Refusal:
    """Destroy her key everywhere; there is no way back. A reason is owed."""
    if not why.strip():
        return Refusal(N_("请写明是谁要求删除的"))
    return _step(state, person, Erased(why.strip()[:TEXT_MAX]))


def _step(
    state: Person | None, person: str, data: Data, sealed: Mapping[str, str] | None = None
) -> Draft | Refusal:
    status = state.status if state else None
    if data.type not in LEGAL.get(status, {}) or state is None:
        return Refusal(WORDS[status])
    return Draft(f"person/{person}", data, owner=person, sealed=dict(sealed or {}), seal=person)


def _on_day(day: str) -> Refusal | None:
    try:
        if day:
            datetime.date.fromisoformat(day)
    except ValueError:
        return Refusal(N_("请选一个日期"))
    return None


def issue(
    card_hash: str, person: str, called: str, home: str, *, way: str = cards.CARD, tail: str = ""
) -> Draft:
    """Give a card to a person."""
    return Draft(f"card/{card_hash}", Issued(person, called, home, way, tail))


def give_card(known: Card | None, draft: Draft) -> Draft | Refusal:
    """The draft of `issue`, unless the index knows this card already (`known`)."""
    assert isinstance(draft.data, Issued)
    if draft.subject == "card/":
        return Refusal(N_("读不出这张卡，请再放一次"))
    if known is None:
        return draft
    same = known.person == draft.data.person and not known.blocked
    return Refusal(cards.ALREADY_HERS if same else cards.GIVEN_TO_OTHERS)


def block(card_hash: str, why: str = cards.LOST) -> Draft:
    """Block a lost card everywhere."""
    return Draft(f"card/{card_hash}", Blocked(why))


def add_handle(hashed: str, person: str, called: str, way: str, tail: str) -> Draft | Refusal:
    """A person goes by this phone or ID card number."""
    if not hashed:
        wrong = {cards.PHONE: N_("电话号码不对，请再看一下"), cards.IDCARD: N_("身份证号码不对")}
        return Refusal(wrong[way])
    return Draft(f"handle/{hashed}/{person}", cards.HandleAdded(person, called, way, tail))


def withdraw_handle(hashed: str, person: str) -> Draft:
    """She goes by this number no more."""
    return Draft(f"handle/{hashed}/{person}", cards.HandleWithdrawn())


def meet(person: str, station: str) -> Draft:
    """A person became known at a station."""
    return Draft(f"acquaintance/{person}", Met(person), owner=station)
