"""A station's last receipt: what the hub said that it holds, and its word for how far we followed.

Knows one row; knows no bundle's bytes and not the journal.
"""

from sync.headers import Reply
from sync.station_tables import RoadRow
from yizhan.record import Node


class Receipts:
    """The last receipt of a station."""

    def __init__(self, node: Node) -> None:
        self.node, self.db = node, node.db
        self.db.create((RoadRow,))

    def last(self) -> RoadRow | None:
        """The last receipt, or None before the first."""
        row: RoadRow | None = self.db.first(RoadRow.select())
        return row

    def ticket(self) -> str:
        """What is shown with the next request."""
        rows = self.db.sql("SELECT ticket FROM road")
        return (rows[0][0] or "") if rows else ""

    def followed(self, hub: str) -> tuple[str, int, str]:
        """How far we followed another hub epoch than the present one, for a hub that forgot."""
        rows = self.db.sql(
            "SELECT hub, cursor, mark FROM road WHERE mark IS NOT NULL AND hub <> ?", (hub,)
        )
        return rows[0] if rows else ("", 0, "")

    def keep(self, hub: str, reply: Reply) -> None:
        """Keep what a reply under this hub epoch says.

        A reply without a ticket or a mark (of a hub that still collects) leaves the last ones:
        should that hub be lost too, the mark of the one before proves it.
        """
        before = self.last()
        followed: tuple[object, ...] = (hub, reply.cursor, reply.mark)
        if not reply.mark and before is not None:
            followed = before.hub, before.cursor, before.mark
        row = (
            self.node.network, self.node.clock.stamp(), reply.time, reply.stored, reply.applied,
            reply.backed_up, reply.ticket or self.ticket(), *followed,
        )  # fmt: skip
        self.db.upsert(RoadRow, [row])
