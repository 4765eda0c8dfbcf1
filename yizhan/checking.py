"""Checking a node: is every byte of the journal what it was, is the view what it must be?

`verify` reads and changes nothing, and names the first thing that is wrong. `doctor` looks at
the machine around the node and says what to do. Knows no mechanism.
"""

import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from yizhan import events, opening, settings
from yizhan.db import Table, columns_of, table_of
from yizhan.errors import Corrupt, Refusal, Unreachable
from yizhan.fingerprint import Folded, fold_through, lay
from yizhan.folding import Key
from yizhan.journal import Held, located
from yizhan.keys import NETWORK
from yizhan.record import Node
from yizhan.view import AsideRow, States, SubjectRow, Values

PAGE = 2000
DISK_MIN_MIB = 200


DAMAGED = "先把数据目录复制到别处保存，不要重建；已上传的记录可以从中心或备份取回"


class Report(msgspec.Struct, frozen=True):
    """What `verify` found; the sentences say it to an operator."""

    ok: bool
    sentences: list[str]


def verify(node: Node) -> Report:
    """Check digests, chains, positions and the view, at one moment."""
    with node.db.reading():
        checks = (_digests(node), _chains(node), _positions(node))
        wrong = [sentence for check in checks if (sentence := next(check, None))]
        if wrong:
            return Report(False, [*wrong, DAMAGED])
        wrong = list(islice(_view(node), 1))
        count = node.db.sql("SELECT COUNT(*) FROM journal WHERE network = ?", (node.network,))
        head = node.journal.head()
    if wrong:
        return Report(False, wrong)
    return Report(True, [f"{count[0][0]} 条记录都对：摘要、链、编号（到第 {head} 条）和所有的表"])


def where(row: Held) -> str:
    """How to find an event."""
    placed = f"第 {row.position} 条" if row.position else "还没有编号"
    return f"本地 {row.local} 号（{placed}，{row.subject}）"


def _digests(node: Node) -> Iterator[str]:
    after = 0
    while rows := node.journal.after(after, PAGE):
        for row in rows:
            if events.digest(row.prev, row.raw) != row.digest:
                yield f"{where(row)} 的字节或摘要被改过"
            if located(row.readable, row.digest) != _located(row):
                yield f"{where(row)} 的索引列与它的字节不符"
        after = rows[-1].local


def _located(row: Held) -> tuple[object, ...]:
    return row.id, row.source, row.epoch, row.seq, row.audience, row.subject, row.batch


def _chains(node: Node) -> Iterator[str]:
    """What comes before each event must be held: of every source at the hub, elsewhere of ours.

    Of others a station sees only parts; and what a station brought back for another one after
    a loss may lack what came before it.
    """
    last: dict[str, bytes] = {}
    loose: dict[bytes, tuple[bytes, str]] = {}
    for local, source, epoch, prev, digest in _links(node):
        if prev not in (events.GENESIS, last.get(source)):
            loose[prev] = digest, f"本地 {local} 号（{source}/{epoch}）之前的那条不在这里：链断了"
        last[source] = digest
    if loose:
        for *_, digest in _links(node):
            loose.pop(digest, None)
    journal = node.journal
    for known in journal.passed_over(loose):
        loose.pop(known, None)
    excused = journal.vouched([digest for digest, _ in loose.values()])
    yield from (said for digest, said in loose.values() if digest not in excused)


def _links(node: Node) -> Iterator[tuple[int, str, str, bytes, bytes]]:
    """(local, source, epoch, prev, digest) of what must hang together, in order of arrival."""
    statement = (
        "SELECT local, source, epoch, prev, digest FROM journal WHERE network = ? AND local > ?"
        " ORDER BY local LIMIT ?"
    )
    after = 0
    while rows := node.db.sql(statement, (node.network, after, 10 * PAGE)):
        after = rows[-1][0]
        for local, source, epoch, prev, digest in rows:
            if source and (node.is_hub or source == node.source):
                yield local, source, epoch, bytes(prev), bytes(digest)


def _positions(node: Node) -> Iterator[str]:
    head, expected, after = node.journal.head(), 1, 0
    while rows := node.journal.placed(after, PAGE):
        for row in rows:
            after = row.position or 0
            if after > head:
                yield f"{where(row)} 的编号超过了最高编号 {head}"
            if node.is_hub and after != expected:
                yield f"编号 {expected} 不见了，之后是 {where(row)}"
            expected += 1
    if node.is_hub and expected != head + 1:
        yield f"编号只到第 {expected - 1} 条，最高编号却是 {head}"


