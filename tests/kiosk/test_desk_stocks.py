"""发放 at the desk: what is scarce is given out here, comes back, and what is beyond goes back."""

import pytest

from kiosk import shares
from kiosk.serving import Kiosk
from sync import status
from tests.kiosk.stations import Hub, address, at_desk, at_screen, events, eventually, running
from tests.pages import Visitor
from yizhan import escrow
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.escrow import projection as pools
from yizhan.services.stations import commands as stations

MEALS = escrow.stock("爱心券")


@pytest.fixture
def zhongda(hub: Hub) -> Node:
    """中大 is enrolled; the street has 20 爱心券, and leaves 5 of them there."""
    hub.do(stations.add("zhongda", "中大", "ab"))
    hub.do(escrow.start(MEALS, "张", {"zhongda": 5}))
    escrow.endow(hub.node, MEALS, 20, "staff/lin", "区里印的", new_id())
    return hub.station("zhongda")


def held(node: Node) -> dict[str, int]:
    found = pools.pool(node.db, MEALS)
    assert found is not None
    return found.holdings


def stocks(kiosk: Kiosk) -> Visitor:
    keeper = at_desk(kiosk)
    keeper.go("/stocks")
    return keeper


def test_without_a_log_in_nothing_is_given_out(kiosk: Kiosk) -> None:
    assert "站长登录" in Visitor(address(kiosk, 1)).go("/stocks")


def test_what_is_here_is_given_out_and_comes_back(kiosk: Kiosk, zhongda: Node) -> None:
    keeper = stocks(kiosk)
    assert "这里有 5张 一共 20张" in keeper.page
    keeper.press("发出去", amount="3")
    assert "发出去了：爱心券 3张" in keeper.page and "这里有 2张 一共 17张" in keeper.page
    keeper.press("还回来", amount="1")
    assert "还回来了：爱心券 1张" in keeper.page and "这里有 3张 一共 18张" in keeper.page
    assert events(zhongda) == ["escrow.used", "escrow.returned"]
    assert zhongda.journal.after(0)[-1].event.actor == "staff/keeper-zhongda"


def test_a_double_tap_gives_out_once(kiosk: Kiosk, zhongda: Node) -> None:
    keeper = stocks(kiosk)
    form, value = keeper.form("发出去")
    for _ in range(2):
        keeper.send(form, value | {"amount": "3"})
        assert "发出去了" in keeper.page
    assert held(zhongda)["zhongda"] == 2
    assert events(zhongda) == ["escrow.used"]


def test_a_double_tap_on_the_last_one_asks_the_hub_for_nothing(kiosk: Kiosk, zhongda: Node) -> None:
    keeper = stocks(kiosk)
    form, value = keeper.form("发出去")
    for _ in range(2):
        keeper.send(form, value | {"amount": "5"})
    assert events(zhongda) == ["escrow.used"]


def test_more_than_is_here_is_asked_for_and_refused_without_a_road(
    kiosk: Kiosk, zhongda: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(escrow, "ASK_DEADLINE_S", 0.2)
    keeper = stocks(kiosk)
    keeper.press("发出去", amount="6")
    assert keeper.page.status == 409
    assert "现在联系不上中心，只能用这里留着的部分" in keeper.page
    assert "这里有 5张 一共 20张" in keeper.page
    assert events(zhongda) == ["escrow.asked", "escrow.withdrawn"]


@pytest.fixture
def road(hub: Hub, zhongda: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    """Waking the road's process brings what is recorded here to the hub, and its answers back."""
    monkeypatch.setattr(status, "wake", lambda _: hub.take_in(zhongda))


@pytest.mark.usefixtures("road")
def test_more_than_the_hub_has_says_what_there_is_and_leaves_no_ask_open(
    hub: Hub, kiosk: Kiosk, zhongda: Node
) -> None:
    hub.do(stations.add("xiaogan", "小干", "ab"))
    hub.do(escrow.start(MEALS, "张", {"zhongda": 5, "xiaogan": 12}))
    keeper = stocks(kiosk)
    form, value = keeper.form("发出去")
    for _ in range(2):
        keeper.send(form, value | {"amount": "9"})
        assert keeper.page.status == 409
        assert "现在最多拿得出 8张：这里 5张，中心 3张，其余 12张在别的站点" in keeper.page, (
            "and a second press gets the same answer"
        )
    asked = pools.pool(hub.node.db, MEALS)
    assert asked is not None and asked.asks["zhongda"].status == "withdrawn"
    assert held(hub.node) == {"hub": 3, "xiaogan": 12, "zhongda": 5}
    keeper.press("发出去", amount="8")
    assert "发出去了：爱心券 8张" in keeper.page


@pytest.mark.usefixtures("road")
def test_more_than_there_is_anywhere_says_so(kiosk: Kiosk) -> None:
    keeper = stocks(kiosk)
    keeper.press("发出去", amount="21")
    assert "不够了：一共只有 20张，这里 5张，中心 15张" in keeper.page


@pytest.mark.parametrize("amount", ["", "0", "-1", "两", "9999999"])
def test_a_number_that_is_none_gives_nothing_out(kiosk: Kiosk, zhongda: Node, amount: str) -> None:
    keeper = stocks(kiosk)
    keeper.press("发出去", amount=amount)
    assert keeper.page.status == 409
    assert events(zhongda) == []


def test_more_than_was_given_out_cannot_come_back(kiosk: Kiosk, zhongda: Node) -> None:
    keeper = stocks(kiosk)
    keeper.press("还回来", amount="1")
    assert keeper.page.status == 409 and "没有用过这么多" in keeper.page
    assert events(zhongda) == []


def test_a_frozen_share_says_so_and_moves_nothing(hub: Hub, kiosk: Kiosk, zhongda: Node) -> None:
    keeper = stocks(kiosk)
    assert "disabled" not in keeper.page.html
    form, value = keeper.form("发出去")
    escrow.freeze(hub.node, "zhongda", escrow.LOST, "设备丢了", "staff/lin")
    hub.bring(zhongda)
    for do in ("give", "take"):
        keeper.send(form, value | {"amount": "1", "do": do})
        assert keeper.page.status == 409
        assert "这里的额度冻结了：设备丢了。请联系中心。" in keeper.page
        assert keeper.page.html.count('class="refusal"') == 1, "one bar says it once"
        assert "这里有 5张 冻结着 一共 20张" in keeper.page, "it holds what it holds"
        assert keeper.page.html.count(" disabled>") == 2
    assert events(zhongda) == []
    assert kiosk.here.shares.tidy() == 0


def test_what_is_beyond_the_share_goes_back_when_nobody_stands_here(
    hub: Hub, kiosk: Kiosk, zhongda: Node
) -> None:
    hub.do(escrow.move(hub.node, MEALS, "zhongda", 4))
    hub.bring(zhongda)
    wang = at_screen(kiosk, "wang")
    assert kiosk.here.shares.tidy() == 0, "she may want it yet"
    wang.press("完成")
    assert kiosk.here.shares.tidy() == 4
    hub.take_in(zhongda)
    assert held(hub.node) == {"hub": 15, "zhongda": 5}


def test_it_goes_back_by_itself(hub: Hub, zhongda: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.do(escrow.start(MEALS, "张", {"zhongda": 2}))
    hub.bring(zhongda)
    monkeypatch.setattr(shares, "EVERY_S", 0.05)
    with running(hub.folder, "zhongda") as kiosk:
        eventually(lambda: events(zhongda) == ["escrow.moved"], "three go back")
        thread = kiosk.here.shares._thread
        assert thread is not None
    assert not thread.is_alive()
    assert held(zhongda)["zhongda"] == 2
