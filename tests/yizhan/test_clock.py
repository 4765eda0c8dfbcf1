"""The clock: the network's zone, how far it can be trusted, and pretended time."""

import datetime
import time
from pathlib import Path

import pytest

from yizhan import clock
from yizhan.clock import Clock, from_environment
from yizhan.errors import Refusal


@pytest.mark.parametrize(
    ("offset", "hours"), [("+08:00", 8), ("-03:30", -3.5), ("+05:45", 5.75), ("+00:00", 0)]
)
def test_time_is_told_in_the_networks_zone(offset: str, hours: float) -> None:
    now = Clock(offset).now()
    assert now.utcoffset() == datetime.timedelta(hours=hours)
    assert abs(now - datetime.datetime.now(datetime.UTC)) < datetime.timedelta(seconds=5)


def test_a_stamp_is_rfc_3339_in_whole_seconds() -> None:
    assert Clock("+08:00", "2026-11-23T09:00:00.7x0").stamp() == "2026-11-23T09:00:00+08:00"


def test_the_day_is_the_stations_and_not_greenwichs() -> None:
    assert Clock("+08:00", "2026-11-23T00:30x0").today() == "2026-11-23"
    assert Clock("+08:00", "2026-11-22T16:30+00:00x0").now().astimezone(
        datetime.timezone(datetime.timedelta(hours=8))
    ).date() == datetime.date(2026, 11, 23)


def test_pretended_time_runs_at_its_rate() -> None:
    day = Clock("+08:00", "2026-11-23T09:00x86400")
    first = day.now()
    time.sleep(0.05)
    passed = (day.now() - first).total_seconds()
    assert 0.05 * 86400 <= passed < 5 * 86400
    assert day.quality() == "pretend"


@pytest.mark.parametrize("text", ["tomorrow", "2026-11-23T09:00xfast", "x60", "2026-13-01"])
def test_a_pretended_time_that_cannot_be_read_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Refusal, match="例如 2026-11-23T09:00x60"):
        Clock("+08:00", text)


def test_the_environment_counts_only_where_pretending_is_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("YIZHAN_CLOCK", "2030-01-01T00:00")
    assert from_environment("+08:00", pretend=True).now().year == 2030
    assert from_environment("+08:00", pretend=False).quality() != "pretend"


@pytest.mark.parametrize(
    ("year", "synced", "rtc", "quality"),
    [
        (2026, True, True, "synced"),
        (2026, False, True, "rtc"),
        (2026, False, False, "unsure"),
        (1970, True, True, "unsure"),
        (2026, True, False, "synced"),
        (2038, True, False, "synced"),
        (2106, True, True, "unsure"),
    ],
)
def test_how_far_the_clock_can_be_trusted(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    year: int,
    synced: bool,
    rtc: bool,
    quality: str,
) -> None:
    for name, there in (("SYNCED", synced), ("RTC", rtc)):
        path = tmp_path / name
        if there:
            path.touch()
        monkeypatch.setattr(clock, name, path)
    one = Clock()
    monkeypatch.setattr(one, "now", lambda: datetime.datetime(year, 1, 2, tzinfo=one.zone))
    assert one.quality() == quality
