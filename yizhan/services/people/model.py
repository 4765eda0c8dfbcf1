"""Who a resident is, in three subjects of three audiences.

`person` goes only to the hub and the stations that the person uses; its name, phone and
address are sealed, so the fold never sees them. `card` is the network's index: enough to
greet somebody by surname at any station. `acquaintance` says that a person became known at
a station; it lets that station join the person's audience.
"""

from typing import ClassVar

import msgspec

from yizhan.errors import N_
from yizhan.events import Data, Event, Name, Whole
from yizhan.folding import SetAside


class Registered(Data, frozen=True):
    """A resident was written into the register; sealed: name, phone, address."""

    type: ClassVar[str] = "person.registered"
    called: Name
    home: Name
    born: Whole = 0
    flags: tuple[str, ...] = ()


class Person(msgspec.Struct, frozen=True):
    """A resident: how to greet, home station, birth year (0: unknown), care flags."""

    called: str
    home: str
    born: int = 0
    flags: tuple[str, ...] = ()
    sealed: dict[str, str] = {}


class Issued(Data, frozen=True):
    """A card was given to a person; the subject is the keyed hash of its number."""

    type: ClassVar[str] = "card.issued"
    person: Name
    called: Name
    home: Name


class Blocked(Data, frozen=True):
    """A card was lost or withdrawn and opens nothing any more."""

    type: ClassVar[str] = "card.blocked"


class Card(msgspec.Struct, frozen=True):
    """A card of the network's index."""

    person: str
    called: str
    home: str
    blocked: bool = False


class Met(Data, frozen=True):
    """A person used this station for the first time."""

    type: ClassVar[str] = "person.met"
    person: Name


class Acquaintance(msgspec.Struct, frozen=True):
    """A person and the station that knows them."""

    person: str
    station: str


def fold_person(state: Person | None, event: Event, data: Data) -> Person | SetAside:
    """A person is registered once; the sealed fields are carried, never opened."""
    if isinstance(data, Registered) and state is None:
        return Person(data.called, data.home, data.born, data.flags, event.sealed)
    return SetAside(N_("这位居民已经登记过了"))


def fold_card(state: Card | None, event: Event, data: Data) -> Card | SetAside:
    """A card belongs to one person for good; a blocked card stays blocked."""
    match data:
        case Issued(person, called, home) if state is None:
            return Card(person, called, home)
        case Blocked() if state is not None:
            return msgspec.structs.replace(state, blocked=True)
    return SetAside(N_("这张卡已经发给别人了"))


def fold_acquaintance(
    state: Acquaintance | None, event: Event, data: Data
) -> Acquaintance | SetAside:
    """Meeting twice changes nothing."""
    assert isinstance(data, Met)
    station = event.audience.partition(":")[2]
    return state or Acquaintance(data.person, station)
