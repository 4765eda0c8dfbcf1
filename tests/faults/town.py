"""A hub, three stations, 王阿姨 and 林伯伯, all in one process; each computer can be put back.

She lives near zhongda and has been to xiaogan, he lives near xiaogan; chawan knows neither yet.
Knows how to found such a town, to start its computers and to copy their disks. What people do
there is in life.py, what the road does in machine.py.
"""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from sync.hub import SyncHub
from sync.loop import Pace, _exchange_all
from sync.station import SyncStation
from tests.faults.disks import MEMORY, Disks, HubOnPostgres
from tests.faults.faults import FaultyDb, Hook, TownClock, seeded
from tests.yizhan.postgres import Postgres
from yizhan.ids import new_id
from yizhan.keys import NETWORK, Signer
from yizhan.mechanisms import REGISTRY
from yizhan.record import Node
from yizhan.registry import Registry
from yizhan.services.people import commands as people
from yizhan.services.stations import commands as stations
from yizhan.services.stations.projection import station as station_row

CODES = ("zhongda", "xiaogan", "chawan")
WANG, LIN = "0" * 31 + "1", "0" * 31 + "2"
NETWORK_KEY = b"n" * 32
"""It is on the recovery sheet, as is the hub's own key."""


class Box:
    """One computer. `code` is who it says it is; a clone says the same as its original."""

    def __init__(self, disks: Disks, name: str, code: str, signer: Signer) -> None:
        self.disks, self.name, self.code, self.signer = disks, name, code, signer
        self.hook, self.clock, self.lacks = Hook(name), TownClock(), ""
        self.lives = self.answers = 0
        """How often its disk was replaced; how often it has asked and used an answer."""

    def start(self, hub_key: bytes, *, epoch: bool = True) -> None:
        """A process starts on what is on the disk; `epoch`: a hub says so in it."""
        db = FaultyDb(self.disks.url(self.name), "net", self.hook)
        kinds = (kind for kind in REGISTRY.kinds.values() if kind.name != self.lacks)
        self.db, self.node = db, Node(db, Registry(kinds), self.code, self.clock)
        self.node.keys.take(NETWORK, NETWORK_KEY)
        self.end: Any
        if self.code != "hub":
            self.end = SyncStation(self.node, self.signer, hub_key)
            return
        self.end = SyncHub(self.node, self.signer)
        if epoch:
            self.end.begin_epoch()

    def goes_on_as(self, process: str) -> None:
        """No process was started: the one that was here before goes on, as in a machine that
        was put back whole."""
        self.node.epoch = self.node._writer.epoch = process

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
        self.hub_key = self._signer("hub").public
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
        box = self.boxes[name] = Box(self.disks, name, code, self._signer(code))
        box.start(self.hub_key)
        return box

    def restart(self, name: str) -> None:
        """The processes of a computer end and start again."""
        box = self.boxes.get(name)
        if box:
            box.stop()
            box.start(self.hub_key)

    def enrol(self) -> None:
        """An operator sees to it that the hub knows every station by its own key."""
        for box in self.stations:
            row = station_row(self.hub.db, box.code)
            if row is None or row.public_key != box.signer.public.hex():
                self._enrol(box)

    def _enrol(self, box: Box) -> None:
        node = self.hub.node
        node.record(new_id(), "hub", lambda: stations.add(box.code, box.code, "ab"))
        state = node.state("station", "", f"station/{box.code}")
        key = box.signer.public.hex()
        node.record(new_id(), "hub", lambda: stations.enrol(state, "ab", key))

    def _signer(self, code: str) -> Signer:
        return Signer(self.disks.folder / f"{code}.key")

    def close(self) -> None:
        """Switch all off."""
        for box in self.boxes.values():
            box.stop()


def exchange(box: Box, post: Callable[[bytes], bytes], bytes_max: int = 0) -> int:
    """Exchange until nothing is left, as the product's loop does; how many requests it took."""
    pace = Pace()
    pace.size = bytes_max or pace.size

    def ask(raw: bytes) -> "Future[bytes]":
        coming: Future[bytes] = Future()
        try:
            coming.set_result(post(raw))
        except Exception as error:  # mouth of a loop: a thread hands its errors over
            coming.set_exception(error)
        return coming

    return _exchange_all(box.end, ask, pace)


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
        for _ in range(2):
            for box in town.stations:
                exchange(box, town.hub.end.exchange)
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
                shutil.copy(self.disks.folder / f"{name}.key", disks.folder)
            yield disks
        finally:
            disks.close()

    def close(self) -> None:
        """Throw the town away."""
        self.disks.close()
