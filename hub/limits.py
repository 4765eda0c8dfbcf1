"""How many exchanges and photos the hub works on at once, and when others shall come back.

An exchange holds a server thread and the network's row. So only some of the threads may do
that, and pages always find one free. Who comes beyond that is told a time of its own, as at
a counter that gives numbers: after an outage a thousand stations then come one by one. Knows
no station and no bundle.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

AT_ONCE = 3
"""Half the server's threads (yizhan/serving.py): one exchange works, two wait for its commit."""

PHOTOS_AT_ONCE = 1
"""A gate of their own, with fewer places: however many photos come, exchanges have theirs, and
two threads are left for pages."""

PLACES = 2000
"""Connections: 1,000 stations that all come back at once, as many slow or silent ones."""

SOONEST_S = 1.0
LATEST_S = 300.0

USUAL_S = 0.05
"""What an exchange is taken to last before one has been seen."""

LEARNING = 0.1
"""The weight of the newest exchange in the mean."""


class Gate:
    """Lets some exchanges in and gives the others a time."""

    def __init__(self, at_once: int = AT_ONCE, clock: Callable[[], float] = time.monotonic) -> None:
        self._at_once = at_once
        self._free = threading.BoundedSemaphore(at_once)
        self._lock = threading.Lock()
        self._clock = clock
        self._each_s = USUAL_S
        self._given_until = 0.0

    @contextmanager
    def enter(self) -> Iterator[float]:
        """0 where there is room, and it is taken; else in how many seconds to come again."""
        if not self._free.acquire(blocking=False):
            yield self._appointment()
            return
        begun = self._clock()
        try:
            yield 0.0
        finally:
            self._free.release()
            with self._lock:
                self._each_s += LEARNING * (self._clock() - begun - self._each_s)

    def _appointment(self) -> float:
        """The next time that nobody has, in seconds from now, within limits.

        Times lie as far apart as requests end; who is told one comes a little later than that.
        """
        with self._lock:
            now = self._clock()
            apart = self._each_s / self._at_once
            self._given_until = max(self._given_until, now + SOONEST_S) + apart
            self._given_until = min(self._given_until, now + LATEST_S)
            return self._given_until - now
