"""What may go wrong with one computer: plugs pulled in a statement, a full disk, a flipped bit,
a wrong clock, damaged bytes on the road.

Knows databases and bytes; knows no road and nothing of who should hold what.
"""

import base64
import datetime
import secrets
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from random import Random
from types import SimpleNamespace
from typing import Any
from unittest import mock

import peewee

import yizhan.keys
from yizhan.clock import Clock
from yizhan.db import PRAGMAS, Db, Table, table_of

WRITES = ("INSERT", "UPDATE", "DELETE", "COMMIT")

PORTAL = b"<!DOCTYPE html><html><body>Wi-Fi login: please accept the terms</body></html>"

POISON: tuple[bytes, ...] = (
    b"{",
    b"\xff\xfe\x00 not text",
    b'{"type":"order.placed"}',
    b'{"data":' + b"[" * 300 + b"]" * 300 + b"}",
    b'{"type":"a\\u0000b"}',
)
"""Bytes that no node can read as an event, ours signed all the same."""


class Crash(BaseException):
    """The plug of this computer was pulled. No handler of the product may catch it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Hook:
    """Sees each statement of one database, and breaks at the one it was told.

    `statements`, `commits`, `writes`: how many more there may be until the plug is pulled
    before one, after one, or the disk is full for each further one. None: for ever.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.pulled = self.full = False
        self.calm()

    def calm(self) -> None:
        """Break nothing from here on."""
        self.statements: int | None = None
        self.commits: int | None = None
        self.writes: int | None = None
        self.full = False

    def disk(self, _: object) -> SimpleNamespace:
        """The disk as photos see it, in bytes: wide, or full."""
        return SimpleNamespace(total=100 << 30, free=0 if self.full else 50 << 30)

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """What the tests themselves read and write does not count."""
        kept = self.statements, self.commits, self.writes, self.full, self.pulled
        self.calm()
        self.pulled = False
        yield
        self.statements, self.commits, self.writes, self.full, self.pulled = kept

    def before(self, statement: str) -> None:
        """A statement is about to run. After the plug no `finally` writes anything either."""
        if self.pulled and not statement.startswith("ROLLBACK"):
            raise Crash(self.name)
        if self.writes is not None and statement.lstrip().upper().startswith(WRITES):
            self.writes = max(0, self.writes - 1)
            if not self.writes:
                raise sqlite3.OperationalError("database or disk is full")
        if self.statements is not None:
            self.statements -= 1
            if self.statements < 0:
                self.pull()

    def after(self, statement: str) -> None:
        """A statement has run."""
        if self.commits is not None and statement == "COMMIT":
            self.commits -= 1
            if self.commits < 0:
                self.pull()

    def pull(self) -> None:
        """Pull the plug of this computer now."""
        self.calm()
        self.pulled = True
        raise Crash(self.name)


class _Cursor:
    """A cursor that asks the hook first."""

    def __init__(self, cursor: Any, hook: Hook) -> None:
        self._cursor, self._hook = cursor, hook

    def execute(self, statement: str, *values: Any) -> Any:
        self._hook.before(statement)
        found = self._cursor.execute(statement, *values)
        self._hook.after(statement)
        return found

    def executemany(self, statement: str, rows: Any) -> Any:
        self._hook.before(statement)
        return self._cursor.executemany(statement, rows)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._cursor)


class _Sqlite(peewee.SqliteDatabase):  # type: ignore[misc]
    hook: Hook

    def cursor(self, *values: Any) -> Any:
        return _Cursor(super().cursor(*values), self.hook)


class _Postgres(peewee.PostgresqlDatabase):  # type: ignore[misc]
    hook: Hook

    def cursor(self, *values: Any) -> Any:
        return _Cursor(super().cursor(*values), self.hook)


