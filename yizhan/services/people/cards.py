"""The network's index of ways to say who one is: known at every station, offline too. Pure.

`card` is a thing that one person has: an RFID card, or a slip with a code of ours (QR). `handle`
is a number that is hers and maybe also somebody else's: a telephone that a couple shares, the
number of a resident ID card that two stations wrote down for two records of one person. Both are
named by the keyed hash of the number; of the number itself only its last four digits are kept.
"""

from typing import ClassVar

import msgspec

from yizhan.errors import N_
from yizhan.events import Data, Event, Name
from yizhan.folding import SetAside

CARD, SLIP = "card", "slip"
PHONE, IDCARD = "phone", "idcard"

LOST, REPLACED, WITHDRAWN = "lost", "replaced", "withdrawn"
"""Why a card opens nothing any more."""

GIVEN_TO_OTHERS = N_("这张卡已经发给别人了")
ALREADY_HERS = N_("这张卡已经是这位居民的了")
NO_SUCH_CARD = N_("没有登记过这张卡")
ERASED = N_("这份登记已经按本人的意思删除了")


class Issued(Data, frozen=True):
    """A card was given to a person; the subject is the keyed hash of its number."""

    type: ClassVar[str] = "card.issued"
    person: Name
    called: Name
    home: Name
    way: Name = CARD
    tail: Name = ""


class Blocked(Data, frozen=True):
    """A card was lost, replaced or withdrawn and opens nothing any more."""

    type: ClassVar[str] = "card.blocked"
    why: Name = LOST


class CardBlanked(Data, frozen=True):
    """Its holder's record was erased: the index forgets how she was called."""

    type: ClassVar[str] = "card.blanked"


class Card(msgspec.Struct, frozen=True):
    """A card of the network's index.

    `claims` are others to whom a station gave the same card while offline: a person looks.
    """

    person: str
    called: str
    home: str
    blocked: bool = False
    way: str = CARD
    tail: str = ""
    why: str = ""
    since: str = ""
    claims: tuple[str, ...] = ()


def fold_card(state: Card | None, event: Event, data: Data) -> Card | SetAside:
    """A card belongs to one person for good; a blocked card stays blocked."""
    match data:
        case Issued(person, called, home, way, tail) if state is None:
            return Card(person, called, home, way=way, tail=tail, since=event.time)
        case Issued(person) if state is not None and not state.blocked:
            return _claimed(state, event, person)
        case Blocked(why) if state is not None and state.blocked:
            return state
        case Blocked(why) if state is not None:
            return msgspec.structs.replace(state, blocked=True, why=why, since=event.time)
        case CardBlanked() if state is not None:
            return msgspec.structs.replace(state, called="", tail="", blocked=True, why=WITHDRAWN)
    return SetAside(GIVEN_TO_OTHERS if state else NO_SUCH_CARD)


def _claimed(state: Card, event: Event, person: str) -> Card | SetAside:
    """Two stations gave one card away, each while offline: the first stands, both are told of."""
    if person == state.person or person in state.claims:
        return SetAside(ALREADY_HERS)
    return msgspec.structs.replace(state, claims=(*state.claims, person))


class HandleAdded(Data, frozen=True):
    """A person goes by this number too."""

    type: ClassVar[str] = "handle.added"
    person: Name
    called: Name
    way: Name
    tail: Name = ""


class HandleWithdrawn(Data, frozen=True):
    """She goes by this number no more."""

    type: ClassVar[str] = "handle.withdrawn"


class HandleBlanked(Data, frozen=True):
    """Its holder's record was erased."""

    type: ClassVar[str] = "handle.blanked"


class Handle(msgspec.Struct, frozen=True):
    """A number by which a person is found."""

    person: str
    called: str
    way: str
    tail: str = ""
    valid: bool = True
    since: str = ""
    blanked: bool = False


def fold_handle(state: Handle | None, event: Event, data: Data) -> Handle | SetAside:
    """A number may be given up and taken again; once blanked it stays so."""
    if state is not None and state.blanked:
        return SetAside(ERASED)
    match data:
        case HandleAdded(person, called, way, tail) if state is None or not state.valid:
            return Handle(person, called, way, tail, since=event.time)
        case HandleWithdrawn() if state is not None and state.valid:
            return msgspec.structs.replace(state, valid=False, since=event.time)
        case HandleBlanked() if state is not None:
            return msgspec.structs.replace(state, called="", tail="", valid=False, blanked=True)
    return SetAside(N_("这个号码已经记着了") if state and state.valid else N_("没有登记过这个号码"))
