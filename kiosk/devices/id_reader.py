"""Serves the ID card reader: asks for a card only while a page wants one, and keeps one reading.

The reading waits in memory until the page takes it, for a minute at most; it goes into no ring
of events, no file and no log. Knows the module's answers and patience; knows no pages.
"""

import threading
import time
from collections.abc import Callable

from kiosk.devices import sam
from kiosk.devices.port import Port
from kiosk.devices.sam import Answer, Answers, IdCard
from kiosk.devices.supervisor import State

BAUD = 115200
WANTED_S = 4.0
POLL_S = 0.45
SHORT_S, READ_S = 1.0, 3.0
KEPT_S = 60.0
FAILURES_MAX = 3
DEAD = "dead"
"""The state of a module whose self-test failed: it is asked no more."""


class IdReader:
    """The attendant of the ID card reader. `noticed(state)` is told what it became."""

    def __init__(
        self,
        noticed: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.state: str = State.ABSENT
        self.again = False
        """Reading failed three times: she should lay the card flat."""
        self._noticed, self._clock, self._pause = noticed, clock, pause
        self._answers = Answers()
        self._lock = threading.Lock()
        self._wanted = float("-inf")
        self._failures = 0
        self._last = ""
        self._read: tuple[IdCard, float] | None = None

    def want(self) -> None:
        """A page wants a card, now and for some seconds."""
        with self._lock:
            if self._clock() - self._wanted > WANTED_S:
                self._last, self._failures, self.again, self._read = "", 0, False, None
            self._wanted = self._clock()

    def take(self) -> IdCard | None:
        """The card that was read since it was wanted, once."""
        with self._lock:
            found, self._read = self._read, None
            return found[0] if found and self._clock() - found[1] < KEPT_S else None

    def changed(self, state: State) -> None:
        """The port is there, or not."""
        if state is not State.OPENING:
            self._become(state)

    def attend(self, port: Port) -> None:
        """One round: find, select, read; quiet while nobody wants a card or the module is dead."""
        if self.state == DEAD or self._clock() - self._wanted > WANTED_S:
            self._pause(POLL_S)
            return
        if self._ask(port, sam.FIND, SHORT_S, sam.FOUND) is None:
            self._pause(POLL_S)
            return
        if self._ask(port, sam.SELECT, SHORT_S, sam.OK) is None:
            self._failed()
            return
        answer = self._ask(port, sam.READ, READ_S, sam.OK)
        found = sam.card(answer.data) if answer else None
        if found is None:
            self._failed()
        else:
            self._keep(found)

    def _keep(self, found: IdCard) -> None:
        """One card is told once for a page, however long it lies there."""
        with self._lock:
            self._failures, self.again = 0, False
            if found.number != self._last:
                self._last, self._read = found.number, (found, self._clock())

    def _failed(self) -> None:
        with self._lock:
            self._failures += 1
            self.again = self._failures >= FAILURES_MAX

    def _ask(self, port: Port, command: bytes, seconds: float, good: int) -> Answer | None:
        """The answer to a request if it is the good one; None where it is another or none."""
        self._answers.drop()
        port.flush_input()
        port.write(sam.request(command))
        ends = self._clock() + seconds
        while self._clock() < ends:
            for answer in self._answers.feed(port.read()):
                if answer.status in sam.DEAD:
                    self._become(DEAD)
                return answer if answer.status == good else None
        return None

    def _become(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self._noticed(state)
