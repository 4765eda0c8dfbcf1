"""Hours are read from a listing's sentence, and only from one that is understood to its end."""

import datetime

import pytest

from yizhan import hours

SATURDAY = datetime.datetime(2026, 11, 28)


def at(time: str, days: int = 0) -> datetime.datetime:
    return datetime.datetime.combine(
        SATURDAY + datetime.timedelta(days), datetime.time.fromisoformat(time)
    )


def test_every_way_in_which_the_sample_tells_its_days() -> None:
    for sentence, days in (
        ("每天 9:00–17:00", {0, 1, 2, 3, 4, 5, 6}),
        ("周一至周六 8:30–16:30", {0, 1, 2, 3, 4, 5}),
        ("每周六 9:00–11:00", {5}),
        ("裁缝阿姨 周一至周五 9:00–11:00", {0, 1, 2, 3, 4}),
        ("巧匠师傅 周二、周四 13:30–15:30", {1, 3}),
    ):
        found = hours.read(sentence)
        assert found and found.days == days, sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "", "课表贴在教室门口", "上学日 16:30–18:00", "每周二 9:00–15:00，看船期",
        "七月、八月，周一至周五 8:00–17:00", "每月第一个周五 14:00",
        "周一至周六，前一天 15:00 前订", "每天 25:00–26:00", "每天 17:00–9:00",
        "周五至周一 9:00–11:00",
    ],
)  # fmt: skip
def test_of_a_sentence_that_says_more_nothing_is_believed(sentence: str) -> None:
    assert hours.read(sentence) is None


def test_open_until_and_closed_until() -> None:
    tailor = hours.read("裁缝阿姨 周一至周五 9:00–11:00")
    daily = hours.read("每天 9:00–17:00")
    assert tailor and daily
    assert hours.standing(daily, at("09:00")) == hours.Standing("open", "17:00")
    assert hours.standing(daily, at("08:59")) == hours.Standing("closed", "9:00", 0)
    assert hours.standing(daily, at("17:00")) == hours.Standing("closed", "9:00", 1)
    assert hours.standing(tailor, at("10:00")) == hours.Standing("closed", "9:00", 2)
    assert hours.standing(tailor, at("11:00", days=6)) == hours.Standing("closed", "9:00", 3)


def test_what_opens_once_a_week_is_a_week_away_when_it_closes() -> None:
    weekly = hours.read("每周六 9:00–11:00")
    assert weekly
    assert hours.standing(weekly, at("12:00")) == hours.Standing("closed", "9:00", 7)
