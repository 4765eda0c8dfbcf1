"""Do exchanges that come to nothing fill the disks? So many of them, and what they left behind.

    python -m tests.bench.aborted [EXCHANGES=10000] [TICKETS=20]

A real hub process on SQLite and a station's own road to it, over a line that breaks: within the
request, within the answer; or the answer comes whole and is thrown away, or the station's
process ends before it is used. Some of what was sent is stored at the hub by then, and the
station sends it again each time. At the end one exchange comes through, and nothing may be
missing or doubled. YIZHAN_SEED chooses the places.
"""

import os
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from sync import loop
from sync.link import Link
from sync.station import SyncStation
from sync.trouble import Trouble
from tests.bench import samples
from tests.bench.line import Line
from yizhan import opening, settings

HEAD_BYTES = 90
"""About what HTTP adds to a request; where exactly a cut lies does not matter."""

PLACES = ("request cut", "answer cut", "answer thrown away", "process ended")
WEIGHTS = (4, 4, 2, 1)


class Aborting:
    """A station whose exchanges are all aborted, each at another place."""

    def __init__(self, data: Path, line: Line, chance: random.Random) -> None:
        self.data, self.line, self.chance = data, line, chance
        self.link = Link(line.url)
        self.answer_bytes = 400
        self.aborted: Counter[str] = Counter()
        self.station = self.start()

    def start(self) -> SyncStation:
        """A process of the station on what the last one left."""
        node = opening.open_node(self.data)
        key = bytes.fromhex(settings.read(self.data).hub_key)
        return SyncStation(node, opening.signer(self.data), key)

    def once(self) -> None:
        """One exchange that comes to nothing."""
        [place] = self.chance.choices(PLACES, WEIGHTS)
        sent = self.station.request()
        request_bytes = len(sent.raw) + HEAD_BYTES
        if place == "request cut":
            self.line.cut_after(self.chance.randrange(request_bytes))
        elif place == "answer cut":
            self.line.cut_after(request_bytes + self.chance.randrange(self.answer_bytes))
        self.aborted[self._post(sent.raw, place)] += 1
        if place == "process ended":
            self.station.db.close()
            self.station = self.start()

    def _post(self, raw: bytes, place: str) -> str:
        before = self.line.carried["down"]
        try:
            self.link.exchange(raw)
        except Trouble as trouble:
            assert trouble.kind == "cut", trouble
            return place
        finally:
            self.line.cut_after(None)
        self.answer_bytes = self.line.carried["down"] - before
        return place if place in PLACES[2:] else "answer thrown away"


def sizes(*folders: Path) -> tuple[int, ...]:
    """Bytes of each data directory, as its files are now."""
    return tuple(
        sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        for folder in folders
    )


def checkpoint(data: Path) -> None:
    """Take what waits in the write-ahead log into the database, and empty the log."""
    connection = sqlite3.connect(data / "yizhan.db", timeout=10)
    [busy] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[:1]
    connection.close()
    assert not busy, f"{data} is in use"


def unscathed(aborting: Aborting, hub_data: Path) -> int:
    """Let one exchange come through: how many events the hub holds of this station's, each once."""
    loop.exchange_all(aborting.station, Link(aborting.line.url))
    mine = "SELECT digest FROM journal WHERE source = ? AND position > 0 ORDER BY position"
    code = (aborting.station.node.source,)
    held = opening.open_node(hub_data).db.sql(mine, code)
    assert held == aborting.station.db.sql(mine, code), "the hub and the station differ"
    assert len(set(held)) == len(held), "an event was stored twice"
    return len(held)


def main(count: int, tickets: int) -> None:
    """Measure and print."""
    chance = random.Random(os.environ.get("YIZHAN_SEED", "10000"))
    with tempfile.TemporaryDirectory() as name:
        folders = Path(name) / "hub", Path(name) / "zhongda"
        with samples.hub(Path(name)) as url:
            node, station = samples.station(Path(name), "zhongda", folders[0])
            line = Line(urlsplit(url).port or 80)
            loop.exchange_all(station, Link(line.url))
            samples.tickets(node, tickets)
            aborting = Aborting(folders[1], line, chance)
            for folder in folders:
                checkpoint(folder)
            before, begun = sizes(*folders), time.monotonic()
            for _n in range(count):
                aborting.once()
            took, raw = time.monotonic() - begun, sizes(*folders)
            for folder in folders:
                checkpoint(folder)
            report(before, raw, sizes(*folders))
            print(f"aborted         {aborting.aborted.total()} in {took:.0f} s: "
                  + ", ".join(f"{n} {place}" for place, n in aborting.aborted.items()))  # fmt: skip
            print(f"events          {unscathed(aborting, folders[0])}, each once at the hub")


def report(before: tuple[int, ...], raw: tuple[int, ...], after: tuple[int, ...]) -> None:
    """How much the directories of hub and station grew, in lines."""
    for when, now in (("with their logs", raw), ("checkpointed", after)):
        hub, station = (end - begin for begin, end in zip(before, now, strict=True))
        print(f"{when:<15} grew by {(hub + station) / 1e6:.3f} MB: hub {hub:,} B, "
              f"station {station:,} B")  # fmt: skip


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*(given + [10_000, 20][len(given) :]))
