"""The serial port: the only file that knows pyserial.

Knows how to open, read, write and close one port. Refuses to know what the bytes mean and
when to try again: whatever goes wrong outside is Unreachable.
"""

import contextlib
import os
import termios
import threading
from collections.abc import Iterator

import serial

from yizhan.errors import Unreachable

WRITE_TIMEOUT = 5.0
READ_MAX = 4096


class Port:
    """One serial port, 8N1. `read_timeout` is in seconds.

    Used by one thread, its owner; only `cancel` may be called from another.
    Every method raises Unreachable when the device is gone or taken.
    """

    def __init__(self, path: str, baud: int = 9600, read_timeout: float = 0.1) -> None:
        self.path = path
        self.baud = baud
        self._read_timeout = read_timeout
        self._serial: serial.Serial | None = None
        self._closing = threading.Lock()

    def plugged(self) -> bool:
        """Is there a device node at the path? A symlink to nowhere is none."""
        return os.path.exists(self.path)  # noqa: PTH110 - Path("") would be the folder itself

    def open(self) -> None:
        """Open for us alone; pyserial drops what was said before.

        All settings go to the constructor: some drivers refuse a change afterwards.
        """
        with self._reachable():
            self._serial = serial.Serial(
                self.path,
                self.baud,
                timeout=self._read_timeout,
                write_timeout=WRITE_TIMEOUT,
                exclusive=True,
            )

    def flush_input(self) -> None:
        """Drop what has come in and was not read."""
        with self._reachable():
            self._opened().reset_input_buffer()

    def read(self) -> bytes:
        """What has come in, or the first byte that comes; b"" after the read timeout."""
        with self._reachable():
            port = self._opened()
            return port.read(min(port.in_waiting or 1, READ_MAX))

    def write(self, data: bytes) -> None:
        """Hand all of `data` to the driver, in at most 5 seconds."""
        with self._reachable():
            self._opened().write(data)

    def cancel(self) -> None:
        """Wake the owner out of a read or a write. Safe at any time, from any thread."""
        with self._closing:
            if self._serial is not None:
                self._serial.cancel_read()
                self._serial.cancel_write()

    def close(self) -> None:
        """Close, whether open or not and whether the device is still there or not."""
        with self._closing, contextlib.suppress(OSError):
            port, self._serial = self._serial, None
            if port is not None:
                port.close()

    def _opened(self) -> serial.Serial:
        if self._serial is None:
            raise Unreachable(f"{self.path}: not open")
        return self._serial

    @contextlib.contextmanager
    def _reachable(self) -> Iterator[None]:
        # SerialException is an OSError, but tcflush lets a bare termios.error through.
        try:
            yield
        except (OSError, termios.error) as error:
            raise Unreachable(f"{self.path}: {error}") from error
