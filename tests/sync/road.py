"""A hub and stations in one process, and the road between them as plain calls."""

import shutil
from pathlib import Path

from sync.hub import SyncHub
from sync.station import SyncStation
from yizhan.clock import Clock
from yizhan.db import Db
from yizhan.ids import new_id
from yizhan.keys import NETWORK, Signer
from yizhan.mechanisms import REGISTRY
from yizhan.record import Node
from yizhan.services.orders import commands as orders
from yizhan.services.orders.model import Placed
from yizhan.services.people import commands as people
from yizhan.services.stations import commands as stations
from yizhan.services.stations.projection import station as station_row
from yizhan.services.tickets import commands as tickets
from yizhan.services.tickets.model import Taken

WANG = "0" * 31 + "1"


class Road:
    """One network of the article's stations, under one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.signer = Signer(folder / "hub.key")
        self.hub = self.open_hub("hub")

    def open_hub(self, name: str) -> SyncHub:
        node = Node(Db(str(self.folder / f"{name}.db"), "net"), REGISTRY, "hub", Clock())
        hub = SyncHub(node, self.signer)
        hub.begin_epoch()
        node.keys.make(NETWORK)
        return hub

    def station(self, code: str) -> SyncStation:
        signer = Signer(self.folder / f"{code}.key")
        node = self.hub.node
        node.record(new_id(), "hub", lambda: stations.add(code, code, "ab"))
        state = node.state("station", "", f"station/{code}")
        node.record(new_id(), "hub", lambda: stations.enrol(state, "ab", signer.public.hex()))
        return self.reopen(code)

    def reopen(self, code: str) -> SyncStation:
        """A new start of the station's process on the same database."""
        db = Db(str(self.folder / f"{code}.db"), "net")
        signer = Signer(self.folder / f"{code}.key")
        return SyncStation(Node(db, REGISTRY, code, Clock()), signer, self.signer.public)

    def exchange(self, station: SyncStation) -> int:
        """Exchange to the end; how many requests it took."""
        for requests in range(1, 50):
            sent = station.request()
            if station.take(sent, self.hub.exchange(sent.raw)) == "done":
                return requests
        raise AssertionError("the exchange does not end")

    def register_wang(self, home: str = "zhongda") -> None:
        """王阿姨 comes into the register, at home at one station."""
        private = {"name": "王秀英", "phone": "0580-5550001", "address": "1幢101"}
        self.hub.node.record(
            new_id(), "hub", lambda: people.register(WANG, "王阿姨", home, private)
        )


def take_ticket(station: SyncStation, number: int, form: str = "") -> str:
    """Somebody takes a number for a button; the ticket's subject."""
    form = form or new_id()
    subject, code = f"ticket/{form}", station.node.source
    taken = Taken(number, "2026-11-23", "mending", "button", 200)
    station.node.record(form, f"station/{code}", lambda: tickets.take(subject, code, taken))
    return subject


def place_order(station: SyncStation, serial: int = 1) -> str:
    """王阿姨 orders a repair; the order's subject."""
    form, code = new_id(), station.node.source
    placed = Placed(f"{code}-{serial:04d}", serial, code, "repair", "lamp", "am", "home")
    subject = f"order/{form}"
    station.node.record(form, f"person/{WANG}", lambda: orders.place(subject, WANG, placed))
    return subject


def image(station: SyncStation) -> Path:
    """A copy of a station's card."""
    path = Path(station.db.url).with_suffix(".image")
    path.unlink(missing_ok=True)
    station.db.sql("VACUUM INTO ?", (str(path),))
    return path


def clone(road: Road, code: str, card: Path) -> SyncStation:
    """A second machine from a copy of the card."""
    folder = road.folder / "second"
    folder.mkdir(exist_ok=True)
    shutil.copy(card, folder / f"{code}.db")
    shutil.copy(road.folder / f"{code}.key", folder / f"{code}.key")
    there = Road.__new__(Road)
    there.folder, there.signer = folder, road.signer
    return there.reopen(code)


def suspected(road: Road, code: str = "zhongda") -> str:
    row = station_row(road.hub.db, code)
    assert row is not None
    return row.suspected
