"""The hub's page for sticks: what came in, by station; the rescue on an administrator's word."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from sync.station import SyncStation
from sync.status import unsent
from sync.stick import StickStation
from sync.stick_files import Places
from tests.hub.conftest import Visitor
from tests.kiosk.stations import eventually
from tests.sync.road import take_ticket
from yizhan.clock import Clock
from yizhan.db import Db
from yizhan.ids import new_id
from yizhan.keys import Signer
from yizhan.mechanisms import REGISTRY
from yizhan.record import Node
from yizhan.services.stations import commands as stations
from yizhan.services.tickets.projection import TicketRow


@pytest.fixture
def west(app: Flask, node: Node, tmp_path: Path) -> SyncStation:
    """西塘: enrolled, once on the wire, then without a network."""
    hub, signer = app.extensions["sync_hub"], Signer(tmp_path / "west.key")
    node.record(new_id(), "hub", lambda: stations.add("west", "西塘驿站", "ab"))
    state = node.state("station", "", "station/west")
    node.record(new_id(), "hub", lambda: stations.enrol(state, "ab", signer.public.hex()))
    there = Node(Db(str(tmp_path / "west.db"), node.network), REGISTRY, "west", Clock())
    one = SyncStation(there, signer, hub.signer.public)
    for _ in range(4):
        sent = one.request()
        if one.take(sent, hub.exchange(sent.raw)) == "done":
            return one
    raise AssertionError("the exchange does not end")


@pytest.fixture
def stick(app: Flask, tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    app.extensions["sticks"] = Places(tmp_path / "nowhere", folder)
    return folder


@pytest.fixture
def fang(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("fang")


def text(visitor: Visitor) -> str:
    """The page without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", visitor.see("/stick").text).split())


def shows(visitor: Visitor, words: str) -> str:
    eventually(lambda: words in text(visitor), words)
    return text(visitor)


def no_step(_done: int, _of: int) -> None:
    """Nobody watches."""


def test_what_came_in_stands_by_station_and_the_answer_goes_home(
    west: SyncStation, stick: Path, fang: Visitor, node: Node
) -> None:
    for number in (1, 2, 3):
        take_ticket(west, number)
    StickStation(west).export(stick, no_step)
    assert fang.send("/stick", "/stick/read", stick=str(stick)).status_code == 303
    page = shows(fang, "读入了 3 条，其中 3 条是新的")
    assert "西塘驿站" in page and "好了" in page
    assert node.db.count(TicketRow.select()) == 3
    assert str(StickStation(west).take_in(stick, no_step).said[0]) == "中心已收到 3 条"
    assert unsent(west.node) == 0


def test_an_old_stick_needs_an_administrator(
    west: SyncStation, stick: Path, app: Flask, node: Node, signed_in: Callable[[str], Visitor]
) -> None:
    take_ticket(west, 1)
    StickStation(west).export(stick, no_step)
    app.extensions["sync_hub"].begin_epoch()
    fang, admin = signed_in("fang"), signed_in("admin")
    fang.send("/stick", "/stick/read", stick=str(stick))
    assert "要看一看" in shows(fang, "请管理员用“救回”")
    assert "救回（" not in text(fang)
    assert fang.send("/stick", "/stick/rescue", stick=str(stick)).status_code == 403
    assert node.db.count(TicketRow.select()) == 0
    admin.send("/stick", "/stick/rescue", stick=str(stick))
    shows(admin, "救回了 1 个文件")
    assert node.db.count(TicketRow.select()) == 1
    last = node.journal.placed(0, 10_000)[-1].event
    assert (last.type, last.actor) == ("station.rescued", "staff/admin")


def test_no_stick_and_a_wrong_one_say_what_to_do(
    stick: Path, fang: Visitor, tmp_path: Path
) -> None:
    answer = fang.send("/stick", "/stick/read", stick=str(tmp_path))
    assert answer.status_code == 409 and "这个U盘不在了" in answer.text
    fang.send("/stick", "/stick/read", stick=str(stick))
    shows(fang, "这个U盘上没有驿站的文件")
    stick.rmdir()
    assert "还没有U盘" in text(fang)


def test_the_page_is_asked_for_in_part(stick: Path, fang: Visitor) -> None:
    part = fang.see("/stick", **{"HX-Request": "true"}).text
    assert "读入U盘" in part and "<html" not in part
