"""The partner worker: accept, decline, agree on a day, finish; her address only in between."""

import datetime
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from hub.jobs import fen
from tests.hub import cast
from tests.hub.conftest import Visitor
from yizhan.errors import Refusal
from yizhan.record import Node
from yizhan.services.orders import commands as orders


@pytest.fixture
def li(signed_in: Callable[[str], Visitor]) -> Visitor:
    """李师傅 with his phone."""
    return signed_in("li")


@pytest.fixture
def sent(node: Node) -> str:
    """王阿姨's tap, sent to 李师傅."""
    return cast.send(node, cast.place(node))


@pytest.fixture
def taken(node: Node, sent: str) -> str:
    """The same, accepted."""
    return cast.accept(node, sent)


def state(node: Node, order: str):
    return node.state("order", "wang", f"order/{order}")


def test_her_address_and_phone_are_shown_only_after_acceptance(
    node: Node, li: Visitor, sent: str
) -> None:
    private = ("王素芬", "13800000001", "东埠路 12 弄 3 号 201 室", "厨房的，一直滴水", "王阿姨")
    for page in ("/jobs", f"/jobs/{sent}"):
        drawn = li.see(page).text
        assert not [one for one in private if one in drawn]
    answer = li.send(f"/jobs/{sent}", f"/jobs/{sent}/accept")
    assert (answer.status_code, answer.location) == (303, f"/jobs/{sent}")
    after = li.see(f"/jobs/{sent}").text
    assert all(one in after for one in private[:4])
    assert 'href="tel:13800000001"' in after


def test_her_address_goes_when_the_job_is_done(node: Node, li: Visitor, taken: str) -> None:
    li.send(f"/jobs/{taken}", f"/jobs/{taken}/finish", result="换了阀芯", cost="25")
    assert "东埠路" not in li.see(f"/jobs/{taken}").text


def test_accepting_twice_is_one_event_and_no_complaint(node: Node, li: Visitor, sent: str) -> None:
    form = li.hidden(f"/jobs/{sent}")
    answers = [li.client.post(f"/jobs/{sent}/accept", data=form) for _n in range(2)]
    assert [answer.location for answer in answers] == [f"/jobs/{sent}"] * 2
    assert [s.type for s in state(node, sent).steps].count("order.accepted") == 1


def test_four_taps_at_the_same_moment_are_one_event(
    app: Flask, node: Node, li: Visitor, sent: str
) -> None:
    form, cookie = li.hidden(f"/jobs/{sent}"), li.client.get_cookie("yizhan_hub_harbour")
    assert cookie

    def tap(_number: int) -> int:
        client = app.test_client()
        client.set_cookie("yizhan_hub_harbour", cookie.value)
        status = client.post(f"/jobs/{sent}/accept", data=form).status_code
        node.db.close()
        return status

    with ThreadPoolExecutor(4) as hands:
        assert list(hands.map(tap, range(4))) == [303] * 4
    assert [s.type for s in state(node, sent).steps].count("order.accepted") == 1


def test_declining_twice_is_one_event_and_no_complaint(node: Node, li: Visitor, sent: str) -> None:
    form = {**li.hidden(f"/jobs/{sent}"), "reason": "人手不够"}
    answers = [li.client.post(f"/jobs/{sent}/decline", data=form) for _n in range(2)]
    assert [answer.location for answer in answers] == ["/jobs"] * 2
    assert [s.type for s in state(node, sent).steps].count("order.declined") == 1


def test_accepting_what_was_redispatched_meanwhile_says_so(
    node: Node, li: Visitor, sent: str
) -> None:
    form = li.hidden(f"/jobs/{sent}")
    cast.step(node, sent, "staff/fang", orders.dispatch, "anxin")
    answer = li.client.post(f"/jobs/{sent}/accept", data=form)
    assert answer.status_code == 409
    assert "这张单已经改派或退回，不在您单位手里了" in answer.text
    assert state(node, sent).status == "dispatched"
    assert state(node, sent).partner == "anxin"


def test_declining_needs_a_reason(node: Node, li: Visitor, sent: str) -> None:
    answer = li.send(f"/jobs/{sent}", f"/jobs/{sent}/decline")
    assert answer.status_code == 409 and "请写明退单的原因" in answer.text
    assert state(node, sent).status == "dispatched"


def test_a_reason_is_picked_and_may_be_added_to(node: Node, li: Visitor, sent: str) -> None:
    li.send(f"/jobs/{sent}", f"/jobs/{sent}/decline", reason="人手不够", said="下周才有空")
    assert state(node, sent).steps[-1].note == "人手不够：下周才有空"


