"""The screen on the wall: numbers and services for the whole room, and never a name."""

from pathlib import Path

import pytest

from kiosk.room import Screen
from kiosk.serving import Kiosk
from tests.kiosk.stations import Hub, address, at_desk, at_screen
from tests.kiosk.test_desk_board import write
from tests.kiosk.test_tickets import take_a_number
from tests.pages import Visitor
from yizhan.record import Node


@pytest.fixture
def wall(kiosk: Kiosk) -> Visitor:
    """Whoever looks at the wall: nobody is signed in."""
    return Visitor(address(kiosk, 1))


def test_numbers_are_called_by_number_and_service(kiosk: Kiosk, wall: Visitor) -> None:
    assert "现在不用排队" in wall.go("/wall")
    for person in ("wang", "yang", ""):
        take_a_number(at_screen(kiosk, person))
    assert "请稍坐" in wall.go("/wall")
    keeper = at_desk(kiosk)
    keeper.press("叫下一个")
    page = wall.go("/wall")
    assert "1 号 请到 缝补" in page
    assert "缝补 下一位 2 3" in page
    assert "fresh" in page.html, "half a minute long it stands out"


def test_nothing_on_it_says_who(kiosk: Kiosk, zhongda: Node, wall: Visitor) -> None:
    take_a_number(at_screen(kiosk, "wang"))
    at_desk(kiosk).press("叫下一个")
    page = wall.go("/wall").html + wall.go("/wall/now").html
    state = [row.event.subject for row in zhongda.journal.unplaced()]
    assert "王" not in page and "wang" not in page
    assert not any(subject in page for subject in state)
    assert "缝扣子" not in page, "what was brought is nobody's business either"


def test_what_is_on_today_stands_beside_it(kiosk: Kiosk, wall: Visitor) -> None:
    assert "今天没有通知" in wall.go("/wall")
    write(at_desk(kiosk), kiosk.here.node.clock.today(), sort="notice", title="明天停水")
    assert "明天停水" in wall.go("/wall")


def test_it_is_calm_about_the_network(hub: Hub, kiosk: Kiosk, zhongda: Node, wall: Visitor) -> None:
    take_a_number(at_screen(kiosk))
    assert "已保存，网通了自动送出" in wall.go("/wall")
    hub.take_in(zhongda)
    assert "已全部上传" in wall.go("/wall")


def test_what_its_script_fetches_is_what_the_page_shows(kiosk: Kiosk, wall: Visitor) -> None:
    whole, part = wall.go("/wall").html, wall.read("/wall/now")
    assert part.strip() in whole


def test_a_wall_is_nobody_at_the_desk(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = at_desk(kiosk)
    assert kiosk.here.desk_is_there()
    kiosk.here._desk_asked = float("-inf")
    keeper.go("/wall")
    assert not kiosk.here.desk_is_there(), "nobody hears the bell there"
    keeper.go("/")
    assert kiosk.here.desk_is_there()


def test_its_hanzi_follow_the_distance(wall: Visitor) -> None:
    assert "--hanzi: 32.0" in wall.read("/wall.css")
    assert Screen(wall_metres=3).wall_hanzi_mm == pytest.approx(19.2)


def test_its_script_runs_under_the_policy_of_the_pages() -> None:
    source = Path("static/js/wall.js").read_text("utf-8")
    assert "eval(" not in source and ".style" not in source