class FaultyDb(Db):
    """A database whose statements a hook sees. SQLite's syncs are left out: no plug is real."""

    def __init__(self, url: str, network: str, hook: Hook) -> None:
        self.hook = hook
        self._tables: set[str] | None = None
        super().__init__(url, network)

    def _open(self, url: str) -> peewee.Database:
        found: Any
        if self.postgres:
            found = _Postgres(url, prefer_psycopg3=True)
        else:
            found = _Sqlite(url, pragmas=PRAGMAS | {"synchronous": "off"})
        found.hook = self.hook
        return found

    def create(self, models: Iterable[Table], statements: Iterable[str] = ()) -> None:
        """As in the field, where tables are missing; all that a run opens is of one version."""
        models, statements = list(models), list(statements)
        if self._tables is None:
            with self.hook.quiet():
                self._tables = set(self._peewee.get_tables())
        names = {table_of(model).strip('"') for model in models}
        if not names <= self._tables:
            super().create(models, statements)
            self._tables |= names

    def drop(self, models: Iterable[Table]) -> None:
        """Throw these tables away."""
        self._tables = None
        super().drop(models)


class TownClock(Clock):
    """A clock that a fault sets; each look at it is a second later, in every replay alike."""

    def __init__(self, start: str = "2026-11-23T09:00:00+08:00") -> None:
        super().__init__()
        self.set(start)

    def set(self, start: str) -> None:
        """Stand at this moment."""
        self.at = datetime.datetime.fromisoformat(start)

    def _wall(self) -> datetime.datetime:
        self.at += datetime.timedelta(seconds=1)
        return self.at


TIMES = (
    "2026-11-23T09:00:00+08:00",
    "1970-01-01T08:00:03+08:00",
    "2038-01-19T11:14:05+08:00",
    "2026-11-20T23:59:50+08:00",
    "2106-02-07T14:28:10+08:00",
)


def damaged(raw: bytes, how: str, x: int) -> bytes:
    """These bytes cut short, with a bit flipped, doubled, or replaced by a portal's page."""
    at = x % len(raw)
    match how:
        case "cut":
            return raw[:at]
        case "flipped":
            return raw[:at] + bytes([raw[at] ^ 1 << x % 8]) + raw[at + 1 :]
        case "longer":
            return raw + raw[:at] + b"\0"
    return PORTAL


@contextmanager
def seeded(seed: object) -> Iterator[None]:
    """Names, ids and nonces come from this seed, so that a run can be had again."""
    chance, keys = Random(f"{seed}"), Random(f"keys {seed}")
    ticks = iter(range(1_763_000_000_000_000_000, 1 << 62, 1_000_000))

    private = yizhan.keys.Ed25519PrivateKey.from_private_bytes
    pairs = SimpleNamespace(
        from_private_bytes=private, generate=lambda: private(keys.randbytes(32))
    )

    def urlsafe(n: int = 32) -> str:
        return base64.urlsafe_b64encode(chance.randbytes(n)).decode().rstrip("=")

    with (
        mock.patch.multiple(
            secrets,
            token_bytes=lambda n=32: chance.randbytes(n),
            token_hex=lambda n=32: chance.randbytes(n).hex(),
            token_urlsafe=urlsafe,
            randbits=chance.getrandbits,
        ),
        mock.patch.object(time, "time_ns", lambda: next(ticks)),
        mock.patch.object(yizhan.keys, "Ed25519PrivateKey", pairs),
    ):
        yield


COLUMNS: Sequence[str] = ("raw", "digest", "prev")


@contextmanager
def flipped(db: Db, local: int, column: str, x: int) -> Iterator[None]:
    """A bit of a row of the journal is flipped, as a worn card flips it; then it is put right."""
    [(held,)] = db.sql(f"SELECT {column} FROM journal WHERE local = ?", (local,))
    change = f"UPDATE journal SET {column} = ? WHERE local = ?"
    db.sql(change, (damaged(bytes(held), "flipped", x), local))
    yield
    db.sql(change, (bytes(held), local))


@contextmanager
def full_disk(db: FaultyDb, n: int) -> Iterator[None]:
    """Nothing can be written any more: from the n-th write on, or (0) where the file must grow."""
    real = not n and not db.postgres
    with db.hook.quiet():
        if real:
            [(pages,)] = db.sql("PRAGMA page_count")
            db.sql(f"PRAGMA max_page_count = {pages}")
    db.hook.writes, db.hook.full = None if real else n + 1, True
    try:
        yield
    finally:
        db.hook.calm()
        if real:
            db.sql("PRAGMA max_page_count = 1073741823")
