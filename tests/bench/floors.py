"""The floors under an exchange: the same bytes, appended durably in batches, and nothing else.

One table, one unique index, no folds, no rules; what a database can do at most.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from yizhan.record import Node

BATCH = 1000

Row = tuple[str, int, bytes]
"""(epoch, seq, bytes) of an event."""


def rows(node: Node) -> list[Row]:
    """Every event of a node."""
    return [(row.epoch, row.seq, row.raw) for row in node.journal.after(0, 1 << 31)]


def _batches(held: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
    return (held[start : start + size] for start in range(0, len(held), size))


def sqlite(held: Sequence[Row], path: Path, batch: int = BATCH) -> float:
    """Seconds to append them to a new SQLite file, synchronous=FULL."""
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript("PRAGMA journal_mode=wal; PRAGMA synchronous=full;")
    db.execute("CREATE TABLE j (epoch TEXT, seq INTEGER, raw BLOB, UNIQUE (epoch, seq))")
    begun = time.perf_counter()
    for some in _batches(held, batch):
        db.execute("BEGIN IMMEDIATE")
        db.executemany("INSERT INTO j VALUES (?, ?, ?)", some)
        db.execute("COMMIT")
    took = time.perf_counter() - begun
    db.close()
    return took


def postgres(held: Sequence[Row], url: str, batch: int = BATCH) -> dict[str, float]:
    """Seconds to append them to an empty PostgreSQL database, by each way of doing so."""
    import psycopg

    def many(cursor: psycopg.Cursor, some: Sequence[Row]) -> None:
        cursor.executemany("INSERT INTO j VALUES (%s, %s, %s)", some)

    def copy(cursor: psycopg.Cursor, some: Sequence[Row]) -> None:
        with cursor.copy("COPY j FROM STDIN") as stream:
            for row in some:
                stream.write_row(row)

    ways: dict[str, Callable[[psycopg.Cursor, Sequence[Row]], None]] = {
        "executemany": many,
        "COPY": copy,
    }
    found: dict[str, float] = {}
    with psycopg.connect(url, autocommit=True) as db:
        for name, way in ways.items():
            db.execute("DROP TABLE IF EXISTS j")
            db.execute("CREATE TABLE j (epoch TEXT, seq BIGINT, raw BYTEA, UNIQUE (epoch, seq))")
            begun = time.perf_counter()
            for some in _batches(held, batch):
                with db.transaction(), db.cursor() as cursor:
                    way(cursor, some)
            found[name] = time.perf_counter() - begun
    return found
