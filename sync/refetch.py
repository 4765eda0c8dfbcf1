"""Asking the hub again for what was damaged here: both ends of it.

A request names ranges of positions below its cursor; the reply brings, whole and in order,
what of them the station may see, and how far they are answered. Knows positions and bytes;
that the station folds them anew is `Node.follow()`'s business, as with any backfill.
"""

from collections.abc import Sequence
from itertools import accumulate

from sync.bundle import Item, Key, Request
from sync.stream import Stream, Streamed, whole
from yizhan.db import Db
from yizhan.healing import first_difference
from yizhan.held import Arriving
from yizhan.mending_tables import DamagedRow, WantedRow

RANGES_MAX = 64
BYTES_MAX = 2 << 20
"""What one reply brings of them, beside its own page of the stream."""


def create(db: Db) -> None:
    """Make the tables of a station that may have to ask."""
    db.create((DamagedRow, WantedRow))


def wanted(db: Db) -> tuple[tuple[int, int], ...]:
    """The first ranges that this station asks for; none where nothing is missing."""
    rows = db.sql("SELECT first, last FROM wanted ORDER BY first LIMIT ?", (RANGES_MAX,))
    return tuple((first, last) for first, last in rows)


def given(db: Db, through: int, events: Sequence[Arriving]) -> None:
    """The hub has answered through this position: ask for the rest, and tell what was wrong.

    Call within the transaction that follows the reply.
    """
    if through:
        db.sql("DELETE FROM wanted WHERE last <= ?", (through,))
        db.sql("UPDATE wanted SET first = ? WHERE first <= ?", (through + 1, through))
    missing = db.sql(
        "SELECT n, position, id, wrong_column, raw FROM damaged WHERE state IN ('wanted', 'lost')"
    )
    if not missing:
        return
    places = {one.position: one for one in events} | {one.name: one for one in events}
    for n, position, name, column, raw in missing:
        one = places.get(position) or places.get(name)
        if one:
            byte = first_difference(bytes(raw), one.raw) if raw and column == "raw" else None
            db.sql("UPDATE damaged SET state = 'returned', byte = ? WHERE n = ?", (byte, n))
        elif position and position <= through:
            db.sql("UPDATE damaged SET state = 'lost' WHERE n = ?", (n,))


def serve(stream: Stream, station: str, request: Request) -> tuple[list[Item], int]:
    """What the hub brings of the ranges that a request wants, and through which position."""
    items: list[Item] = []
    if request.wants and request.wants[0][0] == 1:
        items += _keys(stream, station, request.cursor)
    room, through = BYTES_MAX, 0
    for first, last in request.wants[:RANGES_MAX]:
        if not through < first <= last <= request.cursor:
            continue
        rows, cut = stream.again(station, first, last, request.cursor)
        fitting = _fitting(rows, room)
        items += [whole(row) for row in fitting]
        room -= sum(len(row.raw) for row in fitting)
        if cut or len(fitting) < len(rows):
            return items, fitting[-1].position if fitting else through
        through = last
    return items, through


def _fitting(rows: list[Streamed], room: int) -> list[Streamed]:
    sizes = accumulate(len(row.raw) for row in rows)
    return rows[: sum(size <= room for size in sizes)]


def _keys(stream: Stream, station: str, cursor: int) -> list[Item]:
    """Who asks from the first position on may have lost the keys too."""
    return keys_of(stream, stream.owners(station, cursor))


def lacked(stream: Stream, station: str, request: Request) -> list[Item]:
    """The keys of persons whose record a station holds and whose key never came to it."""
    if not request.lacks:
        return []
    may = set(stream.owners(station, request.cursor))
    return keys_of(stream, [owner for owner in request.lacks if owner in may])


def keys_of(stream: Stream, owners: Sequence[str]) -> list[Item]:
    """The keys of these persons, as far as we hold them."""
    found = ((owner, stream.node.keys.get(owner)) for owner in owners)
    return [Key(owner, key) for owner, key in found if key is not None]
