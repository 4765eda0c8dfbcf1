"""The list of mechanisms: what kinds of subject there are, and what each one needs.

A new mechanism adds one line here. Knows the form of a kind; knows no mechanism's rules.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

import msgspec
import peewee

from yizhan.db import Db
from yizhan.errors import N_
from yizhan.events import Data, Draft, Event
from yizhan.folding import Fold, SetAside, State

Scope = Literal["network", "hub", "station", "person"]

Reaction = Callable[[Event, Any, Db], Iterable[Draft]]
"""A process manager: from a placed event, its data and the tables (to read) to new drafts."""


class Projected(msgspec.Struct, frozen=True):
    """What a projection may use besides the state: where the subject stands in the stream."""

    audience: str
    subject: str
    first: int
    """Position of the subject's first placed event, 0 while it has none."""


class Projection(msgspec.Struct, frozen=True):
    """A table that screens read, and the pure function that makes its row from a state.

    `row` returns the values of every column but network, audience and subject, or None
    where this state has no row.
    """

    table: type[peewee.Model]
    row: Callable[[State, Projected], tuple[Any, ...] | None]
    dated: bool = False
    """Whether the row also depends on where the subject stands in the stream."""


class Kind(msgspec.Struct, frozen=True):
    """One kind of subject: who receives it, how it folds, what screens see of it."""

    name: str
    scope: Scope
    state: type[msgspec.Struct]
    types: Mapping[str, type[Data]]
    fold: Fold
    projections: tuple[Projection, ...] = ()
    reactions: Mapping[str, Reaction] = {}
    version: int = 1
    """Raised when the fold changes; part of the fingerprint."""


class Registry:
    """All kinds, found by name; and the rules that follow from a kind alone."""

    def __init__(
        self, kinds: Iterable[Kind], erased: Callable[[Db], list[str]] = lambda _db: []
    ) -> None:
        """`erased` reads whose keys must be destroyed and are not yet."""
        self.erased = erased
        self.kinds = {kind.name: kind for kind in kinds}
        self._readers = {
            (kind.name, name): (kind, msgspec.json.Decoder(data).decode)
            for kind in self.kinds.values()
            for name, data in kind.types.items()
        }
        self._reactions = {
            (kind.name, name): reaction
            for kind in self.kinds.values()
            for name, reaction in kind.reactions.items()
        }
        self._answered = {name for _kind, name in self._reactions}
        self._states = {kind.name: msgspec.json.Decoder(kind.state) for kind in self.kinds.values()}

    def audience(self, kind: str, owner: str) -> str:
        """Who receives subjects of this kind that belong to this owner."""
        scope = self.kinds[kind].scope
        return f"{scope}:{owner}" if scope in ("station", "person") else scope

    def fold_of(self, event: Event) -> tuple[Fold, Any] | SetAside:
        """The fold of an event and its typed data, or why this node cannot fold it."""
        found = self._readers.get((event.kind, event.type))
        if found is None:
            return SetAside(N_("这台设备还不认识这种记录，升级后会重新处理"))
        kind, decode = found
        if event.audience.partition(":")[0] != kind.scope:
            return SetAside(N_("记录的去向与它的种类不符"))
        try:
            return kind.fold, decode(event.data)
        except (ValueError, RecursionError):
            return SetAside(N_("记录的内容读不懂"))

    def reaction(self, event: Event) -> Reaction | None:
        """What answers this type of event, or None."""
        if event.type not in self._answered:
            return None
        return self._reactions.get((event.kind, event.type))

    def decode_state(self, kind: Kind, raw: bytes) -> State:
        """A state from its stored bytes."""
        return self._states[kind.name].decode(raw)

    def data(self, event: Event) -> Any:
        """The typed data of an event that has been folded."""
        return self._readers[(event.kind, event.type)][1](event.data)
