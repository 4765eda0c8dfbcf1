"""Tickets of all stations, ratings with their n, what was set aside, registers that count."""

import re
from collections.abc import Callable

import msgspec
import pytest

from tests.hub import cast
from tests.hub.conftest import Visitor
from yizhan import events
from yizhan.ids import new_id
from yizhan.journal import Arriving
from yizhan.record import Node
from yizhan.services.orders.model import Accepted
from yizhan.services.words.commands import give


@pytest.fixture
def admin(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("admin")


def text(page: str) -> str:
    """A page's words, without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_wang_ayi_s_ticket_is_shown_once_with_its_two_yuan(node: Node, admin: Visitor) -> None:
    cast.ticket(node, "wang", "east", 7)
    page = text(admin.see("/tickets").text)
    assert page.count("王阿姨") == 1
    assert "缝补 · 钉扣子" in page and "办好了 1" in page and "收款 2 元" in page
    assert "西塘驿站 今天还没有人取号" in page


def test_a_ticket_of_yesterday_is_not_today_s(node: Node, admin: Visitor) -> None:
    cast.ticket(node, "wang", "east", 7)
    cast.later(node, hours=24)
    admin.log_in("admin")
    assert "王阿姨" not in admin.see("/tickets").text


def test_a_rate_is_never_shown_without_its_n(node: Node, admin: Visitor) -> None:
    for number, face in enumerate((3, 3, 1, 0), 1):
        cast.rate(node, f"ticket/{cast.ticket(node, 'wang', 'east', number)}", face)
    cast.ticket(node, "zhou", "west", 1)
    page = admin.see("/ratings").text
    total, east, west = (text(part) for part in page.split("<table")[1:])
    assert "缝补 5 4 3 1 67% n = 3" in total
    assert "缝补 4 4 3 1 67% n = 3" in east
    assert "缝补 1 0 0 0 还没有人评" in west
    assert "%" not in west
    for rate in re.findall(r"\d+%.{0,200}", page, re.DOTALL):
        assert "n = " in text(rate)


@pytest.mark.parametrize("period", ["month", "quarter", "year"])
def test_ratings_are_read_by_period(node: Node, admin: Visitor, period: str) -> None:
    assert admin.see(f"/ratings?period={period}").status_code == 200


def test_a_period_that_is_none_is_not_found(admin: Visitor) -> None:
    assert admin.see("/ratings?period=aeon").status_code == 404


def test_what_was_set_aside_is_told_with_its_reason(node: Node, admin: Visitor) -> None:
    order = cast.place(node)
    made = events.Event(
        type="order.accepted", source="east", epoch="e1", audience="person:wang",
        actor="staff/li", clock="synced", time=node.clock.stamp(), seq=1, id=new_id(),
        subject=f"order/{order}", data=msgspec.Raw(msgspec.json.encode(Accepted("lishi"))),
    )  # fmt: skip
    raw = events.encode(made)
    with node.writing():
        node.number([Arriving.read(events.GENESIS, raw)])
        node.number([Arriving.read(events.digest(events.GENESIS, raw), b"not json at all")])
    page = text(admin.see("/aside").text)
    assert "李师傅 接单 看这张单 这张单还在等派单" in page
    assert "不知道 读不懂的记录 这条记录的字节读不懂" in page


def test_a_word_that_fits_no_order_of_hers_waits_for_a_person(node: Node, admin: Visitor) -> None:
    form = new_id()
    node.record(
        form, "person/wang", lambda: give(f"word/{form}", "west", "wang", "东埠-9999", False)
    )
    page = text(admin.see("/aside").text)
    assert "没有对上单号的话" in page
    assert "王阿姨 · 东埠-9999 · 没修好" in page


def test_nothing_set_aside_is_good_news(admin: Visitor) -> None:
    assert "没有待查的记录" in admin.see("/aside").text


def test_the_registers_are_counted_and_listed(admin: Visitor) -> None:
    assert re.search(r"5\s+共建单位", text(admin.see("/catalogue").text))
    page = text(admin.see("/catalogue/partner").text)
    assert "李师傅维修部 家电维修 上门维修" in page
    assert admin.see("/catalogue/spells").status_code == 404
    assert admin.see("/catalogue/scene").status_code == 200
