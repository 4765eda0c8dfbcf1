"""A listing: one row of a register, as last published by the hub.

Knows nothing of what the registers are about; their fields are checked by the pack's reader.
"""

from typing import Any, ClassVar

import msgspec

from yizhan.errors import N_
from yizhan.events import Data, Event, Name, Whole
from yizhan.folding import SetAside


class Published(Data, frozen=True):
    """A row of a register was written or written anew; `fields` are the whole row."""

    type: ClassVar[str] = "listing.published"
    kind: Name
    code: Name
    fields: dict[str, Any]
    rank: Whole = 0


class Removed(Data, frozen=True):
    """A row of a register is no longer offered; what it was stays in the journal."""

    type: ClassVar[str] = "listing.removed"


class Listing(msgspec.Struct, frozen=True):
    """One row of a register; `rank` is its place in the pack's order."""

    kind: str
    code: str
    fields: dict[str, Any]
    rank: int = 0
    listed: bool = True


def fold(state: Listing | None, event: Event, data: Data) -> Listing | SetAside:
    """The row as last written; removing what was never listed is set aside."""
    match data:
        case Published(kind, code, fields, rank):
            return Listing(kind, code, fields, rank)
        case Removed() if state is not None:
            return msgspec.structs.replace(state, listed=False)
    return SetAside(N_("登记册里没有这一条"))
