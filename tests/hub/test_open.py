"""公开: a quarter for everybody; no name, no number that could be somebody's, no rate of a few."""

import datetime

import pytest

from hub import open_figures
from hub.open_figures import Quarter, Rate, figures, quarter_of, told
from tests import english
from tests.hub import cast
from tests.hub.conftest import Visitor
from yizhan.clock import Clock
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.catalogue.commands import publish
from yizhan.services.ratings import commands as ratings
from yizhan.services.ratings.model import Offered
from yizhan.services.tickets import commands as tickets
from yizhan.services.tickets.model import Taken

AUTUMN = Quarter(2026, 4)


def take(node: Node, count: int, service: str = "mending", day: str = "2026-11-23") -> None:
    """So many numbers, given at the station east."""
    for number in range(count):
        taken = Taken(number + 1, day, service, "button", 200)
        node.record(
            new_id(), "station/east", lambda t=taken: tickets.take(f"ticket/{new_id()}", "east", t)
        )


def rate(node: Node, *faces: int, service: str = "mending", day: str = "2026-11-23") -> None:
    """So many answers."""
    for face in faces:
        about = f"ticket/{new_id()}"
        node.record(
            new_id(), "hub", lambda a=about: ratings.offer(None, "east", Offered(a, service, day))
        )
        state = node.state("rating", "east", f"rating/{about}")
        node.record(
            new_id(), "hub", lambda s=state, a=about, f=face: ratings.answer(s, a, "east", f)
        )


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"a": 10, "b": 0}, {"a": 10, "b": 0}),
        ({"a": 10, "b": 4, "c": 7}, {"a": 10, "b": None, "c": None}),
        ({"a": 10, "b": 4, "c": 1}, {"a": 10, "b": None, "c": None}),
        ({"a": 10, "b": 4, "c": 1, "d": 6}, {"a": 10, "b": None, "c": None, "d": 6}),
        ({"a": 3}, {"a": None}),
        ({}, {}),
    ],
)
def test_a_small_count_is_not_told_and_cannot_be_worked_out(
    counts: dict[str, int], shown: dict[str, int | None]
) -> None:
    assert told(counts) == shown


def test_quarters() -> None:
    assert quarter_of(datetime.date(2026, 11, 28)) == AUTUMN
    assert (AUTUMN.since, AUTUMN.until) == ("2026-10-01", "2027-01-01")
    assert quarter_of(datetime.date(2026, 3, 31)) == Quarter(2026, 1)
    assert (Quarter(2026, 1).before, AUTUMN.next) == (Quarter(2025, 4), Quarter(2027, 1))


def test_a_quarter_counts_its_own_days_and_a_rate_has_its_n(node: Node) -> None:
    take(node, 6)
    take(node, 9, day="2026-09-30")
    take(node, 5, "haircut", "2026-10-01")
    rate(node, *([3] * 8 + [1] * 4))
    rate(node, *[3] * 9, service="haircut")
    found = figures(node.db, AUTUMN)
    assert (found.tickets, found.orders) == (11, 0)
    assert found.services == {"mending": 6, "haircut": 5}
    assert found.rates["mending"] == Rate(12, 67)
    assert found.rates["haircut"] == Rate(0, None), "nine answers are no rate"
    assert found.rate == Rate(21, 81)
    assert figures(node.db, Quarter(2026, 3)).tickets == 9


def test_everybody_may_read_it_and_nobody_is_in_it(node: Node, visitor: Visitor) -> None:
    vars(node.clock).update(vars(Clock(pretend="2026-11-28T10:00:00x0.000001")))
    cast.place(node)
    take(node, 12)
    take(node, 2, "haircut")
    page = visitor.see("/open").text
    assert "2026 年第 4 季度" in page and "还没有过完" in page and "缝补" in page
    assert "太少，不写" in page and "回答太少，不算" in page
    for secret in ("王", "素芬", "13800000001", "东埠路", "李师傅"):
        assert secret not in page
    assert "示例" not in page
    assert visitor.see("/open?quarter=2026-2").status_code == 200
    for wrong in ("2019-1", "2026-5", "now", "2027-1"):
        assert visitor.see(f"/open?quarter={wrong}").status_code == 404


def test_it_is_read_in_english_too_and_says_that_a_sample_is_one(
    node: Node, visitor: Visitor
) -> None:
    english.compiled()
    node.record(new_id(), "hub", lambda: publish("partner", "p", {"name": "x", "sample": True}))
    take(node, 12)
    assert "示例" in visitor.see("/open").text
    visitor.send("/open", "/language", language="en")
    page = visitor.see("/open").text
    assert "sample network" in page and "too few answers" in page
    assert english.untranslated(page, [*cast.STATIONS.values(), "缝补"]) == []


def test_asking_often_counts_once(
    node: Node, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []
    real = open_figures.figures
    monkeypatch.setattr(
        "hub.open_page.open_figures.figures",
        lambda db, quarter: counted.append(quarter.code) or real(db, quarter),
    )
    for _ in range(3):
        visitor.see("/open")
    assert len(counted) == 1
