"""Who a resident is: the record that few nodes hold, and every step that it can take.

`person` goes only to the hub and the stations that the person uses; name, phone, address, care
flags and the hash of the picture PIN are sealed, so the fold never sees them. What every station
must know of a person is in standing.py, the ways to say who one is in cards.py.
"""

from typing import ClassVar

import msgspec

from yizhan.errors import N_
from yizhan.events import Data, Event, Name, Whole
from yizhan.folding import SetAside, advance
from yizhan.services.people.acquaintance import Acquaintance as Acquaintance
from yizhan.services.people.acquaintance import Met as Met
from yizhan.services.people.acquaintance import fold_acquaintance as fold_acquaintance
from yizhan.services.people.cards import Blocked as Blocked
from yizhan.services.people.cards import Card as Card
from yizhan.services.people.cards import Issued as Issued
from yizhan.services.people.cards import fold_card as fold_card

PROVISIONAL, VERIFIED = "provisional", "verified"
MOVED, DECEASED, MERGED, ERASED = "moved_away", "deceased", "merged", "erased"
STATUSES = (PROVISIONAL, VERIFIED, MOVED, DECEASED, MERGED, ERASED)

STOPPED = (MOVED, DECEASED, ERASED)
"""Where cards open nothing, no order begins and nothing is spent."""


class Registered(Data, frozen=True):
    """A resident was written into the register; sealed: name, phone, address, flags.

    `station`, `serial` and `number` are where and as what. `provisional`: a station
    wrote it, nobody has compared it with a document yet. `flags` in clear are of older records.
    """

    type: ClassVar[str] = "person.registered"
    called: Name
    home: Name
    born: Whole = 0
    flags: tuple[str, ...] = ()
    number: Name = ""
    serial: Whole = 0
    station: Name = ""
    gender: Name = ""
    dialect: Name = ""
    text: Name = ""
    hearing: Name = ""
    provisional: bool = False


class Verified(Data, frozen=True):
    """Staff compared the record with a document or knows her; `how` says which."""

    type: ClassVar[str] = "person.verified"
    how: Name = ""


class Corrected(Data, frozen=True):
    """Something of the record is otherwise now; what is empty (born: -1) stays as it was."""

    type: ClassVar[str] = "person.corrected"
    called: Name = ""
    home: Name = ""
    born: Whole = -1
    gender: Name = ""
    dialect: Name = ""
    text: Name = ""
    hearing: Name = ""


class MovedAway(Data, frozen=True):
    """She lives in this network no more."""

    type: ClassVar[str] = "person.moved_away"
    day: Name = ""


class Died(Data, frozen=True):
    """She has died; everything in her name stops."""

    type: ClassVar[str] = "person.died"
    day: Name = ""


class Returned(Data, frozen=True):
    """It was a mistake, or she came back: as before."""

    type: ClassVar[str] = "person.returned"
    why: str = ""


class Merged(Data, frozen=True):
    """This record and another are of one person; the other one is gone on with."""

    type: ClassVar[str] = "person.merged"
    into: Name


class Parted(Data, frozen=True):
    """They were two people after all; this record stands for itself again."""

    type: ClassVar[str] = "person.parted"
    why: str = ""


class KeptApart(Data, frozen=True):
    """Somebody looked: this record and another only look alike."""

    type: ClassVar[str] = "person.kept_apart"
    other: Name


class PinSet(Data, frozen=True):
    """Three pictures were chosen; sealed: pin, their hash."""

    type: ClassVar[str] = "person.pin_set"


class PinCleared(Data, frozen=True):
    """No pictures any more: she forgot them, or does not want them."""

    type: ClassVar[str] = "person.pin_cleared"


class Erased(Data, frozen=True):
    """At her own or her family's wish: her key is destroyed at every node that learns of this."""

    type: ClassVar[str] = "person.erased"
    why: str = ""


class Person(msgspec.Struct, frozen=True):
    """A resident. `joined` is the home at registration: that station keeps her record."""

    called: str
    home: str
    born: int = 0
    number: str = ""
    serial: int = 0
    station: str = ""
    gender: str = ""
    dialect: str = ""
    text: str = ""
    hearing: str = ""
    joined: str = ""
    status: str = VERIFIED
    was: str = ""
    """The status to go back to from moved_away, deceased or merged."""
    into: str = ""
    apart: tuple[str, ...] = ()
    since: str = ""
    sealed: dict[str, str] = {}


