"""What a bad line costs: a day's records over 30 kbit/s, cut every 20 s, beside the same uncut.

    python -m tests.bench.slow_line [TICKETS=330] [RUNS=10] [LATENCY_MS=600]

A real hub process, a station's own road to it, and between them a line of 30 kbit/s each way
on which a byte takes LATENCY_MS from end to end (so an answer comes after twice that). A day
of a busy station is 330 mending tickets of three events each. Once uncut, and RUNS times with
the first cut at another moment of the 20 s, because where it falls is chance: the mean counts.
Bytes are those of both ways that the line carried, HTTP's headers and what a cut lost included.
Each run has a hub, a station and a line of its own; some run at once, as they mostly wait.
"""

import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from sync import loop
from sync.link import Link
from sync.loop import Pace
from sync.station import SyncStation
from sync.status import unsent
from sync.trouble import Trouble
from tests.bench import samples
from tests.bench.line import Line

RATE = 30_000 / 8
CUT_EVERY_S = 20.0
AT_ONCE = 4
AGAIN_S = 2.0
"""The pause before the next attempt where the loop gives up; the timer's own is longer."""


class Crossing(msgspec.Struct, frozen=True):
    """A day's records on their way through a line. `line_s` is how long it took."""

    up: int
    down: int
    cuts: int
    line_s: float

    @property
    def total(self) -> int:
        """Bytes both ways."""
        return self.up + self.down

    def __str__(self) -> str:
        return (f"{self.total:7,} B ({self.up:,} up, {self.down:,} down) in {self.line_s:.0f} s, "
                f"{self.cuts} cuts")  # fmt: skip


def cross(tickets: int, latency_s: float, first_cut: float) -> Crossing:
    """Send a day's records from a new station to a new hub. `first_cut` 0: nothing is cut."""
    with tempfile.TemporaryDirectory() as name, samples.hub(Path(name)) as url:
        node, station = samples.station(Path(name), "zhongda", Path(name) / "hub")
        loop.exchange_all(station, Link(url))
        samples.tickets(node, tickets)
        line = Line(urlsplit(url).port or 80, RATE, latency_s)
        begun = time.monotonic()
        with line.cut_every(CUT_EVERY_S, first_cut) if first_cut else nullcontext():
            through(station, line)
        took = time.monotonic() - begun
        line.close()
        return Crossing(line.carried["up"], line.carried["down"], line.cuts, took)


def through(station: SyncStation, line: Line) -> None:
    """Exchange as the station's process does, until nothing is left to send."""
    link, pace = Link(line.url), Pace()
    while unsent(station.node):
        try:
            loop.exchange_all(station, link, pace)
        except Trouble:
            time.sleep(AGAIN_S)


def main(tickets: int, runs: int, latency_ms: int) -> None:
    """Measure and print."""
    print(f"{tickets * 3} records, 30 kbit/s, {latency_ms} ms one way")
    firsts = [CUT_EVERY_S * (number + 0.5) / runs for number in range(runs)]
    ratios = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        crossings = pool.map(lambda first: cross(tickets, latency_ms / 1000, first), [0.0, *firsts])
        uncut = next(crossings)
        print(f"uncut              {uncut}")
        for first, found in zip(firsts, crossings, strict=True):
            ratios.append(found.total / uncut.total)
            print(f"cut from {first:4.1f} s on  {found}: {ratios[-1]:.3f} x", flush=True)
    print(f"ratio              mean {statistics.mean(ratios):.3f}, at most {max(ratios):.3f}")


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*(given + [330, 10, 600][len(given) :]))
