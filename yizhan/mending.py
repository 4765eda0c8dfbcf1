"""Mending a damaged database: everything that can be read goes into a new file.

The damaged file is never written: it is kept beside, under a name with the time. Events that
prove themselves are copied, one wrong byte in an event is put right, what the hub had numbered
is written down to be asked for again (sync/refetch.py), and what had not been uploaded is kept
for a person. The view is folded anew. Knows files and tables; knows no road.
"""

import fcntl
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from yizhan import salvage, settings
from yizhan.clock import from_environment
from yizhan.db import Db, Table, table_of
from yizhan.errors import Corrupt, Refusal
from yizhan.keys import NETWORK
from yizhan.mechanisms import REGISTRY
from yizhan.mending_tables import DamagedRow, WantedRow
from yizhan.record import HUB, Node
from yizhan.salvage import CHUNK, Connection, Reader
from yizhan.salvage_journal import Damage, JournalCopy
from yizhan.settings import Settings
from yizhan.view_tables import AsideRow, SubjectRow, VersionRow

FRESH = ".mended"
SPACE_FACTOR = 2.5

SQLITE_LOCKS = 0x40000002
"""Where SQLite's readers hold their lock in the file (SHARED_FIRST in its os.h)."""
SQLITE_LOCK_BYTES = 510

KEYS_TABLE = "seal_key"
WHAT = {
    "raw": "内容",
    "prev": "前一条的摘要",
    "digest": "摘要",
    "columns": "索引列",
    "page": "整页",
}
VIEW: tuple[Table, ...] = (SubjectRow, AsideRow, VersionRow)


