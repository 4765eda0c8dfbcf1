"""When a station is open: weekdays, public holidays, weekends worked in exchange, closed days."""

import datetime

import pytest

from yizhan.open_days import Opening, opening
from yizhan.services.setup.model import Closed

WEEK = ("08:00-17:00",) * 5 + ("", "")
CALENDAR = {
    "d2026-10-01": {"name": "国庆节", "name_en": "National Day"},
    "d2026-10-10": {"name": "国庆节", "work": True},
}
ROOF = Closed("2026-12-01", "2026-12-03", "修屋顶")


def on(day: str, holidays: str = "closed", week: tuple[str, ...] = WEEK) -> Opening | None:
    return opening(datetime.date.fromisoformat(day), week, holidays, (ROOF,), CALENDAR)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-11-27", Opening("08:00", "17:00")),
        ("2026-11-28", Opening()),
        ("2026-10-01", Opening(why="国庆节", why_en="National Day")),
        ("2026-10-10", Opening("08:00", "17:00")),
        ("2026-12-01", Opening(why="修屋顶", why_en="修屋顶")),
        ("2026-12-03", Opening(why="修屋顶", why_en="修屋顶")),
        ("2026-12-04", Opening("08:00", "17:00")),
    ],
)
def test_a_station_that_keeps_the_holidays(day: str, expected: Opening) -> None:
    assert on(day) == expected


def test_a_station_that_does_not_is_open_on_them_and_closed_on_each_of_its_weekends() -> None:
    assert on("2026-10-01", "open") == Opening("08:00", "17:00")
    assert on("2026-10-10", "open") == Opening()


def test_where_nobody_has_said_nothing_is_told_but_a_closed_day() -> None:
    assert on("2026-11-27", week=()) is None
    assert on("2026-12-02", week=()) == Opening(why="修屋顶", why_en="修屋顶")


def test_it_is_open_from_its_first_minute_to_its_last() -> None:
    open_ = Opening("08:00", "17:00")
    assert [open_.at(time) for time in ("07:59", "08:00", "16:59", "17:00")] == [
        False, True, True, False,
    ]  # fmt: skip
    assert not Opening().at("12:00")
