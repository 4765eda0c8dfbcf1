"""What to do today, closing time, the devices, and the help of every page."""

import pytest

from kiosk.desk import guide, todo
from kiosk.serving import Kiosk
from sync import trouble
from tests.kiosk.stations import Hub, at_desk, at_screen, eventually, lay
from tests.kiosk.test_orders import placed
from tests.kiosk.test_tickets import take_a_number
from yizhan.access import PUBLIC
from yizhan.record import Node


def test_the_list_of_today_grows_and_shrinks(kiosk: Kiosk) -> None:
    keeper = at_desk(kiosk)
    assert "位在排队" not in keeper.go("/today")
    take_a_number(at_screen(kiosk, "wang"))
    lay(kiosk, at_screen(kiosk), "0009998887")
    at_screen(kiosk).press("叫人帮忙")
    keeper.go("/today")
    assert "1 位在排队" in keeper.page
    assert "1 张不认识的卡" in keeper.page
    assert "1 位叫帮忙" in keeper.page
    keeper.press("我来了")
    keeper.go("/")
    keeper.press("叫下一个")
    keeper.press("收现金")
    keeper.go("/today")
    assert "位在排队" not in keeper.page and "位叫帮忙" not in keeper.page
    keeper.follow("不认识的卡")
    keeper.press("办好了")
    assert "不认识的卡" not in keeper.go("/today")


def test_nobody_on_duty_stands_first(kiosk: Kiosk) -> None:
    keeper = at_desk(kiosk)
    assert "没有人在班" not in keeper.go("/today")
    keeper.follow("收摊看一看")
    keeper.press("我下班了")
    assert "没有人在班，叫帮忙的人只看到电话" in keeper.go("/today")


def test_an_order_that_stands_still_is_told_and_so_is_her_word_that_is_missing(
    kiosk: Kiosk, hub: Hub, zhongda: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed(kiosk)
    keeper = at_desk(kiosk)
    assert "没有动静" not in keeper.go("/today")
    monkeypatch.setattr(todo, "QUIET_DAYS", 0)
    assert "1 张单两天没有动静" in keeper.go("/today")
    keeper.go("/today/closing")
    assert "王阿姨" in keeper.page and "等中心派师傅" in keeper.page
    hub.take_in(zhongda)
    subject = zhongda.db.sql("SELECT subject FROM orders")[0][0]
    hub.work(subject, "wang", "dispatch", "accept", "schedule", "finish")
    hub.bring(zhongda)
    assert "1 张单师傅说好了，等本人说一句" in keeper.go("/today")


def test_closing_names_every_number_without_an_answer_whatever_its_day(
    kiosk: Kiosk, zhongda: Node
) -> None:
    for person in ("wang", "yang"):
        take_a_number(at_screen(kiosk, person))
    keeper = at_desk(kiosk)
    keeper.press("叫下一个")
    keeper.press("已扫码付")
    with zhongda.db.writing():
        zhongda.db.sql("UPDATE ticket SET day = '2026-01-02' WHERE status = 'waiting'")
    assert "前几天有 1 个号没有办完" in keeper.go("/today")
    keeper.go("/today/closing")
    assert "杨老师" in keeper.page and "01-02" in keeper.page
    assert "扫码 2 元" in keeper.page
    keeper.follow("给个答复")
    keeper.press("这里做不了")
    assert "都办完了" in keeper.go("/today/closing")


def test_a_printer_without_paper_and_a_road_that_is_closed_say_what_to_do(kiosk: Kiosk) -> None:
    keeper = at_desk(kiosk)
    assert "正常" in keeper.go("/devices")
    pretended = kiosk.here.devices.pretend
    assert pretended is not None
    pretended.printer_out()
    take_a_number(at_screen(kiosk))
    eventually(lambda: "没有纸了" in keeper.go("/devices"), "the printer says so")
    assert "换一卷纸" in keeper.page
    assert "打印机：没有纸了" in keeper.go("/today")
    trouble.keep(kiosk.here.data, trouble.Trouble("closed"), "2026-11-23T09:00:00+08:00")
    keeper.go("/devices")
    assert "连不上中心" in keeper.page and "站里照常办" in keeper.page


def test_a_disk_that_fills_up_calls_before_it_is_full(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.desk.equipment.FREE_MIN_BYTES", 1 << 60)
    assert "快满了，请告诉管理员" in at_desk(kiosk).go("/devices")


def test_every_page_of_the_desk_has_its_help(kiosk: Kiosk) -> None:
    from kiosk import app

    one = app.desk(kiosk.here)
    pages = {
        rule.endpoint.partition(".")[0]
        for rule in one.url_map.iter_rules()
        if "." in rule.endpoint and "GET" in (rule.methods or ())
        if getattr(one.view_functions[rule.endpoint], "capability", "") != PUBLIC
    }
    assert pages - guide.GUIDE.keys() == set()
    keeper = at_desk(kiosk)
    for path in ("/", "/today", "/devices", "/duty"):
        assert "这一页怎么用" in keeper.go(path), path
