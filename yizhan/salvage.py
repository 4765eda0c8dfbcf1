"""What can still be read of a damaged SQLite file: rows, entries of indexes, events in the bytes.

Opens the file for reading only and changes nothing in it. Knows SQLite and the form of an
event; knows no table's meaning and does not decide what to do with what it finds.
"""

import mmap
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from yizhan import events

CHUNK = 2000
EVENT_BYTES_MAX = 4096
"""The bytes of an event that fit into a page of the default size."""
ROWS_UNKNOWN = 1 << 16
"""How far to look in a table of which nothing says how many rows it had."""

Rows = Iterator[tuple[Any, ...]]
Connection = sqlite3.Connection


@contextmanager
def reading(path: Path) -> Iterator[Connection]:
    """The file, to read only; text that is none comes with marks in its place."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        yield connection
    finally:
        connection.close()


def tables(connection: Connection) -> dict[str, str]:
    """Each table and the statement that makes it; none where the list itself is damaged."""
    return _schema(connection, "type = 'table' AND name NOT LIKE 'sqlite_%'")


def indexes(connection: Connection, table: str) -> dict[str, str]:
    """Each index of a table that has a statement of its own."""
    return _schema(connection, "type = 'index' AND sql IS NOT NULL AND tbl_name = ?", table)


def _schema(connection: Connection, where: str, *values: str) -> dict[str, str]:
    try:
        rows = connection.execute(f"SELECT name, sql FROM sqlite_master WHERE {where}", values)
        return dict(rows.fetchall())
    except sqlite3.DatabaseError:
        return {}


def columns(connection: Connection, table: str) -> list[str]:
    """The columns of a table, quoted; none where nothing tells them any more."""
    try:
        return [f'"{row[1]}"' for row in connection.execute(f'PRAGMA table_info("{table}")')]
    except sqlite3.DatabaseError:
        return []


def complaint(connection: Connection) -> str:
    """The first thing that SQLite itself finds wrong in the file; empty where nothing is."""
    try:
        said = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if said == "ok" else said


def counted(connection: Connection, table: str) -> int:
    """The last number that an AUTOINCREMENT table gave; 0 where nothing tells."""
    try:
        query = "SELECT seq FROM sqlite_sequence WHERE name = ?"
        row = connection.execute(query, (table,)).fetchone()
    except sqlite3.DatabaseError:
        return 0
    return int(row[0]) if row and isinstance(row[0], int) else 0


class Reader:
    """Reads a table row by row, around what cannot be read; `gaps` counts those places."""

    def __init__(self, connection: Connection, table: str) -> None:
        self.connection, self.table = connection, table
        self.gaps = 0

    def rows(self, wanted: str) -> Rows:
        """rowid and these columns of every row that can be read, in order."""
        query = (
            f'SELECT rowid, {wanted} FROM "{self.table}" NOT INDEXED'
            f" WHERE rowid BETWEEN ? AND ? ORDER BY rowid LIMIT {CHUNK}"
        )
        ranges = [(-1, self.highest())]
        while ranges:
            low, high = ranges.pop()
            try:
                found = self.connection.execute(query, (low, high)).fetchall()
            except sqlite3.DatabaseError:
                self._narrow(ranges, low, high)
                continue
            yield from found
            if len(found) == CHUNK and found[-1][0] < high:
                ranges.append((found[-1][0] + 1, high))

    def _narrow(self, ranges: list[tuple[int, int]], low: int, high: int) -> None:
        if low >= high:
            self.gaps += 1
            return
        middle = (low + high) // 2
        ranges += [(middle + 1, high), (low, middle)]

    def highest(self) -> int:
        """The highest rowid, as the table, its indexes or the counter of rows say."""
        said = [self._said(f'SELECT MAX(rowid) FROM "{self.table}"')]
        if said == [None]:
            for row in self._listed(f'PRAGMA index_list("{self.table}")'):
                query = f'SELECT MAX(rowid) FROM "{self.table}" INDEXED BY "{row[1]}"'
                said.append(self._said(query))
            said.append(self._said("SELECT seq FROM sqlite_sequence WHERE name = ?", self.table))
            said = [number for number in said if number is not None] or [ROWS_UNKNOWN]
        return max(int(number or 0) for number in said)

    def _said(self, query: str, *values: str) -> int | None:
        try:
            row = self.connection.execute(query, values).fetchone()
        except sqlite3.DatabaseError:
            return None
        return row[0] if row and row[0] is not None else 0

    def _listed(self, query: str) -> list[Any]:
        try:
            return self.connection.execute(query).fetchall()
        except sqlite3.DatabaseError:
            return []


class Entries:
    """What an index of the journal says by itself; `whole` where it was read to its end.

    Read from both ends, so that a damaged page in its middle costs that page alone; what lies
    outside of it may come twice.
    """

    def __init__(self, connection: Connection, index: str, wanted: str) -> None:
        self.connection, self.index, self.wanted = connection, index, wanted
        self.whole = False

    def rows(self, where: str = "1", *values: str) -> Rows:
        """These columns of every entry that can be read."""
        first = self.wanted.partition(",")[0]
        for order in ("ASC", "DESC"):
            query = (
                f'SELECT {self.wanted} FROM journal INDEXED BY "{self.index}" WHERE {where}'
                f" ORDER BY {first} {order}"
            )
            try:
                yield from self.connection.execute(query, values)
            except sqlite3.DatabaseError:
                continue
            self.whole = True
            return


def carved(path: Path, source: str) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Events of a source found in the bytes of a file: digest, prev, raw; some come twice.

    A row holds prev, digest and raw one after the other, so each one that is found proves
    itself; an event that is longer than its page is not found.
    """
    if not path.exists() or not path.stat().st_size:
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        yield from _carved(content, source)


def _carved(content: mmap.mmap, source: str) -> Iterator[tuple[bytes, bytes, bytes]]:
    begins = rb'\{"type":"[^"]{1,200}","source":"' + re.escape(source.encode()) + rb'","epoch":"'
    for match in re.finditer(begins, content):
        start = match.start()
        prev, digest = content[start - 64 : start - 32], content[start - 32 : start]
        raw = _raw(content, start, prev, digest) if start >= 64 else None
        if raw is not None:
            yield digest, prev, raw


def _raw(content: mmap.mmap, start: int, prev: bytes, digest: bytes) -> bytes | None:
    end = start
    limit = min(len(content), start + EVENT_BYTES_MAX)
    while (end := content.find(b"}", end, limit) + 1) > 0:
        if events.digest(prev, content[start:end]) == digest:
            return content[start:end]
    return None
