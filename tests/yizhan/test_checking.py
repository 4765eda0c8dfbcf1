"""verify finds every kind of damage and names the place; doctor says what to do."""

import re
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from tests.yizhan.nodes import (
    drafts_of,
    exchange,
    make_node,
    place,
    record,
    register_wang,
    step,
    take,
)
from yizhan import settings
from yizhan.checking import verify
from yizhan.doctor import doctor
from yizhan.journal import Arriving
from yizhan.keys import Signer
from yizhan.opening import SIGNING_KEY
from yizhan.record import Node
from yizhan.services.orders import commands as orders
from yizhan.settings import Settings


@pytest.fixture
def busy(hub: Node, zhongda: Node) -> tuple[Node, Node]:
    """A hub and a station with placed, unplaced, batched and set-aside events."""
    register_wang(hub)
    exchange(zhongda, hub)
    subject = place(zhongda)
    record(zhongda, drafts_of(["one", "two"], "zhongda"))
    exchange(zhongda, hub)
    step(zhongda, orders.withdraw, subject)
    step(hub, orders.withdraw, subject)
    exchange(zhongda, hub)
    take(zhongda)
    return hub, zhongda


def test_a_node_that_nobody_has_touched_is_right(busy: tuple[Node, Node]) -> None:
    for node in busy:
        report = verify(node)
        assert report.ok, report.sentences
    assert "到第 6 条" in verify(busy[0]).sentences[0]


DAMAGE = {
    "a byte of an event": (
        "UPDATE journal SET raw = CAST(replace(CAST(raw AS TEXT), 'lamp', 'door') AS BLOB)"
        " WHERE local = 2",
        r"^本地 2 号（第 2 条，order/\w+） 的字节或摘要被改过",
    ),
    "the digest of an event": (
        "UPDATE journal SET digest = zeroblob(32) WHERE local = 3",
        "本地 3 号.*的字节或摘要被改过",
    ),
    "an index column": (
        "UPDATE journal SET subject = 'ticket/none' WHERE local = 3",
        "本地 3 号.*索引列与它的字节不符",
    ),
    "an event taken out": (
        "DELETE FROM journal WHERE local = 4",
        "编号 4 不见了|链断了|与记录不符",
    ),
    "a state": (
        "UPDATE subject SET confirmed = NULL WHERE subject = 'ticket/one'",
        '表 "subject" 里的 ticket/one 与记录不符',
    ),
    "a projection": (
        "UPDATE ticket SET price_fen = 1 WHERE subject = 'ticket/two'",
        '表 "ticket" 里的 ticket/two 与记录不符',
    ),
    "a row too many": (
        "INSERT INTO ticket SELECT network, audience, 'ticket/ghost', station, day, number,"
        " service, job, price_fen, paid_fen, paid_by, person, status, turns, taken, reason,"
        " last, since FROM ticket LIMIT 1",
        '表 "ticket" 里的 ticket/ghost 与记录不符',
    ),
    "a reason": ("DELETE FROM set_aside", '表 "set_aside"'),
    "the head": ("UPDATE head SET head = head - 1", "编号超过了最高编号"),
}


@pytest.mark.parametrize("where", [0, 1], ids=["hub", "station"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_found_and_named(busy: tuple[Node, Node], damage: str, where: int) -> None:
    node = busy[where]
    statement, sentence = DAMAGE[damage]
    node.db.sql(statement)
    report = verify(node)
    assert not report.ok
    assert any(re.search(sentence, said) for said in report.sentences), report.sentences


def test_verify_changes_nothing_and_lets_others_write(busy: tuple[Node, Node]) -> None:
    _, zhongda = busy
    path = Path(zhongda.db.url)
    before = zhongda.journal.after(0)
    with zhongda.db.reading():
        other = make_node(path.parent, "zhongda")
        take(other, 9)
        assert zhongda.journal.after(0) == before, "one moment, whatever is written meanwhile"
    assert len(zhongda.journal.after(0)) == len(before) + 1


def test_a_station_whose_chain_lost_a_link_is_found(zhongda: Node) -> None:
    for number in range(3):
        take(zhongda, number)
    [row] = zhongda.journal.located(zhongda.epoch, 2, 2)
    twin = make_node(Path(zhongda.db.url).parent, "zhongda", "twin")
    twin._writer.epoch = zhongda.epoch
    for number in range(2):
        take(twin, number + 10)
    [stranger] = twin.journal.located(zhongda.epoch, 2, 2)
    zhongda.journal.drop([row.local])
    with zhongda.writing():
        zhongda.journal.append([Arriving.read(stranger.prev, stranger.raw).held()])
    zhongda.view.rebuild()
    assert any("链断了" in said for said in verify(zhongda).sentences)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data directory of a station that has enrolled and recorded one ticket."""
    folder = tmp_path / "zhongda"
    settings.write(folder, Settings("net", "zhongda"))
    Signer(folder / SIGNING_KEY)
    node = make_node(folder, "zhongda", "yizhan")
    take(node)
    node.db.close()
    return folder


def test_the_doctor_finds_a_new_station_well(data: Path, monkeypatch) -> None:
    monkeypatch.setattr("yizhan.clock.Clock.quality", lambda _: "synced")
    findings = doctor(data)
    assert all(ok for ok, _ in findings), findings
    assert any("1 条记录还没有上传" in said for _, said in findings)


def test_the_doctor_says_what_is_wrong(data: Path, monkeypatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(1, 1, 50 << 20))
    monkeypatch.setattr("yizhan.clock.Clock.quality", lambda _: "unsure")
    (data / SIGNING_KEY).unlink()
    wrong = [said for ok, said in doctor(data) if not ok]
    assert [said[:5] for said in wrong] == ["磁盘只剩 ", "时钟是 2", "签名密钥 "]


def test_the_doctor_of_an_empty_folder_says_how_to_begin(tmp_path: Path) -> None:
    [(ok, said)] = doctor(tmp_path)
    assert not ok and "hub init" in said


def test_the_doctor_of_a_damaged_database_says_so(data: Path) -> None:
    path = data / "yizhan.db"
    content = bytearray(path.read_bytes())
    content[4096:12288] = b"\xa5" * 8192
    path.write_bytes(content)
    [(ok, said)] = doctor(data)
    assert not ok and "已损坏" in said
