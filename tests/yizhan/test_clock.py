"""The clock: the network's zone, how far it can be trusted, and pretended time."""

import datetime
import time
from dataclasses import dataclass
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
        (2039, False, True, "rtc"),
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
    monkeypatch.setattr(one, "_wall", lambda: datetime.datetime(year, 1, 2, tzinfo=one.zone))
    assert one.quality() == quality


HUB_SAYS = "2026-11-23T09:00:00+08:00"


@dataclass
class Machine:
    """A machine whose wall clock, battery clock and start the test decides."""

    folder: Path
    patch: pytest.MonkeyPatch
    boot: str = "first"
    since_boot: float = 100.0

    def clock(self, wall: str, *, synced: bool = False, rtc: bool = False) -> Clock:
        """A process's clock while the wall clock stands at a moment."""
        for name, there in (("SYNCED", synced), ("RTC", rtc)):
            self.patch.setattr(clock, name, Path("/" if there else "/nowhere"))
        self.patch.setattr(clock, "_boot", lambda: self.boot)
        self.patch.setattr(clock, "_since_boot", lambda: self.since_boot)
        one = Clock("+08:00", hub_time=self.folder / clock.HUB_TIME)
        moment = datetime.datetime.fromisoformat(wall).replace(tzinfo=one.zone)
        self.patch.setattr(one, "_wall", lambda: moment)
        return one


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


@pytest.mark.parametrize("wall", ["1970-01-01", "2106-02-07", "2026-01-01", "2038-01-19"])
def test_an_untrusted_clock_gives_way_to_what_the_hub_signed(machine: Machine, wall: str) -> None:
    road = machine.clock(wall)
    assert road.quality() == "unsure"
    road.told(HUB_SAYS, 0.3)
    machine.since_boot += 61
    kiosk = machine.clock(wall)
    assert (kiosk.stamp(), kiosk.quality()) == ("2026-11-23T09:01:01+08:00", "hub")
    assert kiosk.today() == "2026-11-23"


def test_a_clock_set_over_the_network_is_believed_before_the_hub(machine: Machine) -> None:
    one = machine.clock("2026-11-23T10:00", synced=True)
    one.told(HUB_SAYS, 0.3)
    assert (one.stamp(), one.quality()) == ("2026-11-23T10:00:00+08:00", "synced")


def test_a_battery_clock_is_believed_only_near_the_hubs_time(machine: Machine) -> None:
    near = machine.clock("2026-11-23T09:01", rtc=True)
    near.told(HUB_SAYS, 0.3)
    assert (near.stamp(), near.quality()) == ("2026-11-23T09:01:00+08:00", "rtc")
    off = machine.clock("2027-11-23T09:01", rtc=True)
    assert (off.stamp(), off.quality()) == ("2026-11-23T09:00:00+08:00", "hub")


def test_after_a_new_start_it_is_at_least_what_the_hub_said_and_unsure(machine: Machine) -> None:
    machine.clock("1970-01-01").told(HUB_SAYS, 0.3)
    machine.boot, machine.since_boot = "second", 30.0
    one = machine.clock("1970-01-01T00:00:30")
    assert (one.stamp(), one.quality()) == ("2026-11-23T09:00:30+08:00", "unsure")
    later = machine.clock("2026-11-24T08:00")
    assert (later.stamp(), later.quality()) == ("2026-11-24T08:00:00+08:00", "unsure")
    assert machine.clock("2026-11-20T08:00", rtc=True).quality() == "unsure", "an empty battery"
    assert machine.clock("2026-11-24T08:00", rtc=True).quality() == "rtc"


def test_a_wall_clock_put_back_is_not_seen_while_the_hubs_time_stands_in(machine: Machine) -> None:
    machine.clock("2026-11-23T09:00").told(HUB_SAYS, 0.3)
    before = machine.clock("2026-11-23T09:00").now()
    assert machine.clock("2025-01-01T00:00").now() == before


@pytest.mark.parametrize(
    ("stamp", "round_trip_s"),
    [
        ("", 0.3), ("tomorrow", 0.3), ("1970-01-01T00:00:00+08:00", 0.3),
        ("9999-12-31T23:59:59+08:00", 0.3), (HUB_SAYS, 40.0),
    ],
)  # fmt: skip
def test_a_time_that_is_of_no_use_is_not_kept(
    machine: Machine, stamp: str, round_trip_s: float
) -> None:
    one = machine.clock("1970-01-01")
    one.told(stamp, round_trip_s)
    assert one.quality() == "unsure" and one.now().year == 1970


def test_the_file_is_written_only_where_it_says_more(machine: Machine) -> None:
    one = machine.clock("1970-01-01")
    one.told(HUB_SAYS, 0.3)
    path = machine.folder / clock.HUB_TIME
    first = path.read_bytes()
    machine.since_boot += 15
    one.told("2026-11-23T09:00:17+08:00", 0.3)
    assert path.read_bytes() == first, "two seconds of drift are not worth a write"
    machine.since_boot += 15
    one.told("2026-11-23T09:10:00+08:00", 0.3)
    assert path.read_bytes() != first


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"boot":"first","since_boot":-1e300,"time":1}', b'{"boot":1}']
)
def test_a_damaged_file_is_as_good_as_none(machine: Machine, content: bytes) -> None:
    (machine.folder / clock.HUB_TIME).write_bytes(content)
    assert machine.clock("1970-01-01").quality() == "unsure"
    machine.clock("1970-01-01").told(HUB_SAYS, 0.3)
    assert machine.clock("1970-01-01").quality() == "hub"
