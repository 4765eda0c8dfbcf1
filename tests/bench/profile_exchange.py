"""Where the time of a record goes on its way from a station to its hub, by file and function.

    python -m tests.bench.profile_exchange [TICKETS=3000]

Hub and station in one process, one after the other, so each is seen alone; the road costs
nothing. A function's time is its own and that of the C functions that it calls (SQLite, zstd,
JSON), without the Python functions that it calls. The profiler slows Python down and C hardly:
the first lines are without it.
"""

import cProfile
import pstats
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

from sync import loop
from sync.hub import SyncHub
from sync.loop import Pace
from sync.station import SyncStation
from tests.bench import samples
from tests.sync.road import Road

LEAST_US = 0.5
"""What costs a record less than that is left out."""

Spent = dict[str, Counter[str]]
"""Seconds by file and function."""


class Watched:
    """One end of the road: its seconds, those of the processor among them, its profile."""

    def __init__(self, name: str, *, closely: bool) -> None:
        self.name, self.closely = name, closely
        self.profile, self.seconds, self.busy = cProfile.Profile(), 0.0, 0.0

    def begin(self) -> None:
        """What happens from here on is this end's."""
        self.seconds -= time.perf_counter()
        self.busy -= time.process_time()
        if self.closely:
            self.profile.enable()

    def end(self) -> None:
        """Until here."""
        self.profile.disable()
        self.busy += time.process_time()
        self.seconds += time.perf_counter()

    @contextmanager
    def instead_of(self, other: "Watched") -> Iterator[None]:
        """The other end waits, and this one works."""
        other.end()
        self.begin()
        try:
            yield
        finally:
            self.end()
            other.begin()

    def spent(self) -> Spent:
        """Seconds by function, C functions counted to their callers."""
        found: Spent = {}
        told = pstats.Stats(self.profile).stats  # type: ignore[attr-defined]
        for (path, _line, name), (_calls, _all, own, _total, callers) in told.items():
            if path != "~":
                found.setdefault(_short(path), Counter())[name] += own
                continue
            for (caller, _at, function), numbers in callers.items():
                found.setdefault(_short(caller), Counter())[function] += numbers[2]
        return found


def _short(path: str) -> str:
    """A file with its folder, which among libraries is mostly the library."""
    return "/".join(Path(path).parts[-2:]).removeprefix("site-packages/")


def exchange(hub: SyncHub, station: SyncStation, here: Watched, there: Watched) -> None:
    """Send all that waits, as the loop does; the hub works while the station waits."""

    def post(raw: bytes) -> "Future[bytes]":
        answer: Future[bytes] = Future()
        with there.instead_of(here):
            answer.set_result(hub.exchange(raw))
        return answer

    here.begin()
    loop._exchange_all(station, post, Pace())
    here.end()


def measured(tickets: int, *, closely: bool) -> tuple[Watched, Watched]:
    """A new station and a new hub, and what each did."""
    ends = Watched("station", closely=closely), Watched("hub", closely=closely)
    with tempfile.TemporaryDirectory() as name:
        road = Road(Path(name))
        station = road.station("zhongda")
        road.exchange(station)
        samples.tickets(station.node, tickets)
        exchange(road.hub, station, *ends)
        station.db.close()
        road.hub.db.close()
    return ends


def report(end: Watched, records: int) -> None:
    """Where this end's time went, the dearest file first."""
    each = 1e6 / records
    print(f"\n{end.name:<28}{end.seconds * each:7.1f} µs a record, profiled")
    spent = end.spent()
    for file in sorted(spent, key=lambda file: -spent[file].total()):
        if spent[file].total() * each >= LEAST_US:
            dearest = [
                f"{name} {own * each:.1f}"
                for name, own in spent[file].most_common(5)
                if own * each >= LEAST_US
            ]
            print(f"  {file:<26}{spent[file].total() * each:7.1f}   {', '.join(dearest)}")


def main(tickets: int) -> None:
    """Measure and print."""
    records = tickets * 3
    for end in measured(tickets, closely=False):
        print(f"{end.name:<28}{end.seconds / records * 1e6:7.1f} µs a record, not profiled, "
              f"{end.busy / records * 1e6:.1f} of them of the processor")  # fmt: skip
    for end in measured(tickets, closely=True):
        report(end, records)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3_000)
