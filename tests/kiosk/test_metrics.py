"""The station in Prometheus's format, at the desk's address: no log-in, no names."""

import urllib.error

import pytest
from prometheus_client.parser import text_string_to_metric_families

from kiosk.devices.escpos import Slip
from kiosk.here import Print
from kiosk.serving import Kiosk
from tests.kiosk.stations import CARDS, address, at_screen, eventually
from tests.pages import Visitor
from yizhan import VERSION
from yizhan.ids import new_id
from yizhan.services.tickets import commands as tickets
from yizhan.services.tickets.model import Taken


def told(kiosk: Kiosk) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels, in their order."""
    text = Visitor(address(kiosk, 1)).read("/metrics")
    return {
        (sample.name, *dict(sorted(sample.labels.items())).values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_what_waits_here_is_counted(kiosk: Kiosk) -> None:
    node, form = kiosk.here.node, new_id()
    before = told(kiosk)["yizhan_unsent",]
    taken = Taken(7, "2026-11-23", "mend", "button", 200)
    node.record(form, "station/zhongda", lambda: tickets.take(f"ticket/{form}", "zhongda", taken))
    found = told(kiosk)
    assert found["yizhan_unsent",] == before + 1
    assert found["yizhan_position",] == node.journal.head()
    assert found["yizhan_set_aside",] == 0
    assert found["yizhan_disk_free_bytes",] > 0
    quality = node.clock.quality()
    assert found["yizhan_station_info", quality, "zhongda", VERSION] == 1
    assert found["yizhan_clock_trusted",] == (quality in ("synced", "rtc"))


def test_a_slip_that_cannot_be_printed_waits_and_the_printer_says_why(kiosk: Kiosk) -> None:
    pretended = kiosk.here.devices.pretend
    assert pretended is not None
    eventually(lambda: ("yizhan_device", "printer", "ready") in told(kiosk), "the printer is ready")
    assert told(kiosk)["yizhan_slips_waiting",] == 0
    pretended.do(["printer", "out"])
    kiosk.here.print(Print("ticket/1", "1 号", Slip().line("1").cut()))
    eventually(lambda: ("yizhan_device", "printer", "no_paper") in told(kiosk), "no paper")
    assert told(kiosk)["yizhan_slips_waiting",] == 1
    pretended.do(["printer", "in"])
    eventually(lambda: told(kiosk)["yizhan_slips_waiting",] == 0, "the slip is printed")


def test_nothing_is_told_about_people(kiosk: Kiosk) -> None:
    at_screen(kiosk, "wang")
    text = Visitor(address(kiosk, 1)).read("/metrics")
    assert not [word for word in ("王", "wang", CARDS["wang"]) if word in text]


def test_the_residents_screen_does_not_have_it(kiosk: Kiosk) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        Visitor(address(kiosk)).read("/metrics")
