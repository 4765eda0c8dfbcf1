"""The one door of the kiosk to its devices, all of it real but the cable's far end."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from kiosk.devices.control import send
from kiosk.devices.escpos import Slip
from kiosk.devices.events import Event
from kiosk.devices.hardware import Devices
from kiosk.devices.printer import JobState
from tests.kiosk.devices.helpers import WANG, YANG, eventually
from yizhan.errors import Refusal


@pytest.fixture
def devices(tmp_path: Path) -> Iterator[Devices]:
    devices = Devices(tmp_path, pretend=True, card_path="", printer_path="")
    devices.start()
    assert eventually(
        lambda: devices.states() == {"card": "ready", "printer": "ready", "idcard": "ready"}
    )
    yield devices
    devices.stop()


def seen(devices: Devices, *kinds: str) -> list[Event]:
    return [event for event in devices.events.wait(0, 0) or [] if event.kind in kinds]


def test_wang_ayi_lays_her_card_and_the_waiting_page_hears_of_it(
    devices: Devices, tmp_path: Path
) -> None:
    after = devices.events.last
    threading.Timer(0.1, send, (tmp_path, ["card", "lay", "0003887558"])).start()
    [event] = devices.events.wait(after, 5) or []
    assert (event.kind, event.data) == ("card", {"number": "0003887558", "raw": "00003B51C6"})
    assert send(tmp_path, ["card", "lift"]) == "卡已拿走。"
    assert eventually(lambda: seen(devices, "card_lifted"))


def test_two_cards_are_told_without_a_number(devices: Devices, tmp_path: Path) -> None:
    send(tmp_path, ["card", "lay", WANG.raw])
    send(tmp_path, ["card", "lay", YANG.raw])
    assert eventually(lambda: seen(devices, "card_two"))
    assert seen(devices, "card_two")[0].data == {"number": "", "raw": ""}


def test_a_slip_is_printed_and_told_to_both_the_caller_and_the_page(tmp_path: Path) -> None:
    told: list[tuple[str, JobState]] = []
    devices = Devices(
        tmp_path,
        pretend=True,
        card_path="",
        printer_path="",
        on_print=lambda job, state: told.append((job, state)),
    )
    devices.start()
    devices.print("job-1", bytes(Slip().number("012").cut()))
    assert eventually(lambda: ("job-1", JobState.PRINTED) in told)
    assert eventually(lambda: seen(devices, "print")[-1].data["state"] == "printed")
    assert [dict(event.data) for event in seen(devices, "print")] == [
        {"job": job, "state": state} for job, state in told
    ]
    assert "〔4×4〕012" in send(tmp_path, ["printer", "show"])
    devices.stop()


def test_states_tell_what_is_wrong_with_each_device(devices: Devices, tmp_path: Path) -> None:
    send(tmp_path, ["printer", "out"])
    assert eventually(lambda: devices.states()["printer"] == "no_paper")
    send(tmp_path, ["card", "garbage", "250"])
    assert eventually(lambda: devices.states()["card"] == "reader_wrong")
    send(tmp_path, ["card", "lay", WANG.raw])
    assert eventually(lambda: devices.states()["card"] == "ready")
    send(tmp_path, ["cable", "pull", "card"])
    assert eventually(lambda: devices.states()["card"] == "absent")
    told = [tuple(event.data.values()) for event in seen(devices, "device")]
    assert [state for device, state in told if device == "card"] == [
        "ready",
        "reader_wrong",
        "ready",
        "fault",
        "absent",
    ]


def test_a_card_left_on_the_reader_does_not_sign_in_again_when_its_cable_comes_back(
    devices: Devices, tmp_path: Path
) -> None:
    send(tmp_path, ["card", "lay", WANG.raw])
    assert eventually(lambda: seen(devices, "card"))
    after = devices.events.last
    send(tmp_path, ["cable", "pull", "card"])
    assert eventually(lambda: devices.states()["card"] == "absent")
    send(tmp_path, ["cable", "plug", "card"])
    assert eventually(lambda: devices.states()["card"] == "ready")
    assert devices.events.wait(devices.events.last, 0.5) == []
    assert {event.kind for event in devices.events.wait(after, 0) or []} == {"device"}


def test_the_threads_show_life(devices: Devices) -> None:
    assert devices.quiet() < 5


def test_stopping_ends_a_waiting_page(devices: Devices) -> None:
    waiting = threading.Thread(target=devices.events.wait, args=(devices.events.last, 20))
    waiting.start()
    devices.stop()
    waiting.join(2)
    assert not waiting.is_alive()


def test_a_second_kiosk_in_the_same_directory_leaves_the_first_alone(
    devices: Devices, tmp_path: Path
) -> None:
    second = Devices(tmp_path, pretend=True, card_path="", printer_path="")
    with pytest.raises(Refusal):
        second.start()
    second.stop()
    assert devices.states() == {"card": "ready", "printer": "ready", "idcard": "ready"}
    assert send(tmp_path, ["card", "lift"])


KILLED = """
import sys, time
from pathlib import Path
from kiosk.devices.escpos import Slip
from kiosk.devices.hardware import Devices

def tell(job, state):
    print(state, flush=True)

devices = Devices(Path(sys.argv[1]), True, "", "", on_print=tell)
devices.start()
devices.print("job-1", bytes(Slip().number("012").cut()))
time.sleep(60)
"""


def test_a_killed_kiosk_leaves_its_paper_and_the_next_one_starts(tmp_path: Path) -> None:
    arguments = [sys.executable, "-c", KILLED, str(tmp_path)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as kiosk:
        assert kiosk.stdout is not None
        assert "printed" in [line.strip() for line in islice(kiosk.stdout, 3)]
        kiosk.kill()
    devices = Devices(tmp_path, pretend=True, card_path="", printer_path="")
    devices.start()
    assert eventually(
        lambda: devices.states() == {"card": "ready", "printer": "ready", "idcard": "ready"}
    )
    assert "〔4×4〕012" in send(tmp_path, ["printer", "show"])
    devices.stop()


def test_a_station_without_devices_runs_and_says_so(tmp_path: Path) -> None:
    devices = Devices(tmp_path, pretend=False, card_path="", printer_path="/dev/yizhan/printer")
    assert devices.pretend is None
    devices.start()
    assert eventually(lambda: devices._printer._trouble is JobState.UNREACHABLE)
    devices.print("job-1", b"slip")
    assert [event.data["state"] for event in seen(devices, "print")] == ["waiting", "unreachable"]
    assert devices.states() == {"card": "absent", "printer": "absent"}
    devices.stop()
