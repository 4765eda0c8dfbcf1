"""Escrow's door, and what the hub does by itself: it grants, fills up, books and freezes."""

from typing import Any

import pytest

from tests.yizhan.nodes import WANG, agree, aside, exchange, make_node, push, record, register_wang
from yizhan import escrow
from yizhan.errors import Refusal, Unreachable
from yizhan.events import Draft
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.escrow import commands
from yizhan.services.escrow import projection as pools
from yizhan.services.escrow.model import LOST, Asked, Moved, Used
from yizhan.services.people import commands as people
from yizhan.services.stations import commands as stations

POINTS = escrow.purse(WANG, "points")
SEATS = escrow.stock("calligraphy")
ANN = "staff/li"


@pytest.fixture
def known(hub: Node, zhongda: Node, xiaogan: Node) -> Node:
    """A hub that knows both stations; 王阿姨's points and the seats of a class are there."""
    for code in ("zhongda", "xiaogan"):
        record(hub, stations.add(code, code, "ab"))
    register_wang(hub)
    record(xiaogan, people.meet(WANG, "xiaogan"))
    for pool, shares in ((POINTS, {"zhongda": 10}), (SEATS, {"zhongda": 2, "xiaogan": 2})):
        record(hub, escrow.start(pool, "分", shares))
        record(hub, escrow.credit(hub, pool, 20, "start"))
    for node in (xiaogan, zhongda, xiaogan):
        exchange(node, hub)
    return hub


def held(node: Node, pool: escrow.PoolId = POINTS) -> dict[str, int]:
    found = pools.pool(node.db, pool)
    assert found is not None
    return found.holdings


def asks(node: Node, pool: escrow.PoolId = POINTS) -> dict[str, str]:
    """What became of each station's newest ask."""
    found = pools.pool(node.db, pool)
    assert found is not None
    return {station: ask.status for station, ask in found.asks.items()}


def spend(node: Node, amount: int, pool: escrow.PoolId = POINTS) -> None:
    record(node, escrow.spend(node, pool, amount, "redemption/1"))


def test_she_spends_her_share_offline_and_it_is_filled_up(known: Node, zhongda: Node) -> None:
    assert escrow.standing(zhongda, POINTS) == escrow.Standing("分", 20, 10, "")
    spend(zhongda, 7)
    with pytest.raises(Refusal, match="这里现在能用 3分，一共有 13分"):
        spend(zhongda, 4)
    exchange(zhongda, known)
    assert held(zhongda) == held(known) == {"hub": 3, "zhongda": 10}
    agree(known, zhongda)


def test_what_she_earns_anywhere_is_hers(known: Node, zhongda: Node, xiaogan: Node) -> None:
    record(xiaogan, escrow.credit(xiaogan, POINTS, 6, "hours/1"))
    record(zhongda, escrow.credit(zhongda, POINTS, 2, "hours/2"))
    for node in (xiaogan, zhongda, xiaogan):
        exchange(node, known)
        agree(known, node)
    assert held(known) == held(xiaogan) == {"hub": 18, "zhongda": 10}
    assert pools.total(known.db, POINTS) == 28
    assert [found.total for found in pools.of_person(xiaogan.db, WANG)] == [28]


def test_points_are_earned_where_nobody_knows_her(known: Node, tmp_path: Any) -> None:
    chawan = make_node(tmp_path, "chawan")
    record(chawan, escrow.credit(chawan, POINTS, 5, "hours/1"))
    assert push(chawan, known) == ["new", "new"]
    assert held(known) == {"hub": 15, "zhongda": 10} and aside(known) == []


def test_another_station_asks_and_is_granted_in_the_reply(known: Node, xiaogan: Node) -> None:
    told: list[float] = []

    def reach(seconds: float) -> None:
        told.append(seconds)
        exchange(xiaogan, known)

    form = new_id()
    for _ in range(2):
        escrow.ask(xiaogan, form, ANN, POINTS, 8, reach)
    assert told == [3.0], "what is here already needs no asking"
    spend(xiaogan, 8)
    with pytest.raises(Refusal) as refused:
        escrow.ask(xiaogan, new_id(), ANN, POINTS, 3, reach)
    assert str(refused.value) == "现在最多拿得出 2分：这里 0分，中心 2分，其余 10分在别的站点"
    exchange(xiaogan, known)
    assert held(known) == {"hub": 2, "zhongda": 10}
    assert asks(known) == asks(xiaogan) == {"xiaogan": "withdrawn"}, "nothing stays open"


def test_what_comes_at_the_last_moment_is_simply_here(known: Node, xiaogan: Node) -> None:
    def late(_: float) -> None:
        push(xiaogan, known)
        record(known, escrow.move(known, SEATS, "xiaogan", 3))
        exchange(xiaogan, known)
        raise Unreachable("3 s")

    escrow.ask(xiaogan, new_id(), ANN, SEATS, 5, late)
    assert asks(xiaogan, SEATS) == {"xiaogan": "granted"}


