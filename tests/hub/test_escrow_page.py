"""The page of what is scarce: who holds what, and each step read back before it counts."""

import re

import pytest

from sync.station import SyncStation
from tests.hub.harbour import Harbour
from tests.hub.office import MEALS, Office, plain, spend
from tests.hub.seen import tasks
from yizhan import escrow
from yizhan.events import Draft
from yizhan.ids import new_id
from yizhan.services.escrow import projection as pools
from yizhan.services.escrow.model import Used
from yizhan.services.stations import commands as stations

pytestmark = pytest.mark.usefixtures("roomy")


@pytest.fixture
def roomy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk of the machine that tests is no concern of these stations."""
    monkeypatch.setattr("hub.survey.disk_mib", lambda: 50_000)


@pytest.fixture
def office(harbour: Harbour) -> Office:
    return Office(harbour)


@pytest.fixture
def xiaogan(office: Office) -> SyncStation:
    return office.harbour.stations["xiaogan"]


def overspend(station: SyncStation, amount: int) -> None:
    """A second machine on the station's identity gives out what the first one has given out."""
    draft = Draft(MEALS.subject, Used(amount, "meal/2"))
    station.node.record(new_id(), "staff/zhan", lambda: draft)


def test_a_step_is_read_back_and_counts_only_when_it_is_confirmed(office: Office) -> None:
    head = office.node.journal.head()
    read = office.ask("freeze", holder="xiaogan", note="掉进海里了")
    said = plain(read.text)
    assert "还没有记下" in said and "原因：掉进海里了" in said and "爱心券 12张" in said
    assert office.node.journal.head() == head
    assert office.confirm("freeze", read).status_code == 303
    assert pools.why_frozen(office.node.db, "xiaogan") == "掉进海里了"
    page = office.page()
    assert "冻结了：xiaogan（掉进海里了）" in page
    assert "今天" in page and "林主任：掉进海里了" in page, "since when, and by whom"
    assert "冻结以后它还没有来过" in page


def test_whoever_freezes_is_told_that_the_keeper_reads_the_reason(office: Office) -> None:
    form = office.page().partition("设备丢了、被偷了")[2]
    assert "这个站点的站长会在“发放”页上看到这句话" in form


def test_every_sheet_and_script_carries_the_mark_of_the_files_as_they_are(office: Office) -> None:
    page = office.admin.see("/escrow").text
    asked = [one for one in re.findall(r'"(/static/[^"]+)"', page) if "/img/" not in one]
    assert len(asked) > 15
    assert [one for one in asked if not re.search(r"\?[0-9a-f]{6,}", one)] == []


def test_a_double_tap_freezes_once(office: Office) -> None:
    read = office.ask("freeze", holder="xiaogan", note="掉进海里了")
    for _ in range(2):
        assert office.confirm("freeze", read).status_code == 303
    assert len(pools.freezes(office.node.db, "xiaogan")) == 1


def test_what_changed_since_she_read_it_is_read_back_again(
    office: Office, xiaogan: SyncStation
) -> None:
    office.do("freeze", holder="xiaogan", note="丢了")
    read = office.ask("reclaim", holder="xiaogan")
    assert "收回到中心：爱心券 12张" in plain(read.text)
    spend(xiaogan, 4)
    office.harbour.exchange("xiaogan")
    again = office.confirm("reclaim", read, sure=True)
    assert again.status_code == 409
    assert "刚才有了变化" in again.text and "收回到中心：爱心券 8张" in plain(again.text)
    assert office.holdings["xiaogan"] == 8
    assert office.confirm("reclaim", again, sure=True).status_code == 303
    assert "xiaogan" not in office.holdings


def test_reclaiming_asks_for_the_statement_that_it_never_comes_back(office: Office) -> None:
    office.do("freeze", holder="xiaogan", note="掉进海里了")
    read = office.ask("reclaim", holder="xiaogan")
    assert "这台设备不会再回来了" in read.text
    refused = office.confirm("reclaim", read)
    assert refused.status_code == 409 and "请先勾上" in refused.text
    assert office.holdings["xiaogan"] == 12
    assert office.confirm("reclaim", refused, sure=True).status_code == 303
    assert office.holdings == {"hub": 35, "zhongda": 5}


def test_only_a_lost_machine_s_share_is_reclaimed(office: Office) -> None:
    refused = office.ask("reclaim", holder="xiaogan")
    assert refused.status_code == 409 and "先冻结" in refused.text
    office.node.record(new_id(), "hub", lambda: stations.suspect("xiaogan", "凭据不对"))
    assert office.ask("reclaim", holder="xiaogan").status_code == 409


def test_a_machine_that_came_back_and_sent_all_is_released(
    office: Office, xiaogan: SyncStation
) -> None:
    spend(xiaogan, 4)
    office.do("freeze", holder="xiaogan", note="被人拿走了")
    refused = office.ask("release", holder="xiaogan", note="找到了")
    assert refused.status_code == 409 and "还没有证明" in refused.text
    for _ in range(2):
        office.harbour.exchange("xiaogan")
    assert office.holdings["xiaogan"] == 8, "nothing is filled up while it is frozen"
    assert "记录都送到了：可以解冻" in office.page()
    assert "解冻了：xiaogan" in office.do("release", holder="xiaogan", note="派出所还回来了")
    assert office.holdings["xiaogan"] == 12, "it moves, and is filled up, at once"


