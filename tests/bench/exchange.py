"""Station to hub over HTTP: records a second and bytes a record, beside the append-only floor.

    python -m tests.bench.exchange [TICKETS=10000]

Both ends are real: a hub process on SQLite with all its tables, a station with its own. The
floor, in the same run, appends the same events' bytes to an SQLite journal in batches of the
same size (synchronous=FULL) and does nothing else.
"""

import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from sync import loop
from sync.link import Link
from tests.bench import samples
from yizhan.record import Node


class CountingLink(Link):
    """A link that counts bodies."""

    up = down = requests = 0

    def exchange(self, raw: bytes) -> bytes:
        """As the link does, counted."""
        reply = super().exchange(raw)
        self.up, self.down, self.requests = (
            self.up + len(raw), self.down + len(reply), self.requests + 1,
        )  # fmt: skip
        return reply


def floor(node: Node, path: Path, batch: int = 1000) -> float:
    """Seconds to append all bytes durably, and nothing else."""
    rows = [(r.epoch, r.seq, r.raw) for r in node.journal.after(0, 1 << 31)]
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript("PRAGMA journal_mode=wal; PRAGMA synchronous=full;")
    db.execute("CREATE TABLE j (epoch TEXT, seq INTEGER, raw BLOB, UNIQUE (epoch, seq))")
    begun = time.perf_counter()
    for start in range(0, len(rows), batch):
        db.execute("BEGIN IMMEDIATE")
        db.executemany("INSERT INTO j VALUES (?, ?, ?)", rows[start : start + batch])
        db.execute("COMMIT")
    return time.perf_counter() - begun


def main(count: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with samples.hub(folder) as url:
            node, station = samples.station(folder, "zhongda", folder / "hub")
            link = CountingLink(url)
            loop.exchange_all(station, link)
            samples.tickets(node, count)
            records = count * 3
            link.up = link.down = link.requests = 0
            begun = time.perf_counter()
            loop.exchange_all(station, link)
            seconds = time.perf_counter() - begun
            least = floor(node, folder / "floor.db")
            rate, floor_rate = records / seconds, records / least
            print(f"records             {records} ({count} tickets of three events)")
            print(f"station to hub      {rate:,.0f} records/s in {link.requests} requests")
            up, down = link.up / records, link.down / records
            print(f"bodies              {up:.1f} B up, {down:.2f} B down a record")
            print(f"append-only floor   {floor_rate:,.0f} records/s; share {rate / floor_rate:.1%}")
            single(node, station, link)


def single(node: Node, station: object, link: CountingLink) -> None:
    """Bodies of one ticket's exchange and of an empty one."""
    samples.tickets(node, 1, seed=8)
    for what in ("one ticket", "empty"):
        link.up = link.down = 0
        loop.exchange_all(station, link)  # type: ignore[arg-type]
        print(f"{what + ' exchange':<22} {link.up} B up, {link.down} B down")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
