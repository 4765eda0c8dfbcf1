"""The ring of what the devices did lately, from which the touchscreen long-polls.

Knows numbers, time and waiting. Refuses to know what an event means, and keeps nothing: after
a restart it begins at 1 again. It is no journal; what must last goes through `record()`.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

SIZE = 200


@dataclass(frozen=True)
class Event:
    """`seq` counts 1, 2, 3 …; `expires` is in monotonic seconds, None for never."""

    seq: int
    kind: str
    data: Mapping[str, str]
    expires: float | None = None


class Ring:
    """The last 200 events. All methods may be called from any thread."""

    def __init__(self, size: int = SIZE, clock: Callable[[], float] = time.monotonic) -> None:
        self._events: deque[Event] = deque(maxlen=size)
        self._clock = clock
        self._changed = threading.Condition()
        self._turns: dict[str, object] = {}
        self._last = 0
        self._closed = False

    @property
    def last(self) -> int:
        """The number of the newest event, 0 before the first: where a new page begins."""
        return self._last

    def put(self, kind: str, data: Mapping[str, str], keep: float | None = None) -> Event:
        """Add an event, for `keep` seconds only if given, and wake who waits."""
        with self._changed:
            self._last += 1
            expires = None if keep is None else self._clock() + keep
            event = Event(self._last, kind, dict(data), expires)
            self._events.append(event)
            self._changed.notify_all()
            return event

    def wait(self, after: int, timeout: float, reader: str = "") -> list[Event] | None:
        """The events after number `after`, as soon as there are any; [] after `timeout` seconds.

        A named reader has one wait at a time: a newer one ends the older, which returns None,
        so that pages left behind do not hold the server's threads. An `after` from before a
        restart is larger than any number here and means everything.
        """
        with self._changed:
            turn = object()
            if reader:
                self._turns[reader] = turn
                self._changed.notify_all()

            def superseded() -> bool:
                return self._turns.get(reader, turn) is not turn

            self._changed.wait_for(
                lambda: self._closed or superseded() or self._since(after), timeout
            )
            return None if superseded() else self._since(after)

    def close(self) -> None:
        """End every wait, now and later: the kiosk is going down."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _since(self, after: int) -> list[Event]:
        now = self._clock()
        start = 0 if after > self._last else after
        return [
            event
            for event in self._events
            if event.seq > start and (event.expires is None or now < event.expires)
        ]