def _view(node: Node) -> Iterator[str]:
    """Every table must be what a fresh fold of the journal shows."""
    folded = fold_through(node, node.journal.head())
    confirmed = dict(folded.states)
    unplaced = node.journal.unplaced()
    for row in unplaced:
        folded.states.setdefault(row.key, None)
    lay(node, folded, unplaced)
    expected = _expected(node, confirmed, folded)
    tables: tuple[Table, ...] = (SubjectRow, *node.view.tables)
    for table in tables:
        yield from _differences(node, table, expected.get(table, {}), 2)
    aside = {
        (digest,): (row.audience, row.subject, row.position, *_told(row), reason)
        for digest, (row, reason) in folded.aside.items()
    }
    yield from _differences(node, AsideRow, aside, 1)


def _told(row: Held) -> tuple[str, str, str]:
    event = row.readable
    return (event.type, event.actor, event.time) if event else ("", "", "")


def _expected(
    node: Node, confirmed: dict[Key, Any], folded: Folded
) -> dict[Table, dict[Values, Values]]:
    tables: dict[Table, dict[Values, Values]] = {}
    for key, optimistic in folded.states.items():
        one = States(confirmed.get(key), optimistic, folded.first.get(key, 0))
        for table, row in node.view.rows_of(key, one):
            if row is not None:
                tables.setdefault(table, {})[key] = row
    return tables


def _differences(
    node: Node, table: Table, expected: dict[Values, Values], keys: int
) -> Iterator[str]:
    """Compare a table, whose key after the network has so many columns, with what it must be."""
    columns = ", ".join(columns_of(table)[1:])
    rows = node.db.sql(
        f"SELECT {columns} FROM {table_of(table)} WHERE network = ?", (node.network,)
    )
    stored = {plain[:keys]: plain[keys:] for plain in (_plain(row) for row in rows)}
    for key in sorted(expected.keys() | stored.keys(), key=repr):
        if stored.get(key) != expected.get(key):
            name = key[-1].hex() if isinstance(key[-1], bytes) else key[-1]
            yield f"表 {table_of(table)} 里的 {name} 与记录不符：请运行 python -m yizhan rebuild"


def _plain(row: Values) -> Values:
    return tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)


Finding = tuple[bool, str]


def doctor(data: Path, database: str = "") -> list[Finding]:
    """What is well and what is not, each in a sentence that says what to do."""
    try:
        found = settings.read(data)
        node = opening.open_node(data, database=database)
    except (Refusal, Unreachable, Corrupt) as error:
        return [(False, str(error))]
    who = "中心" if node.is_hub else f"站点 {found.source}"
    return [
        (True, f"这里是 {found.network} 的{who}，数据库完好"),
        _disk(data),
        _clock(node),
        _keys(node, data),
        *_road(node),
    ]


def _disk(data: Path) -> Finding:
    free = shutil.disk_usage(data).free >> 20
    if free < DISK_MIN_MIB:
        return False, f"磁盘只剩 {free} MiB：请清出至少 {DISK_MIN_MIB} MiB，不然记录写不进去"
    return True, f"磁盘还有 {free} MiB"


def _clock(node: Node) -> Finding:
    said = f"时钟是 {node.clock.stamp()}"
    match node.clock.quality():
        case "unsure":
            return False, f"{said}，没有对过时：请连上网络，或装一块时钟电池"
        case "pretend":
            return False, f"{said}，是演示用的假时间"
        case quality:
            return True, f"{said}（{'网络对时' if quality == 'synced' else '电池时钟'}）"


def _keys(node: Node, data: Path) -> Finding:
    if not (data / opening.SIGNING_KEY).exists():
        return False, f"签名密钥 {opening.SIGNING_KEY} 不见了：请从备份放回，或重新入网"
    if node.keys.get(NETWORK) is None:
        return False, "没有这个网络的密钥：请重新入网，不然刷卡认不出人"
    return True, "签名密钥和网络密钥都在"


def _road(node: Node) -> Iterator[Finding]:
    if node.is_hub:
        return
    rows = node.db.sql(
        "SELECT COUNT(*) FROM journal WHERE network = ? AND position IS NULL AND stored IS NULL",
        (node.network,),
    )
    yield True, f"{rows[0][0]} 条记录还没有上传"
    if node.db.has_table("road"):
        for (time,) in node.db.sql("SELECT time FROM road WHERE network = ?", (node.network,)):
            yield True, f"上次连上中心是 {time}"
