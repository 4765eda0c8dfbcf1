"""One thread per device: opens the port, serves it, closes it when it breaks, tries again.

    ABSENT ──► OPENING ──► READY ──► FAULT ──► (wait) ──► ABSENT or OPENING
                  └──────────────────►┘

Knows ports, time and patience. Refuses to know what the bytes mean: an Attendant does.
"""

import enum
import logging
import random
import threading
import time
from dataclasses import dataclass
from typing import Protocol

from kiosk.devices.port import Port
from yizhan.errors import Unreachable

log = logging.getLogger(__name__)

BEAT_EVERY = 1.0
STOP_WITHIN = 10.0


class State(enum.StrEnum):
    """`absent`: no device node; `fault`: there is one, and it does not work."""

    ABSENT = "absent"
    OPENING = "opening"
    READY = "ready"
    FAULT = "fault"


class Attendant(Protocol):
    """What serves one device. Both are called from the device's thread."""

    def attend(self, port: Port) -> None:
        """Do a little (seconds at most) and return; raise Unreachable when the device is gone."""

    def changed(self, state: State) -> None:
        """The state became this."""


@dataclass(frozen=True)
class Backoff:
    """How long to wait before the next try, in seconds: the last of `waits` is the cap.

    A random part, up to `jitter` of the wait, is taken off, so that the devices behind one
    hub do not all come back in the same instant.
    """

    waits: tuple[float, ...] = (1.0, 2.0, 5.0, 10.0)
    jitter: float = 0.2

    def seconds(self, failures: int) -> float:
        """The wait after so many failures in a row, at least one."""
        wait = self.waits[min(failures, len(self.waits)) - 1]
        return wait * (1 - self.jitter * random.random())


class Supervisor:
    """The thread of one device. It ends when `stop` is called and never before."""

    def __init__(
        self, name: str, port: Port, attendant: Attendant, backoff: Backoff | None = None
    ) -> None:
        self.name = name
        self.state = State.ABSENT
        self._port = port
        self._attendant = attendant
        self._backoff = backoff or Backoff()
        self._told: State | None = None
        self._failures = 0
        self._stopping = threading.Event()
        self._beaten = time.monotonic()
        self._thread = threading.Thread(target=self._run, name=f"device-{name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Begin to end: no further work is taken up, a read or write in hand is broken off."""
        self._stopping.set()
        self._port.cancel()

    def stop(self) -> None:
        """End the thread and close the port; returns when that is done."""
        self.ask_to_stop()
        if self._thread.is_alive():
            self._thread.join(STOP_WITHIN)

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    def beat(self) -> None:
        """Say that the thread is alive; an attendant does so within long work."""
        self._beaten = time.monotonic()

    def quiet(self) -> float:
        """Seconds since the thread last showed life; more than 10 means that it hangs."""
        return time.monotonic() - self._beaten

    def _run(self) -> None:
        while not self.stopping:
            try:
                self._attempt()
            except Exception:  # mouth of a loop: a device thread that ends is a dead device
                log.exception("%s: unexpected", self.name)
            self._failures += 1
            self._rest(self._backoff.seconds(self._failures))

    def _attempt(self) -> None:
        if not self._port.plugged():
            self._become(State.ABSENT)
            return
        self._become(State.OPENING)
        try:
            self._port.open()
            self._serve()
        except Unreachable as error:
            log.info("%s: %s", self.name, error)
        finally:
            self._port.close()
            if not self.stopping:
                self._become(State.FAULT)

    def _serve(self) -> None:
        self._become(State.READY)
        since = time.monotonic()
        while not self.stopping:
            self.beat()
            self._attendant.attend(self._port)
            # A loose plug opens well and fails at once: only a lasting one is forgiven.
            if time.monotonic() - since > self._backoff.waits[-1]:
                self._failures = 0

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.stopping and (left := until - time.monotonic()) > 0:
            self.beat()
            self._stopping.wait(min(left, BEAT_EVERY))

    def _become(self, state: State) -> None:
        self.beat()
        if state is not self._told:
            self.state = self._told = state
            self._attendant.changed(state)
