"""The down stream: which events a station may see, in order, and in what form.

The only source of positions. Reads the hub's journal and memberships; writes nothing.
"""

from collections.abc import Iterator, Sequence

import msgspec

from sync import bundle
from sync.bundle import HeldRun, Item, Key, Request, Whole
from yizhan.held import Arriving, in_one_chain
from yizhan.record import Node

PAGE_EVENTS_MAX = 4000


COLUMNS = "position, epoch, seq, batch, prev, digest, raw"


class Streamed(msgspec.Struct, frozen=True, gc=False):
    """An event of the stream as its row holds it: nothing here looks into its bytes."""

    position: int
    epoch: str
    seq: int
    batch: str
    prev: bytes
    digest: bytes
    raw: bytes
    since: int = 0
    """When the station joined its audience: a position, 0 for ever."""


class Stream:
    """The stream of one network, as seen by one station after another."""

    def __init__(self, node: Node) -> None:
        self.node, self.db = node, node.db

    def page(self, station: str, cursor: int) -> tuple[list[Streamed], int, int]:
        """What the station may see after its cursor, the cursor after it, and the head."""
        head = self.node.journal.head()
        rows = self._visible(station, cursor, head, PAGE_EVENTS_MAX + 1)
        if len(rows) <= PAGE_EVENTS_MAX:
            return rows, head, head
        rows = _whole_batches(rows)
        new = rows[-1].position
        return [row for row in rows if row.since <= new], new, head

    def after(
        self, station: str, cursor: int, head: int, fresh: Sequence[Arriving]
    ) -> tuple[list[Streamed], int, int]:
        """The page of a station whose `fresh` events have just been numbered from `head` on.

        Mostly it had followed to there and nothing else came: then the page is in hand.
        """
        now = self.node.journal.head()
        alone = cursor == head and now == head + len(fresh) <= head + PAGE_EVENTS_MAX
        if not (alone and fresh and all(one.source == station for one in fresh)):
            return self.page(station, cursor)
        rows = [
            Streamed(n, event.epoch, event.seq, event.batch, one.prev, one.digest, one.raw)
            for n, one in enumerate(fresh, head + 1)
            if (event := one.event)
        ]
        return rows, now, now

    def again(
        self, station: str, first: int, last: int, cursor: int
    ) -> tuple[list[Streamed], bool]:
        """What a station at its cursor may see from position to position; whether it is cut."""
        rows = self._visible(station, first - 1, last, PAGE_EVENTS_MAX, cursor)
        return rows, len(rows) == PAGE_EVENTS_MAX

    def owners(self, station: str, cursor: int) -> list[str]:
        """Whose keys the station may have, at its cursor."""
        rows = self.db.sql(
            "SELECT DISTINCT member_of FROM member WHERE network = ? AND station = ?"
            " AND since BETWEEN 1 AND ?",
            (self.node.network, station, cursor),
        )
        return [audience.partition(":")[2] for (audience,) in rows]

    def _visible(
        self, station: str, cursor: int, until: int, limit: int, joined_by: int = 0
    ) -> list[Streamed]:
        """Events by position of the audiences that the station joined by then (0: `until`)."""
        rows = self.db.sql(
            f"SELECT * FROM (SELECT {COLUMNS}, CASE WHEN audience IN ('network', ?)"
            " OR source = ? THEN 0 ELSE"
            " (SELECT MIN(since) FROM member WHERE member.network = journal.network"
            "  AND member.station = ? AND member.member_of = journal.audience AND since > 0)"
            " END AS joined FROM journal WHERE network = ? AND position > ? AND position <= ?"
            ") AS seen WHERE joined <= ? ORDER BY position LIMIT ?",
            (
                f"station:{station}",
                station,
                station,
                self.node.network,
                cursor,
                until,
                joined_by or until,
                limit,
            ),
        )
        return [Streamed(*row) for row in rows]

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
            yield from (whole(Streamed(*row)) for row in rows)

    def items(self, rows: Sequence[Streamed], sent: set[bytes], request: Request) -> Iterator[Item]:
        """The page's events: runs that the station holds by name, all others whole."""
        held_by_it = self._holds(request)
        run: list[Streamed] = []
        for row in rows:
            known = bytes(row.digest) in sent or bytes(row.digest) in held_by_it
            if run and not (known and _continues(run[-1], row)):
                yield _run(run)
                run = []
            if known:
                run.append(row)
            else:
                yield whole(row)
        if run:
            yield _run(run)

    def _holds(self, request: Request) -> set[bytes]:
        """The digests of what the station says that it holds, where its chain is ours."""
        found: set[bytes] = set()
        for epoch, first, last, digest in request.holds:
            rows = self.node.journal.located(epoch, first, last)
            rows = in_one_chain(rows, bundle.octets(digest))
            found |= {row.digest for row in rows}
        return found


def _whole_batches(rows: list[Streamed]) -> list[Streamed]:
    """A page never ends within a batch: the last one waits if it may be cut."""
    last = rows[-1].batch
    while rows and last and rows[-1].batch == last:
        rows.pop()
    return rows if last else rows[:-1]


def _continues(before: Streamed, row: Streamed) -> bool:
    return (
        row.epoch == before.epoch
        and row.seq == before.seq + 1
        and row.position == before.position + 1
        and row.prev == before.digest
    )


def _run(rows: list[Streamed]) -> HeldRun:
    first, last = rows[0], rows[-1]
    return HeldRun(first.position, first.epoch, first.seq, len(rows), bytes(last.digest))


def whole(row: Streamed) -> Whole:
    """A row as an item of a bundle."""
    return Whole(bytes(row.prev), bytes(row.digest), bytes(row.raw), row.position)
