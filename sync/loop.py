"""The loop that keeps a station in step: a timer with jitter, woken early by a tap.

It runs in its own process, so that a slow road never slows the screen. On an error it waits
longer each time, within limits; a tap ends the wait.
"""

import fcntl
import os
import random
import select
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from sync.bundle import BadBundle
from sync.link import Link, TooLarge
from sync.station import BATCH_BYTES, Answer, SyncStation
from sync.status import FIFO
from yizhan.errors import Refusal, Unreachable

BACK_OFF_DOUBLINGS = 3
BACK_OFF_MAX_S = 300.0
"""A hub that is away costs us nothing but a knock: eight times the usual pause, or five minutes."""

BATCH_BYTES_MIN = 4 * 1024
ROUNDS_MAX = 100_000
ADOPTIONS_MAX = 4
"""A hub whose epochs are new to us so often in a row is starting over and over."""


def exchange_all(station: SyncStation, link: Link) -> int:
    """Exchange until nothing is left to send or to fetch; how many requests it took.

    While the hub works on a request, the answer to the one before is used here. Raises
    Unreachable where the road is closed, Refusal where the hub will not have us.
    """
    with ThreadPoolExecutor(1) as road:
        return _exchange_all(station, lambda raw: road.submit(link.exchange, raw))


def _exchange_all(station: SyncStation, post: Callable[[bytes], "Future[bytes]"]) -> int:
    size, adopted = BATCH_BYTES, 0
    unused: Answer | None = None
    for requests in range(1, ROUNDS_MAX):
        sent = station.request(size, unused)
        coming = post(sent.raw)
        try:
            if unused:
                station.use(unused)
            unused = station.open(sent, coming.result())
            if unused.plain and sent.cut:
                continue
            progress, unused = station.use(unused), None
        except TooLarge as error:
            if size <= BATCH_BYTES_MIN:
                raise Unreachable("路上有设备不让这么小的包通过") from error
            size, unused = size // 2, None
            continue
        except BadBundle as error:
            raise Unreachable(f"回答不是中心签名的：{error}") from error
        if progress == "done":
            return requests
        adopted = adopted + 1 if progress == "adopted" else 0
        if adopted >= ADOPTIONS_MAX:
            break
    raise Unreachable("中心反复重启或一直说不完，先停一停")


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

    def sleep(self, failures: int = 0) -> None:
        """Wait about `every_s` seconds, longer after failures in a row."""
        longer = self.every_s * 2 ** min(failures, BACK_OFF_DOUBLINGS)
        wait = max(self.every_s, min(longer, BACK_OFF_MAX_S))
        ready, _, _ = select.select([self._fifo], [], [], wait * random.uniform(0.8, 1.2))
        if ready:
            os.read(self._fifo, 4096)


def run(station: SyncStation, link: Link, data: Path, every_s: float) -> None:
    """Exchange for ever; says on stderr when the road closes and when it opens again."""
    sleeper = Sleeper(data, every_s)
    failures, said = 0, ""
    while True:
        try:
            with alone(data):
                exchange_all(station, link)
            failures, news = 0, "已与中心同步"
        except (Unreachable, Refusal) as error:
            failures, news = failures + 1, str(error)
        if news != said:
            print(news, flush=True)
            said = news
        sleeper.sleep(failures)
