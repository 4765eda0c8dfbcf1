"""What every station must know of a person, also one that does not hold her record. Pure.

That she has died, moved away or is gone from the register stops her cards everywhere; that one
record was merged into another leads there. Written by the hub alone, in answer to a step of the
person's own record; of somebody with whom nothing is the matter there is none.
"""

from typing import ClassVar

import msgspec

from yizhan.errors import N_
from yizhan.events import Data, Event, Name
from yizhan.folding import SetAside

ERASED = "erased"


class Told(Data, frozen=True):
    """This is how a person stands now; `into` names the record that is gone on with."""

    type: ClassVar[str] = "standing.told"
    status: Name
    into: Name = ""
    called: Name = ""
    home: Name = ""


class Standing(msgspec.Struct, frozen=True):
    """How a person stands, as the index of every station has it."""

    status: str
    into: str = ""
    called: str = ""
    home: str = ""


def fold(state: Standing | None, event: Event, data: Data) -> Standing | SetAside:
    """The last word counts, but what was erased stays so."""
    assert isinstance(data, Told)
    if state is not None and state.status == ERASED and data.status != ERASED:
        return SetAside(N_("这份登记已经按本人的意思删除了"))
    return Standing(data.status, data.into, data.called, data.home)
