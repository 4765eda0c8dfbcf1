"""Station to hub over HTTP: records a second and bytes a record, beside the append-only floor.

    python -m tests.bench.exchange [TICKETS=10000] [--postgres]

Both ends are real: a hub process with all its tables, on SQLite or (--postgres) on a real
PostgreSQL that flushes each commit; a station with its own. The floor, in the same run, appends
the same events' bytes to one table of the same database in batches of the same size, durably,
and does nothing else.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from sync import loop
from sync.link import Link
from tests.bench import floors, samples
from tests.network import eventually
from tests.yizhan.postgres import Postgres, running
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


@contextmanager
def durable() -> Iterator[Postgres]:
    """A PostgreSQL whose commits are on the disk; the tests' own one does without that."""
    with running() as server, psycopg.connect(server.database(), autocommit=True) as db:
        db.execute("ALTER SYSTEM SET fsync = on")
        db.execute("SELECT pg_reload_conf()")
        for name in ("fsync", "synchronous_commit"):
            eventually(partial(_is_on, db, name), f"{name} is on")
        yield server


def _is_on(db: "psycopg.Connection[Any]", name: str) -> bool:
    rows = db.execute("SELECT current_setting(%s)", (name,)).fetchall()
    return bool(rows == [("on",)])


def main(count: int, *, on_postgres: bool) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        server = stack.enter_context(durable()) if on_postgres else None
        folder = Path(name)
        url = stack.enter_context(samples.hub(folder, server.database() if server else ""))
        node, station = samples.station(folder, "zhongda", folder / "hub")
        link = CountingLink(url)
        loop.exchange_all(station, link)
        samples.tickets(node, count)
        records = count * 3
        link.up = link.down = link.requests = 0
        begun = time.perf_counter()
        loop.exchange_all(station, link)
        rate = records / (time.perf_counter() - begun)
        print(f"records             {records} ({count} tickets of three events)")
        print(f"station to hub      {rate:,.0f} records/s in {link.requests} requests")
        up, down = link.up / records, link.down / records
        print(f"bodies              {up:.1f} B up, {down:.2f} B down a record")
        for what, least in floors_of(node, folder, server).items():
            print(f"{what:<19} {least:,.0f} records/s; share {rate / least:.1%}")
        single(node, station, link)


def floors_of(node: Node, folder: Path, server: Postgres | None) -> dict[str, float]:
    """Records a second of each append-only floor of the hub's database."""
    held = floors.rows(node)
    if server is None:
        return {"append-only floor": len(held) / floors.sqlite(held, folder / "floor.db")}
    found = floors.postgres(held, server.database())
    return {f"floor, {way}": len(held) / seconds for way, seconds in found.items()}


def single(node: Node, station: object, link: CountingLink) -> None:
    """Bodies of one ticket's exchange and of an empty one."""
    samples.tickets(node, 1, seed=8)
    for what in ("one ticket", "empty"):
        link.up = link.down = 0
        loop.exchange_all(station, link)  # type: ignore[arg-type]
        print(f"{what + ' exchange':<22} {link.up} B up, {link.down} B down")


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word != "--postgres"]
    main(*(numbers or [10_000]), on_postgres="--postgres" in sys.argv)
