"""After an outage of a whole region its stations come back at once: how long until all are served.

    python -m tests.bench.crowd [STATIONS=1000] [THREADS=50]

One real hub process on SQLite, real HTTP, a connection for each station. Each station has ten
tickets (thirty events) unsent; its bundle is prepared beforehand, because what is measured is
the hub. Who is told to wait does, as sync/loop.py does: that long and a little more.
"""

import heapq
import os
import random
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import msgspec

from sync import bundle
from sync.bundle import Reply, Request, Whole
from sync.link import Link
from sync.loop import WAIT_SPREAD
from sync.trouble import Trouble
from tests.bench import samples
from yizhan import VERSION, events, opening
from yizhan.clock import Clock
from yizhan.db import Db
from yizhan.events import GENESIS, Event
from yizhan.ids import new_epoch, new_id
from yizhan.keys import Signer
from yizhan.mechanisms import REGISTRY
from yizhan.record import Node
from yizhan.services.stations import commands as stations

TICKETS = 10
RETRY_S = 5.0
"""A station's own wait where nobody names a time."""


def day_of_work(folder: Path) -> list[Event]:
    """The events of one station's counter, to be copied for all."""
    node = Node(Db(str(folder / "pattern.db"), "bench"), REGISTRY, "pattern", Clock())
    samples.tickets(node, TICKETS)
    rows = node.journal.after(0, 1000)
    return [row.event for row in rows]


def unsent(pattern: list[Event], code: str) -> list[Whole]:
    """The pattern as another station's events, in that station's chain."""
    names = {event.subject: f"ticket/{new_id()}" for event in pattern}
    prev, epoch, made = GENESIS, new_epoch(), []
    for event in pattern:
        subject = names[event.subject]
        first = event.type == "ticket.taken"
        raw = events.encode(
            msgspec.structs.replace(
                event,
                source=code,
                epoch=epoch,
                audience=f"station:{code}",
                subject=subject,
                id=subject.removeprefix("ticket/") if first else new_id(),
            )
        )
        digest = events.digest(prev, raw)
        made.append(Whole(prev, digest, raw))
        prev = digest
    return made


def enrol(hub: Node, count: int, folder: Path) -> list[tuple[str, Signer]]:
    """So many stations with keys of their own."""
    found = []
    with hub.db.writing():
        for number in range(count):
            code = f"s{number:04d}"
            signer = Signer(folder / f"{code}.key")
            hub.record(new_id(), "hub", lambda code=code: stations.add(code, code, "ab"))
            state = hub.state("station", "", f"station/{code}")
            public = signer.public.hex()
            hub.record(
                new_id(), "hub", lambda state=state, key=public: stations.enrol(state, "ab", key)
            )
            found.append((code, signer))
    return found


def request(code: str, signer: Signer, hub: bundle.HubEpoch, items: list[Whole]) -> bytes:
    """What a station sends that has followed the hub until the outage."""
    header = Request(
        "bench", new_epoch(), secrets.token_urlsafe(9), hub, hub[1] - 1,
        Clock().stamp(), "synced", VERSION, unsent=len(items), number=1,
    )  # fmt: skip
    return bundle.pack("up", code, signer, header, bundle.lines_of(items))


class Crowd:
    """Stations that wait for their turn; threads take those whose time has come."""

    def __init__(self, url: str, hub_key: bytes, bundles: list[bytes]) -> None:
        self.url, self.hub_key = url, hub_key
        self.due = [(0.0, number, raw) for number, raw in enumerate(bundles)]
        self.lock = threading.Lock()
        self.answers: Counter[str] = Counter()
        self.seconds: list[float] = []
        self.served: list[float] = []
        self.begun = time.monotonic()

    def work(self) -> None:
        """Take stations in their time until nobody waits."""
        while True:
            with self.lock:
                if not self.due:
                    return
                at, number, raw = heapq.heappop(self.due)
            time.sleep(max(0.0, self.begun + at - time.monotonic()))
            self.attempt(number, raw)

    def attempt(self, number: int, raw: bytes) -> None:
        """One request of one station, on a connection of its own."""
        link, sent = Link(self.url), time.monotonic()
        wait = RETRY_S
        try:
            reply = link.exchange(raw)
            bundle.unpack(reply, "down", Reply, lambda _: self.hub_key)
            kind, wait = "served", 0.0
        except Trouble as trouble:
            kind, wait = trouble.kind, trouble.wait_s or RETRY_S
        finally:
            link.close()
        now = time.monotonic()
        with self.lock:
            self.answers[kind] += 1
            self.seconds.append(now - sent)
            if not wait:
                self.served.append(now - self.begun)
                return
            later = now - self.begun + wait * random.uniform(1, 1 + WAIT_SPREAD) + random.random()
            heapq.heappush(self.due, (later, number, raw))


def at(part: float, values: list[float]) -> float:
    """The value below which this part of them lies."""
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


Usage = tuple[float, float]
"""A process's memory at most (MiB) and its processor time (s)."""


def peak_mib(pid: int) -> float:
    """The most memory that a process ever had, in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def busy_s(pid: int) -> float:
    """Seconds of processor time that a process has used: the same on a machine that is shared."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main(count: int, threads: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        port, data = samples.free_port(), folder / "hub"
        url = f"http://127.0.0.1:{port}"
        samples.door("hub", "init", "--data", str(data), "--network", "bench", "--url", url)
        node = opening.open_node(data)
        enrolled = enrol(node, count, folder)
        words = ["hub", "serve", "--data", str(data), "--listen", f"127.0.0.1:{port}"]
        child = subprocess.Popen([sys.executable, "-m", *words], stderr=subprocess.DEVNULL)
        try:
            samples.until_ready(url)
            idle = peak_mib(child.pid), busy_s(child.pid)
            epoch, first = node.db.sql("SELECT epoch, first FROM hub_epoch ORDER BY n")[-1]
            pattern = day_of_work(folder)
            bundles = [request(*one, (epoch, first), unsent(pattern, one[0])) for one in enrolled]
            before = node.journal.head()
            crowd = Crowd(url, opening.signer(data).public, bundles)
            workers = [threading.Thread(target=crowd.work) for _ in range(threads)]
            for one in workers:
                one.start()
            for one in workers:
                one.join()
            took = time.monotonic() - crowd.begun
            now = peak_mib(child.pid), busy_s(child.pid)
            report(crowd, took, node.journal.head() - before, idle, now)
        finally:
            child.terminate()
            child.wait(10)


def report(crowd: Crowd, took: float, events_: int, idle: Usage, end: Usage) -> None:
    """What was measured, in lines."""
    print(f"stations served     {len(crowd.served)} in {took:.1f} s; {events_} events numbered")
    print(f"answers             {dict(crowd.answers)}")
    print(f"a request took      p50 {at(0.5, crowd.seconds) * 1000:.0f} ms, "
          f"p99 {at(0.99, crowd.seconds) * 1000:.0f} ms")  # fmt: skip
    print(
        f"a station waited    p50 {at(0.5, crowd.served):.1f} s, p99 {at(0.99, crowd.served):.1f} s"
    )
    print(f"hub's memory        {idle[0]:.0f} MiB before, {end[0]:.0f} MiB at most")
    print(f"hub's processor     {end[1] - idle[1]:.1f} s")


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*(given + [1000, 50][len(given) :]))
