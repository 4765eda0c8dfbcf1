"""The desk: a keeper signs in, calls, serves, takes the money, and sees what waits."""

import pytest

from kiosk.serving import Kiosk
from tests.kiosk.stations import address, at_desk, at_screen, events
from tests.kiosk.test_tickets import take_a_number
from tests.pages import Visitor
from yizhan.errors import Refusal
from yizhan.record import Node
from yizhan.tries import Tries


def test_without_a_log_in_nothing_is_shown(kiosk: Kiosk) -> None:
    stranger = Visitor(address(kiosk, 1))
    for path in ("/", "/today", "/matters", "/bell"):
        assert "站长登录" in stranger.go(path), path


def test_a_wrong_password_is_refused_and_the_sixth_try_waits(kiosk: Kiosk) -> None:
    visitor = Visitor(address(kiosk, 1))
    visitor.go("/login")
    for _ in range(5):
        assert "不对" in visitor.press("登录", login="keeper-zhongda", password="wrong")
    visitor.press("登录", login="keeper-zhongda", password="correct horse battery")
    assert "请过 5 分钟再试" in visitor.page or "请过 6 分钟再试" in visitor.page


def test_a_lock_outlives_a_restart_and_opens_after_five_minutes(
    zhongda: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        Tries(zhongda).begin("keeper-zhongda")
    with pytest.raises(Refusal, match="请过"):
        Tries(zhongda).begin("keeper-zhongda")
    later = zhongda.clock.now().timestamp() + 301

    class Moment:
        def timestamp(self) -> float:
            return later

    monkeypatch.setattr(zhongda.clock, "now", lambda: Moment())
    Tries(zhongda).begin("keeper-zhongda")


def test_the_keeper_of_another_station_cannot_sign_in(kiosk: Kiosk) -> None:
    visitor = Visitor(address(kiosk, 1))
    visitor.go("/login")
    visitor.press("登录", login="keeper-xiaogan", password="correct horse battery")
    assert visitor.page.status == 403


def test_a_button_from_the_call_to_the_coin(kiosk: Kiosk, zhongda: Node) -> None:
    wang = at_screen(kiosk, "wang")
    take_a_number(wang)
    keeper = at_desk(kiosk)
    assert "缝扣子" in keeper.page
    assert "王阿姨" in keeper.page
    keeper.press("叫下一个")
    assert "轮到您了" in wang.go(wang.page.url)
    assert "请 1 号 到 缝补" in at_screen(kiosk).page
    keeper.press("收现金")
    assert events(zhongda) == ["ticket.taken", "ticket.called", "ticket.finished"]
    assert zhongda.journal.unplaced()[-1].event.actor == "staff/keeper-zhongda"
    assert "共收 2 元" in keeper.go("/today")
    assert "您满意吗" in wang.go("/me")


def test_another_amount_paid_by_code(kiosk: Kiosk) -> None:
    take_a_number(at_screen(kiosk))
    keeper = at_desk(kiosk)
    keeper.press("叫下一个")
    keeper.press("已扫码付", paid="1.5")
    assert "1.5 元 扫码" in keeper.go("/today")


@pytest.mark.parametrize("paid", ["two", "", "1.234", "-1", "nan", "1e9"])
def test_an_amount_that_is_none_is_refused_where_it_was_typed(kiosk: Kiosk, paid: str) -> None:
    take_a_number(at_screen(kiosk))
    keeper = at_desk(kiosk)
    keeper.press("叫下一个")
    keeper.press("收现金", paid=paid)
    assert keeper.page.status == 409
    assert "收款金额" in keeper.page
    assert "收现金" in keeper.page


def test_who_does_not_come_waits_again_behind_the_others(kiosk: Kiosk) -> None:
    take_a_number(at_screen(kiosk))
    take_a_number(at_screen(kiosk))
    keeper = at_desk(kiosk)
    keeper.press("叫下一个：1 号")
    keeper.press("过号")
    keeper.press("叫下一个：2 号")


def test_a_given_number_can_be_called(kiosk: Kiosk) -> None:
    take_a_number(at_screen(kiosk))
    second = at_screen(kiosk, "wang")
    take_a_number(second)
    keeper = at_desk(kiosk)
    ticket = second.page.url.rpartition("/")[2]
    keeper.press("叫号", carrying=ticket)
    assert "轮到您了" in second.go(second.page.url)


def test_what_is_left_is_collected_another_day(kiosk: Kiosk, zhongda: Node) -> None:
    take_a_number(at_screen(kiosk, "wang"))
    keeper = at_desk(kiosk)
    keeper.press("叫下一个")
    keeper.press("留下，以后来取")
    assert "待取" in keeper.page
    keeper.follow("来取了")
    keeper.press("收现金")
    assert events(zhongda)[-2:] == ["ticket.left", "ticket.finished"]


def test_what_cannot_be_done_is_given_back_with_a_reason(kiosk: Kiosk) -> None:
    take_a_number(at_screen(kiosk))
    keeper = at_desk(kiosk)
    keeper.follow("做不了")
    assert keeper.press("退回这个号", reason=" ").status == 409
    keeper.press("退回这个号", reason="布太旧了")
    assert "布太旧了" in keeper.go("/today")


def test_a_second_tap_on_call_does_not_call_a_second_number(kiosk: Kiosk, zhongda: Node) -> None:
    take_a_number(at_screen(kiosk))
    take_a_number(at_screen(kiosk))
    keeper = at_desk(kiosk)
    form, value = keeper.form("叫下一个")
    keeper.send(form, value)
    keeper.send(form, value)
    assert events(zhongda).count("ticket.called") == 1


def test_a_slip_is_printed_again_from_the_desk(kiosk: Kiosk) -> None:
    take_a_number(at_screen(kiosk))
    keeper = at_desk(kiosk)
    keeper.go("/matters")
    keeper.press("再打")
    assert keeper.page.status == 200


def test_a_reader_that_is_gone_says_what_to_do(kiosk: Kiosk) -> None:
    pretended = kiosk.here.devices.pretend
    assert pretended is not None
    pretended.cable_pull("card")
    keeper = at_desk(kiosk)
    for _ in range(100):
        if "没有找到读卡器" in keeper.go("/matters"):
            break
    assert "USB 线" in keeper.page


def test_a_log_out_ends_it(kiosk: Kiosk) -> None:
    keeper = at_desk(kiosk)
    keeper.press("退出")
    assert "站长登录" in keeper.go("/")


def test_a_new_password_ends_the_old_session(kiosk: Kiosk, hub: object, zhongda: Node) -> None:
    from yizhan.ids import new_id
    from yizhan.services.staff import commands
    from yizhan.services.staff.model import Added

    keeper = at_desk(kiosk)
    added = Added("keeper-zhongda", "周站长", "keeper", "zhongda")
    draft = commands.add("keeper", added, "another hash", "zhongda")
    zhongda.record(new_id(), "hub", lambda: draft)
    assert "站长登录" in keeper.go("/")
