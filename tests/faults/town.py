"""A hub, three stations, 王阿姨 and 林伯伯, all in one process; each computer can be put back.

She lives near zhongda and has been to xiaogan, he lives near xiaogan; chawan knows neither yet.
Knows how to found such a town, to start its computers and to copy their disks, and a round of the
product's loop. What people do there is in life.py, what the road does in roads.py.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from unittest import mock

import sync.blobs
import sync.loop
from sync import rotation
from sync.blob_hub import BlobHub
from sync.blobs import Lane
from sync.hub import SyncHub
from sync.link import Link
from sync.loop import Pace, _exchange_all
from sync.station import SyncStation
from tests.faults.disks import MEMORY, Disks, HubOnPostgres
from tests.faults.faults import FaultyDb, Hook, TownClock, seeded
from tests.yizhan.postgres import Postgres
from yizhan import escrow
from yizhan.blobs import Blobs
from yizhan.ids import new_id
from yizhan.keys import NETWORK, Signer
from yizhan.mechanisms import REGISTRY
from yizhan.opening import SIGNING_KEY
from yizhan.record import Node
from yizhan.registry import Registry
from yizhan.services.people import commands as people
from yizhan.services.stations import commands as stations
from yizhan.services.stations.projection import station as station_row

CODES = ("zhongda", "xiaogan", "chawan")
WANG, LIN = "0" * 31 + "1", "0" * 31 + "2"
POOLS = (escrow.purse(WANG, "points"), escrow.stock("haircut"))
SHARES = ({"zhongda": 10}, {"zhongda": 4, "xiaogan": 4})
AMOUNTS = (30, 12)
"""What is divided: her points and the vouchers, what stations are kept at, and all there is."""

NETWORK_KEY = b"n" * 32
"""It is on the recovery sheet, as is the hub's own key."""

PIECE_BYTES = 300
"""Of a photo of this town, so that it travels in several pieces."""

Post = Callable[[str, bytes], bytes]
"""Carries a body to one of the hub's addresses, and brings the answer back."""


class Box:
    """One computer. `code` is who it says it is; a clone says the same as its original."""

    def __init__(self, disks: Disks, name: str, code: str) -> None:
        self.disks, self.name, self.code, self.data = disks, name, code, disks.data(name)
        self.hook, self.clock, self.lacks = Hook(name), TownClock(), ""
        self.lives = self.answers = 0
        """How often its disk was replaced; how often it has asked and used an answer."""

    def start(self, hub_key: bytes, *, epoch: bool = True) -> None:
        """A process starts on what is on the disk; `epoch`: a hub says so in it."""
        self.hook.pulled = False
        db = FaultyDb(self.disks.url(self.name), "net", self.hook)
        kinds = (kind for kind in REGISTRY.kinds.values() if kind.name != self.lacks)
        self.db, self.node = db, Node(db, Registry(kinds), self.code, self.clock)
        self.node.keys.take(NETWORK, NETWORK_KEY)
        self.blobs = Blobs(db, self.data, self.hook.disk)
        self.end: Any
        self.roads: dict[str, Callable[[bytes], bytes]] = {}
        signer = Signer(self.data / SIGNING_KEY)
        if self.code != "hub":
            self.end = SyncStation(self.node, signer, hub_key)
            return
        end = self.end = SyncHub(self.node, signer)
        self.roads = {
            "exchange": lambda raw: end.exchange(raw),
            "rotate": lambda raw: rotation.take(end.node, signer, raw),
            "piece": BlobHub(end, self.blobs).answer,
        }
        if epoch:
            self.end.begin_epoch()

    def goes_on_as(self, process: str) -> None:
        """No process was started: the one that was here before goes on, as in a machine that
        was put back whole."""
        self.node.epoch = self.node._writer.epoch = process

    @property
    def signer(self) -> Signer:
        """The key that its process uses now."""
        found: Signer = self.end.signer
        return found

    def stop(self) -> None:
        """Its processes end."""
        self.hook.calm()
        self.db.close()

    def sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Look into its database; no fault strikes meanwhile."""
        with self.hook.quiet():
            return self.db.sql(statement, values)


class Town:
    """The computers of one run, by name."""

    def __init__(self, disks: Disks) -> None:
        self.disks = disks
        self.boxes: dict[str, Box] = {}
        self.hub_key = Signer(disks.data("hub") / SIGNING_KEY).public
        for name in ("hub", *CODES):
            self.add(name, name)

    @property
    def hub(self) -> Box:
        return self.boxes["hub"]

    @property
    def stations(self) -> list[Box]:
        """All computers that are no hub, clones too."""
        return [box for box in self.boxes.values() if box.code != "hub"]

    def add(self, name: str, code: str) -> Box:
        """A computer is switched on."""
        box = self.boxes[name] = Box(self.disks, name, code)
        box.start(self.hub_key)
        return box

    def restart(self, name: str) -> None:
        """The processes of a computer end and start again."""
        box = self.boxes.get(name)
        if box:
            box.stop()
            box.start(self.hub_key)

    def enrol(self) -> None:
        """An operator sees to it that the hub has a key of every station."""
        for box in self.stations:
            row = station_row(self.hub.db, box.code)
            if row is None or not row.public_key:
                self.enrol_one(box)

    def enrol_one(self, box: Box) -> None:
        """An operator lets a machine in by the key that it has, and no other of its name."""
        node = self.hub.node
        node.record(new_id(), "hub", lambda: stations.add(box.code, box.code, "ab"))
        state = node.state("station", "", f"station/{box.code}")
        key = box.signer.public.hex()
        node.record(new_id(), "hub", lambda: stations.enrol(state, "ab", key))

    def close(self) -> None:
        """Switch all off."""
        for box in self.boxes.values():
            box.stop()


class Carried(Link):
    """The product's road with nothing between its two ends but `post`."""

    def __init__(self, post: Post) -> None:
        super().__init__("http://127.0.0.1:1")
        self.exchange = lambda raw: post("exchange", raw)  # type: ignore[method-assign]
        self.rotate = lambda raw: post("rotate", raw)  # type: ignore[method-assign]
        self.piece = lambda raw: post("piece", raw)  # type: ignore[method-assign]


