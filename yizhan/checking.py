"""Checking a node: is every byte of the journal what it was, is the view what it must be?

`verify` reads and changes nothing, and names the first thing that is wrong, to the byte where
that can be known. Signatures are checked when a bundle comes and are not kept with the events:
what holds an event afterwards is its digest, which covers the digest before it, so `verify`
walks the chains. Knows no mechanism.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import msgspec

from yizhan import events
from yizhan.db import Table, columns_of, table_of
from yizhan.errors import Corrupt, Unreachable
from yizhan.fingerprint import Folded, fold_through, lay
from yizhan.folding import Key
from yizhan.healing import heal
from yizhan.journal import Held, located
from yizhan.record import Node
from yizhan.view import AsideRow, States, SubjectRow, Values

PAGE = 2000

DAMAGED = (
    "先停下触摸屏和同步，再运行 python -m yizhan mend --data 目录：它另存坏的文件，"
    "能修的修好，已上传的向中心取回；不要重建"
)


class Bad(msgspec.Struct, frozen=True, omit_defaults=True):
    """The first bad byte: in which event, in which column, at which byte, counted from 0.

    `byte` is None where more than one byte is wrong, so that only the hub's copy could tell.
    """

    local: int
    position: int | None
    subject: str
    column: str
    byte: int | None = None


class Wrong(msgspec.Struct, frozen=True):
    """One thing that is wrong, in a sentence."""

    said: str
    bad: Bad | None = None


class Report(msgspec.Struct, frozen=True):
    """What `verify` found; the sentences say it to an operator, `bad` to a program."""

    ok: bool
    sentences: list[str]
    bad: Bad | None = None


def verify(node: Node) -> Report:
    """Check digests, chains, positions and the view, at one moment."""
    with node.db.reading():
        checks = (_digests(node), _chains(node), _positions(node), _file(node))
        wrong = [found for check in checks if (found := _first(check))]
        if wrong:
            bad = next((one.bad for one in wrong if one.bad), None)
            return Report(False, [*(one.said for one in wrong), DAMAGED], bad)
        differing = list(islice(_view(node), 1))
        count = node.db.sql("SELECT COUNT(*) FROM journal WHERE network = ?", (node.network,))
        head = node.journal.head()
    if differing:
        return Report(False, differing)
    return Report(True, [f"{count[0][0]} 条记录都对：摘要、链、编号（到第 {head} 条）和所有的表"])


def _first(check: Iterator[str | Wrong]) -> Wrong | None:
    """The first thing that a check finds; where it cannot even read, that is the finding."""
    try:
        found = next(check, None)
    except (Corrupt, Unreachable, TypeError) as error:
        return Wrong(f"数据库读不下去：{error}")
    return Wrong(found) if isinstance(found, str) else found


def where(row: Held) -> str:
    """How to find an event."""
    placed = f"第 {row.position} 条" if row.position else "还没有编号"
    return f"本地 {row.local} 号（{placed}，{row.subject}）"


def _digests(node: Node) -> Iterator[Wrong]:
    after, size = 0, PAGE
    while True:
        try:
            rows = node.journal.after(after, size)
        except (Corrupt, Unreachable, TypeError) as error:
            if size == 1:
                yield Wrong(f"本地 {after} 号之后的那一条读不出来：{error}")
                return
            size = 1
            continue
        if not rows:
            return
        for row in rows:
            yield from wrong_in(row)
        after = rows[-1].local


def wrong_in(row: Held) -> Iterator[Wrong]:
    """What is wrong in one row of the journal, to the byte where one byte is wrong."""
    if events.digest(row.prev, row.raw) != row.digest:
        healed = heal(row.prev, row.digest, row.raw)
        column, byte = (healed.column, healed.byte) if healed else ("raw", None)
        told = f"：{column} 的第 {byte} 个字节" if healed else "，不止一个字节"
        bad = Bad(row.local, row.position, row.subject, column, byte)
        yield Wrong(f"{where(row)} 的字节或摘要被改过{told}", bad)
    elif located(row.readable, row.digest) != _located(row):
        bad = Bad(row.local, row.position, row.subject, "columns")
        yield Wrong(f"{where(row)} 的索引列与它的字节不符", bad)


def _file(node: Node) -> Iterator[str]:
    """Whether SQLite finds its pages whole and its indexes in step with the rows."""
    if not node.db.postgres:
        [(said,)] = node.db.sql("PRAGMA integrity_check(1)")
        if said != "ok":
            yield f"数据库文件不完好：{said}"


def _located(row: Held) -> tuple[object, ...]:
    return row.id, row.source, row.epoch, row.seq, row.audience, row.subject, row.batch


def _chains(node: Node) -> Iterator[str]:
    """What comes before each event must be held: of every source at the hub, elsewhere of ours.

    Of others a station sees only parts; and what a station brought back for another one after
    a loss may lack what came before it.
    """
    last: dict[str, bytes] = {}
    loose: dict[bytes, tuple[bytes, str]] = {}
    end = node.journal.chain(node.source)
    if end != events.GENESIS:
        loose[end] = end, f"{node.source} 的链尾不在这里：最后一条不见了，或链尾被改过"
    for local, source, epoch, prev, digest in _links(node):
        if not source or not (node.is_hub or source == node.source):
            continue
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
    """(local, source, epoch, prev, digest) of all that is held, in order of arrival.

    What cannot be read names no source, but hangs in a chain as well.
    """
    statement = (
        "SELECT local, source, epoch, prev, digest FROM journal WHERE network = ? AND local > ?"
        " ORDER BY local LIMIT ?"
    )
    after = 0
    while rows := node.db.sql(statement, (node.network, after, 10 * PAGE)):
        after = rows[-1][0]
        for local, source, epoch, prev, digest in rows:
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
