"""A hub and its stations in directories of their own, with the road as plain calls.

As an operator sets them up: found, add, enrol. Knows the product's doors; speaks no HTTP.
"""

from pathlib import Path

from hub import backup, founding, restoring
from hub.backup import Made
from hub.drill import sheet_of
from hub.keyfile import Secrets
from hub.sheet import draw, read
from sync.enrolment import Asking, open_welcome, prove, read_code, secret_hash
from sync.hub import SyncHub
from sync.station import SyncStation
from tests.sync.road import WANG
from yizhan import opening, settings
from yizhan.fingerprint import fingerprint
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.orders import commands as orders
from yizhan.services.people import commands as people
from yizhan.settings import Settings

PRIVATE = {"name": "王秀英", "phone": "0580-5550001"}


class Harbour:
    """One network under a folder: `hub`, and a directory for each station."""

    def __init__(self, folder: Path, database: str = "") -> None:
        self.folder, self.data = folder, folder / "hub"
        founding.found(self.data, "harbour", "http://hub.test", database)
        self.stations: dict[str, SyncStation] = {}
        self.hub = self.open_hub(self.data)

    def open_hub(self, data: Path) -> SyncHub:
        """A start of the hub's service on a directory."""
        sync = SyncHub(opening.open_node(data), opening.signer(data))
        sync.begin_epoch()
        return sync

    @property
    def found(self) -> Settings:
        """What the hub was told."""
        return settings.read(self.data)

    def enrol(self, code: str) -> SyncStation:
        """A station joins with a one-time code."""
        data = self.folder / code
        written = read_code(founding.add_station(self.hub.node, self.found, code, code))
        public = opening.signer(data).public.hex()
        proof = prove(secret_hash(written.secret), public)
        box = self.hub.enrol(Asking(code, public, proof), "+08:00")
        welcome = open_welcome(written, public, box)
        kept = Settings(welcome.network, code, written.url, welcome.hub_key)
        settings.write(data, kept)
        opening.make_node(data, bytes.fromhex(welcome.network_key)).db.close()
        self.stations[code] = self.start(code)
        return self.stations[code]

    def start(self, code: str) -> SyncStation:
        """A start of a station's process on its directory."""
        data = self.folder / code
        key = bytes.fromhex(settings.read(data).hub_key)
        return SyncStation(opening.open_node(data), opening.signer(data), key)

    def register_wang(self, home: str) -> None:
        """王阿姨 comes into the register."""
        self.hub.node.record(
            new_id(), "hub", lambda: people.register(WANG, "王阿姨", home, PRIVATE)
        )

    def meet_wang(self, code: str) -> None:
        """She becomes known at another station."""
        self.stations[code].node.record(new_id(), "staff/li", lambda: people.meet(WANG, code))

    def dispatch(self, subject: str, partner: str = "li") -> None:
        """The dispatcher gives her order to a partner."""
        order = self.hub.node.state("order", WANG, subject)
        self.hub.node.record(
            new_id(), "staff/fang", lambda: orders.dispatch(order, subject, partner)
        )

    def exchange(self, *codes: str) -> None:
        """Each of these stations (none: all) exchanges to the end, one after the other."""
        for code in codes or self.stations:
            station = self.stations[code]
            for _n in range(50):
                sent = station.request()
                if station.take(sent, self.hub.exchange(sent.raw)) == "done":
                    break
            else:
                raise AssertionError("the exchange does not end")

    def lose_hub(self) -> None:
        """The disk of the hub is gone."""
        self.hub.node.db.close()
        self.data.rename(self.folder / "ashes")

    def agree(self) -> None:
        """Each station has the hub's fingerprint."""
        for code, station in self.stations.items():
            own = fingerprint(station.node)
            assert own == fingerprint(self.hub.node, own.at, code), code

    def close(self) -> None:
        """Close the databases."""
        for end in (self.hub, *self.stations.values()):
            end.node.db.close()


def paper(harbour: Harbour) -> str:
    """The recovery sheet as it was printed."""
    sheet = sheet_of(harbour.hub.node, harbour.data)
    return draw(sheet, harbour.hub.signer.public)


def rebuild(harbour: Harbour, printed: str, name: str = "again") -> None:
    """A new machine, and the lines of the sheet typed in."""
    data = harbour.folder / name
    restoring.restore(data, restoring.secrets_from(read(printed)), None, "")
    harbour.data, harbour.hub = data, harbour.open_hub(data)


def back_up(harbour: Harbour, folder: Path, keep: int = 7) -> Made:
    """Back up into a folder."""
    return backup.make(harbour.hub, harbour.found, harbour.data, folder, keep)


def secrets_of(harbour: Harbour) -> Secrets:
    """What the sheet knows."""
    return restoring.secrets_from(sheet_of(harbour.hub.node, harbour.data))


def put_back(harbour: Harbour, source: Path, kept: Secrets, database: str = "") -> None:
    """The hub is lost, and made again from a backup."""
    harbour.lose_hub()
    data = harbour.folder / "again"
    restoring.restore(data, kept, source, database)
    harbour.data, harbour.hub = data, harbour.open_hub(data)


def journal(node: Node) -> list[tuple[object, ...]]:
    """What a backup must bring back: position, digest, link and bytes of each event."""
    return [
        (row.position, row.digest, row.prev, row.raw) for row in node.journal.placed(0, 1 << 20)
    ]


def journal_of(node: Node) -> list[bytes]:
    """The digests of all numbered events."""
    return [row.digest for row in node.journal.placed(0, 1 << 20)]


def held(station: SyncStation) -> set[bytes]:
    """The digests of all that a station holds."""
    return {row.digest for row in station.node.journal.after(0, 1 << 20)}