TYPES = (
    Registered,
    Verified,
    Corrected,
    MovedAway,
    Died,
    Returned,
    Merged,
    Parted,
    KeptApart,
    PinSet,
    PinCleared,
    Erased,
)

_LIVING = {
    "person.corrected": "",
    "person.kept_apart": "",
    "person.pin_set": "",
    "person.pin_cleared": "",
    "person.moved_away": MOVED,
    "person.died": DECEASED,
    "person.merged": MERGED,
    "person.erased": ERASED,
}
"""Empty: the status stays."""

LEGAL = {
    None: {"person.registered": VERIFIED},
    PROVISIONAL: {**_LIVING, "person.verified": VERIFIED},
    VERIFIED: _LIVING,
    MOVED: {
        "person.corrected": "",
        "person.kept_apart": "",
        "person.died": DECEASED,
        "person.returned": VERIFIED,
        "person.merged": MERGED,
        "person.erased": ERASED,
    },
    DECEASED: {
        "person.corrected": "",
        "person.kept_apart": "",
        "person.returned": VERIFIED,
        "person.merged": MERGED,
        "person.erased": ERASED,
    },
    MERGED: {"person.parted": VERIFIED, "person.erased": ERASED},
    ERASED: {},
}
"""Where returned and parted lead is where she came from (`Person.was`)."""

WORDS = {
    None: N_("登记册里没有这位居民"),
    PROVISIONAL: N_("这位居民已经登记过了，还没有核实"),
    VERIFIED: N_("这位居民已经登记过了"),
    MOVED: N_("这位居民已经搬走了"),
    DECEASED: N_("这位居民已经记为去世，一切都停了"),
    MERGED: N_("这份登记已经并入另一份，请到那一份上办"),
    ERASED: N_("这份登记已经按本人的意思删除了"),
}

NOT_HERSELF = N_("不能和自己合并")


def fold_person(state: Person | None, event: Event, data: Data) -> Person | SetAside:
    """The record after one more step; the sealed fields are carried, never opened."""
    status = advance(LEGAL, state.status if state else None, event, WORDS)
    if isinstance(status, SetAside):
        return status
    if isinstance(data, Registered):
        return _registered(event, data, status)
    assert state is not None
    if isinstance(data, Merged) and event.subject == f"person/{data.into}":
        return SetAside(NOT_HERSELF)
    return msgspec.structs.replace(state, **_changes(state, event, data, status))


def _registered(event: Event, data: Registered, status: str) -> Person:
    return Person(
        called=data.called,
        home=data.home,
        born=data.born,
        number=data.number,
        serial=data.serial,
        station=data.station,
        gender=data.gender,
        dialect=data.dialect,
        text=data.text,
        hearing=data.hearing,
        joined=data.home,
        status=PROVISIONAL if data.provisional else status,
        since=event.time,
        sealed=event.sealed,
    )


def _changes(state: Person, event: Event, data: Data, status: str) -> dict[str, object]:
    """What a legal step changes."""
    match data:
        case Corrected():
            named = ("called", "home", "gender", "dialect", "text", "hearing")
            found = {name: getattr(data, name) for name in named if getattr(data, name)}
            born = {"born": data.born} if data.born >= 0 else {}
            return {**found, **born, "sealed": {**state.sealed, **event.sealed}}
        case PinSet():
            return {"sealed": {**state.sealed, **event.sealed}}
        case PinCleared():
            return {"sealed": {name: box for name, box in state.sealed.items() if name != "pin"}}
        case KeptApart(other):
            return {"apart": tuple(sorted({*state.apart, other}))}
        case Erased():
            kept = Person("", state.home, joined=state.joined, status=status, since=event.time)
            return msgspec.structs.asdict(kept)
        case Merged(into):
            return {"status": status, "was": state.status, "into": into, "since": event.time}
        case Returned():
            return {"status": state.was or status, "was": "", "since": event.time}
        case Parted():
            apart = tuple(sorted({*state.apart, state.into}))
            back = state.was or status
            return {"status": back, "was": "", "into": "", "apart": apart, "since": event.time}
        case MovedAway() | Died():
            return {"status": status, "was": _living(state), "since": event.time}
    return {"status": status, "since": event.time}


def _living(state: Person) -> str:
    """What she was before anything stopped."""
    return state.status if state.status in (PROVISIONAL, VERIFIED) else state.was
