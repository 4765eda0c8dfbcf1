"""At the desk: her daughter may act for her, a death stops her card, a slip says her rights."""

import pytest

from kiosk.serving import Kiosk
from tests.kiosk.stations import at_desk, at_screen
from tests.pages import Visitor
from yizhan import registering
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.people import finding


@pytest.fixture
def keeper(kiosk: Kiosk, zhongda: Node) -> Visitor:
    """The keeper before 王阿姨's page; 杨老师 goes by a phone number."""
    registering.add_handle(zhongda, new_id(), "staff/zhou", "yang", "phone", "13800000002")
    one = at_desk(kiosk)
    one.go("/people/wang")
    return one


def test_her_daughter_is_written_down_asked_for_whom_and_ended(
    kiosk: Kiosk, zhongda: Node, keeper: Visitor
) -> None:
    keeper.press("记下代办人", agent="138 0000 0002", relation="daughter", scope="order")
    assert "杨老师" in keeper.page and "女儿" in keeper.page
    yang = at_screen(kiosk, "yang")
    assert "给谁办" in yang.page and "王阿姨" in yang.page
    keeper.press("不用了")
    assert finding.agents(zhongda, "wang") == {}
    assert finding.principals(zhongda, "yang") == {}


def test_nobody_acts_who_is_not_registered(zhongda: Node, keeper: Visitor) -> None:
    keeper.press("记下代办人", agent="13999999999", scope="order")
    assert keeper.page.status == 409 and "没有找到代办的人" in keeper.page
    assert finding.agents(zhongda, "wang") == {}


def test_a_death_is_not_one_tap_away_and_stops_her_card(
    kiosk: Kiosk, zhongda: Node, keeper: Visitor
) -> None:
    keeper.press("记为去世")
    assert keeper.page.status == 409 and finding.stopped(zhongda.db, "wang") == ""
    keeper.press("记为去世", sure="yes")
    assert finding.stopped(zhongda.db, "wang") == "deceased"
    assert "停用" in at_screen(kiosk, "wang").page


def test_a_slip_tells_her_how_to_see_what_is_held(kiosk: Kiosk, keeper: Visitor) -> None:
    keeper.press("打一张说明：怎么看、怎么删")
    assert "说明在打了" in keeper.page
