"""Facts in sentences: times as one says them, ages, money, and a name for every code."""

import datetime
from collections.abc import Iterator

import pytest
from flask import Flask

from hub import words
from tests.hub import cast
from yizhan.clock import Clock
from yizhan.mechanisms import REGISTRY
from yizhan.record import Node
from yizhan.services.orders import model as orders
from yizhan.services.tickets import model as tickets


@pytest.fixture
def noon(app: Flask, node: Node) -> Iterator[None]:
    """Within a request, at noon of 23 November 2026."""
    vars(node.clock).update(vars(Clock(pretend="2026-11-23T12:00:00x0.000001")))
    with app.test_request_context():
        yield


def test_every_type_of_event_and_every_state_has_a_word() -> None:
    types = {name for kind in REGISTRY.kinds.values() for name in kind.types}
    assert types - words.EVENTS.keys() == set()
    assert {state for state in orders.WORDS if state} == words.STATUS.keys()
    assert {state for state in tickets.WORDS if state} == words.TICKET_STATUS.keys()


@pytest.mark.usefixtures("noon")
@pytest.mark.parametrize(
    ("stamp", "said"),
    [
        ("2026-11-23T09:05:00+08:00", "今天 09:05"),
        ("2026-11-23T01:05:00+00:00", "今天 09:05"),
        ("2026-11-22T23:59:00+08:00", "昨天 23:59"),
        ("2026-11-01T08:00:00+08:00", "11月1日 08:00"),
        ("2025-12-31T08:00:00+08:00", "2025年12月31日 08:00"),
        ("", "时间不明"),
    ],
)
def test_a_moment_is_told_as_one_says_it(stamp: str, said: str) -> None:
    assert words.moment(stamp) == said


@pytest.mark.usefixtures("noon")
@pytest.mark.parametrize(
    ("stamp", "said"),
    [
        ("2026-11-23T11:59:30+08:00", "刚刚"),
        ("2026-11-23T11:40:00+08:00", "20 分钟前"),
        ("2026-11-22T12:00:00+08:00", "24 小时前"),
        ("2026-11-16T12:00:00+08:00", "7 天前"),
        ("2026-11-23T13:00:00+08:00", "钟快了 1 小时"),
    ],
)
def test_how_long_ago_is_told_in_one_unit(stamp: str, said: str) -> None:
    assert words.ago(stamp) == said


@pytest.mark.usefixtures("noon")
def test_a_day_is_told_with_its_weekday() -> None:
    assert words.day("2026-11-24") == "明天 周二"
    assert words.day("2026-11-29") == "11月29日 周日"
    assert words.day("irgendwann") == "irgendwann"


@pytest.mark.usefixtures("noon")
def test_money_is_told_without_needless_zeros() -> None:
    assert [words.yuan(fen) for fen in (0, 200, 2550, 5)] == ["0 元", "2 元", "25.50 元", "0.05 元"]


@pytest.mark.usefixtures("noon")
def test_a_length_of_time_is_never_negative() -> None:
    assert words.lasted(datetime.timedelta(seconds=-5)) == "不到 1 分钟"


@pytest.mark.usefixtures("noon")
def test_whoever_did_something_is_named_as_others_know_them() -> None:
    said = [words.who(actor) for actor in ("person/wang", "staff/li", "station/east", "hub")]
    assert said == ["王阿姨", cast.STAFF["li"].name, "东埠驿站", "中心"]
    assert words.who("person/unknown") == "一位居民"
