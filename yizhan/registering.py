"""Registering a resident, giving her cards and numbers: what is of several audiences, together.

The one door for the desk (offline too), the touchscreen and the hub. Each function records all it
says or nothing, in one durable transaction; the same form again records nothing. Knows the
node and the commands of people; knows no page. After it, the caller wakes the road
(`here.recorded` at a station).
"""

from collections.abc import Sequence

import msgspec

from yizhan import events
from yizhan.errors import N_, Refusal
from yizhan.events import Draft
from yizhan.record import Node
from yizhan.services.people import cards, commands, finding, numbers, proxies
from yizhan.services.people import projection as people
from yizhan.services.people.model import PROVISIONAL, Person

TEXT_MAX = 100
CALLED_MAX = 12


class NewPerson(msgspec.Struct, frozen=True):
    """What is asked at a registration. `called` is surname and honorific; `home` a station."""

    called: str
    home: str
    name: str = ""
    phone: str = ""
    address: str = ""
    born: int = 0
    gender: str = ""
    dialect: str = ""
    text: str = ""
    hearing: str = ""
    flags: tuple[str, ...] = ()
    idcard: str = ""
    card: str = ""


class Registration(msgspec.Struct, frozen=True):
    """Who was registered: her id and number; whether this form had done it before.

    `alike`: records here that have the same phone or ID card number, for staff to look at.
    """

    person: str
    number: str
    repeated: bool
    alike: tuple[str, ...] = ()


def register(node: Node, form: str, actor: str, new: NewPerson, short: str) -> Registration:
    """Write a person into the register, with her card and numbers. Works offline.

    `short` is the station's short name, for her number. At a station she is provisional until
    somebody compares the record with a document (`commands.verify`); her key is made here.
    Raises Refusal where something cannot be: then nothing was recorded.
    """
    _check(new)
    person = node.keys.hash("person", f"{node.source}/{form}")
    phone, idcard = _handles(node, new)
    alike = {one for hashed, _, _ in (phone, idcard) for one in finding.by_handle(node.db, hashed)}

    def decide() -> Draft:
        serial = people.next_serial(node.db, node.source)
        private = {"name": new.name.strip(), "phone": new.phone.strip(), "address": new.address}
        return commands.register(
            person,
            new.called.strip(),
            new.home,
            {name: value for name, value in private.items() if value},
            born=new.born,
            flags=new.flags,
            number=commands.number_of(short, serial),
            serial=serial,
            station=node.source,
            gender=new.gender,
            dialect=new.dialect,
            text=new.text,
            hearing=new.hearing,
            provisional=not node.is_hub,
        )

    with node.writing():
        outcome = node.record(form, actor, decide, asked=new)
        if not outcome.repeated:
            _belongings(node, form, actor, person, new, (phone, idcard))
        state: Person = node.state("person", person, f"person/{person}")
    alike -= {person}
    return Registration(person, state.number, outcome.repeated, tuple(sorted(alike)))


Numbered = tuple[str, str, str]
"""A phone or ID card number: its hash (empty for none), which of the two, its last digits."""


def _check(new: NewPerson) -> None:
    if not 1 <= len(new.called.strip()) <= CALLED_MAX:
        raise Refusal(N_("请写怎么称呼：姓和称呼，比如“王阿姨”"))
    if any(len(text) > TEXT_MAX for text in (new.name, new.phone, new.address)):
        raise Refusal(N_("写的内容太长了，请写短一些"))
    if new.born and not commands.BORN_MIN <= new.born < commands.BORN_MIN + 300:
        raise Refusal(N_("出生年份是四位数字，不知道就空着"))


def _handles(node: Node, new: NewPerson) -> tuple[Numbered, Numbered]:
    found = []
    for way, text in ((cards.PHONE, new.phone), (cards.IDCARD, new.idcard)):
        hashed = numbers.handle_hash(node.keys, way, text) if text.strip() else ""
        if text.strip() and not hashed:
            wrong = commands.add_handle("", "", "", way, "")
            assert isinstance(wrong, Refusal)
            raise wrong
        found.append((hashed, way, numbers.tail(text.strip().upper())))
    return found[0], found[1]