def once(box: Box, post: Post, bytes_max: int = 0) -> None:
    """A round as the product's loop makes it: the key, all records, then photos; in one thread."""
    pace = Pace()
    pace.size = bytes_max or pace.size
    with (
        mock.patch.object(sync.loop, "exchange_all", _exchange_in_step),
        mock.patch.object(sync.blobs, "PIECE_BYTES_FIRST", PIECE_BYTES),
    ):
        link = Carried(post)
        lane = Lane(box.end, box.blobs, link.piece, rest_s=0)
        sync.loop.once(box.end, link, box.data, pace, lane)


def _exchange_in_step(station: SyncStation, link: Link, pace: Pace) -> int:
    def ask(raw: bytes) -> "Future[bytes]":
        coming: Future[bytes] = Future()
        try:
            coming.set_result(link.exchange(raw))
        except Exception as error:  # mouth of a loop: a thread hands its errors over
            coming.set_exception(error)
        return coming

    return _exchange_all(station, ask, pace)


def found(disks: Disks) -> None:
    """Make the databases and keys of a new town on these disks."""
    with seeded("a town"):
        town = Town(disks)
        town.enrol()
        hub, xiaogan = town.hub.node, town.boxes["xiaogan"].node
        for person, called, home in ((WANG, "王阿姨", "zhongda"), (LIN, "林伯伯", "xiaogan")):
            draft = people.register(person, called, home, {"name": called})
            hub.record(new_id(), "hub", lambda draft=draft: draft)
        xiaogan.record(new_id(), "staff/li", lambda: people.meet(WANG, "xiaogan"))
        for pool, shares, amount in zip(POOLS, SHARES, AMOUNTS, strict=True):
            hub.record(new_id(), "hub", lambda p=pool, s=shares: escrow.start(p, "分", s))
            hub.record(new_id(), "hub", lambda p=pool, a=amount: escrow.credit(hub, p, a, "start"))
        for _ in range(2):
            for box in town.stations:
                once(box, lambda where, raw: town.hub.roads[where](raw))
        town.close()


class Founded:
    """A founded town, of which each run takes copies."""

    def __init__(self, server: Postgres | None = None) -> None:
        self.server = server
        self.disks = self._new_disks()
        found(self.disks)

    def _new_disks(self) -> Disks:
        folder = Path(mkdtemp(prefix="yizhan-", dir=MEMORY if MEMORY.is_dir() else None))
        return HubOnPostgres(folder, self.server) if self.server else Disks(folder)

    @contextmanager
    def copied(self) -> Iterator[Disks]:
        """Disks of one run with a copy of the town on them."""
        disks = self._new_disks()
        try:
            for name in ("hub", *CODES):
                disks.copy(name, name, self.disks)
            yield disks
        finally:
            disks.close()

    def close(self) -> None:
        """Throw the town away."""
        self.disks.close()
