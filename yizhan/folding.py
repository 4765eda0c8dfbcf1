"""How a subject's events become its state: pure, so every node gets the same.

Knows runs of events and states; knows no table, no clock and no chance. A step that is not
legal never raises: it is set aside, with a reason that a person can read. Events of one batch
are applied together or set aside together.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from yizhan.errors import N_
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


INCOMPLETE = SetAside(N_("这批记录不完整"))

Fold = Callable[[State, Event, Any], State | SetAside]


def advance(
    legal: Legal, status: str | None, event: Event, words: Mapping[str | None, str]
) -> str | SetAside:
    """The status after this event by the table of legal steps, or why there is none.

    `words` tells for each status why nothing further can be done from there.
    """
    following = legal.get(status, {}).get(event.type)
    if following is None:
        return SetAside(words.get(status, N_("这一步现在不能做")))
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
        if len(events) != max(1, events[0].batch_size):
            return INCOMPLETE
        changed: dict[Key, State] = {}
        for event in events:
            key = (event.audience, event.subject)
            folded = self._step(changed.get(key, self.states.get(key)), event)
            if isinstance(folded, SetAside):
                return folded
            changed[key] = folded
        self.states.update(changed)
        return None

    def one(self, event: Event) -> SetAside | None:
        """Apply an event that stands alone: the same as a batch of one, and what most are."""
        if event.batch_size > 1:
            return INCOMPLETE
        key = (event.audience, event.subject)
        folded = self._step(self.states.get(key), event)
        if isinstance(folded, SetAside):
            return folded
        self.states[key] = folded
        return None

    def _step(self, state: State, event: Event) -> State | SetAside:
        found = self._fold_of(event)
        if isinstance(found, SetAside):
            return found
        fold, data = found
        return fold(state, event, data)


def runs(events: Sequence[Event]) -> list[list[int]]:
    """The indices of `events` in runs that stand or fall together, in folding order.

    The events of a batch may lie apart, with another source's between them: they count where
    the last of them lies. What is still incomplete comes at the end.
    """
    found: list[list[int]] = []
    waiting: dict[tuple[str, str, str, str], list[int]] = {}
    for index, event in enumerate(events):
        if not event.batch:
            found.append([index])
            continue
        name = (event.audience, event.source, event.epoch, event.batch)
        run = waiting.setdefault(name, [])
        run.append(index)
        if len(run) >= events[run[0]].batch_size:
            found.append(waiting.pop(name))
    return [*found, *waiting.values()]
