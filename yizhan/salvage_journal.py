"""Copying a damaged journal into a new one: what is whole, what heals, what is gone.

Every event proves itself by its digest, so nothing false is copied. What cannot be copied is
named as exactly as its row or the indexes over it still tell. Asks nobody: what the hub can
give back is only written down.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

import msgspec

from yizhan import events, healing, salvage
from yizhan.db import Db
from yizhan.events import GENESIS
from yizhan.held import Arriving, located
from yizhan.journal import Journal
from yizhan.salvage import CHUNK, Connection, Entries, Reader, carved

COLUMNS = (
    "local", "network", "position", "stored", "was", "id", "source", "epoch", "seq",
    "audience", "subject", "batch", "prev", "digest", "raw",
)  # fmt: skip
INSERT = (
    f"INSERT INTO journal ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
    " ON CONFLICT DO NOTHING"
)

UNPLACED = "network = ? AND position IS NULL"


class Damage(msgspec.Struct):
    """One event that was not whole. `state` and `column` as in mending_tables.DamagedRow."""

    local: int
    position: int | None
    id: str
    source: str
    audience: str
    subject: str
    octets: bytes
    state: str
    column: str = "raw"
    byte: int | None = None


class Row(msgspec.Struct):
    """A row of the damaged journal, as far as its values are of the right types."""

    local: int
    position: int | None
    stored: str | None
    was: int | None
    told: tuple[Any, ...]
    prev: bytes
    digest: bytes
    raw: bytes

    @classmethod
    def read(cls, values: tuple[Any, ...]) -> "Row":
        """From the values of COLUMNS; what has another type than it must is empty."""
        local, _network, position, stored, was, *told, prev, digest, raw = values
        return cls(
            local,
            position if isinstance(position, int) and position > 0 else None,
            stored if isinstance(stored, str) else None,
            was if isinstance(was, int) else None,
            tuple(told),
            *(value if isinstance(value, bytes) else b"" for value in (prev, digest, raw)),
        )

    def damage(self, state: str, column: str = "raw", byte: int | None = None) -> Damage:
        """What is said of this row when it is not whole."""
        name, source, _epoch, _seq, audience, subject, _batch = map(str, self.told)
        where = (self.local, self.position, name, source, audience, subject)
        return Damage(*where, self.raw, state, column, byte)


class JournalCopy:
    """One copy of a damaged journal into the new one that `db` has."""

    def __init__(self, old: Connection, path: Path, db: Db, source: str) -> None:
        self.old, self.path, self.db, self.source = old, path, db, source
        self.journal = Journal(db)
        self.damaged: list[Damage] = []
        self.wants_all = False
        """Whether positions are missing of which nothing tells which ones."""
        self.copied = 0
        self._locals: set[int] = set()
        self._positions: dict[int, int] = {}
        self._taken: set[int] = set()
        self._head = self.journal.head()

    def copy(self) -> None:
        """Copy everything that is whole or heals; fill `damaged`."""
        whole = self._read_positions()
        reader = Reader(self.old, "journal")
        page: list[tuple[Any, ...]] = []
        for _rowid, *values in reader.rows(self._columns()):
            page += self._whole(Row.read(tuple(values)), whole)
            if len(page) >= CHUNK:
                page = self._write(page)
        self._write(page)
        seen = self._locals
        seen.update(one.local for one in self.damaged)
        waiting = Entries(self.old, "journal_unplaced", "local")
        gone = {n for (n,) in waiting.rows(UNPLACED, self.db.network)} | self._positions.keys()
        if reader.gaps or gone - seen or not (whole and waiting.whole):
            self._gone(seen, whole and waiting.whole)
        self._mend_chain()

    def _read_positions(self) -> bool:
        placed = Entries(self.old, "journal_position", "position, local")
        rows = placed.rows("network = ? AND position IS NOT NULL", self.db.network)
        self._positions = {local: position for position, local in rows}
        return placed.whole

    def _columns(self) -> str:
        """The columns of the old journal; one that is younger than it is empty."""
        held = {name.strip('"') for name in salvage.columns(self.old, "journal")}
        return ", ".join(name if name in held else "NULL" for name in COLUMNS)

    def _write(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        self.db.many(INSERT, rows)
        self.copied += len(rows)
        self._locals.update(row[0] for row in rows)
        return []

    def _whole(self, row: Row, indexed: bool) -> Iterable[tuple[Any, ...]]:
        """The row as it must be, if it is whole or heals."""
        if not self._heal(row):
            self.damaged.append(row.damage("lost" if row.position is None else "wanted"))
            return
        one = Arriving.read(row.prev, row.raw)
        told = located(one.event, one.digest)
        if told != row.told:
            self.damaged.append(row.damage("healed", "columns"))
        indexed_at = self._positions.get(row.local, None if indexed else row.position)
        if row.position is not None and 0 < self._head < row.position:
            self._doubt(row, None)
            self.wants_all = True
        elif indexed_at != row.position or row.position in self._taken:
            self._doubt(row, indexed_at)
        elif row.position is not None and not indexed:
            self._taken.add(row.position)
        yield self._values(row, told)

    def _heal(self, row: Row) -> bool:
        if events.digest(row.prev, row.raw) == row.digest:
            return True
        healed = healing.heal(row.prev, row.digest, row.raw)
        if healed is None:
            return False
        self.damaged.append(row.damage("healed", healed.column, healed.byte))
        row.prev, row.digest, row.raw = healed.prev, healed.digest, healed.raw
        return True

    def _doubt(self, row: Row, indexed_at: int | None) -> None:
        """The row and the index name two positions: the hub says which one is right."""
        for position in {row.position, indexed_at} - {None}:
            row.position = position
            self.damaged.append(row.damage("wanted", "position"))
        row.position = None

    def _values(self, row: Row, told: tuple[Any, ...]) -> tuple[Any, ...]:
        where = (row.local, self.db.network, row.position, row.stored, row.was)
        return (*where, *told, row.prev, row.digest, row.raw)

    def _gone(self, seen: set[int], indexed: bool) -> None:
        """Rows of which only the indexes still tell, or nothing."""
        found = _Told(self.old, seen)
        in_bytes = self._in_bytes()
        by_id = {_id(prev, raw): digest for digest, (prev, raw) in in_bytes.items()}
        for local, name, audience, subject in found.rows():
            position = self._positions.get(local)
            state = "lost" if position is None else "wanted"
            one = Damage(local, position, name, "", audience, subject, b"", state, "page")
            self.damaged.append(one)
            if name in by_id:
                self._found(one, *in_bytes[by_id[name]])
        self.wants_all |= not indexed
        self._linked(in_bytes)

    def _found(self, one: Damage, prev: bytes, raw: bytes) -> None:
        event = Arriving.read(prev, raw)
        told = located(event.event, event.digest)
        row = Row(one.local, one.position, None, None, told, prev, event.digest, raw)
        self._write([self._values(row, told)])
        one.state, one.source, one.octets = "healed", self.source, raw

    def _in_bytes(self) -> dict[bytes, tuple[bytes, bytes]]:
        """Events of our own in the bytes of the file and its log that are not copied yet."""
        found: dict[bytes, tuple[bytes, bytes]] = {}
        log = self.path.with_name(self.path.name + "-wal")
        everything = chain(carved(self.path, self.source), carved(log, self.source))
        while page := list(islice(everything, CHUNK)):
            held = self.journal.by_ids([_id(prev, raw) for _digest, prev, raw in page])
            fresh = (one for one in page if _id(one[1], one[2]) not in held)
            found.update((digest, (prev, raw)) for digest, prev, raw in fresh)
        return found

    def _linked(self, in_bytes: dict[bytes, tuple[bytes, bytes]]) -> None:
        """Events of our own that a later one of ours, or the chain's end, says there were."""
        wanted = list(self._loose())
        if self.journal.chain(self.source) == GENESIS:
            # Without a chain's end, whatever nothing follows was one.
            wanted += in_bytes.keys() - {prev for prev, _raw in in_bytes.values()}
        while wanted:
            digest = wanted.pop()
            if digest not in in_bytes:
                continue
            prev, raw = in_bytes[digest]
            if not self.journal.by_ids([_id(prev, raw)]):
                self.journal.append([Arriving.read(prev, raw).held()])
                self.copied += 1
                wanted.append(prev)

    def _links(self) -> Iterator[tuple[bytes, bytes]]:
        """(digest, prev) of our own events, in order of arrival."""
        after = 0
        statement = (
            "SELECT local, digest, prev FROM journal WHERE network = ? AND source = ?"
            " AND local > ? ORDER BY local LIMIT ?"
        )
        while rows := self.db.sql(statement, (self.db.network, self.source, after, CHUNK)):
            after = rows[-1][0]
            yield from ((bytes(digest), bytes(prev)) for _local, digest, prev in rows)

    def _loose(self) -> dict[bytes, bytes]:
        """What our chain runs through and is not here, each with what arrived before it."""
        found: dict[bytes, bytes] = {}
        before = GENESIS
        for digest, prev in self._links():
            if prev not in (GENESIS, before):
                found[prev] = before
            before = digest
        found.setdefault(self.journal.chain(self.source), before)
        found.pop(GENESIS, None)
        for digest, _prev in self._links():
            found.pop(digest, None)
        return found

    def _mend_chain(self) -> None:
        """The chain runs on through what is gone, and ends where it ended."""
        loose = self._loose()
        end = self.journal.chain(self.source)
        gone = any(one.state != "healed" for one in self.damaged)
        if end == GENESIS or (end in loose and not gone and not self.journal.passed_over([end])):
            before = deque(self._links(), 1)
            self.journal.set_chain(self.source, before[0][0] if before else GENESIS)
            loose.pop(end, None)
        self.journal.pass_over([(self.source, digest, prev) for digest, prev in loose.items()])


class _Told:
    """What the indexes say of rows that are gone: by local number."""

    def __init__(self, old: Connection, seen: set[int]) -> None:
        ids = Entries(old, "journalrow_id", "id, local").rows()
        self._ids = {local: name for name, local in ids if local not in seen}
        keys = Entries(old, "journalrow_audience_subject", "audience, subject, local").rows()
        self._keys = {local: key for *key, local in keys if local not in seen}

    def rows(self) -> Iterable[tuple[int, str, str, str]]:
        """(local, id, audience, subject) of each one."""
        for local in sorted(self._ids.keys() | self._keys.keys()):
            audience, subject = self._keys.get(local, ("", ""))
            yield local, self._ids.get(local, ""), audience, subject


def _id(prev: bytes, raw: bytes) -> str:
    return Arriving.read(prev, raw).name
