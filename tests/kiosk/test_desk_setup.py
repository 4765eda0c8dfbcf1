"""设置 at the desk: tiles, hours, prices, pauses; read back, at the next tap, taken back."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from kiosk import offers, setting
from kiosk.serving import Kiosk
from tests.kiosk.stations import CARDS, STATIONS, Hub, address, at_desk, at_screen, events, lay
from tests.kiosk.test_tickets import take_a_number
from tests.pages import Visitor
from yizhan.record import Node
from yizhan.services.pauses import commands as pauses
from yizhan.services.pauses.model import subject

SURE = "对，就这样改"


def tiles(visitor: Visitor) -> list[str]:
    """What the first screen offers, in its order."""
    visitor.go("/")
    links = [said for said, href in visitor.page.links if href.startswith("/service/")]
    return [said if said.endswith("停着") else said.split()[0] for said in links]


def edit(keeper: Visitor, part: str, **fields: str) -> None:
    """One part, changed and read back, not yet confirmed."""
    keeper.go(f"/setup/{part}")
    form, value = keeper.form("看一遍再改")
    keeper.send(form, value | fields)


def tiles_of(*codes: str) -> dict[str, str]:
    return {f"tile{n}": code for n, code in enumerate((*codes, "", "", "")[:6])}


def today(kiosk: Kiosk) -> datetime.date:
    return kiosk.here.node.clock.now().date()


def in_days(kiosk: Kiosk, days: int) -> str:
    return (today(kiosk) + datetime.timedelta(days)).isoformat()


def test_without_a_log_in_nothing_is_set(kiosk: Kiosk) -> None:
    for path in ("/setup", "/setup/tiles", "/pauses/chair", "/machine"):
        assert "站长登录" in Visitor(address(kiosk, 1)).go(path)


def test_other_tiles_are_read_back_shown_at_the_next_tap_and_taken_back(
    kiosk: Kiosk, zhongda: Node
) -> None:
    keeper, visitor = at_desk(kiosk), at_screen(kiosk)
    before = tiles(visitor)
    edit(keeper, "tiles", **tiles_of("rest", "mend", "repair", "tea"))
    assert "原来" in keeper.page and "爱心休息、缝补、家电维修、节气茶饮" in keeper.page
    assert events(zhongda) == [] and tiles(visitor) == before, "nothing counts before she is sure"
    keeper.press(SURE)
    assert "改好了" in keeper.page and "周站长" in keeper.page
    assert tiles(visitor) == ["爱心休息", "缝补", "家电维修", "节气茶饮"]
    keeper.press("撤销这次改动")
    assert "撤销了" in keeper.page and tiles(visitor) == before
    assert events(zhongda) == ["setup.changed", "setup.changed"]


def test_sure_pressed_twice_is_one_change(kiosk: Kiosk, zhongda: Node) -> None:
    keeper = at_desk(kiosk)
    edit(keeper, "tiles", **tiles_of("rest", "mend", "repair", "tea"))
    form, value = keeper.form(SURE)
    for _ in range(2):
        keeper.send(form, value)
    assert events(zhongda) == ["setup.changed"]


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (("rest", "mend", "repair"), "首页要放 4 到 6 块"),
        (("rest", "mend", "rest", "tea"), "同一块不能放两次"),
        (("rest", "mend", "party", "tea"), "找不到"),
    ],
)
def test_a_first_screen_that_is_none_is_refused(
    kiosk: Kiosk, zhongda: Node, codes: tuple[str, ...], said: str
) -> None:
    keeper = at_desk(kiosk)
    edit(keeper, "tiles", **tiles_of(*codes))
    assert keeper.page.status == 409 and said in keeper.page
    assert events(zhongda) == []


def test_a_tile_with_numbers_that_wait_stays_until_they_are_done(kiosk: Kiosk) -> None:
    take_a_number(at_screen(kiosk))
    keeper = at_desk(kiosk)
    edit(keeper, "tiles", **tiles_of("rest", "repair", "tea", "books"))
    assert keeper.page.status == 409 and "还有没办完或没来取的号" in keeper.page


def test_the_price_that_is_told_is_the_price_of_the_ticket(kiosk: Kiosk, zhongda: Node) -> None:
    keeper, visitor = at_desk(kiosk), at_screen(kiosk)
    visitor.go("/service/mend/jobs/button")
    assert "2 元" in visitor.page
    told, value = visitor.form("取号")
    edit(keeper, "prices", **{"from_day": in_days(kiosk, 0), "price:mend:button": "1.5"})
    assert "缝扣子 1.5 元" in keeper.page
    keeper.press(SURE)
    visitor.send(told, value)
    assert visitor.page.status == 409
    assert "价钱刚改过" in visitor.page and "1.5 元" in visitor.page, "the new price, told first"
    visitor.press("取号")
    assert "1.5 元" in visitor.page and "已保存" in visitor.page
    [(price,)] = zhongda.db.sql("SELECT price_fen FROM ticket")
    assert price == 150
    assert "取号" not in visitor.go("/") and "缝补" in visitor.page


def test_a_price_counts_from_its_day_and_not_before(kiosk: Kiosk) -> None:
    keeper, visitor = at_desk(kiosk), at_screen(kiosk)
    edit(keeper, "prices", **{"from_day": in_days(kiosk, 1), "price:mend:button": "3"})
    keeper.press(SURE)
    visitor.go("/service/mend/jobs")
    assert "2 元" in visitor.page and "3 元" not in visitor.page
    prices = setting.in_force(kiosk.here.db, "zhongda").prices
    assert prices and setting.price_on(prices, "mend", "button", in_days(kiosk, 1)) == 300
    edit(keeper, "prices", **{"from_day": in_days(kiosk, 0), "price:mend:button": "free"})
    assert keeper.page.status == 409 and "价格要写成数字" in keeper.page


def test_hours_holidays_and_closed_days(kiosk: Kiosk) -> None:
    keeper, tomorrow = at_desk(kiosk), in_days(kiosk, 1)
    week = {f"opens{n}": "08:30" for n in range(7)} | {f"closes{n}": "17:00" for n in range(7)}
    edit(keeper, "hours", **week, holidays="closed", closed_day=tomorrow, closed_reason="修屋顶")
    assert "每天 8:30–17:00" in keeper.page and "修屋顶" in keeper.page
    keeper.press(SURE)
    at = kiosk.here
    open_, shut = (
        setting.opening_on(at.db, "zhongda", today(kiosk) + datetime.timedelta(n)) for n in (2, 1)
    )
    assert open_ and (open_.opens, open_.closes) == ("08:30", "17:00")
    assert shut and (shut.open, shut.why) == (False, "修屋顶")
    keeper.go("/setup/hours")
    keeper.press("看一遍再改", drop0="yes")
    keeper.press(SURE)
    assert setting.in_force(at.db, "zhongda").closed == ()


def test_a_closed_day_is_told_first_of_all_where_the_day_is_sure(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper, visitor = at_desk(kiosk), at_screen(kiosk)
    week = {f"opens{n}": "08:30" for n in range(7)} | {f"closes{n}": "17:00" for n in range(7)}
    edit(keeper, "hours", **week, closed_day=in_days(kiosk, 0), closed_reason="修屋顶")
    keeper.press(SURE)
    monkeypatch.setattr(kiosk.here.node.clock, "quality", lambda: "synced")
    visitor.go("/today")
    assert "今天不开门" in visitor.page and "修屋顶" in visitor.page
    assert "今天不开门" in visitor.go("/"), "and no tile says that it is open"
    assert "开到" not in visitor.page
    monkeypatch.setattr(kiosk.here.node.clock, "quality", lambda: "unsure")
    assert "今天不开门" not in visitor.go("/today")


def test_idle_times_and_the_duty_phone_count_at_once(kiosk: Kiosk, zhongda: Node) -> None:
    keeper, visitor = at_desk(kiosk), at_screen(kiosk)
    edit(
        keeper, "screen", idle_seconds="90", warn_seconds="45", phone="0580-999", theme="contrast",
        volume="40",
    )  # fmt: skip
    keeper.press(SURE)
    visitor.go("/service/mend/jobs")
    assert 'data-idle="90" data-warn="45"' in visitor.page.html
    assert 'data-volume="40"' in visitor.page.html and 'data-theme="contrast"' in visitor.page.html
    assert kiosk.here.listing.phone == "0580-999"
    state: Any = zhongda.state("setup", "zhongda", "setup/zhongda")
    assert set(state.values.said()) == {
        "idle_seconds",
        "warn_seconds",
        "phone",
        "theme",
        "volume",
    }, "what the form only repeats stays the pack's"
    edit(keeper, "screen", warn_seconds="5")
    assert keeper.page.status == 409 and "20 到 120" in keeper.page


def test_what_is_paused_says_why_at_once_and_takes_nothing(kiosk: Kiosk, zhongda: Node) -> None:
    keeper, visitor = at_desk(kiosk), at_screen(kiosk)
    visitor.go("/service/mend/jobs/button")
    form, value = visitor.form("取号")
    keeper.go("/pauses/mend")
    keeper.press("停下来", reason="缝纫机坏了", until=in_days(kiosk, 1), reason_en="Broken")
    assert "停下来了" in keeper.page and "缝纫机坏了" in keeper.page
    assert tiles(visitor)[0] == "缝补 停着"
    visitor.follow("缝补")
    assert "缝补现在停着" in visitor.page and "缝纫机坏了" in visitor.page
    assert "停到明天" in visitor.page
    visitor.send(form, value)
    assert visitor.page.status == 409 and "缝纫机坏了" in visitor.page
    assert zhongda.db.sql("SELECT COUNT(*) FROM ticket") == [(0,)]
    keeper.go("/setup")
    keeper.press("又开始了")
    assert tiles(visitor)[0] == "缝补"
    visitor.go("/service/mend/paused")
    assert "请刷卡" in visitor.page, "a page left standing leads home"


def test_a_house_call_that_the_hub_paused_is_not_ordered_here(
    hub: Hub, kiosk: Kiosk, zhongda: Node
) -> None:
    day = kiosk.here.node.clock.today()
    hub.do(pauses.pause(subject("network", "repair"), day, "师傅都放假了", ""))
    hub.bring(zhongda)
    visitor = at_screen(kiosk)
    assert tiles(visitor)[1] == "家电维修 停着"
    lay(kiosk, visitor, CARDS["wang"])
    visitor.go("/service/repair/order")
    assert visitor.page.status == 409 and "师傅都放假了" in visitor.page
    keeper = at_desk(kiosk)
    keeper.go("/setup")
    assert "中心停的" in keeper.page


def test_this_machine_s_own_are_kept_here_and_in_no_event(kiosk: Kiosk, zhongda: Node) -> None:
    keeper, visitor = at_desk(kiosk), at_screen(kiosk)
    keeper.go("/machine")
    keeper.press("记下", inches="21.5", distance_cm="60", card="/dev/ttyUSB0")
    assert "记在这台设备上了" in keeper.page
    assert f"/ {21.5 * 25.4:.2f}" in visitor.read("/screen.css")
    assert events(zhongda) == []
    assert (kiosk.here.data / "machine.json").exists()
    keeper.press("记下", inches="3")
    assert keeper.page.status == 409 and "7 到 65 英寸" in keeper.page
    keeper.go("/machine")
    keeper.press("记下", inches="15.6", card="/etc/passwd; rm")
    assert keeper.page.status == 409


def test_what_is_meant_for_her_age_comes_first_and_nobody_is_excluded(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hers(born: int) -> list[str]:
        monkeypatch.setattr(offers.people, "home", lambda *_: SimpleNamespace(born=born))
        return [one.name for one in offers.tiles(kiosk.here, "wang")]

    anybody = [one.name for one in offers.tiles(kiosk.here)]
    assert hers(0) == anybody, "a year of birth that is not known changes nothing"
    assert hers(1951) == ["按摩椅", *(one for one in anybody if one != "按摩椅")]
    assert hers(1990) == anybody
    year = today(kiosk).year
    bands = {0: "", year + 1: "", year: "infant", year - 3: "infant", year - 4: "pupil",
             year - 18: "worker", year - 59: "worker", year - 60: "elder"}  # fmt: skip
    assert {born: offers.band_of(born, year) for born in bands} == bands


def test_another_station_s_settings_are_not_this_one_s(kiosk: Kiosk) -> None:
    assert set(STATIONS) >= {"xiaogan"}
    keeper = at_desk(kiosk)
    edit(keeper, "tiles", **tiles_of("rest", "mend", "repair", "tea"))
    keeper.press(SURE)
    in_force = setting.in_force(kiosk.here.db, "xiaogan")
    assert in_force.tiles == ("mend", "repair", "chair", "laundry", "school", "books")
