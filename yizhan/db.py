"""The one file that knows which database this is.

Stations use SQLite (WAL, synchronous=FULL: what is committed is on the disk); the hub SQLite
or PostgreSQL. Each thread keeps one connection. Models are not bound to a database, so that
several nodes can live in one process: every query is run through a Db. Knows no table's
meaning.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import peewee
from playhouse.migrate import SchemaMigrator, migrate

from yizhan.errors import Corrupt, Unreachable

PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",
    "busy_timeout": 5000,
    "foreign_keys": 1,
    "wal_autocheckpoint": 1000,
    "journal_size_limit": 16 << 20,
    "cache_size": -16 * 1024,
}

CREATING = 0x79697A68
"""A PostgreSQL advisory lock ("yizh"): CREATE TABLE IF NOT EXISTS fails where two race."""

VARIABLES_MAX = 30_000
"""SQLite takes 32,766 variables in a statement; longer lists are cut into pieces."""

ROWS_TOGETHER = 100

Model = TypeVar("Model", bound=peewee.Model)
Table = type[peewee.Model]


class Row(peewee.Model):
    """A projection's row: which network, which audience, which subject it shows."""

    network = peewee.TextField()
    audience = peewee.TextField()
    subject = peewee.TextField()

    class Meta:
        primary_key = peewee.CompositeKey("network", "subject", "audience")


