"""When the next step is due and who owes it, for every state of an order."""

import datetime

import pytest

from hub.due import OWNERS, due, when
from yizhan.services.orders import model
from yizhan.services.orders.projection import OrderRow

ZONE = datetime.timezone(datetime.timedelta(hours=8))
NINE = datetime.datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)


def row(status: str, day: str = "") -> OrderRow:
    return OrderRow(status=status, since=NINE.isoformat(), day=day)


def test_every_open_state_has_an_owner() -> None:
    assert set(OWNERS) == set(model.OPEN)


@pytest.mark.parametrize(
    ("status", "owner", "hours"),
    [
        ("submitted", "dispatcher", 4),
        ("declined", "dispatcher", 4),
        ("unfinished", "dispatcher", 4),
        ("reopened", "dispatcher", 4),
        ("dispatched", "partner", 4),
        ("taken", "partner", 72),
        ("provider_done", "resident", 168),
    ],
)
def test_each_state_is_due_so_long_after_it_began(status: str, owner: str, hours: int) -> None:
    owed = due(row(status), NINE)
    assert owed.owner == owner
    assert owed.at == NINE + datetime.timedelta(hours=hours)
    assert not owed.over(owed.at)
    assert owed.over(owed.at + datetime.timedelta(seconds=1))


def test_an_agreed_day_is_due_when_it_ends() -> None:
    owed = due(row("scheduled", "2026-11-30"), NINE)
    assert not owed.over(datetime.datetime(2026, 11, 30, 23, 59, tzinfo=ZONE))
    assert owed.over(datetime.datetime(2026, 12, 1, 0, 0, tzinfo=ZONE))


def test_an_agreed_day_that_is_no_day_counts_from_the_agreement() -> None:
    assert due(row("scheduled", "bald"), NINE).at == NINE + datetime.timedelta(days=3)


@pytest.mark.parametrize("status", ["closed", "withdrawn", "a state of tomorrow"])
def test_what_is_over_is_owed_by_nobody(status: str) -> None:
    owed = due(row(status), NINE)
    assert (owed.owner, owed.at, owed.over(NINE)) == ("", None, False)


def test_a_stamp_is_read_in_the_network_s_zone() -> None:
    assert when("2026-11-23T01:00:00+00:00", NINE) == NINE
    assert when("2026-11-23T09:00:00", NINE) == NINE
    assert when("neulich", NINE) is None
