"""A fingerprint: one digest over everything that a node has folded through a position.

Nodes that have reached a position agree on every subject of an audience that both see. Taken
from the journal, never from the tables, so it also tells whether the tables are right. Knows
no mechanism; never opens a sealed field.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec

from yizhan.errors import Refusal
from yizhan.folding import Key, State
from yizhan.journal import Held
from yizhan.record import Node

PAGE = 2000


class Fingerprint(msgspec.Struct, frozen=True):
    """What is compared. `station`: with whose eyes it was taken, empty for everything.

    `folds` are the versions of the folds; two fingerprints compare only where these agree.
    """

    at: int
    station: str
    digest: str
    subjects: int
    folds: dict[str, int]

    def shown(self) -> dict[str, Any]:
        """Its fields as plain values."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found


class Folded(msgspec.Struct):
    """Everything folded from the journal through one position."""

    states: dict[Key, State]
    first: dict[Key, int]
    aside: dict[bytes, tuple[Held, str]]
    """By digest: the event that was set aside, and why."""


def fingerprint(node: Node, at: int | None = None, station: str | None = None) -> Fingerprint:
    """The fingerprint at a position (None: the head), with the eyes of a station.

    A station takes its own; the hub takes any station's, or everything's for None. Raises
    Refusal where this node has not reached the position.
    """
    seen_by = station or ("" if node.is_hub else node.source)
    with node.db.reading():
        head = node.journal.head()
        if at is not None and not 0 <= at <= head:
            raise Refusal("这里只到第 %(head)s 条，还没有第 %(at)s 条", head=head, at=at)
        through = head if at is None else at
        folded = fold_through(node, through, audiences(node, seen_by, through))
    states = {key: state for key, state in folded.states.items() if state is not None}
    digest = _digest(states, folded.aside)
    folds = {kind.name: kind.version for kind in node.registry.kinds.values()}
    return Fingerprint(through, seen_by, digest, len(states), folds)


def audiences(node: Node, station: str, at: int) -> set[str] | None:
    """What a station sees at a position; None (everything) for no station."""
    if not station:
        return None
    rows = node.db.sql(
        "SELECT member_of FROM member WHERE network = ? AND station = ? AND since BETWEEN 1 AND ?",
        (node.network, station, at),
    )
    return {"network", f"station:{station}", *(row[0] for row in rows)}


def fold_through(node: Node, at: int, seen: set[str] | None = None) -> Folded:
    """Fold the journal through a position, for these audiences, without writing anything."""
    folded = Folded({}, {}, {})
    for page in _pages(node, at):
        rows = [row for row in page if seen is None or row.audience in seen]
        if not rows:
            continue
        rows = [r for r in node.view.with_waiting(rows) if seen is None or r.audience in seen]
        for row in rows:
            folded.first.setdefault(row.key, row.position or 0)
            folded.states.setdefault(row.key, None)
        lay(node, folded, rows)
    return folded


def lay(node: Node, folded: Folded, rows: list[Held]) -> None:
    """Fold more rows onto what has been folded."""
    aside = node.view.fold(folded.states, rows)
    for row in rows:
        folded.aside.pop(row.digest, None)
        if row.digest in aside:
            folded.aside[row.digest] = row, aside[row.digest].reason


def _pages(node: Node, at: int) -> Iterator[list[Held]]:
    after = 0
    while rows := node.journal.placed(after, PAGE, at):
        yield rows
        after = rows[-1].position or 0


def _digest(states: dict[Key, State], aside: dict[bytes, tuple[Held, str]]) -> str:
    total = hashlib.blake2b(digest_size=16)
    for (audience, subject), state in sorted(states.items(), key=lambda item: item[0]):
        total.update(msgspec.json.encode((audience, subject, state)) + b"\n")
    total.update(b"\n")
    for digest, (_, reason) in sorted(aside.items(), key=lambda item: item[0]):
        total.update(msgspec.json.encode((digest.hex(), reason)) + b"\n")
    return total.hexdigest()
