"""Each alarm below, at and above its limit; and the limits as an operator writes them."""

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from hub import alarms
from hub.alarm_kinds import KINDS
from hub.alarm_kinds import NOW as WORST
from hub.alarms import Alarm, Hub, Share, Station
from sync.hub_tables import ContactRow
from yizhan import VERSION, settings
from yizhan.errors import Corrupt
from yizhan.settings import Limits

NOW = datetime.datetime.fromisoformat("2026-11-23T09:00:00+08:00")
SUSPECTED = "出示的凭据不是最近的"


def ago(**span: float) -> str:
    return (NOW - datetime.timedelta(**span)).isoformat(timespec="seconds")


def word(**other: Any) -> ContactRow:
    """西塘's last word: all is well but for what is said otherwise."""
    said = {
        "network": "harbour", "station": "west", "seen": ago(seconds=15), "unsent": 0,
        "cursor": 7, "version": VERSION, "clock": "synced", "skew_s": 0, "rescue": False,
        "disk_mib": 20_000, "aside": 0, "waiting": None, "clear_at": ago(seconds=15),
    }  # fmt: skip
    return ContactRow(**(said | other))


def west(**other: Any) -> Station:
    return Station("west", **({"enrolled": True, "last": word()} | other))


def kinds(one: Station, limits: Limits | None = None) -> list[str]:
    return [alarm.kind for alarm in alarms.of_station(one, NOW, limits or Limits())]


def heard(**other: Any) -> list[str]:
    return kinds(west(last=word(**other)))


def test_a_station_that_is_well_calls_nobody() -> None:
    assert kinds(west()) == []


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"seen": ago(hours=23, minutes=59)}, []),
        ({"seen": ago(hours=24)}, []),
        ({"seen": ago(hours=24, seconds=1)}, ["silent"]),
        ({"skew_s": 119}, []),
        ({"skew_s": -120}, []),
        ({"skew_s": 121}, ["clock_off"]),
        ({"skew_s": -121}, ["clock_off"]),
        ({"disk_mib": 1025}, []),
        ({"disk_mib": 1024}, []),
        ({"disk_mib": 1023}, ["disk_low"]),
        ({"disk_mib": 0}, ["disk_low"]),
        ({"disk_mib": None}, []),
        ({"aside": 1}, ["station_aside"]),
        ({"clock": "unsure"}, ["clock_unsure"]),
        ({"clock": "rtc"}, []),
        ({"seen": "杨幼红的钟坏了"}, ["silent"]),
    ],
)
def test_each_limit_calls_only_beyond_it(said: dict[str, Any], expected: list[str]) -> None:
    assert heard(**said) == expected


@pytest.mark.parametrize(
    ("clear_at", "waits", "expected"),
    [
        (ago(hours=23), 143, []),
        (ago(hours=24), 143, []),
        (ago(hours=24, seconds=1), 143, ["backlog"]),
        (ago(days=6), 0, []),
        (None, 143, []),
    ],
)
def test_a_backlog_calls_when_it_is_old_and_still_there(
    clear_at: str | None, waits: int, expected: list[str]
) -> None:
    assert heard(unsent=143, waiting=waits, clear_at=clear_at) == expected


def test_what_a_silent_station_holds_is_one_task_with_its_silence() -> None:
    last = word(seen=ago(days=2), unsent=143, clear_at=ago(days=5))
    assert alarms.of_station(west(last=last), NOW, Limits()) == [
        Alarm("silent", "west", ago(days=2), 143)
    ]


def test_a_wrong_clock_is_not_told_twice() -> None:
    assert heard(skew_s=-400, clock="unsure") == ["clock_off"]


@pytest.mark.parametrize(
    ("ends", "suspected", "expected"),
    [
        (0, "", []),
        (0, SUSPECTED, ["suspected"]),
        (1, "", ["old_image"]),
        (1, SUSPECTED, ["old_image"]),
        (2, SUSPECTED, ["two_machines"]),
        (2, "", ["two_machines"]),
    ],
)
def test_two_growing_ends_are_two_machines_and_one_is_an_old_image(
    ends: int, suspected: str, expected: list[str]
) -> None:
    branched = ago(hours=3) if ends else ""
    assert kinds(west(branched=branched, ends=ends, suspected=suspected)) == expected


def test_a_station_that_never_called_is_told_once_it_is_enrolled() -> None:
    assert kinds(west(last=None)) == ["never_heard"]
    assert kinds(Station("west")) == []


def test_a_revoked_station_calls_nobody_whatever_it_said_last() -> None:
    last = word(seen=ago(days=30), skew_s=9999, disk_mib=1)
    assert kinds(west(last=last, revoked=True, branched=ago(days=1), ends=2)) == []


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (VERSION, []),
        ("99.0.0", []),
        ("0.0.9", ["old_version"]),
        ("dirty", ["old_version"]),
        ("", ["old_version"]),
    ],
)
def test_a_version_older_than_the_hubs_is_told(version: str, expected: list[str]) -> None:
    assert heard(version=version) == expected


