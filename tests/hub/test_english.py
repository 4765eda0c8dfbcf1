"""The hub's pages in English: what is Chinese there is a name, or was written by people."""

import json
from collections.abc import Callable

import pytest

from tests import english
from tests.hub import cast
from tests.hub.conftest import Visitor
from yizhan.record import Node
from yizhan.services.orders import commands as orders

DATA = [
    json.dumps(one, ensure_ascii=False)
    for one in (cast.STATIONS, cast.SERVICES, cast.PARTNERS, cast.PEOPLE)
] + [*(one.name for one in cast.STAFF.values()), "厨房的，一直滴水", "东埠", "西塘"]


@pytest.fixture
def reading(signed_in: Callable[[str], Visitor]) -> Callable[[str], Visitor]:
    """`reading("fang")`: signed in, and reading English."""
    english.compiled()

    def enter(login: str) -> Visitor:
        one = signed_in(login)
        one.send("/jobs" if login == "li" else "/orders", "/language", language="en")
        return one

    return enter


def in_english(visitor: Visitor, path: str, *words: str) -> None:
    """A page says these words and nothing Chinese of ours."""
    page = visitor.see(path).text
    for one in words:
        assert one in page, page
    assert english.untranslated(page, DATA) == []


def test_the_log_in(visitor: Visitor) -> None:
    english.compiled()
    visitor.send("/login", "/language", language="en")
    in_english(visitor, "/login", "Sign in", "Password")
    refused = visitor.send("/login", "/login", login="fang", password="wrong").text
    assert "Wrong login or password" in refused
    assert english.untranslated(refused, DATA) == []


def test_the_dispatcher_s_pages(node: Node, reading: Callable[[str], Visitor]) -> None:
    order, sent = cast.place(node), cast.send(node, cast.place(node, "zhou", choice="lamp"))
    cast.step(node, order, "staff/fang", orders.dispatch, "anxin")
    cast.step(node, order, "staff/anna", orders.decline, "anxin", "人手不够")
    fang = reading("fang")
    in_english(fang, "/orders", "Waiting for you", "Given back", "Too few people", "Next:")
    in_english(fang, f"/orders/{order}", "Send to whom?", "安师傅 gave it back: Too few people")
    in_english(fang, f"/orders/{sent}", "Send to whom instead?")
    refused = fang.send(f"/orders/{order}", f"/orders/{order}/dispatch", partner="")
    assert "Please choose a partner." in refused.text
    in_english(fang, "/fleet", "Not enrolled yet")
    in_english(fang, "/tickets", "No numbers taken today yet.")
    in_english(fang, "/no-such-page", "There is no such page")


def test_the_worker_s_pages(node: Node, reading: Callable[[str], Visitor]) -> None:
    sent, taken = (cast.send(node, cast.place(node)) for _ in range(2))
    cast.accept(node, taken)
    li = reading("li")
    in_english(li, "/jobs", "New jobs", "Accepted by us", "Wished:")
    in_english(li, f"/jobs/{sent}", "Accept", "Give back", "Too far away")
    in_english(li, f"/jobs/{taken}", "Agree on a time", "today", "Mon", "Nobody at home")


def test_the_administrator_s_pages(node: Node, reading: Callable[[str], Visitor]) -> None:
    cast.rate(node, f"ticket/{cast.ticket(node)}", 3)
    admin = reading("admin")
    in_english(admin, "/tickets", "Tickets: 1", "Received 2 yuan")
    in_english(admin, "/ratings", "Satisfaction", "n = 1", "since ")
    in_english(admin, "/aside", "Nothing to check")
    in_english(admin, "/catalogue", "Partners")
    in_english(admin, "/catalogue/partner", "Can do", "Trade")
