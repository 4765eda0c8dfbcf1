"""The Chinese calendar against days that are known: new years, leap months, terms, feasts."""

import datetime

import pytest

from yizhan.lunar import YEARS, lunar

NEW_YEARS = (
    "2020-01-25", "2021-02-12", "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29",
    "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-03", "2031-01-23",
    "2032-02-11", "2033-01-31", "2034-02-19", "2035-02-08",
)  # fmt: skip


def on(day: str):
    found = lunar(datetime.date.fromisoformat(day))
    assert found is not None
    return found


@pytest.mark.parametrize("day", NEW_YEARS)
def test_the_new_year_and_its_eve(day: str) -> None:
    first = on(day)
    assert (first.year, first.month, first.day, first.leap) == (int(day[:4]), 1, 1, False)
    assert first.feast == "春节"
    before = datetime.date.fromisoformat(day) - datetime.timedelta(1)
    eve = on(before.isoformat())
    assert (eve.year, eve.month, eve.feast) == (int(day[:4]) - 1, 12, "除夕")
    assert eve.day in (29, 30)


@pytest.mark.parametrize(
    ("day", "month", "until"),
    [
        ("2020-05-23", 4, "2020-06-20"),
        ("2023-03-22", 2, "2023-04-19"),
        ("2025-07-25", 6, "2025-08-22"),
        ("2028-06-23", 5, "2028-07-21"),
        ("2031-04-22", 3, "2031-05-20"),
        ("2033-12-22", 11, "2034-01-19"),
    ],
)
def test_a_leap_month_begins_and_ends(day: str, month: int, until: str) -> None:
    first, last = on(day), on(until)
    assert (first.month, first.day, first.leap) == (month, 1, True)
    assert (last.month, last.leap) == (month, True) and last.day in (29, 30)
    after = on((datetime.date.fromisoformat(until) + datetime.timedelta(1)).isoformat())
    assert (after.month, after.day, after.leap) == (month % 12 + 1, 1, False)


@pytest.mark.parametrize(
    ("day", "term", "begins"),
    [
        ("2026-02-04", "立春", True),
        ("2026-04-05", "清明", True),
        ("2026-11-21", "立冬", False),
        ("2026-11-22", "小雪", True),
        ("2026-11-28", "小雪", False),
        ("2026-12-22", "冬至", True),
        ("2026-12-31", "冬至", False),
        ("2027-01-01", "冬至", False),
        ("2027-01-05", "小寒", True),
    ],
)
def test_a_solar_term_lasts_until_the_next_and_over_the_new_year(
    day: str, term: str, begins: bool
) -> None:
    assert (on(day).term, on(day).term_begins) == (term, begins)


@pytest.mark.parametrize(
    ("day", "feast"),
    [
        ("2026-09-25", "中秋节"),
        ("2026-10-18", "重阳节"),
        ("2026-06-19", "端午节"),
        ("2025-10-29", "重阳节"),
        ("2026-01-26", "腊八节"),
        ("2026-11-28", ""),
    ],
)
def test_a_feast_is_named_on_its_day(day: str, feast: str) -> None:
    assert on(day).feast == feast


def test_the_double_ninth_of_a_leap_month_is_no_feast() -> None:
    """2014 had a ninth month twice."""
    assert on("2014-10-02").feast == "重阳节"
    assert (on("2014-11-01").month, on("2014-11-01").day, on("2014-11-01").leap) == (9, 9, True)
    assert on("2014-11-01").feast == ""


def test_every_day_follows_the_one_before() -> None:
    day, before = datetime.date(2020, 1, 25), on("2020-01-24")
    while day.year < 2040:
        found = on(day.isoformat())
        follows = (found.year, found.month, found.leap) == (before.year, before.month, before.leap)
        assert found.day == before.day + 1 if follows else (found.day == 1 and before.day >= 29)
        day, before = day + datetime.timedelta(1), found


def test_where_no_table_reaches_nothing_is_told() -> None:
    assert lunar(datetime.date(YEARS.start - 1, 12, 31)) is None
    assert lunar(datetime.date(YEARS.stop, 1, 1)) is None
    assert lunar(datetime.date(YEARS.start, 1, 1)) and lunar(datetime.date(YEARS.stop - 1, 12, 31))
