"""What the measurements share: a hub and a station in a folder, and days of mending tickets.

The tickets carry the times and the ids of a busy counter, minutes apart, so that what is
measured on them compresses no better than real work does.
"""

import datetime
import random
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sync.station import SyncStation
from yizhan import opening, settings
from yizhan.clock import Clock
from yizhan.record import Node
from yizhan.services.tickets import commands
from yizhan.services.tickets.model import Taken

JOBS = (("button", 200), ("hem", 800), ("zip", 1000), ("tear", 500))


class Days(Clock):
    """A clock that the measurement moves."""

    def __init__(self) -> None:
        super().__init__()
        self.at = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=self.zone)

    def now(self) -> datetime.datetime:
        """Where the measurement has put it."""
        return self.at


def id_at(moment: datetime.datetime, rng: random.Random) -> str:
    """A UUIDv7 of this moment."""
    stamp = int(moment.timestamp() * 1000)
    return (
        f"{stamp << 80 | 7 << 76 | rng.getrandbits(12) << 64 | 2 << 62 | rng.getrandbits(62):032x}"
    )


def tickets(node: Node, count: int, seed: int = 7) -> None:
    """Record tickets with three events each (taken, called, finished), 70 a day."""
    rng = random.Random(seed)
    clock = Days()
    node.clock = clock
    people = [f"{rng.getrandbits(128):032x}" for _ in range(300)]
    with node.db.writing():
        for number in range(count):
            if number % 70 == 0:
                clock.at = clock.at.replace(hour=9) + datetime.timedelta(days=1)
            _ticket(node, clock, rng, number % 70 + 1, rng.choice(people))


def _ticket(node: Node, clock: Days, rng: random.Random, number: int, person: str) -> None:
    station = node.source
    job, price = rng.choice(JOBS)
    form = id_at(clock.at, rng)
    subject = f"ticket/{form}"
    taken = Taken(number, clock.today(), "mending", job, price, person)
    node.record(form, f"person/{person}", lambda: commands.take(subject, station, taken))
    for step in (
        lambda state: commands.call(state, subject, station),
        lambda state: commands.finish(state, subject, station, price),
    ):
        clock.at += datetime.timedelta(seconds=rng.randint(20, 240))
        state = node.state("ticket", station, subject)
        node.record(id_at(clock.at, rng), "staff/tailor", partial(step, state))


def door(*words: str, stdin: str = "") -> str:
    """One of the product's doors; what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", *words], input=stdin, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def free_port() -> int:
    """A port that nobody listens on now."""
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def hub(folder: Path, database: str = "") -> Iterator[str]:
    """A real hub process; its address."""
    port = free_port()
    url, data = f"http://127.0.0.1:{port}", folder / "hub"
    where = ["--database", database] if database else []
    if not (data / settings.FILE).exists():
        door("hub", "init", "--data", str(data), "--network", "bench", "--url", url, *where)
    words = ["hub", "serve", "--data", str(data), "--listen", f"127.0.0.1:{port}", *where]
    child = subprocess.Popen([sys.executable, "-m", *words])
    try:
        until_ready(url)
        yield url
    finally:
        child.terminate()
        child.wait(10)


def until_ready(url: str, seconds: float = 20) -> None:
    """Wait until a server answers."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=1):
                return
        except OSError:
            time.sleep(0.005)
    raise SystemExit(f"{url} does not answer")


def station(folder: Path, code: str, hub_data: Path) -> tuple[Node, SyncStation]:
    """A station enrolled at the running hub."""
    data = folder / code
    made = door("hub", "station", "add", code, "--name", code, "--data", str(hub_data))
    door("sync", "enrol", "--data", str(data), "--code", made)
    node = opening.open_node(data)
    key = bytes.fromhex(settings.read(data).hub_key)
    return node, SyncStation(node, opening.signer(data), key)