def test_a_reason_that_was_not_offered_counts_only_as_written_text(
    node: Node, li: Visitor, sent: str
) -> None:
    answer = li.send(f"/jobs/{sent}", f"/jobs/{sent}/decline", reason="<b>")
    assert answer.status_code == 409
    assert state(node, sent).status == "dispatched"


def test_a_day_is_agreed_by_its_button(node: Node, li: Visitor, taken: str) -> None:
    tomorrow = (node.clock.now() + datetime.timedelta(days=1)).date().isoformat()
    page = li.see(f"/jobs/{taken}").text
    assert f'value="{tomorrow}"' in page and "明天" in page
    li.send(
        f"/jobs/{taken}", f"/jobs/{taken}/schedule", day=tomorrow, window="morning", worker="小李"
    )
    order = state(node, taken)
    assert (order.status, order.day, order.agreed_window, order.worker) == (
        "scheduled", tomorrow, "morning", "小李",
    )  # fmt: skip
    assert "明天" in li.see("/jobs").text


@pytest.mark.parametrize(
    ("day", "window", "sentence"),
    [
        ("", "morning", "请选一个日期"),
        ("morgen", "morning", "请选一个日期"),
        ("2001-01-01", "morning", "这一天已经过去了"),
        ("2999-01-01", "", "请选一个时段"),
        ("2999-01-01", "midnight", "请选一个时段"),
    ],
)
def test_a_day_that_cannot_be_is_refused(
    node: Node, li: Visitor, taken: str, day: str, window: str, sentence: str
) -> None:
    answer = li.send(f"/jobs/{taken}", f"/jobs/{taken}/schedule", day=day, window=window)
    assert answer.status_code == 409 and sentence in answer.text
    assert state(node, taken).status == "taken"


def test_finishing_says_what_was_done_and_what_was_paid(
    node: Node, li: Visitor, taken: str
) -> None:
    answer = li.send(f"/jobs/{taken}", f"/jobs/{taken}/finish", result="换了阀芯", cost="25.50")
    assert answer.location == "/jobs"
    assert (state(node, taken).result, state(node, taken).cost_fen) == ("换了阀芯", 2550)
    assert "等居民说一声" in li.see("/jobs").text
    assert "25.50 元" in li.see(f"/jobs/{taken}").text


def test_finishing_needs_a_result(node: Node, li: Visitor, taken: str) -> None:
    answer = li.send(f"/jobs/{taken}", f"/jobs/{taken}/finish", result="  ", cost="25")
    assert answer.status_code == 409 and "请写明做了什么" in answer.text


@pytest.mark.parametrize(
    ("yuan", "expected"),
    [("", 0), ("25", 2500), ("25.5", 2550), (" 0.01 ", 1), ("２５", 2500), ("25,5", 2550),
     ("25元", 2500)],
)  # fmt: skip
def test_yuan_are_read_as_people_write_them(yuan: str, expected: int) -> None:
    assert fen(yuan) == expected


@pytest.mark.parametrize("yuan", ["-1", "viel", "1e9", "NaN", "1.005", "9" * 40, "1E+999999"])
def test_an_amount_that_is_none_is_refused(yuan: str) -> None:
    with pytest.raises(Refusal, match="收款金额不对"):
        fen(yuan)


def test_giving_up_needs_a_reason_and_brings_it_back_to_the_dispatcher(
    node: Node, li: Visitor, taken: str
) -> None:
    refused = li.send(f"/jobs/{taken}", f"/jobs/{taken}/give-up")
    assert refused.status_code == 409 and "请写明为什么没有办成" in refused.text
    li.send(f"/jobs/{taken}", f"/jobs/{taken}/give-up", reason="敲门没人应")
    assert state(node, taken).status == "unfinished"
    assert taken not in li.see("/jobs").text


def test_what_the_resident_disputed_is_shown_to_who_did_it(
    node: Node, li: Visitor, taken: str
) -> None:
    cast.step(node, taken, "staff/li", orders.finish, "lishi", "换了垫圈", 0)
    cast.step(node, taken, "person/wang", orders.dispute, "还在滴")
    assert "居民说没弄好" in li.see("/jobs").text
    assert "还在滴" in li.see(f"/jobs/{taken}").text


def test_a_poll_gets_the_list_alone(node: Node, li: Visitor, sent: str) -> None:
    poll = li.see("/jobs", **{"HX-Request": "true"}).text
    assert sent in poll and "<html" not in poll
