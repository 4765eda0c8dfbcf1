"""A station's last receipt: what the hub said that it holds, and its word for how far we followed.

Knows one row; knows no bundle's bytes and not the journal.
"""

import msgspec

from sync.headers import Reply
from sync.station_tables import RoadRow
from yizhan.record import Node


class Mark(msgspec.Struct, frozen=True):
    """The hub's word (`text`, empty for none) that in a hub epoch it stored through a position."""

    text: str
    hub: str
    stored: int


NO_MARK = Mark("", "", 0)


def mark_of(hub: str, reply: Reply) -> Mark | None:
    """The mark in a reply under this hub epoch."""
    return Mark(reply.mark, hub, reply.stored) if reply.mark else None


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

    def mark(self) -> Mark:
        """The hub's last word for what it stored."""
        rows = self.db.sql("SELECT mark, hub, marked FROM road WHERE mark IS NOT NULL")
        return Mark(*rows[0]) if rows else NO_MARK

    def keep(self, hub: str, reply: Reply) -> None:
        """Keep what a reply under this hub epoch says.

        A reply without a ticket or a mark (of a hub that still collects) leaves the last ones:
        should that hub be lost too, the mark of the one before proves it.
        """
        mark = mark_of(hub, reply) or self.mark()
        row = (
            self.node.network, self.node.clock.stamp(), reply.time, reply.stored,
            reply.stored if reply.applied is None else reply.applied,
            reply.backed_up, reply.ticket or self.ticket(), mark.hub, mark.stored, mark.text,
        )  # fmt: skip
        self.db.upsert(RoadRow, [row])
