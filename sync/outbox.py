"""What a station has to send, in the order of sending, as the lines of a bundle.

Knows the journal's rows and how many of them go into one request; knows no reply. Call within
a transaction, or lines and header would be of two moments.
"""

from itertools import accumulate

import msgspec

from sync.bundle import Whole, lines_of
from yizhan.journal_tables import NEVER
from yizhan.record import Node

BATCH_BYTES = 512 * 1024
"""Bytes of events in one request, unpacked; beyond 500 records little is gained."""

BATCH_EVENTS = 2000

SENDING = f"COALESCE(was, {NEVER}), local"
WAITING = f"FROM journal WHERE position IS NULL AND stored IS NULL AND ({SENDING}) > (?, ?)"

Place = tuple[int, int]
"""Where something stands in the order of sending: the position that a lost hub gave it, local."""

FIRST: Place = (0, 0)
"""Before everything."""


COLLECTED = "collected"
"""In place of a hub epoch: the hub holds it and has not numbered it yet."""


class Outgoing(msgspec.Struct, frozen=True, gc=False):
    """An event to send, as its row holds it; `was` is what a lost hub numbered it."""

    local: int
    was: int | None
    batch: str
    prev: bytes
    digest: bytes
    raw: bytes


class Load(msgspec.Struct, frozen=True):
    """What goes into one request. `cut`: more waits after `last` than these."""

    rows: list[Outgoing]
    lines: list[bytes]
    cut: bool
    last: Place


class Outbox:
    """What waits at a station."""

    def __init__(self, node: Node) -> None:
        self.db = node.db
        self._foreseen: tuple[int, Place] = (0, FIRST)
        self._ahead = nothing(FIRST)

    def load(self, bytes_max: int, after: Place) -> Load:
        """What waits after this place, whole batches, up to so many bytes; none where that is 0.

        Raises Corrupt where the disk changed an event.
        """
        if not bytes_max:
            return nothing(after)
        foreseen, ahead = self._foreseen, self._ahead
        self._foreseen, self._ahead = (0, FIRST), nothing(FIRST)
        return ahead if foreseen == (bytes_max, after) else self._read(bytes_max, after)

    def waits(self, after: Place) -> bool:
        """Whether anything waits after this place."""
        return bool(self.db.sql(f"SELECT 1 {WAITING} LIMIT 1", after))

    def collected_and_lost(self) -> None:
        """The hub has numbered all that it collected, and we followed it to the end: what has no
        number by now it lost once more meanwhile, and goes again."""
        self.db.sql(
            "UPDATE journal SET stored = NULL"
            " WHERE position IS NULL AND stored IS NOT NULL AND stored = ?",
            (COLLECTED,),
        )

    def foresee(self, bytes_max: int, after: Place) -> None:
        """Make ready what the next request will ask for, while the hub works on this one."""
        self._foreseen, self._ahead = (bytes_max, after), self._read(bytes_max, after)

    def _read(self, bytes_max: int, after: Place) -> Load:
        """What a lost hub had numbered goes first, in its order; the rest in ours."""
        found = self.db.sql(
            f"SELECT local, was, batch, prev, digest, raw {WAITING} ORDER BY {SENDING} LIMIT ?",
            (*after, BATCH_EVENTS + 1),
        )
        rows = [Outgoing(*row) for row in found]
        sizes = accumulate(len(row.raw) for row in rows)
        fits = sum(1 for size in sizes if size <= bytes_max) or 1
        end = min(fits, BATCH_EVENTS)
        cut = end < len(rows)
        if cut:
            rows = _whole_batches(rows[:end], rows[end])
        last = (rows[-1].was or NEVER, rows[-1].local) if rows else after
        wholes = (Whole(row.prev, row.digest, row.raw, row.was) for row in rows)
        return Load(rows, list(lines_of(wholes)), cut, last)


def nothing(after: Place) -> Load:
    """Nothing waits after this place."""
    return Load([], [], cut=False, last=after)


def _whole_batches(rows: list[Outgoing], following: Outgoing) -> list[Outgoing]:
    """The rows without a batch that goes on in the next one, unless it is all there is."""
    if not following.batch or rows[-1].batch != following.batch:
        return rows
    whole = [row for row in rows if row.batch != following.batch]
    return whole or rows