class Db:
    """A database of one network; `network` is the code that keys every table."""

    def __init__(self, url: str, network: str) -> None:
        self.url = url
        self.network = network
        self.postgres = url.startswith(("postgres://", "postgresql://"))
        self.damaged = ""
        """What is wrong with the file, once somebody has found out: from then on only read."""
        self._peewee: Any = self._open(url)
        self._lock = threading.RLock()
        self._inside = threading.local()

    def _open(self, url: str) -> peewee.Database:
        if self.postgres:
            return peewee.PostgresqlDatabase(url, prefer_psycopg3=True)
        Path(url).parent.mkdir(parents=True, exist_ok=True)
        return peewee.SqliteDatabase(url, pragmas=PRAGMAS)

    def create(self, models: Iterable[Table], statements: Iterable[str] = ()) -> None:
        """Make the tables and columns that are missing, then run what makes the rest of them."""
        with self.writing():
            if self.postgres:
                self.sql("SELECT pg_advisory_xact_lock(?)", (CREATING,))
            for model in models:
                self._grow(model)
                peewee.SchemaManager(model, self._peewee).create_all(safe=True)
            for statement in statements:
                self.sql(statement)

    def _grow(self, model: Table) -> None:
        """Add the columns that a newer version of a table has; they may be empty."""
        meta: Any = model._meta
        if not self._peewee.table_exists(meta.table_name):
            return
        held = {column.name for column in self._peewee.get_columns(meta.table_name)}
        change = SchemaMigrator.from_database(self._peewee).add_column
        for field in meta.sorted_fields:
            if field.column_name not in held:
                migrate(change(meta.table_name, field.column_name, field))

    def drop(self, models: Iterable[Table]) -> None:
        """Throw these tables away."""
        for model in models:
            self.sql(f"DROP TABLE IF EXISTS {table_of(model)}")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One durable transaction, alone: committed at the end, rolled back on any error.

        Inside another one it is part of that; an error inside must leave that one too, or
        half of something would be committed. Raises Unreachable where the database cannot
        be written now (disk full, locked by another for 5 s), Corrupt where it is damaged.
        """
        if getattr(self._inside, "open", False):
            before, self._inside.broken = self._inside.broken, True
            yield
            self._inside.broken = before
            return
        if self.damaged:
            raise Corrupt(self.damaged)
        with self._lock, _named(self):
            self._peewee.connect(reuse_if_open=True)
            with self._peewee.atomic(*([] if self.postgres else ["IMMEDIATE"])):
                self._inside.open, self._inside.broken = True, False
                try:
                    yield
                finally:
                    self._inside.open = False
                if self._inside.broken:
                    raise RuntimeError("an error inside a transaction was passed over")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One moment: everything read inside is of the same state, and no writer waits."""
        with _named(self):
            self._peewee.connect(reuse_if_open=True)
            with self._peewee.atomic():
                if self.postgres:
                    self.sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                self.sql("SELECT 1 FROM head")
                yield

    def close(self) -> None:
        """Close this thread's connection."""
        self._peewee.close()

    def all(self, query: Any) -> list[Any]:
        """All rows of a query."""
        with _named(self):
            self._peewee.connect(reuse_if_open=True)
            return list(query.bind(self._peewee))

    def first(self, query: Any) -> Any:
        """The first row of a query, or None."""
        rows = self.all(query.limit(1))
        return rows[0] if rows else None

    def one(self, model: type[Model], where: Any) -> Model | None:
        """The first row of a table for which this holds, or None."""
        found: Model | None = self.first(model.select().where(where))
        return found

    def scalar(self, query: Any) -> Any:
        """The single value of a query, or None."""
        with _named(self):
            self._peewee.connect(reuse_if_open=True)
            return query.bind(self._peewee).scalar()

    def count(self, query: Any) -> int:
        """How many rows a query has."""
        with _named(self):
            self._peewee.connect(reuse_if_open=True)
            return int(query.bind(self._peewee).count())

    def exists(self, query: Any) -> bool:
        """Whether a query has any row."""
        return self.first(query) is not None

    def run(self, query: Any) -> int:
        """Run an insert, update or delete; the number of rows."""
        with self.writing():
            return int(query.execute(self._peewee) or 0)

    def has_table(self, name: str) -> bool:
        """Whether a table of this name exists."""
        self._peewee.connect(reuse_if_open=True)
        return bool(self._peewee.table_exists(name))

    def sql(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement with ? for its values; its rows, if it has any."""
        with _named(self):
            self._peewee.connect(reuse_if_open=True)
            cursor = self._peewee.execute_sql(self._dialect(statement), tuple(values))
            return list(cursor.fetchall()) if cursor.description else []

    def many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement for each row of values, in bulk."""
        if rows:
            wrapped = peewee.__exception_wrapper__  # type: ignore[attr-defined]
            with self.writing(), wrapped:
                self._peewee.cursor().executemany(self._dialect(statement), rows)

    def insert(
        self, model: Table, names: Sequence[str], rows: Sequence[Sequence[Any]], after: str = ""
    ) -> None:
        """Write new rows of these columns; `after` ends the statement.

        Many rows in one statement cost half of as many statements.
        """
        into = f"INSERT INTO {table_of(model)} ({', '.join(names)})"
        if self.postgres and rows:
            lists = ", ".join(f"%b::{kind}[]" for kind in _kinds_of(model, names))
            self.sql(
                f"{into} SELECT * FROM unnest({lists}){after}",
                [list(c) for c in zip(*rows, strict=True)],
            )
            return
        one = f"({', '.join('?' * len(names))})"
        many = f"{into} VALUES {', '.join([one] * ROWS_TOGETHER)}{after}"
        whole = len(rows) - len(rows) % ROWS_TOGETHER
        with self.writing():
            for start in range(0, whole, ROWS_TOGETHER):
                self.sql(many, list(chain(*rows[start : start + ROWS_TOGETHER])))
            self.many(f"{into} VALUES {one}{after}", rows[whole:])

    def within(
        self, statement: str, values: Sequence[Any], listed: Sequence[Any]
    ) -> list[tuple[Any, ...]]:
        """Run a statement with an `IN ({})` of a list too long for one go; all its rows."""
        if self.postgres:
            together = statement.replace("IN ({})", "= ANY(%b)")
            return self.sql(together, (*values, list(listed))) if listed else []
        rows: list[tuple[Any, ...]] = []
        for start in range(0, len(listed), VARIABLES_MAX):
            piece = listed[start : start + VARIABLES_MAX]
            marks = ",".join("?" * len(piece))
            rows += self.sql(statement.format(marks), (*values, *piece))
        return rows

    def upsert(self, model: Table, rows: Sequence[Sequence[Any]]) -> None:
        """Write whole rows (all columns in the model's order) over those with the same key.

        No two of them may have the same key.
        """
        names, keys = columns_of(model), _keys_of(model)
        others = ", ".join(f"{name} = excluded.{name}" for name in names if name not in keys)
        self.insert(model, names, rows, f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {others}")

    def _dialect(self, statement: str) -> str:
        return statement.replace("?", "%s") if self.postgres else statement


def table_of(model: Table) -> str:
    """The name of a model's table, quoted."""
    meta: Any = model._meta
    return f'"{meta.table_name}"'


def columns_of(model: Table) -> list[str]:
    """All columns of a model's table, in order, quoted."""
    meta: Any = model._meta
    return [f'"{field.column_name}"' for field in meta.sorted_fields]


def shape_of(model: Table) -> tuple[Any, ...]:
    """What a model's table looks like; another shape is another table."""
    meta: Any = model._meta
    fields = [(field.column_name, field.field_type, field.null) for field in meta.sorted_fields]
    return meta.table_name, fields, _keys_of(model), meta.indexes


def _kinds_of(model: Table, names: Sequence[str]) -> list[str]:
    """What PostgreSQL calls the kinds of these columns."""
    meta: Any = model._meta
    kinds = peewee.PostgresqlDatabase.field_types
    fields = {field.column_name: field.field_type for field in meta.sorted_fields}
    return [str(kinds.get(kind, kind)) for kind in (fields[name.strip('"')] for name in names)]


def _keys_of(model: Table) -> list[str]:
    key: Any = model._meta.primary_key
    names = key.field_names if isinstance(key, peewee.CompositeKey) else [key.column_name]
    return [f'"{name}"' for name in names]


@contextmanager
def _named(db: Db) -> Iterator[None]:
    """Say which of our errors a database's error is."""
    try:
        yield
    except (peewee.OperationalError, sqlite3.OperationalError) as error:
        raise Unreachable(f"数据库现在写不进去：{error}") from error
    except (peewee.DatabaseError, sqlite3.DatabaseError) as error:
        if isinstance(error, peewee.IntegrityError | peewee.ProgrammingError):
            raise
        said = f"数据库文件损坏：{error}。请停下触摸屏和同步，运行 python -m yizhan mend"
        if not db.postgres:
            db.damaged = said
        raise Corrupt(said) from error