class Mended(msgspec.Struct):
    """What a mending did, or would do. `gaps` are the places in other tables that are gone.

    `complaint` is what SQLite finds wrong in the file.
    """

    complaint: str
    copied: int
    damaged: list[Damage]
    gaps: dict[str, int]
    wants_all: bool
    network_key: bool
    """Whether the network's key is still there."""
    kept: str = ""

    @property
    def whole(self) -> bool:
        """Whether nothing was wrong."""
        return not (self.complaint or self.damaged or self.gaps or self.wants_all)

    def state(self, state: str) -> list[Damage]:
        """The events in this state."""
        return [one for one in self.damaged if one.state == state]

    def shown(self) -> dict[str, Any]:
        """Its fields as plain values, with what it says."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found | {"whole": self.whole, "sentences": self.sentences()}

    def sentences(self) -> list[str]:
        """What an operator is told, one thing a line."""
        if self.whole:
            return [f"{self.copied} 条记录都完好，没有要修的"]
        said = [_said(one) for one in self.damaged]
        said += [f"数据库文件不完好：{self.complaint}"] if self.complaint else []
        said += [f"表 {name} 里有 {count} 处读不出来" for name, count in self.gaps.items()]
        if self.wants_all:
            said.append("说不清少了哪些：下一次交换时把这里该有的都向中心要一遍")
        if not self.network_key:
            said.append(
                "网络密钥不见了：修好后请用新的入网码再入网一次（sync enrol），不然认不出卡"
            )
        if self.kept:
            return [*said, f"修好了，{self.copied} 条记录；坏的文件另存为 {self.kept}"]
        return [*said, f"能保住 {self.copied} 条记录；确定要修，请加 --yes 再运行一次"]


def mend(data: Path, *, really: bool) -> Mended:
    """Mend the database of a data directory, or (`really` false) find out what it would do.

    Raises Refusal where something runs on it, where the disk is too full or where the hub's
    database is not a file; Corrupt where a hub has lost what only a backup can give back.
    """
    found = settings.read(data)
    path = Path(found.url(data))
    fresh = path.with_name(path.name + FRESH)
    if not found.database.startswith("postgres") and not path.exists() and fresh.exists():
        fresh.replace(path)
    _refuse(path, found)
    for leftover in _files(fresh):
        leftover.unlink(missing_ok=True)
    try:
        mended = _copied(path, fresh, found)
        if really and not mended.whole:
            _put_in_place(path, fresh, mended, found)
    finally:
        for leftover in _files(fresh):
            leftover.unlink(missing_ok=True)
    return mended


def _refuse(path: Path, found: Settings) -> None:
    if found.database.startswith(("postgres://", "postgresql://")):
        raise Refusal("中心的数据库是 PostgreSQL：请用它自己的工具检查，或放回备份")
    if not path.exists():
        raise Refusal("数据库文件 %(path)s 不见了：请先把备份放回这里", path=path)
    need = int(path.stat().st_size * SPACE_FACTOR)
    if shutil.disk_usage(path.parent).free < need:
        raise Refusal("磁盘不够：修复要 %(n)d MiB 空间，请先清一清", n=(need >> 20) + 1)
    with path.open("rb+") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, SQLITE_LOCK_BYTES, SQLITE_LOCKS)
        except OSError as error:
            raise Refusal("还有程序在用这个数据库：请先停下触摸屏和同步再修") from error


def _files(path: Path) -> list[Path]:
    return [path.with_name(path.name + end) for end in ("", "-wal", "-shm")]


def _copied(path: Path, fresh: Path, found: Settings) -> Mended:
    db = Db(str(fresh), found.network)
    try:
        with salvage.reading(path) as old:
            complaint = salvage.complaint(old)
            gaps = _copy_tables(old, db)
            journal = JournalCopy(old, path, db, found.source)
            journal.copy()
            _never_twice(old, db)
        mended = Mended(complaint, journal.copied, journal.damaged, gaps, journal.wants_all, False)
        mended.wants_all |= KEYS_TABLE in gaps
        _finish(db, found, mended)
    finally:
        db.close()
    return mended


def _copy_tables(old: Connection, db: Db) -> dict[str, int]:
    """Every table but the journal and the view; how many gaps each of them has."""
    shown = [one.table for kind in REGISTRY.kinds.values() for one in kind.projections]
    folded = {table_of(table).strip('"') for table in (*VIEW, *shown)}
    gaps: dict[str, int] = {}
    for name, statement in salvage.tables(old).items():
        if name == "journal" or name in folded:
            continue
        with db.writing():
            db.sql(statement)
            for index in salvage.indexes(old, name).values():
                db.sql(index)
        reader = Reader(old, name)
        _copy_rows(reader, salvage.columns(old, name), db)
        if reader.gaps:
            gaps[name] = reader.gaps
    return gaps


def _copy_rows(reader: Reader, columns: Sequence[str], db: Db) -> None:
    marks = ", ".join("?" * len(columns))
    insert = f'INSERT INTO "{reader.table}" ({", ".join(columns)}) VALUES ({marks})'
    page: list[tuple[Any, ...]] = []
    for _rowid, *values in reader.rows(", ".join(columns)):
        page.append(tuple(values))
        if len(page) == CHUNK:
            db.many(f"{insert} ON CONFLICT DO NOTHING", page)
            page = []
    db.many(f"{insert} ON CONFLICT DO NOTHING", page)


def _never_twice(old: Connection, db: Db) -> None:
    """A local number that was given once is not given again, though its event be gone."""
    last = salvage.counted(old, "journal")
    db.sql("UPDATE sqlite_sequence SET seq = MAX(seq, ?) WHERE name = 'journal'", (last,))


def _finish(db: Db, found: Settings, mended: Mended) -> None:
    """The cursor, what is wanted and what was damaged; then the view, folded anew."""
    db.create((DamagedRow, WantedRow))
    rows = db.sql("SELECT MAX(position) FROM journal WHERE network = ?", (db.network,))
    highest = int(rows[0][0] or 0)
    clock = from_environment(found.offset, pretend=False)
    with db.writing():
        db.sql("UPDATE head SET head = MAX(head, ?) WHERE network = ?", (highest, db.network))
        [(head,)] = db.sql("SELECT head FROM head WHERE network = ?", (db.network,))
        wanted = {one.position for one in mended.state("wanted") if one.position}
        every = [(1, head)] if head else []
        ranges = every if mended.wants_all else _ranges(sorted(wanted))
        db.upsert(WantedRow, [(db.network, *one) for one in ranges])
        db.many(
            "INSERT INTO damaged (network, local, position, id, source, audience, subject, raw,"
            " state, wrong_column, byte, found) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            [
                (db.network, one.local, one.position, one.id, one.source, one.audience,
                 one.subject, one.octets, one.state, one.column, one.byte, clock.stamp())
                for one in mended.damaged
            ],
        )  # fmt: skip
    node = Node(db, REGISTRY, found.source, clock)
    mended.network_key = node.keys.get(NETWORK) is not None
    db.sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _ranges(positions: Sequence[int]) -> list[tuple[int, int]]:
    """Positions in a row as ranges, from one through another."""
    found: list[tuple[int, int]] = []
    for position in positions:
        if found and position == found[-1][1] + 1:
            found[-1] = found[-1][0], position
        else:
            found.append((position, position))
    return found


def _put_in_place(path: Path, fresh: Path, mended: Mended, found: Settings) -> None:
    """The damaged file steps aside with its log, then the new one takes its place.

    A power cut between the two leaves no database, which no door takes for an empty one; the
    next mending goes on from there.
    """
    if found.source == HUB and (mended.state("wanted") or mended.wants_all):
        raise Corrupt(
            "中心的记录自己修不好：请用 python -m hub restore 放回备份，各站点会补上后来的"
        )
    _refuse(path, found)
    stamp = from_environment(found.offset, pretend=False).stamp()[:19].replace(":", "")
    kept = path.with_name(f"{path.name}.damaged-{stamp}")
    path.rename(kept)
    log, shared = (path.with_name(path.name + end) for end in ("-wal", "-shm"))
    if log.exists() and log.stat().st_size:
        log.rename(kept.with_name(log.name.replace(path.name, kept.name)))
    log.unlink(missing_ok=True)
    shared.unlink(missing_ok=True)
    fresh.replace(path)
    mended.kept = kept.name


def _said(one: Damage) -> str:
    placed = f"第 {one.position} 条" if one.position else "还没有编号"
    where = f"本地 {one.local} 号（{placed}，{one.subject or one.id}）"
    byte = "" if one.byte is None else f"的第 {one.byte} 个字节"
    match one.state:
        case "healed":
            return f"{where}：{WHAT.get(one.column, one.column)}{byte}坏了，已经改正"
        case "wanted":
            return f"{where}：坏了，下一次交换时向中心取回"
        case _:
            return f"{where}：坏了，也没有上传过。剩下的字节留在 damaged 表里，请找当事人补记"