def test_a_new_machine_in_its_place_proves_nothing(office: Office, xiaogan: SyncStation) -> None:
    office.do("freeze", holder="xiaogan", note="掉进海里了")
    xiaogan.node.db.close()
    (office.harbour.folder / "xiaogan").rename(office.harbour.folder / "sea")
    office.harbour.enrol("xiaogan")
    for _ in range(2):
        office.harbour.exchange("xiaogan")
    assert "旧设备没有送到的它不知道：先收回额度" in office.page()
    assert office.ask("release", holder="xiaogan", note="换了新的").status_code == 409
    office.do("reclaim", sure=True, holder="xiaogan")
    office.do("release", holder="xiaogan", note="换了新的")
    assert office.holdings["xiaogan"] == 12, "the new machine has its share again"


def test_a_debt_is_told_with_its_cause_and_settled_out_of_what_the_hub_has(
    office: Office, xiaogan: SyncStation
) -> None:
    overspend(xiaogan, 15)
    office.harbour.exchange()
    page = office.page()
    assert "1 处欠额，1 处冻结" in page and "xiaogan 爱心券 3张 站点用出了它没有的额度" in page
    assert "结清了欠额，就自动解冻" in page
    fields = {"pool": MEALS.subject, "owner": "", "holder": "xiaogan"}
    assert office.ask("settle", **fields, note=" ").status_code == 409, "it takes a reason"
    said = office.do("settle", **fields, note="照旧卡多发了三张，认下")
    assert "结清了：xiaogan的爱心券现在是 12张" in said
    assert "没有欠额，没有冻结" in said
    assert office.holdings == {"hub": 8, "xiaogan": 12, "zhongda": 5}
    noted = [
        row.event for row in office.node.journal.placed(0) if b"\xe8\xae\xa4\xe4\xb8\x8b" in row.raw
    ]
    assert [event.type for event in noted] == ["escrow.moved", "escrow.released"]
    assert {event.actor for event in noted} == {"staff/admin"}


def test_a_debt_beyond_what_the_hub_has_is_paid_for_first(
    office: Office, xiaogan: SyncStation
) -> None:
    overspend(xiaogan, 40)
    office.harbour.exchange()
    fields = {"pool": MEALS.subject, "owner": ""}
    refused = office.ask("settle", **fields, holder="xiaogan", note="认下")
    assert (
        refused.status_code == 409 and "中心只剩 23张，补不上 28张：先存入，再结清" in refused.text
    )
    office.do("add", **fields, amount="10", note="区里补印")
    office.do("settle", **fields, holder="xiaogan", note="认下")
    assert pools.debts(office.node.db) == []
    assert office.holdings == {"xiaogan": 5, "zhongda": 5}, "what is left is its share again"


def test_the_hub_s_own_debt_ends_with_what_is_put_in(office: Office) -> None:
    office.node.record(new_id(), "hub", lambda: Draft(MEALS.subject, Used(30, "meal/3")))
    page = office.page()
    assert "中心 爱心券 7张 中心用出了它没有的额度" in page and "存入补上" in page
    assert "中心有 1 处欠额" in office.fleet()
    office.do("add", pool=MEALS.subject, owner="", amount="7", note="区里补印")
    assert pools.debts(office.node.db) == [] and not pools.held_back(office.node.db)


def test_after_a_restore_the_page_says_who_is_awaited_and_a_person_may_stop_waiting(
    office: Office,
) -> None:
    office.harbour.hub.recovery.begin("backup", collecting=False)
    office.harbour.exchange("zhongda")
    assert "额度从今天" in office.fleet() and "先不发不用" in office.fleet()
    page = office.page()
    assert "额度先不发不用" in page and "还没有补齐的站点：xiaogan" in page
    read = office.ask("accept", note="小干的设备坏了")
    assert office.confirm("accept", read).status_code == 409, "it takes the statement"
    office.do("accept", sure=True, note="小干的设备坏了")
    assert not pools.held_back(office.node.db)
    assert "没有欠额，没有冻结" in office.page()


def test_a_suspicion_is_cleared_on_the_fleet_page(office: Office) -> None:
    office.node.record(new_id(), "hub", lambda: stations.suspect("xiaogan", "凭据不对"))
    page = office.page()
    assert "可能有两台设备" in page and "去站点页" in page
    assert office.ask("release", holder="xiaogan", note="x").status_code == 409
    office.admin.send("/fleet", "/fleet/one-machine", station="xiaogan")
    assert "没有欠额，没有冻结" in office.page()


def test_a_lost_machine_that_is_closed_out_and_emptied_calls_nobody(office: Office) -> None:
    office.do("freeze", holder="xiaogan", note="掉进海里了")
    office.node.record(new_id(), "hub", lambda: stations.revoke("xiaogan"))
    assert "xiaogan手里的额度从今天" in office.fleet(), "its share is still to be taken over"
    office.do("reclaim", sure=True, holder="xiaogan")
    assert "额度" not in tasks(office.admin.see("/fleet").text)


def test_a_debt_that_ended_by_itself_still_waits_for_a_person(
    office: Office, xiaogan: SyncStation
) -> None:
    overspend(xiaogan, 15)
    office.harbour.exchange("xiaogan")
    office.node.record(new_id(), "hub", lambda: escrow.move(office.node, MEALS, "xiaogan", 3))
    assert "xiaogan手里的额度从" in office.fleet() and "欠额已经补上：可以解冻" in office.page()
    office.do("release", holder="xiaogan", note="账平了")
    assert pools.all_freezes(office.node.db) == {}
