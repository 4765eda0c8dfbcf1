"""A daughter orders for her mother; what stops with a death; two records that became one."""

from typing import Any

import pytest

from kiosk.serving import Kiosk
from tests.kiosk.stations import CARDS, Hub, at_desk, at_screen, lay, recognised
from tests.kiosk.test_people import draw, own_pin
from yizhan import registering
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.people import commands
from yizhan.services.people.proxies import Granted

PIN = ("fish", "sun", "fish")


@pytest.fixture
def daughter(hub: Hub, zhongda: Node, kiosk: Kiosk) -> None:
    """杨老师 may order for 王阿姨."""
    granted = Granted("wang", "王阿姨", "yang", "杨老师", ("order",), relation="daughter")
    registering.grant_proxy(zhongda, new_id(), "staff/zhou", granted)


def test_a_daughter_orders_for_her_mother_and_the_record_says_so(
    kiosk: Kiosk, zhongda: Node, daughter: None
) -> None:
    yang = at_screen(kiosk, "yang")
    assert "给谁办" in yang.page and "王阿姨" in yang.page and "给我自己" in yang.page
    yang.press("王阿姨 替这位办" if "王阿姨 替这位办" in yang.page.text else "王阿姨")
    assert "杨老师 替 王阿姨 办" in yang.page
    yang.follow("家电维修")
    for step in ("水龙头", "上午", "家里", "不说了"):
        yang.follow(step)
    yang.press("下单")
    assert "中大-0001" in yang.page
    [row] = [row.event for row in zhongda.journal.unplaced() if row.event.type == "order.placed"]
    assert (row.actor, row.audience) == ("person/yang", "person:wang")
    yang.press("完成")
    lay(kiosk, yang, CARDS["wang"])
    assert "中大-0001" in yang.page, "the mother finds it under her own card"


def test_a_daughter_who_may_only_order_sees_nothing_else(
    kiosk: Kiosk, zhongda: Node, daughter: None
) -> None:
    yang = at_screen(kiosk, "yang")
    yang.press("王阿姨")
    recognised(kiosk, yang, "/self")
    assert "给您的话" not in yang.go("/me")
    assert yang.go("/messages").url.partition("?")[0].endswith("/proof")
    for page in ("/self/cards", "/self/agreed"):
        assert "只有本人" in yang.go(page), page


def test_a_mother_ends_it_and_it_is_not_asked_again(
    kiosk: Kiosk, zhongda: Node, daughter: None
) -> None:
    own_pin(zhongda)
    wang = at_screen(kiosk, "wang")
    wang.go("/self/proxies")
    draw(wang, PIN)
    assert "杨老师" in wang.page
    wang.press("不用了")
    assert "没有人替您办事" in wang.page
    lay(kiosk, wang, CARDS["yang"])
    assert "给谁办" not in wang.page


@pytest.mark.parametrize("stop", [commands.die, commands.move_away])
def test_the_card_of_who_is_no_more_here_opens_nothing(
    kiosk: Kiosk, zhongda: Node, stop: Any
) -> None:
    state = zhongda.state("person", "wang", "person/wang")
    zhongda.record(new_id(), "staff/zhou", lambda: stop(state, "wang"))
    visitor = at_screen(kiosk, "wang")
    assert visitor.page.status == 403 and "停用" in visitor.page
    assert "王阿姨" not in visitor.go("/me")
    assert "已停用" in at_desk(kiosk).go("/matters")


def test_a_merged_record_is_found_under_the_one_that_is_gone_on_with(
    hub: Hub, kiosk: Kiosk, zhongda: Node
) -> None:
    wang = at_screen(kiosk, "wang")
    wang.follow("家电维修")
    for step in ("水龙头", "上午", "家里", "不说了"):
        wang.follow(step)
    wang.press("下单")
    wang.press("完成")
    hub.take_in(zhongda)
    state = hub.node.state("person", "wang", "person/wang")
    other = hub.node.state("person", "yang", "person/yang")
    hub.do(commands.merge(state, "wang", "yang", other))
    hub.bring(zhongda)
    for card in ("wang", "yang"):
        lay(kiosk, wang, CARDS[card])
        assert "杨老师" in wang.page and "中大-0001" in wang.page
    wang.go(next(link for words, link in wang.page.links if "中大-0001" in words))
    assert "等中心派师傅" in wang.page
