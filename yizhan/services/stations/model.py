"""A station's place in the network: code, name, public key. Known to the hub alone."""

from typing import ClassVar

import msgspec

from yizhan.errors import N_
from yizhan.events import Data, Event, Name
from yizhan.folding import SetAside


class Added(Data, frozen=True):
    """A station may enrol with a one-time code whose hash this is."""

    type: ClassVar[str] = "station.added"
    code: Name
    name: Name
    secret_hash: Name


class Enrolled(Data, frozen=True):
    """A machine showed the code and gave its public key; the code is used up."""

    type: ClassVar[str] = "station.enrolled"
    public_key: Name


class Rotated(Data, frozen=True):
    """The station has a new key pair; the old key, which announced it, opens nothing more."""

    type: ClassVar[str] = "station.rotated"
    public_key: Name


class Revoked(Data, frozen=True):
    """The station's key opens nothing any more."""

    type: ClassVar[str] = "station.revoked"


class Suspected(Data, frozen=True):
    """Two machines may be using this identity: what it holds in escrow is frozen."""

    type: ClassVar[str] = "station.suspected"
    cause: str


class Cleared(Data, frozen=True):
    """A person has looked: it is one machine, its escrow moves again."""

    type: ClassVar[str] = "station.cleared"


class Rescued(Data, frozen=True):
    """A person allowed what a dead machine's stick held: so many records that were new."""

    type: ClassVar[str] = "station.rescued"
    records: int


TYPES = (Added, Enrolled, Rotated, Revoked, Suspected, Cleared, Rescued)


class Station(msgspec.Struct, frozen=True):
    """A station; keys and hashes are hex. `suspected` is why it is frozen, else empty."""

    code: str
    name: str
    secret_hash: str
    public_key: str = ""
    revoked: bool = False
    suspected: str = ""


def fold(state: Station | None, event: Event, data: Data) -> Station | SetAside:
    """A new code may be given at any time; only a code that is open enrols."""
    match data:
        case Added(code, name, secret_hash):
            key = state.public_key if state else ""
            suspected = state.suspected if state else ""
            return Station(code, name, secret_hash, key, False, suspected)
        case Enrolled(public_key) if state is not None and state.secret_hash:
            return msgspec.structs.replace(
                state, public_key=public_key, secret_hash="", suspected=""
            )
        case Rotated(public_key) if state is not None and state.public_key:
            return msgspec.structs.replace(state, public_key=public_key)
        case Revoked() if state is not None:
            return msgspec.structs.replace(state, revoked=True)
        case Suspected(cause) if state is not None:
            return msgspec.structs.replace(state, suspected=cause)
        case Cleared() if state is not None:
            return msgspec.structs.replace(state, suspected="")
        case Rescued() if state is not None:
            return state
    return SetAside(N_("这个站点的入网码已经用过了"))
