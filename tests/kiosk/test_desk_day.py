"""The keeper's day: money and change, a step taken back, what is left and given back."""

import pytest

from kiosk.serving import Kiosk
from tests.kiosk.stations import at_desk, at_screen, events
from tests.kiosk.test_tickets import take_a_number
from tests.pages import Visitor
from yizhan.record import Node


def served(kiosk: Kiosk) -> Visitor:
    """王阿姨's button lies on the counter: her number was called."""
    take_a_number(at_screen(kiosk, "wang"))
    keeper = at_desk(kiosk)
    keeper.press("叫下一个")
    return keeper


def test_ten_yuan_for_two_gives_eight_back(kiosk: Kiosk) -> None:
    keeper = served(kiosk)
    keeper.press("收现金", given="10")
    assert "1 号办好了，收了 2 元，找 8 元" in keeper.page
    assert "今天收了 2 元" in keeper.page


def test_less_than_it_costs_is_no_cash_and_a_code_gives_nothing_back(kiosk: Kiosk) -> None:
    keeper = served(kiosk)
    assert keeper.press("收现金", given="1").status == 409
    assert "收到的比要收的少" in keeper.page
    keeper.press("已扫码付", given="10")
    assert "找" not in keeper.page.text.partition("1 号办好了")[2][:20]


def test_a_wrong_press_is_taken_back_and_both_stay_in_the_journal(
    kiosk: Kiosk, zhongda: Node
) -> None:
    keeper = served(kiosk)
    keeper.press("收现金")
    keeper.press("撤销")
    assert "上一步撤销了" in keeper.page
    assert "今天收了 0 元" in keeper.page
    assert "办理" in keeper.page
    assert events(zhongda)[-2:] == ["ticket.finished", "ticket.undone"]
    assert zhongda.journal.unplaced()[-1].event.actor == "staff/keeper-zhongda"
    assert "撤销" not in [said for form in keeper.page.forms for said, _ in form.buttons]


def test_a_step_is_taken_back_once_however_often_it_is_pressed(kiosk: Kiosk, zhongda: Node) -> None:
    keeper = served(kiosk)
    keeper.press("收现金")
    form, value = keeper.form("撤销")
    keeper.send(form, value)
    keeper.send(form, value)
    assert events(zhongda).count("ticket.undone") == 1
    stale = dict(form.fields) | {"form": "019ab000-0000-7000-8000-000000000001"}
    assert keeper.send(form, value | stale).status == 409
    assert events(zhongda).count("ticket.undone") == 1


def test_what_was_left_can_still_turn_out_not_to_be_possible(kiosk: Kiosk) -> None:
    keeper = served(kiosk)
    keeper.press("留下，以后来取")
    keeper.follow("来取了")
    keeper.press("太旧了")
    assert "太旧了，怕弄坏" in keeper.go("/today")


@pytest.mark.parametrize("given", ["ten", "1e9", "nan"])
def test_what_she_gave_must_be_a_number(kiosk: Kiosk, given: str) -> None:
    keeper = served(kiosk)
    assert keeper.press("收现金", given=given).status == 409
