"""A pretended cable and what hangs on it, for the tests of the devices."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.devices.pretend import PretendDevices
from kiosk.devices.pretend_wire import Wire


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    """A plugged cable without a device."""
    wire = Wire(tmp_path / "cable")
    wire.plug()
    yield wire
    wire.pull()


@pytest.fixture
def pretend(tmp_path: Path) -> Iterator[PretendDevices]:
    """A reader and a printer, plugged in."""
    devices = PretendDevices(tmp_path)
    devices.start()
    yield devices
    devices.stop()
