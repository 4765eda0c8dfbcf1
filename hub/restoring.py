"""A hub made anew: from a backup, or after a total loss from its recovery sheet alone.

Only into an empty place, and settings come last: what broke off half-way is cleared away and is
never served. The keys come from the sheet or from a key file, never from the backup. Knows
files and tables; knows no page and no command line.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub import backup, backup_file, erasures
from hub.backup_file import Header, Heading
from hub.founding import WEB_SECRET
from hub.keyfile import Secrets
from hub.sheet import Sheet
from sync.hub import SyncHub
from yizhan import opening, settings
from yizhan.checking import verify
from yizhan.clock import Clock
from yizhan.db import Db, Table, shape_of, table_of
from yizhan.errors import Corrupt, Refusal
from yizhan.keys import Signer, write_private
from yizhan.mechanisms import REGISTRY
from yizhan.record import HUB, Node
from yizhan.settings import Settings

PAGE = 1000


class Restored(msgspec.Struct, frozen=True):
    """What was made: `head` is the backup's, 0 where it came from the sheet alone."""

    network: str
    public: bytes
    head: int
    collecting: bool


def secrets_from(sheet: Sheet) -> Secrets:
    """What a recovery sheet knows; who is signed in at the hub signs in again."""
    web = secrets.token_bytes(32)
    seal = {"network": sheet.seal}
    return Secrets(sheet.network, sheet.url, sheet.offset, "", sheet.signing, web, seal)


def restore(data: Path, kept: Secrets, source: Path | None, database: str) -> Restored:
    """Make a hub in an empty directory and database; `source` is a backup, or None.

    Raises Refusal where something is there already or keys and backup are of two networks,
    Corrupt where the backup is damaged. Then nothing is left behind.
    """
    public = Ed25519PrivateKey.from_private_bytes(kept.signing).public_key().public_bytes_raw()
    header = _checked(source, kept, public) if source else None
    _refuse_occupied(data)
    with _all_or_nothing(data):
        data.mkdir(parents=True, exist_ok=True)
        write_private(data / opening.SIGNING_KEY, kept.signing)
        write_private(data / WEB_SECRET, kept.web)
        found = Settings(kept.network, HUB, kept.url, public.hex(), database, kept.offset)
        db = Db(found.url(data), kept.network)
        try:
            _refuse_filled(db)
            node = Node(db, REGISTRY, HUB, Clock(found.offset))
            made = _fill(node, opening.signer(data), kept, source if header else None)
        finally:
            db.close()
        settings.write(data, found)
    return made


def _checked(source: Path, kept: Secrets, public: bytes) -> Header:
    try:
        header = backup_file.check(source, public)
    except OSError as error:
        raise Refusal("%(path)s 读不了（%(why)s）", path=source, why=error.strerror) from error
    if header.network != kept.network:
        raise Refusal(
            "备份是网络 %(one)s 的，密钥是 %(other)s 的：没有动手",
            one=header.network,
            other=kept.network,
        )
    return header


def _refuse_occupied(data: Path) -> None:
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise Refusal("%(data)s 不是空的，没有动它：请换一个空目录", data=data)


def _refuse_filled(db: Db) -> None:
    """Another network may live in the same database; this one may not."""
    if db.has_table("journal"):
        rows = db.sql("SELECT 1 FROM journal WHERE network = ? LIMIT 1", (db.network,))
        if rows:
            raise Refusal("数据库里已经有网络 %(network)s 的记录，没有动它", network=db.network)


@contextmanager
def _all_or_nothing(data: Path) -> Iterator[None]:
    """On any error the directory is as empty as it was."""
    was_there, whole = data.exists(), False
    try:
        yield
        whole = True
    finally:
        if not whole and data.exists():
            for path in data.iterdir():
                path.unlink()
            if not was_there:
                data.rmdir()


def _fill(node: Node, signer: Signer, kept: Secrets, source: Path | None) -> Restored:
    """What is recorded from here on is of a new hub epoch, even before the hub serves again."""
    sync = SyncHub(node, signer)
    node.db.create(backup.TABLES)
    with node.writing():
        if source:
            with backup_file.opened(source) as tables:
                for heading, rows in tables:
                    _put(node, heading, rows)
            node.view.rebuild()
            node.shred()
            node.keys.destroy(erasures.read(source.parent, node.network))
        for owner, key in kept.seal.items():
            node.keys.take(owner, key)
        sync.begin_epoch()
        collecting = source is None or sync.recovery.collecting
        sync.recovery.begin("backup" if source else "sheet", collecting=collecting)
        if source:
            _remember(sync, source)
        row = sync.recovery.row()
    if source:
        report = verify(node)
        if not report.ok:
            raise Corrupt("；".join(report.sentences))
    return Restored(node.network, signer.public, row.head if row else 0, collecting)


def _remember(sync: SyncHub, source: Path) -> None:
    """The backup that we come from, and its neighbours: the oldest counts for the stations."""
    backup.list_folder(sync, source.parent, source)


def _put(node: Node, heading: Heading, rows: Iterator[list[Any]]) -> None:
    table = next((one for one in backup.TABLES if shape_of(one)[0] == heading.table), None)
    kinds = {column: kind for column, kind, _null in shape_of(table)[1]} if table else {}
    if table is None or not kinds.keys() >= set(heading.columns):
        raise Refusal("备份是更新的版本做的：请先升级软件，再恢复")
    put = [_PUT.get(kinds[column]) for column in heading.columns]
    node.db.sql(f"DELETE FROM {table_of(table)} WHERE network = ?", (node.network,))
    page: list[list[Any]] = []
    for row in rows:
        page.append([
            convert(value) if convert and value is not None else value
            for convert, value in zip(put, row, strict=True)
        ])  # fmt: skip
        if len(page) == PAGE:
            _insert(node, table, heading.columns, page)
            page = []
    _insert(node, table, heading.columns, page)


_PUT: dict[str, Callable[[Any], Any]] = {"BLOB": backup_file.octets, "BOOL": bool}
"""How a value of a column's type goes in again; all others go in as they are."""


def _insert(
    node: Node, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    listed = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("?" * len(columns))
    node.db.many(f"INSERT INTO {table_of(table)} ({listed}) VALUES ({marks})", rows)
