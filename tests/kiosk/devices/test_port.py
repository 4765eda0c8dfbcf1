"""The port on real pseudo-terminals: what goes wrong outside is Unreachable, nothing else."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.devices import port as port_module
from kiosk.devices.port import Port
from kiosk.devices.pretend_wire import Wire
from tests.kiosk.devices.helpers import receive
from yizhan.errors import Unreachable


@pytest.fixture
def port(wire: Wire) -> Iterator[Port]:
    port = Port(str(wire.link))
    port.open()
    yield port
    port.close()


def test_bytes_go_both_ways(port: Port, wire: Wire) -> None:
    wire.write(b"\x02card")
    assert receive(port, 5) == b"\x02card"
    port.write(b"\x1b@slip")
    assert wire.read(timeout=1) == b"\x1b@slip"


def test_silence_is_no_bytes_and_no_error(port: Port) -> None:
    assert port.read() == b""


def test_every_byte_value_passes_unchanged(port: Port, wire: Wire) -> None:
    everything = bytes(range(256))
    wire.write(everything)
    port.write(everything)
    assert wire.read(timeout=1) == everything
    assert receive(port, 256) == everything


def test_opening_forgets_what_was_said_before(wire: Wire) -> None:
    wire.write(b"an old tap")
    time.sleep(0.05)
    port = Port(str(wire.link))
    port.open()
    assert port.read() == b""
    port.close()


def test_a_port_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    port = Port(str(tmp_path / "nowhere"))
    assert not port.plugged()
    with pytest.raises(Unreachable, match="nowhere"):
        port.open()


def test_a_link_to_nowhere_is_not_plugged(tmp_path: Path) -> None:
    (tmp_path / "card").symlink_to("/dev/pts/no-such-terminal")
    assert not Port(str(tmp_path / "card")).plugged()


def test_no_path_at_all_is_not_plugged() -> None:
    assert not Port("").plugged()


def test_a_file_that_is_no_terminal_is_unreachable(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Unreachable):
        Port(str(tmp_path / "file")).open()


def test_a_port_in_use_is_unreachable_for_a_second(port: Port) -> None:
    with pytest.raises(Unreachable):
        Port(port.path).open()


def test_a_pulled_cable_is_unreachable_for_reading_and_for_writing(port: Port, wire: Wire) -> None:
    wire.pull()
    for use in (port.read, lambda: port.write(b"x"), port.flush_input):
        with pytest.raises(Unreachable):
            use()
    port.close()
    assert not port.plugged()


def test_a_port_that_was_never_opened_is_unreachable(wire: Wire) -> None:
    with pytest.raises(Unreachable, match="not open"):
        Port(str(wire.link)).read()


def test_a_device_that_takes_no_bytes_is_unreachable(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(port_module, "WRITE_TIMEOUT", 0.1)
    port = Port(str(wire.link))
    port.open()
    with pytest.raises(Unreachable):
        port.write(b"x" * 200_000)
    port.close()


def test_cancel_wakes_a_read_from_another_thread(wire: Wire) -> None:
    port = Port(str(wire.link), read_timeout=60)
    port.open()
    reader = threading.Thread(target=port.read)
    reader.start()
    time.sleep(0.05)
    port.cancel()
    reader.join(2)
    assert not reader.is_alive()
    port.close()


def test_cancel_and_close_are_harmless_on_a_closed_port(wire: Wire) -> None:
    port = Port(str(wire.link))
    port.cancel()
    port.close()
    port.open()
    port.close()
    port.close()
    port.cancel()
