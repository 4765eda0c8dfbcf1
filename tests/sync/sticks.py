"""Sticks for tests: a folder that stands for one, and what the ferry does with it."""

from pathlib import Path

from sync.station import SyncStation
from sync.status import unsent
from sync.stick import StickStation
from sync.stick_hub import StickHub
from sync.stick_work import Result
from tests.sync.road import Road, take_ticket
from yizhan.fingerprint import fingerprint
from yizhan.services.tickets.projection import TicketRow


def no_step(_done: int, _of: int) -> None:
    """Nobody watches."""


def export(station: SyncStation, stick: Path) -> Result:
    return StickStation(station).export(stick, no_step)


def take_in(station: SyncStation, stick: Path) -> Result:
    return StickStation(station).take_in(stick, no_step)


def at_hub(road: Road, stick: Path, by: str = "") -> Result:
    return StickHub(road.hub).take_in(stick, no_step, by)


def said(result: Result) -> str:
    """All sentences of a result, those of its lines too."""
    return "；".join(
        map(str, [*result.said, *(one for line in result.lines for one in line.remarks)])
    )


def files(stick: Path, kind: str) -> list[Path]:
    """The files of one kind in the order of their numbers."""
    found = (stick / "yizhan").glob(f"*.{kind}")
    return sorted(found, key=lambda path: int(path.stem.rpartition("-")[2]))


def settled(road: Road, station: SyncStation) -> bool:
    """All sent, a receipt in hand, and the same view at both ends."""
    at, code = station.node.journal.head(), station.node.source
    same = fingerprint(road.hub.node, at, code).digest == fingerprint(station.node, at, code).digest
    return unsent(station.node) == 0 and station.receipt() is not None and same


def tickets(station: SyncStation, count: int) -> None:
    for number in range(1, count + 1):
        take_ticket(station, number)


def numbered(road: Road) -> int:
    return road.hub.db.count(TicketRow.select())
