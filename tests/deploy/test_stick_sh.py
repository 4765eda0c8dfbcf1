"""A stick that carries itself: what stick.sh does when one is put in and when it is pulled out.

The commands that need a real machine (mount, runuser …) are stood in for by scripts that write
down how they were called; the shell is real.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATION = ROOT / "deploy" / "station"
STOOD_IN_FOR = ("id", "mkdir", "mount", "mountpoint", "runuser", "umount")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder of commands that only write down how they were called."""
    for name in STOOD_IN_FOR:
        script = tmp_path / name
        answer = "echo 999" if name == "id" else f'[ -z "$FAIL_{name}" ]'
        script.write_text(f'#!/bin/sh\necho "{name} $*" >> "$CALLS"\n{answer}\n')
        script.chmod(0o755)
    return tmp_path


def stick_sh(machine: Path, *words: str, **environment: str) -> list[str]:
    """Run it; the commands that it used, in order."""
    calls = machine / "calls"
    calls.write_text("")
    subprocess.run(
        ["sh", str(STATION / "stick.sh"), *words],
        env={"PATH": f"{machine}:{os.environ['PATH']}", "CALLS": str(calls), **environment},
        check=True,
    )
    return calls.read_text().splitlines()


def test_a_stick_is_read_in_and_then_written_by_the_stations_user(machine: Path) -> None:
    calls = stick_sh(machine, "in", "/dev/sda1", FAIL_mountpoint="1", YIZHAN_DATA="/d")
    mounted = next(call for call in calls if call.startswith("mount "))
    assert re.search(r"rw,nosuid,nodev,noexec,uid=999.* /dev/sda1 /media/yizhan$", mounted)
    carried = [call for call in calls if call.startswith("runuser")]
    assert [re.search(r"-m sync (\w+) ", call)[1] for call in carried] == ["import", "export"]
    assert all(call.startswith("runuser -u yizhan -- ") for call in carried)
    assert all(call.endswith("--data /d /media/yizhan") for call in carried)
    assert calls.index(mounted) < calls.index(carried[0])


def test_it_is_written_even_where_nothing_could_be_read_in(machine: Path) -> None:
    calls = stick_sh(machine, "in", "/dev/sda1", FAIL_runuser="1", FAIL_mountpoint="1")
    assert sum(call.startswith("runuser") for call in calls) == 2


def test_the_keeper_may_keep_the_work_to_herself(machine: Path) -> None:
    calls = stick_sh(machine, "in", "/dev/sda1", YIZHAN_STICK="mount", FAIL_mountpoint="1")
    assert any(call.startswith("mount ") for call in calls)
    assert not any(call.startswith("runuser") for call in calls)


def test_a_stick_that_was_pulled_out_makes_room_for_the_next(machine: Path) -> None:
    assert "umount --lazy /media/yizhan" in stick_sh(machine, "out")
    assert "umount --lazy /media/yizhan" in stick_sh(machine, "in", "/dev/sda1")


def test_udev_starts_the_service_for_each_partition_of_a_stick() -> None:
    rules = (STATION / "99-yizhan-stick.rules").read_text()
    service = (STATION / "yizhan-stick@.service").read_text()
    assert 'ENV{SYSTEMD_WANTS}+="yizhan-stick@%k.service"' in rules
    assert "stick.sh in /dev/%i" in service and "BindsTo=dev-%i.device" in service
