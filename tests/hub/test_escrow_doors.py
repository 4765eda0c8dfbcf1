"""The hub's door for what is scarce, as an operator meets it: real processes and sentences."""

import json

import pytest

from tests.hub.harbour import Harbour
from tests.hub.office import Office, spend
from tests.hub.test_doors import hub, refused
from yizhan.services.escrow import projection as pools


@pytest.fixture
def office(harbour: Harbour) -> Office:
    return Office(harbour)


def escrow(office: Office, *words: str):
    return hub("escrow", *words, "--data", str(office.harbour.data))


def test_the_list_says_who_holds_what(office: Office) -> None:
    done = escrow(office, "list")
    assert done.returncode == 0, done.stderr
    assert "爱心券：hub 23张，xiaogan 12张，zhongda 5张" in done.stdout
    assert "没有欠额，没有冻结" in done.stdout
    told = json.loads(escrow(office, "list", "--json").stdout)
    assert told["stocks"][0]["holdings"] == {"hub": 23, "xiaogan": 12, "zhongda": 5}
    assert told["debts"] == told["frozen"] == []


def test_a_lost_share_is_frozen_and_taken_over_only_on_a_stated_word(office: Office) -> None:
    refused(escrow(office, "reclaim", "xiaogan", "--gone"), 65, "先冻结")
    done = escrow(office, "freeze", "xiaogan", "--note", "掉进海里了")
    assert done.returncode == 0 and "冻结了：xiaogan（掉进海里了）" in done.stdout, done.stderr
    [freeze] = pools.freezes(office.node.db, "xiaogan").values()
    assert (freeze.why, freeze.cause) == ("lost", "掉进海里了")
    refused(escrow(office, "freeze", "xiaogan", "--note", "又一次"), 65, "已经冻结了")
    assert "它还没有来过" in escrow(office, "list").stdout
    refused(escrow(office, "release", "xiaogan", "--note", "x"), 65, "还没有证明")
    refused(escrow(office, "reclaim", "xiaogan"), 65, "要收回的有：stock/爱心券 12张")
    assert office.holdings["xiaogan"] == 12
    assert escrow(office, "reclaim", "xiaogan", "--gone").returncode == 0
    assert office.holdings == {"hub": 35, "zhongda": 5}


def test_a_machine_that_came_back_is_released(office: Office) -> None:
    escrow(office, "freeze", "xiaogan", "--note", "被人拿走了")
    spend_from = office.harbour.stations["xiaogan"]
    for _ in range(2):
        office.harbour.exchange("xiaogan")
    assert "可以解冻" in escrow(office, "list").stdout
    done = escrow(office, "release", "xiaogan", "--note", "还回来了")
    assert done.returncode == 0 and "解冻了：xiaogan" in done.stdout, done.stderr
    office.harbour.exchange("xiaogan")
    spend(spend_from, 1)


def test_an_unknown_station_and_an_empty_reason_are_refused(office: Office) -> None:
    refused(escrow(office, "freeze", "yueliang", "--note", "x"), 65, "没有站点 yueliang")
    refused(escrow(office, "freeze", "xiaogan", "--note", " "), 65, "请写明原因")
    assert pools.all_freezes(office.node.db) == {}


def test_while_the_hub_collects_nothing_is_frozen(office: Office) -> None:
    office.harbour.hub.recovery.begin("sheet", collecting=True)
    refused(escrow(office, "freeze", "xiaogan", "--note", "x"), 65, "hub collect off")
