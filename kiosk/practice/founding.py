"""Makes the data of a practice station: its own network, its own keys, invented people.

What the real station offers is copied, because a trainee should learn on her own tiles; of its
people, orders and keys nothing is read. It has no hub: no road starts on it, and no stick.
"""

import secrets
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec

from kiosk import menu
from yizhan import opening, passwords, residents, settings
from yizhan.db import Db
from yizhan.errors import N_, Refusal
from yizhan.events import Draft
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.catalogue import commands as catalogue
from yizhan.services.catalogue import projection as registers
from yizhan.services.people import commands as people
from yizhan.services.staff import commands as staff
from yizhan.services.staff.model import Added
from yizhan.services.tickets import commands as tickets
from yizhan.services.tickets.model import Taken
from yizhan.settings import Settings

NAME = "practice"
"""The network, the station and the log-in of a practice are all called so; the password too."""

MARK = N_("（练习）")
PEOPLE = 12
CAST = "cast.json"
NOT_OURS = N_("%(data)s 里不是练习的数据，没有动它")


def folder(data: Path) -> Path:
    """Where the practice of a station lies: in its own data directory, as one that is apart."""
    return data / NAME


def found(data: Path, real: Db, station: str) -> Path:
    """The practice's data directory, made at the first time. Raises Refusal."""
    where = folder(data)
    if (where / settings.FILE).exists():
        return where
    settings.write(where, Settings(NAME, NAME, practice=True))
    node = opening.make_node(where, secrets.token_bytes(32))
    try:
        # The queue wants the services, so they are recorded first.
        for drafts in (_drafts(node, real, station), _queue(node)):
            for draft in drafts:
                node.record(new_id(), f"station/{NAME}", partial(_said, draft))
    finally:
        node.db.close()
    cast = [{"called": one.called + MARK, "card": one.card} for one in _people()]
    (where / CAST).write_bytes(msgspec.json.encode(cast))
    return where


def _said(draft: Draft | Refusal) -> Draft | Refusal:
    return draft


def clear(data: Path) -> None:
    """Throw the practice away. Raises Refusal for anything that is no practice."""
    where = folder(data)
    if not where.exists():
        return
    if not settings.read(where).practice:
        raise Refusal(NOT_OURS, data=where)
    shutil.rmtree(where)


def _people() -> list[residents.Resident]:
    """Invented people, the same each time."""
    pack: Any = SimpleNamespace(cast=(), stations=(SimpleNamespace(code=NAME),))
    return list(residents.residents(pack, PEOPLE, seed=7))


def _drafts(node: Node, real: Db, station: str) -> Iterator[Draft | Refusal]:
    listing = dict(registers.entry(real, "station", station) or {"name": station})
    listing |= {"code": NAME, "name": f"{listing.get('name', station)}{MARK}", "short": N_("练习")}
    yield catalogue.publish("station", NAME, listing)
    for kind in ("service", "partner"):
        for code, fields in registers.register(real, kind).items():
            yield catalogue.publish(kind, code, fields)
    for one in _people():
        called = one.called + MARK
        private = {"name": one.name + MARK, "phone": one.phone, "address": one.address}
        yield people.issue(node.keys.hash("card", one.card), one.person, called, NAME)
        yield people.register(one.person, called, NAME, private, born=one.born)
    account = Added(NAME, N_("练习站长"), "keeper", NAME)
    yield staff.add("keeper", account, passwords.hashed(NAME), NAME)


def _queue(node: Node) -> Iterator[Draft | Refusal]:
    """Three who wait, so that there is somebody to call."""
    offered = menu.of_flow(node.db, NAME, "ticket")
    if not offered or not offered[0].picks:
        return
    day, service = node.clock.today(), offered[0]
    for number, one in enumerate(_people()[:3], 1):
        pick = service.picks[(number - 1) % len(service.picks)]
        taken = Taken(number, day, service.code, pick.code, pick.price_fen or 0, one.person)
        made = tickets.take(f"ticket/{new_id()}", NAME, taken)
        yield made
