"""A pretended cable: a pseudo-terminal and the symlink by which the kiosk finds it.

Knows plugging, pulling and bytes. Refuses to know which device hangs at its end.
"""

import contextlib
import os
import select
import threading
import tty
from pathlib import Path

READ_MAX = 4096


class Wire:
    """One cable; `link` is where the kiosk looks. All methods may be called from any thread."""

    def __init__(self, link: Path) -> None:
        self.link = link
        self._ends: tuple[int, int] | None = None
        self._lock = threading.Lock()

    @property
    def plugged(self) -> bool:
        return self._ends is not None

    def plug(self) -> None:
        """Put a fresh terminal at the link. Our own end of the kiosk's side stays open, or
        the terminal would hang up each time the kiosk closes it.
        """
        with self._lock:
            if self._ends is not None:
                return
            ours, theirs = os.openpty()
            tty.setraw(theirs)
            os.set_blocking(ours, False)
            self._ends = ours, theirs
            fresh = self.link.with_suffix(".new")
            fresh.unlink(missing_ok=True)
            fresh.symlink_to(os.ttyname(theirs))
            fresh.replace(self.link)

    def pull(self) -> None:
        """Take the cable out, as it happens to a device in use."""
        with self._lock:
            if self._ends is None:
                return
            self.link.unlink(missing_ok=True)
            ends, self._ends = self._ends, None
            for end in ends:
                os.close(end)

    def read(self, timeout: float) -> bytes:
        """What the kiosk wrote, b"" after `timeout` seconds or when the cable is out."""
        ends = self._ends
        with contextlib.suppress(OSError):
            select.select([ends[0]] if ends else [], [], [], timeout)
        with self._lock, contextlib.suppress(OSError):
            return os.read(self._ends[0], READ_MAX) if self._ends else b""
        return b""

    def write(self, data: bytes) -> None:
        """Say something to the kiosk; what does not fit because nobody reads is lost."""
        with self._lock, contextlib.suppress(OSError):
            if self._ends:
                os.write(self._ends[0], data)
