"""Who of the staff looked at a person's private fields, when and for what. Pure.

Goes to the hub alone. A look is an event like any other, so nobody can take it out again.
"""

from typing import ClassVar

import msgspec

from yizhan.errors import N_
from yizhan.events import Data, Draft, Event, Name
from yizhan.folding import SetAside

LOOKS_KEPT = 100
"""In the state; the journal has them all."""

SEEN, EXPORTED, VOUCHED = "seen", "exported", "vouched"


class Looked(Data, frozen=True):
    """A member of staff saw name, phone and address; `what` says on which page."""

    type: ClassVar[str] = "look.made"
    person: Name
    what: Name = SEEN


class Look(msgspec.Struct, frozen=True):
    """One look."""

    actor: str
    time: str
    source: str
    what: str


class Looks(msgspec.Struct, frozen=True):
    """All looks at one person's private fields, the newest last."""

    person: str
    looks: tuple[Look, ...] = ()
    count: int = 0


def fold(state: Looks | None, event: Event, data: Data) -> Looks | SetAside:
    """Every look counts."""
    if not isinstance(data, Looked) or (state is not None and state.person != data.person):
        return SetAside(N_("这条记录对不上"))
    before = state or Looks(data.person)
    one = Look(event.actor, event.time, event.source, data.what)
    return Looks(data.person, (*before.looks, one)[-LOOKS_KEPT:], before.count + 1)


def look(person: str, what: str = SEEN) -> Draft:
    """Write down that somebody looks."""
    return Draft(f"look/{person}", Looked(person, what))
