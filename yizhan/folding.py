"""How a subject's events become its state: pure, so every node gets the same.

Knows runs of events and states; knows no table, no clock and no chance. A step that is not
legal never raises: it is set aside, with a reason that a person can read. Events of one batch
are applied together or set aside together.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from yizhan.events import Event

State = Any
"""A msgspec.Struct of the mechanism, or None before the subject's first event."""

Key = tuple[str, str]
"""(audience, subject): what one state belongs to."""

Legal = Mapping[str | None, Mapping[str, str]]
"""For each status (None: not begun), the types that may follow and the status they lead to."""


class SetAside(msgspec.Struct, frozen=True):
    """An event that was kept but did nothing, and why (a Chinese gettext msgid)."""

    reason: str


Fold = Callable[[State, Event, Any], State | SetAside]


def advance(legal: Legal, status: str | None, event: Event, words: Mapping[str | None, str]) -> (
    str | SetAside
):
    """The status after this event by the table of legal steps, or why there is none.

    `words` tells for each status why nothing further can be done from there.
    """
    following = legal.get(status, {}).get(event.type)
    if following is None:
        return SetAside(words.get(status, "这一步现在不能做"))
    return following


class Folder:
    """Folds runs of events over states that it is given, and remembers what it touched.

    `fold_of(event)` gives the fold and the decoded data, or a SetAside for an event that
    this node cannot read (an unknown type, data of another shape, a foreign audience).
    """

    def __init__(
        self,
        states: dict[Key, State],
        fold_of: Callable[[Event], tuple[Fold, Any] | SetAside],
    ) -> None:
        self.states = states
        self._fold_of = fold_of

    def run(self, events: Sequence[Event]) -> SetAside | None:
        """Apply the events of one batch (or one lone event): all of them, or none."""
        changed: dict[Key, State] = {}
        for event in events:
            key = (event.audience, event.subject)
            state = changed.get(key, self.states.get(key))
            found = self._fold_of(event)
            if isinstance(found, SetAside):
                return found
            fold, data = found
            folded = fold(state, event, data)
            if isinstance(folded, SetAside):
                return folded
            changed[key] = folded
        if events and len(events) != max(1, events[0].batch_size):
            return SetAside("这批记录不完整")
        self.states.update(changed)
        return None


def batches(events: Sequence[Event]) -> list[list[int]]:
    """The indices of `events` grouped into runs that stand or fall together."""
    runs: list[list[int]] = []
    for index, event in enumerate(events):
        together = event.batch and runs and events[runs[-1][-1]].batch == event.batch
        if together:
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs
