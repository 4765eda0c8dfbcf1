"""Backups of the hub's journal, made while it serves: written, read back, and counted.

A backup holds what cannot be folded again: the journal and what belongs to it. It holds no key
(keyfile.py) and no view. What a station may forget depends on the oldest backup that we would
restore from, so a table tells how far each one in the folders reaches.
"""

import fcntl
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from hub import backup_file, erasures
from hub.backup_file import Header, Heading
from hub.keyfile import Secrets
from sync.bundle import HubEpoch
from sync.hub import SyncHub
from sync.hub_tables import (
    BackupRow,
    BranchRow,
    CollectedRow,
    ContactRow,
    FlippedRow,
    HubEpochRow,
    LostEpochRow,
    RecoveryRow,
    ReturnedRow,
    SeenRow,
    TicketRow,
    TipRow,
)
from yizhan import VERSION
from yizhan.db import Table, shape_of, table_of
from yizhan.errors import Corrupt, Refusal
from yizhan.journal_tables import (
    ChainRow,
    FormRow,
    HeadRow,
    JournalRow,
    PassedOverRow,
    VouchedRow,
)
from yizhan.mending_tables import DamagedRow
from yizhan.record import Node
from yizhan.settings import Settings

TABLES: tuple[Table, ...] = (
    HeadRow, JournalRow, ChainRow, FormRow, PassedOverRow, VouchedRow, DamagedRow, HubEpochRow,
    ContactRow, TicketRow, SeenRow, TipRow, BranchRow, RecoveryRow, ReturnedRow, CollectedRow,
    FlippedRow,
    LostEpochRow,
)  # fmt: skip
"""What is in a backup. Not the view (folded again), keys, log-ins, or blobs (files)."""

PAGE = 5000
SUFFIX = ".yzb"
UNFINISHED = ".part"
LOCK = "backup.lock"


class Made(msgspec.Struct, frozen=True):
    """A backup that is whole: where, through which position, how large, how many are kept."""

    path: Path
    head: int
    events: int
    size: int
    kept: int
    backed_up: int


def make(sync: SyncHub, found: Settings, data: Path, folder: Path, keep: int) -> Made:
    """Back up into a folder, and keep the newest `keep` there.

    Raises Refusal where the folder does not take it: then everything there is as it was.
    """
    if keep < 1:
        raise Refusal("至少要留一份备份：--keep 写 1 或更多")
    with _alone(data), _said(folder):
        sync.db.create(TABLES)
        folder.mkdir(parents=True, exist_ok=True)
        for part in folder.glob(f"{found.network}-*{UNFINISHED}"):
            part.unlink()
        path, counts = _write(sync, found, folder)
        erasures.write(folder, sync.node)
        listed = list_folder(sync, folder, path)
        for old in listed[keep:]:
            old.unlink()
        kept = list_folder(sync, folder, path)
    head = backup_file.head_of(path).head
    mark = sync.recovery.backed_up()
    return Made(path, head, counts["journal"], path.stat().st_size, len(kept), mark)


def _write(sync: SyncHub, found: Settings, folder: Path) -> tuple[Path, dict[str, int]]:
    """A new file, read back whole before it gets its name."""
    node = sync.node
    with node.db.reading():
        header = _header(sync, found)
        name = f"{found.network}-{re.sub('[^0-9T]', '', header.made[:19])}-{header.head:012d}"
        part = folder / f"{name}{UNFINISHED}"
        try:
            tables = ((_heading(table), _rows(node, table)) for table in TABLES)
            counts = backup_file.write(part, header, tables, sync.signer)
            _read_back(part, header, counts)
            path = part.rename(folder / f"{name}{SUFFIX}")
        finally:
            part.unlink(missing_ok=True)
    _sync_folder(folder)
    return path, counts


def _header(sync: SyncHub, found: Settings) -> Header:
    node = sync.node
    return Header(
        network=node.network,
        url=found.hub_url,
        offset=found.offset,
        public=sync.signer.public.hex(),
        head=node.journal.head(),
        hubs=sync.hub_epochs(),
        made=node.clock.stamp(),
        version=VERSION,
    )


def _heading(table: Table) -> Heading:
    name, fields, _keys, _indexes = shape_of(table)
    return Heading(name, [column for column, kind, _null in fields if kind not in COUNTED])


COUNTED = ("AUTO", "BIGAUTO")
"""A column that counts arrivals is counted anew where the rows go in again, in their order."""


def _rows(node: Node, table: Table) -> Iterator[tuple[Any, ...]]:
    """All rows of this network, in the order of their key, page by page."""
    _name, _fields, keys, _indexes = shape_of(table)
    columns = _heading(table).columns
    order = [key for key in keys if key != '"network"'] or keys
    listed = ", ".join((*order, *(f'"{column}"' for column in columns)))
    page = f"SELECT {listed} FROM {table_of(table)} WHERE network = ?"
    marks, by = ", ".join("?" * len(order)), ", ".join(order)
    after: Sequence[Any] = ()
    while True:
        where = f" AND ({by}) > ({marks})" if after else ""
        rows = node.db.sql(f"{page}{where} ORDER BY {by} LIMIT ?", (node.network, *after, PAGE))
        yield from (row[len(order) :] for row in rows)
        if len(rows) < PAGE:
            return
        after = rows[-1][: len(order)]


def _read_back(path: Path, header: Header, counts: dict[str, int]) -> None:
    """Raises Corrupt where the file on the disk is not what was to be written."""
    found = backup_file.check(path)
    with backup_file.opened(path) as tables:
        read = {heading.table: sum(1 for _row in rows) for heading, rows in tables}
    if found != header or read != counts:
        raise Corrupt(f"写进 {path.parent} 的备份读回来不一样：请换一块盘，旧的备份没有动")


def list_folder(sync: SyncHub, folder: Path, newest: Path) -> list[Path]:
    """The backups of this network in a folder, newest first, and remember how far each reaches."""
    found: list[tuple[Path, Header]] = []
    for path in folder.glob(f"{sync.node.network}-*{SUFFIX}"):
        try:
            header = backup_file.head_of(path)
        except Corrupt:
            continue
        if header.public == sync.signer.public.hex():
            found.append((path, header))
    found.sort(key=lambda one: (one[0] == newest, one[1].made, one[1].head), reverse=True)
    remember(sync, folder, found)
    return [path for path, _header in found]


def remember(sync: SyncHub, folder: Path, found: Sequence[tuple[Path, Header]]) -> None:
    """These are the backups in a folder; what is not among them is there no more."""
    node, ours = sync.node, sync.hub_epochs()
    here = f"{folder.resolve()}/"
    with node.db.writing():
        node.db.sql(
            "DELETE FROM backup WHERE network = ? AND substr(path, 1, ?) = ?",
            (node.network, len(here), here),
        )
        node.db.upsert(
            BackupRow,
            [
                (node.network, f"{here}{path.name}", one.made, one.head, contained(one, ours))
                for path, one in found
            ],
        )


def contained(header: Header, ours: Sequence[HubEpoch]) -> int:
    """Through which position a backup holds what this hub holds.

    Where the two part, one of them was lost: what the backup has from there on is of a hub
    that is no more, or ours is of a later one. Where the backup knows an epoch that we do not,
    nobody knows at which moment of the last common one they parted.
    """
    theirs = [(epoch, first) for epoch, first in header.hubs]
    same = 0
    while same < min(len(theirs), len(ours)) and theirs[same] == tuple(ours[same]):
        same += 1
    of_another = theirs[max(0, same - 1) :] if len(theirs) > same else []
    parted = [first - 1 for _epoch, first in (*of_another, *ours[same:])]
    return min([header.head, *parted]) if same or not theirs else 0


def secrets_of(sync: SyncHub, found: Settings, signing: bytes, web: bytes) -> Secrets:
    """All that a backup must not hold, for a key file."""
    rows = sync.db.sql("SELECT owner, key FROM seal_key WHERE network = ?", (found.network,))
    seal = {owner: bytes(key) for owner, key in rows}
    made = sync.node.clock.stamp()
    return Secrets(found.network, found.hub_url, found.offset, made, signing, web, seal)


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """One backup at a time, or each might take the other's unfinished file away."""
    with (data / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _said(folder: Path) -> Iterator[None]:
    """A disk's error in a sentence for a person."""
    try:
        yield
    except OSError as error:
        raise Refusal(
            "备份没有写成：%(folder)s 写不进去（%(why)s）。原来的备份都没有动，请换一个地方再做",
            folder=folder,
            why=error.strerror,
        ) from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
