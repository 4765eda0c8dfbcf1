"""Staff after a total loss: nobody can sign in, everybody is told why, and a new account opens."""

import pytest
from flask import Flask

from hub import staffing
from hub.app import create_app
from hub.staffing import Wanted
from tests.hub.conftest import Visitor
from tests.hub.harbour import Harbour, paper, rebuild
from tests.hub.test_doors import hub as door
from tests.hub.test_doors import refused
from tests.sync.road import place_order
from yizhan.ids import new_id
from yizhan.record import HUB
from yizhan.services.catalogue.commands import publish

PASSWORD = "lao-jia-de-qiao"


@pytest.fixture
def lost(harbour: Harbour) -> Harbour:
    """方派单, 李师傅 and 朱站长 had accounts; the hub burned and was made anew from its sheet."""
    lishi = {"name": "李师傅维修部", "sector": "家电维修", "capabilities": ["repair"]}
    harbour.hub.node.record(new_id(), HUB, lambda: publish("partner", "lishi", lishi))
    for wanted in (
        Wanted("fang", "方派单", "dispatcher"),
        Wanted("li", "李师傅", "partner_worker", partner="lishi"),
        Wanted("zhan", "朱站长", "keeper", station="zhongda"),
    ):
        staffing.add(harbour.hub.node, wanted, PASSWORD)
    place_order(harbour.stations["zhongda"])
    harbour.exchange()
    printed = paper(harbour)
    harbour.lose_hub()
    rebuild(harbour, printed)
    return harbour


@pytest.fixture
def app(lost: Harbour) -> Flask:
    return create_app(lost.hub.node, lost.data)


def staff_add(lost: Harbour, *words: str) -> str:
    done = door(
        "staff", "add", *words, "--password-stdin", "--data", str(lost.data),
        stdin=f"{PASSWORD}\n",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_first_sign_in_after_collecting_is_with_a_new_account(
    lost: Harbour, app: Flask
) -> None:
    fang = Visitor(app.test_client())
    assert "正在收集各站点的记录，现在谁也不能登录" in fang.see("/login").text
    answer = fang.log_in("fang", PASSWORD)
    assert answer.status_code == 401 and "现在谁也不能登录" in answer.text
    lost.exchange()
    numbered = door("collect", "off", "--data", str(lost.data))
    assert "现在没有一个账号能登录中心" in numbered.stdout and "hub staff add" in numbered.stdout
    assert "还没有工作人员的账号" in fang.see("/login").text
    staff_add(lost, "fang", "--role", "dispatcher", "--name", "方派单")
    staff_add(lost, "li", "--role", "partner_worker", "--partner", "lishi")
    assert "账号" not in fang.see("/login").text
    assert fang.log_in("fang", PASSWORD).status_code == 303
    assert "zhongda-0001" in fang.see("/orders").text, "and 王阿姨's order is there"
    assert Visitor(app.test_client()).log_in("li", PASSWORD).status_code == 303
    lost.exchange()
    lost.exchange()
    lost.agree()


def test_what_collect_off_says_of_accounts_is_said_only_where_nobody_can_sign_in(
    harbour: Harbour,
) -> None:
    staffing.add(harbour.hub.node, Wanted("fang", "方派单", "dispatcher"), PASSWORD)
    assert door("collect", "on", "--data", str(harbour.data)).returncode == 0
    assert "账号" not in door("collect", "off", "--data", str(harbour.data)).stdout


def test_a_keeper_s_desk_account_comes_back_and_can_be_closed(lost: Harbour) -> None:
    lost.exchange()
    numbered = door("collect", "off", "--data", str(lost.data))
    assert "zhan（zhongda）" in numbered.stdout
    assert staffing.account(lost.hub.node, "zhan") is None
    assert door("staff", "remove", "zhan", "--data", str(lost.data)).returncode == 0
    lost.exchange()
    lost.exchange()
    state = lost.stations["zhongda"].node.state("keeper", "zhongda", "keeper/zhan")
    assert not state.active
    refused(door("staff", "remove", "zhan", "--data", str(lost.data)), 65, "没有账号 zhan")


def test_a_keeper_who_moves_after_the_loss_leaves_the_old_desk(lost: Harbour) -> None:
    lost.exchange()
    assert door("collect", "off", "--data", str(lost.data)).returncode == 0
    staff_add(lost, "zhan", "--role", "keeper", "--station", "xiaogan")
    node = lost.hub.node
    assert not node.state("keeper", "zhongda", "keeper/zhan").active
    assert node.state("keeper", "xiaogan", "keeper/zhan").active