def test_what_came_by_another_way_is_used_and_the_ask_is_withdrawn(
    known: Node, xiaogan: Node
) -> None:
    def other_way(_: float) -> None:
        record(xiaogan, escrow.credit(xiaogan, POINTS, 4, "hours/1"))
        raise Unreachable("3 s")

    record(known, escrow.move(known, POINTS, "zhongda", 10))
    record(known, escrow.start(POINTS, "分", {"zhongda": 10, "xiaogan": 4}))
    exchange(xiaogan, known)
    escrow.ask(xiaogan, new_id(), ANN, POINTS, 4, other_way)
    assert asks(xiaogan) == {"xiaogan": "withdrawn"}
    spend(xiaogan, 4)


def test_nobody_answers_in_time_and_what_comes_late_goes_back(known: Node, xiaogan: Node) -> None:
    def too_slow(_: float) -> None:
        push(xiaogan, known)
        raise Unreachable("3 s")

    with pytest.raises(Refusal, match="现在联系不上中心"):
        escrow.ask(xiaogan, new_id(), ANN, POINTS, 8, too_slow)
    exchange(xiaogan, known)
    assert held(xiaogan) == {"hub": 2, "xiaogan": 8, "zhongda": 10}
    assert escrow.release_surplus(xiaogan) == 8
    assert escrow.release_surplus(xiaogan) == 0
    exchange(xiaogan, known)
    assert held(known) == {"hub": 10, "zhongda": 10}
    assert held(xiaogan, SEATS) == {"hub": 16, "xiaogan": 2, "zhongda": 2}, "its share stays"


def test_an_ask_withdrawn_on_the_way_is_not_granted(known: Node, xiaogan: Node) -> None:
    def away(_: float) -> None:
        raise Unreachable("offline")

    with pytest.raises(Refusal):
        escrow.ask(xiaogan, new_id(), ANN, POINTS, 8, away)
    exchange(xiaogan, known)
    assert held(known) == {"hub": 10, "zhongda": 10}
    assert aside(known) == []


def test_a_use_is_undone_where_it_was_made(known: Node, zhongda: Node) -> None:
    spend(zhongda, 7)
    record(zhongda, escrow.give_back(zhongda, POINTS, 7, "redemption/1"))
    exchange(zhongda, known)
    assert held(known) == {"hub": 10, "zhongda": 10}


def overspend(node: Node, amount: int) -> None:
    """A second machine on the station's identity spends what the first one has spent."""
    rows = node._writer
    with node.writing():
        draft = Draft(POINTS.subject, Used(amount, "x"), owner=WANG)
        rows.write(new_id(), ANN, [draft], "", placed=False)


def test_a_debt_is_booked_with_its_cause_and_stands_still(known: Node, zhongda: Node) -> None:
    overspend(zhongda, 14)
    exchange(zhongda, known)
    [debt] = pools.debts(known.db)
    assert (debt.holder, debt.amount, debt.unit) == ("zhongda", -4, "分")
    assert (
        debt.cause
        == debt.frozen
        == "站点用出了它没有的额度：装回了旧系统，或者两台设备用了同一个站点身份"
    )
    assert pools.debts(zhongda.db) == [debt]
    with pytest.raises(Refusal):
        spend(zhongda, 1)
    assert escrow.release_surplus(zhongda) == 0
    agree(known, zhongda)
    record(known, stations.clear("zhongda"))
    record(known, escrow.credit(known, POINTS, 1, "a correction"))
    assert held(known) == {"zhongda": 7}, "it is filled up again, out of what is left of hers"
    assert pools.debts(known.db) == []


def test_a_suspected_station_gives_and_gets_nothing_until_it_is_cleared(
    known: Node, zhongda: Node
) -> None:
    record(known, stations.suspect("zhongda", "出示的凭据不是最近的"))
    exchange(zhongda, known)
    assert escrow.standing(zhongda, POINTS).frozen == "出示的凭据不是最近的"
    assert escrow.spendable(zhongda, POINTS) == 0
    record(zhongda, Draft(POINTS.subject, Asked(3), owner=WANG), "a1")
    exchange(zhongda, known)
    assert held(known) == {"hub": 10, "zhongda": 10}
    state = known.state("purse", WANG, POINTS.subject)
    assert state.asks["zhongda"].status == "declined"
    record(known, stations.clear("zhongda"))
    exchange(zhongda, known)
    assert escrow.spendable(zhongda, POINTS) == 10


