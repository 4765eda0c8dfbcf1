"""The first screen: the station's own tiles, what is free now, what is on today."""

import datetime

import pytest

from kiosk.serving import Kiosk
from tests.kiosk.stations import Hub, at_desk, at_screen, running
from tests.kiosk.test_desk_board import write
from tests.kiosk.test_tickets import take_a_number
from yizhan.clock import Clock


def at_moment(monkeypatch: pytest.MonkeyPatch, moment: str, quality: str = "ntp") -> None:
    """The station's clock says this."""
    then = datetime.datetime.fromisoformat(f"{moment}+08:00")
    monkeypatch.setattr(Clock, "now", lambda _clock: then)
    monkeypatch.setattr(Clock, "quality", lambda _clock: quality)


def test_each_station_shows_the_tiles_that_it_chose(hub: Hub, kiosk: Kiosk) -> None:
    hub.publish("station", "xiaogan", {"code": "xiaogan", "name": "小干", "tiles": ["tea", "rest"]})
    hub.station("xiaogan")
    with running(hub.folder, "xiaogan") as other:
        there = at_screen(other).page
    here = at_screen(kiosk).page
    assert "缝补" in here and "节气茶饮" not in here
    assert "节气茶饮" in there and "爱心休息" in there and "缝补" not in there


def test_a_tile_says_who_waits(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    at_moment(monkeypatch, "2026-11-27T09:30:00")
    visitor = at_screen(kiosk)
    assert "缝补 没人排队" in visitor.page
    take_a_number(at_screen(kiosk))
    assert "缝补 1 人在等" in visitor.go("/")
    keeper = at_desk(kiosk)
    keeper.press("叫下一个")
    keeper.press("收现金")
    assert "缝补 没人排队" in visitor.go("/")


def test_a_tile_says_until_when_and_from_when(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_moment(monkeypatch, "2026-11-28T10:00:00")
    page = at_screen(kiosk).page
    assert "按摩椅 开到 17:00" in page
    assert "缝补 周一 9:00" in page, "the tailor does not come on a Saturday"
    at_moment(monkeypatch, "2026-11-28T18:00:00")
    assert "按摩椅 明天 9:00" in at_screen(kiosk).page


def test_a_clock_that_does_not_know_says_nothing_of_hours(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_moment(monkeypatch, "1970-01-01T10:00:00", "unsure")
    page = at_screen(kiosk).page
    assert "开到" not in page
    assert "时间待校准" in page


def test_what_is_on_today_stands_on_the_first_screen_and_on_a_page(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_moment(monkeypatch, "2026-11-28T10:00:00")
    visitor = at_screen(kiosk)
    assert "十月二十" in visitor.page, "the day by the Chinese calendar"
    assert "今天没有通知" in visitor.go("/today")
    keeper = at_desk(kiosk)
    for title, sort in (("渔绳结课", "event"), ("明天停水", "notice")):
        write(keeper, "2026-11-28", sort=sort, title=title, place="二楼教室")
    assert "渔绳结课" in visitor.go("/")
    visitor.follow("今天 2 件事")
    assert "渔绳结课" in visitor.page and "明天停水" in visitor.page
    assert "二楼教室" in visitor.page