def test_a_version_is_compared_by_numbers_and_not_by_letters() -> None:
    assert alarms._numbers("0.10.0") > alarms._numbers("0.9.3")


def test_set_asides_that_somebody_saw_do_not_call_again_but_new_ones_do() -> None:
    assert kinds(west(last=word(aside=3), looked_at=3)) == []
    found = alarms.of_station(west(last=word(aside=5), looked_at=3), NOW, Limits())
    assert found == [Alarm("station_aside", "west", n=2)]


def test_of_many_troubles_the_worst_comes_first() -> None:
    last = word(skew_s=400, aside=1, version="0.0.1")
    found = alarms.of_station(west(last=last, branched=ago(hours=1), ends=2), NOW, Limits())
    levels = [alarm.level for alarm in found]
    assert levels == sorted(levels, reverse=True) and levels[0] == WORST


OWES = Share(owes=2, owes_why="多用了")
FROZEN = Share(frozen_since=ago(hours=5), frozen_why="掉进海里了")


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (Share(), []),
        (OWES, [Alarm("debt", "west", n=2, note="多用了")]),
        (FROZEN, [Alarm("frozen", "west", ago(hours=5), note="掉进海里了")]),
    ],
)
@pytest.mark.parametrize("state", [{}, {"revoked": True}, {"enrolled": False}])
def test_what_a_lost_machine_holds_calls_though_it_is_closed_out(
    share: Share, expected: list[Alarm], state: dict[str, bool]
) -> None:
    assert alarms.of_station(west(share=share, **state), NOW, Limits()) == expected


def hub(**other: Any) -> list[str]:
    well = Hub(disk_mib=50_000, founded=ago(days=90), backed_up=ago(hours=7))
    said = Hub(**({name: getattr(well, name) for name in well.__struct_fields__} | other))
    return [alarm.kind for alarm in alarms.of_hub(said, NOW, Limits())]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, []),
        ({"disk_mib": 4096}, []),
        ({"disk_mib": 4095}, ["hub_disk"]),
        ({"aside": 2}, ["hub_aside"]),
        ({"aside": 2, "flipped": 1}, ["flipped", "hub_aside"]),
        ({"aside": 2, "flipped": 2}, ["flipped"]),
        ({"missing": ("西塘驿站",)}, ["hub_anew"]),
        ({"held_since": ago(hours=1)}, ["held_back"]),
        ({"share": OWES}, ["hub_debt"]),
        ({"share": FROZEN}, ["frozen"]),
        ({"backed_up": ago(hours=26)}, []),
        ({"backed_up": ago(hours=26, seconds=1)}, ["backup_old"]),
        ({"backed_up": "", "founded": ago(hours=26)}, ["first_backup"]),
        ({"backed_up": "", "founded": ago(hours=27)}, ["never_backed_up"]),
        ({"backed_up": "", "founded": ""}, []),
    ],
)
def test_the_hub_calls_for_itself(said: dict[str, Any], expected: list[str]) -> None:
    assert hub(**said) == expected


def test_a_network_may_set_its_own_limits(tmp_path: Path) -> None:
    told = {"network": "harbour", "source": "hub", "limits": {"silent_hours": 2, "skew_s": 600}}
    (tmp_path / "settings.json").write_text(json.dumps(told))
    limits = settings.read(tmp_path).limits
    assert limits == Limits(silent_hours=2, skew_s=600)
    assert kinds(west(last=word(seen=ago(hours=3), skew_s=599)), limits) == ["silent"]


@pytest.mark.parametrize("limits", [{"silent_hour": 2}, {"disk_mib": 0}, {"skew_s": -5}])
def test_a_limit_that_would_never_or_always_call_is_refused(
    tmp_path: Path, limits: dict[str, float]
) -> None:
    told = {"network": "harbour", "source": "hub", "limits": limits}
    (tmp_path / "settings.json").write_text(json.dumps(told))
    with pytest.raises(Corrupt):
        settings.read(tmp_path)


def test_limits_that_nobody_set_are_not_written(tmp_path: Path) -> None:
    settings.write(tmp_path, settings.Settings("harbour", "hub"))
    assert "limits" not in (tmp_path / "settings.json").read_text()
    assert settings.read(tmp_path).limits == Limits()


def test_every_kind_says_what_is_the_matter_and_what_to_do() -> None:
    for kind, said in KINDS.items():
        assert said.level in (1, 2, 3), kind
        assert said.label and said.cause.endswith("。") and said.todo.endswith("。"), kind


def test_the_kinds_stand_in_the_order_in_which_a_person_sees_to_them() -> None:
    levels = [said.level for said in KINDS.values()]
    assert levels == sorted(levels, reverse=True)
