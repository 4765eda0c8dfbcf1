"""What a collecting hub holds without a number, until a person says that all have come.

Knows the table and the order of numbering; folds nothing, and knows no bundle.
"""

from collections.abc import Collection, Iterable, Sequence

import msgspec

from sync.hub_tables import CollectedRow
from yizhan.held import Arriving
from yizhan.journal_tables import NEVER
from yizhan.record import Node


class Waiting(msgspec.Struct, frozen=True):
    """An event that waits for its number, and which station brought it."""

    n: int
    station: str
    was: int
    aside: bool
    prev: bytes
    raw: bytes


class Collected:
    """The events of one network that wait for their numbers."""

    def __init__(self, node: Node) -> None:
        self.node, self.db = node, node.db
        self.db.create((CollectedRow,))

    def keep(self, station: str, events: Sequence[Arriving], asides: Collection[bytes]) -> None:
        """Hold these without a number. Of copies brought by several the author's own counts."""
        self.db.many(
            "INSERT INTO collected"
            " (network, digest, station, source, id, was, aside, prev, raw)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (network, digest) DO UPDATE SET station = CASE"
            "  WHEN excluded.station = collected.source THEN excluded.station"
            "  ELSE collected.station END,"
            " was = CASE WHEN excluded.was < collected.was THEN excluded.was"
            "  ELSE collected.was END",
            [
                (
                    self.node.network, one.digest, station, one.source, one.name,
                    one.position or NEVER, one.digest in asides, one.prev, one.raw,
                )
                for one in events
            ],
        )  # fmt: skip

    def page(self, limit: int) -> list[Waiting]:
        """What waits for its number: by the lost hub's positions, then by arrival."""
        rows = self.db.sql(
            "SELECT n, station, was, aside, prev, raw FROM collected WHERE network = ?"
            " ORDER BY was, n LIMIT ?",
            (self.node.network, limit),
        )
        return [
            Waiting(n, station, was, bool(aside), bytes(prev), bytes(raw))
            for n, station, was, aside, prev, raw in rows
        ]

    def numbered(self, rows: Iterable[Waiting]) -> None:
        """These have their numbers now."""
        self.db.many("DELETE FROM collected WHERE n = ?", [(row.n,) for row in rows])

    def awaits(self, name: str) -> bool:
        """Whether an event of this id is collected and not numbered yet."""
        found = self.db.sql(
            "SELECT 1 FROM collected WHERE network = ? AND id = ? LIMIT 1",
            (self.node.network, name),
        )
        return bool(found)

    def brought(self) -> dict[str, int]:
        """How many collected events each station brought."""
        rows = self.db.sql(
            "SELECT station, COUNT(*) FROM collected WHERE network = ? GROUP BY station"
            " ORDER BY station",
            (self.node.network,),
        )
        return dict(rows)

    def hub_chain(self) -> bytes | None:
        """The last event of the lost hub itself that came back: its chain goes on there."""
        rows = self.db.sql(
            "SELECT digest FROM collected WHERE network = ? AND source = 'hub' AND was < ?"
            " ORDER BY was DESC LIMIT 1",
            (self.node.network, NEVER),
        )
        return bytes(rows[0][0]) if rows else None
