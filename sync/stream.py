"""The down stream: which events a station may see, in order, and in what form.

The only source of positions. Reads the hub's journal and memberships; writes nothing.
"""

from collections.abc import Iterator, Sequence

from sync import bundle
from sync.bundle import HeldRun, Item, Key, Request, Whole
from yizhan.held import COLUMNS, Held, held
from yizhan.record import Node

PAGE_EVENTS_MAX = 4000


class Stream:
    """The stream of one network, as seen by one station after another."""

    def __init__(self, node: Node) -> None:
        self.node, self.db = node, node.db

    def page(self, station: str, cursor: int) -> tuple[list[Held], int, int]:
        """What the station may see after its cursor, the cursor after it, and the head."""
        head = self.node.journal.head()
        rows = self._visible(station, cursor, head, PAGE_EVENTS_MAX + 1)
        if len(rows) <= PAGE_EVENTS_MAX:
            return [row for row, _since in rows], head, head
        rows = _whole_batches(rows)
        new = rows[-1][0].position or head
        return [row for row, since in rows if since <= new], new, head

    def _visible(self, station: str, cursor: int, until: int, limit: int) -> list[tuple[Held, int]]:
        """Events of the station's audiences by position, each with when it joined them."""
        rows = self.db.sql(
            f"SELECT * FROM (SELECT {COLUMNS}, CASE WHEN audience IN ('network', ?) THEN 0 ELSE"
            " (SELECT MIN(since) FROM member WHERE member.network = journal.network"
            "  AND member.station = ? AND member.member_of = journal.audience AND since > 0)"
            " END AS joined FROM journal WHERE network = ? AND position > ? AND position <= ?"
            ") AS seen WHERE joined <= ? ORDER BY position LIMIT ?",
            (
                f"station:{station}",
                station,
                self.node.network,
                cursor,
                until,
                until,
                limit,
            ),  # fmt: skip
        )
        return [(held(row[:-1]), row[-1]) for row in rows]

    def backfill(self, station: str, cursor: int, new: int) -> Iterator[Item]:
        """The audiences that the station joined in this page: their keys, and all before it."""
        joined = self.db.sql(
            "SELECT member_of, MIN(since) FROM member WHERE network = ? AND station = ?"
            " AND since > 0 GROUP BY member_of HAVING MIN(since) > ? AND MIN(since) <= ?",
            (self.node.network, station, cursor, new),
        )
        for audience, _since in joined:
            owner = audience.partition(":")[2]
            key = self.node.keys.get(owner)
            if key is not None:
                yield Key(owner, key)
        for audience, _since in joined:
            rows = self.db.sql(
                f"SELECT {COLUMNS} FROM journal WHERE network = ? AND audience = ?"
                " AND position <= ? ORDER BY position",
                (self.node.network, audience, cursor),
            )
            yield from (_whole(held(row)) for row in rows)

    def items(self, rows: Sequence[Held], sent: set[bytes], request: Request) -> Iterator[Item]:
        """The page's events: runs that the station holds by name, all others whole."""
        held_by_it = self._holds(request)
        run: list[Held] = []
        for row in rows:
            known = row.digest in sent or row.digest in held_by_it
            if run and not (known and _continues(run[-1], row)):
                yield _run(run)
                run = []
            if known:
                run.append(row)
            else:
                yield _whole(row)
        if run:
            yield _run(run)

    def _holds(self, request: Request) -> set[bytes]:
        """The digests of what the station says that it holds, where its chain is ours."""
        found: set[bytes] = set()
        for epoch, first, last, digest in request.holds:
            rows = self.node.journal.located(epoch, first, last)
            if rows and rows[-1].digest == bundle.octets(digest):
                found |= {row.digest for row in rows}
        return found


def _whole_batches(rows: list[tuple[Held, int]]) -> list[tuple[Held, int]]:
    """A page never ends within a batch: the last one waits if it may be cut."""
    last = rows[-1][0].batch
    while rows and last and rows[-1][0].batch == last:
        rows.pop()
    return rows if last else rows[:-1]


def _continues(before: Held, row: Held) -> bool:
    return (
        row.epoch == before.epoch
        and row.seq == before.seq + 1
        and row.position == (before.position or 0) + 1
    )


def _run(rows: list[Held]) -> HeldRun:
    first, last = rows[0], rows[-1]
    return HeldRun(first.position or 0, first.epoch, first.seq, len(rows), last.digest)


def _whole(row: Held) -> Whole:
    return Whole(row.prev, row.digest, row.raw, row.position)