def _belongings(
    node: Node, form: str, actor: str, person: str, new: NewPerson, given: Sequence[Numbered]
) -> None:
    called = new.called.strip()
    for hashed, way, tail in given:
        if hashed:
            draft = commands.add_handle(hashed, person, called, way, tail)
            node.record(_part(form, way), actor, lambda draft=draft: draft)  # type: ignore[misc]
    if new.card:
        give_card(node, _part(form, "card"), actor, person, new.card)
    if not node.is_hub:
        meet(node, _part(form, "met"), actor, person)


def give_card(node: Node, form: str, actor: str, person: str, number: str) -> None:
    """Give a card (or a slip of ours, by its code) to a person; a known one is refused."""
    way = cards.SLIP if number.startswith("YZ1.") else cards.CARD
    hashed = numbers.card_hash(node.keys, number)
    called, record = people.called(node.db, person), people.home(node.db, person)
    home = record.home if record else node.source
    tail = "" if way == cards.SLIP else numbers.tail(number)
    known = node.state("card", "", f"card/{hashed}")
    draft = commands.issue(hashed, person, called, home, way=way, tail=tail)
    node.record(form, actor, lambda: commands.give_card(known, draft), asked=number)


def replace_card(
    node: Node, form: str, actor: str, person: str, number: str, lost: Sequence[str]
) -> None:
    """A new card in place of lost ones (by their hashes), which stay blocked in her history."""
    with node.writing():
        give_card(node, form, actor, person, number)
        for hashed in lost:
            block(node, _part(form, hashed), actor, hashed, cards.REPLACED)


def block(node: Node, form: str, actor: str, hashed: str, why: str = cards.LOST) -> None:
    """Report a card lost: it opens nothing here from now on, and nowhere after the exchange."""

    def decide() -> Draft | Refusal:
        known = node.state("card", "", f"card/{hashed}")
        return commands.block(hashed, why) if known else Refusal(cards.NO_SUCH_CARD)

    node.record(form, actor, decide, asked=hashed)


def add_handle(node: Node, form: str, actor: str, person: str, way: str, number: str) -> None:
    """She goes by this phone or ID card number from now on too."""
    hashed = numbers.handle_hash(node.keys, way, number)
    tail = numbers.tail(number.strip().upper())
    called = people.called(node.db, person)
    node.record(
        form,
        actor,
        lambda: commands.add_handle(hashed, person, called, way, tail),
        asked=[person, hashed],
    )


def meet(node: Node, form: str, actor: str, person: str) -> None:
    """She is known at this station from now on: her record comes with the next exchange."""
    if not people.known_at(node.db, node.source, person):
        node.record(form, actor, lambda: commands.meet(person, node.source))


def grant_proxy(node: Node, form: str, actor: str, granted: proxies.Granted) -> None:
    """Somebody may act for somebody, known to this station at once and to others with the road."""
    today = node.clock.today()
    draft = proxies.grant(_part(form, "proxy"), granted, today)
    with node.writing():
        node.record(form, actor, lambda: draft, asked=granted)
        if not node.is_hub:
            meet(node, _part(form, "met"), actor, granted.principal)


def end_proxy(node: Node, form: str, actor: str, proxy: str, owner: str) -> None:
    """End it for one of the two (`owner`): the hub ends it for the other."""
    state = node.state("proxy", owner, f"proxy/{proxy}")
    node.record(form, actor, lambda: proxies.end(state, proxy, owner), asked=[proxy, owner])


def is_provisional(state: Person | None) -> bool:
    """Whether somebody still has to compare this record with a document."""
    return state is not None and state.status == PROVISIONAL


def _part(form: str, what: str) -> str:
    """The id of one more record of the same form."""
    return events.digest(b"registering", f"{form}/{what}".encode()).hex()[:32]
