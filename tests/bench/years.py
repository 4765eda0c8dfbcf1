"""Does cost grow with history? A station and a hub with five years beside those of day one.

    python -m tests.bench.years [EVENTS=1800000]

Two networks of real processes, alike but for the years: one begins today, the other holds the
mending tickets of five busy years (about 330 a day, three events each), which reached the hub
and the station by the folds that all events take. Taps, pages and empty exchanges alternate
between the two, so that both see the same machine.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sync.link import Link
from sync.station import SyncStation
from tests.bench import samples
from tests.bench.history import tickets
from tests.bench.tap import Browser, ours
from tests.network import Network, Station
from tests.pages import Visitor
from yizhan import opening, settings
from yizhan.held import Arriving
from yizhan.record import Node

PAGE = 3000
ROUNDS = 150


def pages(events: Iterator[Arriving], size: int = PAGE) -> Iterator[list[Arriving]]:
    """The events in lists of this size."""
    page: list[Arriving] = []
    for one in events:
        page.append(one)
        if len(page) == size:
            yield page
            page = []
    if page:
        yield page


def live_through(hub: Node, station: Node, count: int) -> tuple[float, float]:
    """Let both hold so many events; seconds that the hub's and the station's folds took."""
    at_hub = at_station = 0.0
    for page in pages(tickets(station.source, count)):
        begun = time.perf_counter()
        with hub.writing():
            first = hub.journal.head() + 1
            hub.number(page)
        numbered = time.perf_counter()
        placed = [
            Arriving(one.prev, one.digest, one.raw, one.event, first + n)
            for n, one in enumerate(page)
        ]
        with station.writing():
            station.follow(placed, [], first + len(page) - 1)
        at_hub += numbered - begun
        at_station += time.perf_counter() - numbered
    return at_hub, at_station


def founded(folder: Path, count: int) -> tuple[Network, Station]:
    """A network with one station; with so many events lived through before it opens."""
    folder.mkdir()
    network = Network(folder)
    network.found()
    one = network.station("zhongda")
    if count:
        network.hub.stop()
        hub, station = (opening.open_node(data) for data in (network.hub_data, one.data))
        seconds = live_through(hub, station, count)
        hub.db.close()
        station.db.close()
        for name, took in zip(("hub", "station"), seconds, strict=True):
            print(f"{count:,} events folded by the {name} in {took:.0f} s: {count / took:,.0f}/s")
        network.start_hub()
        one.sync_once()
    one.start(road=False)
    return network, one


class Exchanges:
    """Empty exchanges of a station with its hub, over HTTP."""

    def __init__(self, network: Network, one: Station) -> None:
        key = bytes.fromhex(settings.read(one.data).hub_key)
        self.station = SyncStation(opening.open_node(one.data), opening.signer(one.data), key)
        self.link = Link(network.url)

    def __call__(self) -> float:
        """Milliseconds of one."""
        begun = time.perf_counter()
        sent = self.station.request()
        self.station.take(sent, self.link.exchange(sent.raw))
        return (time.perf_counter() - begun) * 1000


def page(one: Station) -> float:
    """Milliseconds of the page of prices."""
    visitor = Visitor(one.url)
    begun = time.perf_counter()
    visitor.go("/service/mend/jobs")
    return (time.perf_counter() - begun) * 1000


def compare(what: str, old: Callable[[], float], new: Callable[[], float]) -> None:
    """Measure both in turn; print the medians and their ratio."""
    pairs = [(old(), new()) for _ in range(ROUNDS)][ROUNDS // 10 :]
    before, after = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(f"{what:<16} p50 {before:6.2f} ms with history, {after:6.2f} ms on day one"
          f"   ratio {before / after:.2f}")  # fmt: skip


def rebuilt(one: Station, count: int) -> None:
    """Fold the station's whole journal again."""
    begun = time.perf_counter()
    samples.door("yizhan", "rebuild", "--data", str(one.data))
    took = time.perf_counter() - begun
    print(f"rebuild          {took:.0f} s: {count / took:,.0f} events/s")


def main(count: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        networks: list[Network] = []
        try:
            for folder, events in (("new", 0), ("old", count)):
                network, _station = founded(Path(name) / folder, events)
                networks.append(network)
            new, old = (network.stations["zhongda"] for network in networks)
            for what, of in (("tap", tap), ("page", lambda one: lambda: page(one))):
                compare(what, of(old), of(new))
            compare(
                "empty exchange", *(Exchanges(n, n.stations["zhongda"]) for n in networks[::-1])
            )
            old.kiosk.stop()
            rebuilt(old, count)
            size = sum(path.stat().st_size for path in old.data.glob("*.db*"))
            print(f"disk             {size / count:.0f} B an event at the station")
        finally:
            for network in networks:
                network.stop()


def tap(one: Station) -> Callable[[], float]:
    """From pressing 取号 to the whole page that answers, at this station."""
    visitor, browser = Visitor(one.url), Browser(one.url)
    return lambda: ours(visitor, browser)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_800_000)