def test_a_lost_station_is_frozen_until_its_journal_is_proven(known: Node, zhongda: Node) -> None:
    spend(zhongda, 4)
    escrow.freeze(known, "zhongda", LOST, "设备丢了", ANN)
    record(known, escrow.credit(known, POINTS, 5, "hours/9"))
    record(known, stations.clear("zhongda"))
    assert pools.holding(known.db, POINTS, "zhongda").frozen == "设备丢了", (
        "clearing proves nothing"
    )
    assert held(known) == {"hub": 15, "zhongda": 10}
    exchange(zhongda, known)
    assert held(known) == {"hub": 15, "zhongda": 6}, "its journal came; nothing is filled up yet"
    escrow.release(known, "zhongda", LOST, ANN, "记录都到了")
    assert held(known) == {"hub": 11, "zhongda": 10}


def test_the_share_of_a_station_that_is_gone_goes_to_the_hub(known: Node, zhongda: Node) -> None:
    with pytest.raises(Refusal, match="要先冻结"):
        record(known, escrow.reclaim(known, POINTS, "zhongda"))
    escrow.freeze(known, "zhongda", LOST, "设备丢了", ANN)
    record(known, escrow.reclaim(known, POINTS, "zhongda"))
    assert held(known) == {"hub": 20}
    overspend(zhongda, 3)
    exchange(zhongda, known)
    [debt] = pools.debts(known.db)
    assert (debt.holder, debt.amount) == ("zhongda", -3), "what it had used after all is owed"


def test_a_restored_hub_waits_for_everybody(known: Node, zhongda: Node, xiaogan: Node) -> None:
    escrow.hold_back(known)
    escrow.hold_back(known)
    with pytest.raises(Refusal, match="中心刚恢复"):
        record(known, escrow.spend(known, POINTS, 1, "x"))
    spend(zhongda, 4)
    exchange(zhongda, known)
    assert held(known) == {"hub": 10, "zhongda": 6}, "nothing is filled up"
    with pytest.raises(Refusal, match="中心刚恢复"):
        escrow.ask(xiaogan, new_id(), ANN, POINTS, 3, lambda _: exchange(xiaogan, known))
    escrow.accept_the_rest(known, ANN, "小干的设备坏了")
    assert held(known) == {"hub": 6, "zhongda": 10}, "it catches up"
    assert not pools.held_back(known.db)
    with pytest.raises(Refusal, match="不用解冻"):
        escrow.accept_the_rest(known, ANN)


def test_a_stock_is_divided_among_stations_and_the_last_ones_are_asked_for(
    known: Node, zhongda: Node, xiaogan: Node
) -> None:
    assert held(known, SEATS) == {"hub": 16, "xiaogan": 2, "zhongda": 2}
    record(known, escrow.move(known, SEATS, "zhongda", 15))
    record(known, escrow.start(SEATS, "个", {}))
    spend(xiaogan, 2, SEATS)
    escrow.ask(xiaogan, new_id(), ANN, SEATS, 1, lambda _: exchange(xiaogan, known))
    spend(xiaogan, 1, SEATS)
    with pytest.raises(
        Refusal, match="现在最多拿得出 0个：这里 0个，中心 0个，其余 17个在别的站点"
    ):
        escrow.ask(xiaogan, new_id(), ANN, SEATS, 1, lambda _: exchange(xiaogan, known))
    with pytest.raises(Refusal, match="其余的联网后才能用"):
        spend(xiaogan, 1, SEATS)
    assert [one.id for one in pools.held_by(xiaogan.db, "zhongda")] == [POINTS, SEATS]


def test_a_debt_that_comes_back_before_what_caused_it_is_booked_with_its_cause(
    known: Node,
) -> None:
    """The hub's word that it owes, and its freeze, come back while it holds enough."""
    record(known, commands.owe(POINTS, "hub", 5, "many days ago"))
    assert pools.debts(known.db) == [] and pools.held_back(known.db)
    record(known, Draft(POINTS.subject, Moved("xiaogan", 15), owner=WANG))
    [debt] = pools.debts(known.db)
    assert (debt.holder, debt.amount) == ("hub", -5) and "恢复的备份" in debt.cause


def test_a_hub_in_debt_gives_nothing_and_books_what_others_owe(
    known: Node, zhongda: Node, xiaogan: Node
) -> None:
    record(known, Draft(POINTS.subject, Moved("xiaogan", 15), owner=WANG))
    record(zhongda, Draft(SEATS.subject, Used(3, "redemption/1")))
    exchange(zhongda, known)
    booked = {debt.holder: bool(debt.cause) for debt in pools.debts(known.db)}
    assert booked == {"hub": True, "zhongda": True}
    spend(xiaogan, 1, SEATS)
    exchange(xiaogan, known)
    assert held(known, SEATS) == {"hub": 16, "xiaogan": 1, "zhongda": -1}
