"""The loop that keeps a station in step: a timer with jitter, woken early by a tap.

It runs in its own process, so that a slow road never slows the screen. On an error it waits
longer each time, within limits; a tap ends the wait, but not where the hub named a time.
"""

import fcntl
import os
import random
import select
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from sync import rotation, trouble
from sync.blobs import Lane
from sync.bundle import BadBundle
from sync.link import Link, TooLarge
from sync.outbox import BATCH_BYTES
from sync.station import Answer, Progress, Sent, SyncStation
from sync.status import FIFO
from sync.trouble import Rejected, Trouble
from yizhan.blobs import Blobs
from yizhan.errors import Corrupt, Unreachable

BACK_OFF_DOUBLINGS = 3
BACK_OFF_MAX_S = 300.0
"""A hub that is away costs us nothing but a knock: eight times the usual pause, or five minutes."""

WAIT_SPREAD = 0.25
"""Who was told to wait comes back spread over so much more of the wait, and over a second."""

BATCH_BYTES_FIRST = 64 * 1024
BATCH_BYTES_MIN = 4 * 1024
QUICK_S, LONG_S = 1.5, 3.0
"""A request takes about so long; then a line that is cut now and then loses little. Twice as much
takes at most twice as long, so that what was quick is not long then."""

ASK_BYTES = 1000
"""A larger request without an answer is asked after, before its events are sent again."""

ROUNDS_MAX = 100_000

ADOPTIONS_MAX = 4
"""A hub whose epochs are new to us so often in a row is starting over and over."""


