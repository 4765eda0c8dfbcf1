"""The keeper of 桃花 writes the stick before the ferry leaves and reads it in when it is back."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.serving import Kiosk
from sync import errand, stick_work
from sync.hub import SyncHub
from sync.station import SyncStation
from sync.status import unsent
from sync.stick_files import Folder, Places
from sync.stick_hub import StickHub
from sync.stick_work import BUSY, Result, Said, Work
from tests.kiosk.stations import NETWORK, Hub, address, at_desk, at_screen, eventually, running
from tests.kiosk.test_tickets import take_a_number
from tests.pages import Visitor
from yizhan import opening, settings
from yizhan.errors import Refusal
from yizhan.fingerprint import fingerprint
from yizhan.record import Node
from yizhan.services.stations import commands as stations
from yizhan.settings import Settings


@pytest.fixture
def mainland(hub: Hub) -> SyncHub:
    """The hub with its road."""
    hub.publish("station", "taohua", {"code": "taohua", "name": "桃花", "tiles": ["mend"]})
    one = SyncHub(hub.node, opening.signer(hub.folder / "hub"))
    one.begin_epoch()
    return one


@pytest.fixture
def taohua(hub: Hub, mainland: SyncHub) -> Node:
    """桃花, enrolled, and once on the wire before it went to its island."""
    node, data = hub.station("taohua"), hub.folder / "taohua"
    signer = opening.signer(data)
    hub.do(stations.add("taohua", "桃花", "ab"))
    state = hub.node.state("station", "", "station/taohua")
    hub.do(stations.enrol(state, "ab", signer.public.hex()))
    key = mainland.signer.public
    settings.write(data, Settings(NETWORK, "taohua", hub_key=key.hex()))
    road = SyncStation(node, signer, key)
    for _ in range(4):
        sent = road.request()
        if road.take(sent, mainland.exchange(sent.raw)) == "done":
            return node
    raise AssertionError("the exchange does not end")


@pytest.fixture
def kiosk(hub: Hub, taohua: Node) -> Iterator[Kiosk]:
    with running(hub.folder, "taohua") as one:
        yield one


@pytest.fixture
def stick(hub: Hub) -> Path:
    """The folder that stands for a stick under --pretend."""
    folder = hub.folder / "taohua" / "stick"
    folder.mkdir()
    return folder


def shows(keeper: Visitor, words: str) -> None:
    """The page comes to say this, as it is asked every two seconds."""
    eventually(lambda: words in keeper.go("/stick"), words)


def test_from_the_buttons_to_the_receipt(
    kiosk: Kiosk, taohua: Node, mainland: SyncHub, stick: Path
) -> None:
    for _ in range(3):
        take_a_number(at_screen(kiosk))
    keeper = at_desk(kiosk, "taohua")
    keeper.follow("设备")
    keeper.follow("没有网：用U盘带过去")
    assert "还有 3 条没有上传" in keeper.page
    keeper.press("写到U盘")
    shows(keeper, "共 3 条，已写好，可以拔下")
    assert "还有 3 条没有上传" in keeper.page, "the hub has not said anything yet"
    assert StickHub(mainland).take_in(stick, lambda *_: None).good
    keeper.press("从U盘读入")
    shows(keeper, "中心已收到 3 条")
    assert "都上传了" in keeper.page
    assert unsent(taohua) == 0
    at = taohua.journal.head()
    assert fingerprint(mainland.node, at, "taohua").digest == fingerprint(taohua, at).digest


def test_no_stick_says_what_to_do(kiosk: Kiosk) -> None:
    keeper = at_desk(kiosk, "taohua")
    assert "还没有U盘" in keeper.go("/stick")


def test_a_stick_that_is_pulled_before_the_tap_is_said_so(kiosk: Kiosk, stick: Path) -> None:
    keeper = at_desk(kiosk, "taohua")
    keeper.go("/stick")
    form, value = keeper.form("写到U盘")
    stick.rmdir()
    assert keeper.send(form, value).status == 409
    assert "这个U盘不在了" in keeper.page and "还没有U盘" in keeper.page


@pytest.mark.parametrize("chosen", ["/", "/etc", "", "../stick"])
def test_only_a_stick_that_is_shown_is_written_to(kiosk: Kiosk, stick: Path, chosen: str) -> None:
    keeper = at_desk(kiosk, "taohua")
    keeper.go("/stick")
    assert keeper.press("写到U盘", stick=chosen).status == 409
    assert "这个U盘不在了" in keeper.page


def test_an_empty_stick_is_refused_in_words(kiosk: Kiosk, stick: Path) -> None:
    keeper = at_desk(kiosk, "taohua")
    keeper.go("/stick")
    keeper.press("从U盘读入")
    shows(keeper, "这个U盘上没有驿站的文件")


def test_a_stick_pulled_out_while_it_is_written(
    kiosk: Kiosk, stick: Path, taohua: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_a_number(at_screen(kiosk))

    def pulled(self: Folder, name: str, raw: bytes) -> None:
        raise OSError(19, "no such device")

    monkeypatch.setattr(Folder, "_write", pulled)
    keeper = at_desk(kiosk, "taohua")
    keeper.go("/stick")
    keeper.press("写到U盘")
    shows(keeper, "U盘拔掉了，或者读写不了：插好再来一次。没有东西丢失。")
    assert unsent(taohua) == 1


def test_the_page_tells_how_far_it_is_and_a_second_tap_begins_nothing(
    kiosk: Kiosk, stick: Path, hub: Hub
) -> None:
    keeper = at_desk(kiosk, "taohua")
    keeper.go("/stick")
    form, value = keeper.form("写到U盘")
    told, go_on = threading.Event(), threading.Event()

    def job(step: stick_work.Step) -> Result:
        step(2, 5)
        told.set()
        assert go_on.wait(10)
        return Result((Said("共 %(count)s 条，已写好，可以拔下", {"count": 7}),))

    work = Work(hub.folder / "taohua", "export", stick, "2026-11-23T08:00:00+08:00")
    thread = stick_work.in_background(lambda: work.run(job), lambda: None)
    assert told.wait(10)
    page = keeper.go("/stick")
    assert "2 / 5" in page and "请不要拔U盘" in page and "从U盘读入" not in page
    assert keeper.send(form, value).status == 409
    assert str(BUSY) in keeper.page
    go_on.set()
    thread.join(10)
    assert "共 7 条，已写好，可以拔下" in keeper.go("/stick")


def test_work_that_a_power_cut_broke_off_says_so(kiosk: Kiosk, hub: Hub, stick: Path) -> None:
    work = Work(hub.folder / "taohua", "export", stick, "2026-11-23T08:00:00+08:00")
    work.step(1, 5)
    work._lock.close()
    assert "上一次没有做完" in at_desk(kiosk, "taohua").go("/stick")


def test_a_station_without_a_hub_is_told(hub: Hub) -> None:
    node = hub.station("xiaogan")
    with pytest.raises(Refusal, match="还没有入网"):
        errand.begin(node, hub.folder / "xiaogan", "export", hub.folder)


def test_sticks_are_what_is_mounted_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "proc").symlink_to("/proc")
    assert Places(tmp_path).sticks() == []
    assert Path("/proc") in Places(Path("/")).sticks()
    assert Places(tmp_path, tmp_path / "folder").sticks() == [tmp_path / "folder"]


def test_without_a_log_in_nothing_is_written(kiosk: Kiosk, stick: Path) -> None:
    stranger = Visitor(address(kiosk, 1))
    assert "站长登录" in stranger.go("/stick")
    assert "写到U盘" not in stranger.page
