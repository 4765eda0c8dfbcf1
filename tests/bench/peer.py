"""Our exchange beside PouchDB's replication, the same records in the same run.

    python -m tests.bench.peer [TICKETS=4000] [ROUNDS=3]

The peer is PouchDB 9 to express-pouchdb, LevelDB on both sides, batches of 1,000 documents; each
document is one event's own JSON with its id. Ours is a real hub process with all its tables.
Rounds alternate; medians and their ratio are printed. The peer comes through npm into
tests/bench/peers at the first run.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sync import loop
from sync.link import Link
from tests.bench import samples
from tests.network import eventually
from yizhan.record import Node

PEERS = Path(__file__).with_name("peers")
BATCH = 1000


def set_up() -> None:
    """Fetch the peer, once."""
    if not (PEERS / "node_modules").exists():
        trusting = os.environ | {"NODE_USE_SYSTEM_CA": "1"}
        subprocess.run(["npm", "ci", "--loglevel=error"], cwd=PEERS, check=True, env=trusting)


def ours(folder: Path, tickets: int) -> tuple[float, bytes]:
    """Records a second from a station to its hub, and the records as JSON lines."""
    with samples.hub(folder) as url:
        node, station = samples.station(folder, "zhongda", folder / "hub")
        link = Link(url)
        loop.exchange_all(station, link)
        samples.tickets(node, tickets)
        begun = time.perf_counter()
        loop.exchange_all(station, link)
        return tickets * 3 / (time.perf_counter() - begun), documents(node)


def documents(node: Node) -> bytes:
    """Every event of the station as a document: its own fields, its id as `_id`."""
    rows = [row for row in node.journal.after(0, 1 << 31) if row.source == node.source]
    named = ({"_id": row.id} | json.loads(row.raw) for row in rows)
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in named).encode()


def theirs(folder: Path, lines: bytes) -> float:
    """Documents a second from a local PouchDB to the server."""
    folder.mkdir()
    port = samples.free_port()
    server = subprocess.Popen(["node", "serve.js", str(port), str(folder)], cwd=PEERS)
    try:
        eventually(lambda: _listens(port), "the peer answers")
        words = ["node", "push.js", f"http://127.0.0.1:{port}/hub", str(folder), str(BATCH)]
        done = subprocess.run(words, cwd=PEERS, input=lines, capture_output=True, check=True)
        told = json.loads(done.stdout)
        assert told["written"] == lines.count(b"\n") + 1, told
        return float(told["written"] / told["seconds"])
    finally:
        server.terminate()
        server.wait(10)


def _listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def main(tickets: int, rounds: int) -> None:
    """Measure and print."""
    set_up()
    rates: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as name:
        for number in range(rounds):
            folder = Path(name) / str(number)
            folder.mkdir()
            rate, lines = ours(folder, tickets)
            rates.append((rate, theirs(folder / "peer", lines)))
            print(f"yizhan {rates[-1][0]:8,.0f} records/s   PouchDB {rates[-1][1]:8,.0f}")
    mine, peer = (statistics.median(column) for column in zip(*rates, strict=True))
    print(f"medians {mine:,.0f} and {peer:,.0f} records/s; ratio {mine / peer:.1f}")


if __name__ == "__main__":
    main(*(int(word) for word in (sys.argv[1:] + ["4000", "3"][len(sys.argv) - 1 :])))
