"""The page of what is scarce: amounts, who may see and who may change them."""

import pytest

from sync.station import SyncStation
from tests.hub.harbour import Harbour
from tests.hub.office import MEALS, Office, spend
from tests.sync.road import WANG
from yizhan import escrow
from yizhan.errors import Refusal
from yizhan.events import Draft
from yizhan.ids import new_id
from yizhan.services.escrow import commands
from yizhan.services.escrow import projection as pools
from yizhan.services.escrow.model import Used
from yizhan.services.people import commands as people


@pytest.fixture
def office(harbour: Harbour) -> Office:
    return Office(harbour)


@pytest.fixture
def xiaogan(office: Office) -> SyncStation:
    return office.harbour.stations["xiaogan"]


def test_each_pool_says_who_holds_what_and_what_was_used(
    office: Office, xiaogan: SyncStation
) -> None:
    spend(xiaogan, 7)
    office.harbour.exchange()
    page = office.page()
    assert "没有欠额，没有冻结" in page
    assert "爱心券 还有 33张，用了 7张，一共存入 40张" in page
    assert "中心 16 —" in page and "xiaogan 12 12" in page and "zhongda 5 5" in page


def test_what_is_asked_and_not_granted_is_told(office: Office, xiaogan: SyncStation) -> None:
    office.do("freeze", holder="zhongda", note="丢了")
    escrow.hold_back(office.node)

    xiaogan.node.record(new_id(), "staff/zhan", lambda: commands.ask(MEALS, "xiaogan", 9, False))
    office.harbour.exchange("xiaogan")
    assert "xiaogan 12 12 9 —" in office.page()


def test_what_the_hub_could_not_give_is_told_until_it_can(
    office: Office, xiaogan: SyncStation
) -> None:
    xiaogan.node.record(new_id(), "staff/zhan", lambda: commands.ask(MEALS, "xiaogan", 24, False))
    office.harbour.exchange("xiaogan")
    assert "xiaogan 12 12 24 —" in office.page()
    office.do("add", pool=MEALS.subject, owner="", amount="1", note="区里补印")
    assert "xiaogan 12 12 — —" in office.page()


def test_an_ask_that_ended_without_enough_is_open_no_more(
    office: Office, xiaogan: SyncStation
) -> None:
    with pytest.raises(
        Refusal, match="现在最多拿得出 35张：这里 12张，中心 23张，其余 5张在别的站点"
    ):
        escrow.ask(
            xiaogan.node, new_id(), "staff/zhan", MEALS, 36,
            lambda _: office.harbour.exchange("xiaogan"),
        )  # fmt: skip
    office.harbour.exchange("xiaogan")
    assert "xiaogan 12 12 — —" in office.page()


def test_a_pool_is_opened_and_its_shares_are_changed(office: Office) -> None:
    fields = {"name": "轮椅", "unit": "把", "note": "医院捐的"}
    office.do("open", **fields, amount="6", share_zhongda="2", share_xiaogan="1")
    chairs = escrow.stock("轮椅")
    found = pools.pool(office.node.db, chairs)
    assert found is not None and found.holdings == {"hub": 3, "xiaogan": 1, "zhongda": 2}
    refused = office.ask("open", **fields, amount="6")
    assert refused.status_code == 409 and "已经有这个额度" in refused.text
    office.do("shares", pool=chairs.subject, owner="", share_zhongda="2", share_xiaogan="3")
    found = pools.pool(office.node.db, chairs)
    assert found is not None and found.holdings == {"hub": 1, "xiaogan": 3, "zhongda": 2}


@pytest.mark.parametrize("fields", [{"amount": "三"}, {"amount": "-3"}, {"amount": "9" * 10}])
def test_a_number_that_is_none_is_refused(office: Office, fields: dict[str, str]) -> None:
    head = office.node.journal.head()
    refused = office.ask("add", pool=MEALS.subject, owner="", note="x", **fields)
    assert refused.status_code == 409 and "数量要写整数" in refused.text
    assert office.node.journal.head() == head


def test_residents_are_summed_and_named_only_where_they_have_a_debt(office: Office) -> None:
    points = escrow.purse(WANG, "points")
    node = office.node
    card = node.keys.hash("card", "0000000001")
    node.record(new_id(), "hub", lambda: people.issue(card, WANG, "王阿姨", "zhongda"))
    node.record(new_id(), "hub", lambda: escrow.start(points, "分", {"zhongda": 10}))
    escrow.endow(node, points, 30, "staff/admin", "开户", new_id())
    page = office.page()
    assert "居民的分 1 位居民" in page and "王阿姨" not in page
    zhongda = office.harbour.stations["zhongda"]
    office.harbour.exchange("zhongda")
    draft = Draft(points.subject, Used(14, "redemption/1"), owner=WANG)
    zhongda.node.record(new_id(), "staff/li", lambda: draft)
    office.harbour.exchange("zhongda")
    assert "zhongda 王阿姨的分 4分" in office.page()


def test_a_dispatcher_may_look_and_not_touch(office: Office) -> None:
    fang = office.enter("fang")
    page = fang.see("/escrow").text
    assert (
        "爱心券" in page
        and "请找街道管理员" in page
        and "<form method" not in page.partition("<main")[2]
    )
    assert fang.send("/escrow", "/escrow/freeze", holder="xiaogan", note="x").status_code == 403


def test_a_step_without_the_page_s_token_is_not_taken(office: Office) -> None:
    answer = office.admin.client.post("/escrow/freeze", data={"holder": "xiaogan", "note": "x"})
    assert answer.status_code == 400
    assert pools.all_freezes(office.node.db) == {}


def test_a_holder_or_a_pool_that_is_none_is_not_taken(office: Office) -> None:
    assert office.ask("freeze", holder="taohua", note="x").status_code == 400
    assert office.ask("add", pool="stock/月亮", owner="", amount="1", note="x").status_code == 400


def test_while_the_hub_collects_no_step_is_taken(office: Office) -> None:
    office.harbour.hub.recovery.begin("sheet", collecting=True)
    refused = office.ask("freeze", holder="xiaogan", note="x")
    assert refused.status_code == 409 and "hub collect off" in refused.text
