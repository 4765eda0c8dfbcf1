"""练习: a station of invented people; nothing crosses from it to the real one, or back."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.practice import founding
from kiosk.serving import Kiosk
from sync import errand
from sync.__main__ import cli as sync_cli
from tests.architecture.tree import ROOT, files
from tests.kiosk.stations import Hub, at_desk, at_screen, events, eventually
from tests.kiosk.test_tickets import take_a_number
from tests.pages import Visitor
from yizhan import opening, settings
from yizhan.db import Db
from yizhan.errors import Refusal
from yizhan.record import Node
from yizhan.services.people import projection as people

FRAME = "practice-frame"


def doors(keeper: Visitor) -> tuple[Visitor, Visitor]:
    """The practice's desk, signed in, and its touchscreen, as the page links to them."""
    desk, screen = re.findall(r'href="(http://127\.0\.0\.1:\d+/)"', keeper.page.html)[:2]
    trainee = Visitor(desk)
    trainee.go("/login")
    assert "登录名和密码都是 practice" in trainee.page
    trainee.press("登录", login="practice", password="practice")
    assert trainee.page.status == 200, trainee.page.text
    return trainee, Visitor(screen)


def test_a_trainee_calls_serves_and_undoes_and_the_real_station_hears_nothing(
    kiosk: Kiosk, zhongda: Node
) -> None:
    take_a_number(at_screen(kiosk, "wang"))
    before, calls = events(zhongda), len(kiosk.here.notes.open())
    keeper = at_desk(kiosk)
    keeper.go("/practice")
    keeper.press("开始练习")
    trainee, elder = doors(keeper)
    assert "3 位在等" in trainee.page and "（练习）" in trainee.page
    trainee.press("叫下一个")
    trainee.press("收现金")
    take_a_number(elder)
    elder.press("叫人帮忙")
    for visitor, paths in (
        (trainee, ("/", "/today", "/matters", "/stick", "/practice", "/nothing")),
        (elder, ("/", "/service/mend/jobs", "/help", "/pretend", "/nothing")),
    ):
        for path in paths:
            assert FRAME in visitor.go(path).html, path
    for path in ("/", "/today", "/practice"):
        assert FRAME not in keeper.go(path).html, path
    assert FRAME not in at_screen(kiosk).page.html
    assert events(zhongda) == before
    assert len(kiosk.here.notes.open()) == calls
    practice = kiosk.practice
    assert practice is not None
    practice.stop()
    assert practice.doors() is None


def test_it_begins_anew_at_the_press_of_a_button(kiosk: Kiosk) -> None:
    keeper = at_desk(kiosk)
    keeper.go("/practice")
    keeper.press("开始练习")
    trainee, _elder = doors(keeper)
    for _ in range(3):
        trainee.press("叫下一个")
        trainee.press("收现金")
    assert "现在没有人排队" in trainee.page
    keeper.press("重新来过")
    assert not founding.folder(kiosk.here.data).exists()
    keeper.press("开始练习")
    assert "3 位在等" in doors(keeper)[0].page


def test_it_ends_with_the_kiosk_that_started_it_however_that_ended(kiosk: Kiosk) -> None:
    practice = kiosk.practice
    assert practice is not None
    practice.start("127.0.0.1")
    child = practice._child
    assert child is not None and child.stdin is not None
    child.stdin.close()  # What the kernel does when the kiosk is killed.
    eventually(lambda: child.poll() is not None, "the practice ended by itself", 15)
    assert practice.doors() is None


@pytest.fixture
def founded(hub: Hub, zhongda: Node) -> Path:
    return founding.found(hub.folder / "zhongda", zhongda.db, "zhongda")


def test_no_road_starts_on_it_and_no_stick(founded: Path, tmp_path: Path) -> None:
    words = ["run", "--data", str(founded), "--hub", "http://127.0.0.1:1", "--once"]
    refused = CliRunner().invoke(sync_cli, words)
    assert refused.exit_code != 0 and "练习的数据，不会送到中心" in refused.output
    node = opening.open_node(founded)
    with pytest.raises(Refusal):
        errand.begin(node, founded, "export", tmp_path)
    assert settings.read(founded).hub_url == "" and settings.read(founded).hub_key == ""


def test_its_keys_are_its_own_and_no_real_person_is_in_it(founded: Path, zhongda: Node) -> None:
    node = opening.open_node(founded)
    assert node.keys.get("network") != zhongda.keys.get("network")
    assert node.network != zhongda.network and node.source != zhongda.source
    for called in _called(node.db):
        assert called.endswith("（练习）")
    assert people.home(node.db, "wang") is None
    whole = (founded / "yizhan.db").read_bytes()
    assert "滨港路".encode() not in whole and "王阿姨\x00".encode() not in whole


def _called(db: Db) -> list[str]:
    found = [row[0] for row in db.sql("SELECT called FROM card")]
    assert len(found) == founding.PEOPLE
    return found


def test_only_a_practice_is_thrown_away(hub: Hub, zhongda: Node, tmp_path: Path) -> None:
    real = tmp_path / "somewhere"
    settings.write(founding.folder(real), settings.Settings("harbour", "zhongda"))
    with pytest.raises(Refusal, match="不是练习的数据"):
        founding.clear(real)
    assert founding.folder(real).exists()


def test_a_practice_never_uses_real_devices(founded: Path) -> None:
    with pytest.raises(Refusal, match="假装的设备"):
        Kiosk(founded, "127.0.0.1:0", "127.0.0.1:0", printer_path="/dev/null")


@pytest.mark.parametrize("page", files("*.html", "templates/kiosk", "templates/shared"), ids=str)
def test_no_page_can_forget_the_frame(page: Path) -> None:
    text = (ROOT / page).read_text("utf-8")
    assert "<body" not in text or FRAME in text