class Pace:
    """How much goes into one request: what this road carries in a few seconds.

    Remembered from exchange to exchange, so that a bad line is not tried anew each time.
    """

    def __init__(self) -> None:
        self.size = BATCH_BYTES_FIRST
        self.answered = 0
        self._answered_at_failure = 0

    def came(self, seconds: float) -> None:
        """An answer came after so long."""
        self.answered += 1
        if seconds < QUICK_S:
            self.size = min(self.size * 2, BATCH_BYTES)
        elif seconds > LONG_S:
            self.size = max(self.size // 2, BATCH_BYTES_MIN)

    def goes_on(self, why: Trouble) -> bool:
        """Whether to try again at once, with less; only if that may help."""
        lighter = isinstance(why, TooLarge) and self.size > BATCH_BYTES_MIN
        further = why.kind == "cut" and self.answered > self._answered_at_failure
        self._answered_at_failure = self.answered
        if why.kind == "slow" or (why.kind == "cut" and not further):
            self.size = max(self.size // 2, BATCH_BYTES_MIN)
        return lighter or further


def exchange_all(station: SyncStation, link: Link, pace: Pace | None = None) -> int:
    """Exchange until nothing is left to send or to fetch; how many requests it took.

    While the hub works on a request, the answer to the one before is used here. Raises
    Trouble where the road is closed, Rejected where the hub will not have us.
    """
    pace = pace or Pace()

    def timed(raw: bytes) -> bytes:
        begun = time.monotonic()
        reply = link.exchange(raw)
        if not station.doubted:
            pace.came(time.monotonic() - begun)
        return reply

    with ThreadPoolExecutor(1) as road:
        return _exchange_all(station, lambda raw: road.submit(timed, raw), pace)


def _exchange_all(
    station: SyncStation, post: Callable[[bytes], "Future[bytes]"], pace: Pace
) -> int:
    adopted = 0
    unused: Answer | None = None
    for requests in range(1, ROUNDS_MAX):
        size = pace.size
        sent = station.request(size, unused)
        begun, coming = time.monotonic(), post(sent.raw)
        try:
            if unused:
                _use(station, unused)
            station.foresee(sent, size)
            unused = _open(station, sent, coming, begun)
            if unused.plain and sent.cut:
                continue
            progress, unused = _use(station, unused), None
        except Trouble as error:
            unused = None
            if len(sent.raw) > ASK_BYTES:
                station.doubted = sent.locals
            if pace.goes_on(error):
                continue
            if isinstance(error, TooLarge):
                _heartbeat(station, post)
                raise Trouble("narrow", error.detail) from error
            raise
        if progress == "done":
            return requests
        adopted = adopted + 1 if progress == "adopted" else 0
        if adopted >= ADOPTIONS_MAX:
            break
    raise Trouble("restless")


def _heartbeat(station: SyncStation, post: Callable[[bytes], "Future[bytes]"]) -> None:
    """A request without records: the hub still hears where we are and how much waits here."""
    sent = station.request(0)
    _use(station, _open(station, sent, post(sent.raw), time.monotonic()))


def _open(station: SyncStation, sent: Sent, coming: "Future[bytes]", begun: float) -> Answer:
    raw = coming.result()
    try:
        answer = station.open(sent, raw)
    except BadBundle as error:
        raise Trouble("false", str(error)) from error
    station.node.clock.told(answer.reply.time, time.monotonic() - begun)
    return answer


def _use(station: SyncStation, answer: Answer) -> Progress:
    try:
        return station.use(answer)
    except BadBundle as error:
        raise Trouble("hub", str(error)) from error


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """One exchange at a time on a data directory, whoever runs it."""
    with (data / "sync.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Sleeper:
    """Waits for a time or for a tap, whichever comes first."""

    def __init__(self, data: Path, every_s: float) -> None:
        self.every_s = every_s
        path = data / FIFO
        if not path.exists():
            os.mkfifo(path, 0o600)
        self._fifo = os.open(path, os.O_RDWR | os.O_NONBLOCK)

    def sleep(self, failures: int = 0, told_s: float = 0.0) -> None:
        """Wait about `every_s` seconds, longer after failures in a row.

        Where the hub told us to wait `told_s` seconds, that long and a little more, and no tap
        ends it: a thousand stations that all come back at once would be told so again.
        """
        if told_s > 0:
            time.sleep(told_s * random.uniform(1, 1 + WAIT_SPREAD) + random.random())
            return
        longer = self.every_s * 2 ** min(failures, BACK_OFF_DOUBLINGS)
        wait = max(self.every_s, min(longer, BACK_OFF_MAX_S))
        ready, _, _ = select.select([self._fifo], [], [], wait * random.uniform(0.8, 1.2))
        if ready:
            os.read(self._fifo, 4096)


def once(
    station: SyncStation,
    link: Link,
    data: Path,
    pace: Pace | None = None,
    lane: Lane | None = None,
) -> None:
    """One exchange to its end, and what becomes of it is kept for status; then a while of blobs.

    Raises Trouble, Rejected, Unreachable (our own database), Corrupt.
    """
    found: Trouble | Rejected | None = None
    try:
        with alone(data):
            rotation.settle(station, link, data)
            try:
                exchange_all(station, link, pace)
            except Rejected as error:
                if error.kind != "key" or not rotation.announce_again(station, link, data):
                    raise
                exchange_all(station, link, pace)
            (lane or Lane(station, Blobs(station.db, data), link.piece)).run()
    except (Trouble, Rejected) as error:
        found = error
        raise
    except Corrupt as error:
        found = Trouble("damaged", str(error))
        raise
    except Unreachable as error:
        found = Trouble("disk", str(error))
        raise found from error
    finally:
        trouble.keep(data, found, station.node.clock.stamp())


def run(station: SyncStation, link: Link, data: Path, every_s: float) -> None:
    """Exchange for ever; says when the road closes and why, once, and when it opens again."""
    sleeper, pace = Sleeper(data, every_s), Pace()
    lane = Lane(station, Blobs(station.db, data), link.piece)
    failures, said = 0, ""
    while True:
        answered, wait_s = pace.answered, 0.0
        try:
            once(station, link, data, pace, lane)
            failures, kind, news = 0, "", "已与中心同步"
        except (Trouble, Rejected) as error:
            failures = 1 if pace.answered > answered else failures + 1
            kind, news, wait_s = error.kind, str(error), error.wait_s
        if (kind or "open") != said:
            print(news, flush=True)
        said = kind or "open"
        sleeper.sleep(failures, wait_s)
