"""Residents registered at stations, as the tests of the road and of a lost hub need them."""

from sync.station import SyncStation
from tests.sync.road import Road
from yizhan import registering
from yizhan.ids import new_id
from yizhan.keys import NETWORK
from yizhan.record import Node, opened
from yizhan.registering import NewPerson, Registration
from yizhan.services.people import commands

WANG_ID = "110101194806150020"
"""Invented; its check digit is right (ISO 7064)."""

WANG_PHONE, WANG_CARD, SECOND_CARD = "138 0000 0001", "0003887558", "0003887559"
SHORT = {"zhongda": "中大", "xiaogan": "小干"}

WANG = NewPerson(
    "王阿姨",
    "zhongda",
    "王秀英",
    WANG_PHONE,
    "1幢101",
    1948,
    "female",
    flags=("alone",),
    idcard=WANG_ID,
)


def enrolled(road: Road, code: str) -> SyncStation:
    """A station that was given the network's key, as every enrolled one is."""
    station = road.station(code)
    key = road.hub.node.keys.get(NETWORK)
    assert key is not None
    station.node.keys.take(NETWORK, key)
    return station


def register(station: SyncStation, new: NewPerson = WANG, form: str = "") -> Registration:
    """The keeper writes somebody into the register, with or without a network."""
    node = station.node
    short = SHORT[node.source]
    return registering.register(node, form or new_id(), "staff/zhou", new, short)


def private(node: Node, person: str, name: str = "name") -> str:
    """A private field as this node can read it."""
    return opened(node, "person", person, f"person/{person}", name)


def step(node: Node, command: object, person: str, *values: object) -> None:
    """One more step of a person's record, by its command."""
    state = node.state("person", person, f"person/{person}")
    node.record(new_id(), "staff/fang", lambda: command(state, person, *values))  # type: ignore


def erase(node: Node, person: str) -> None:
    """At her own wish."""
    step(node, commands.erase, person, "本人要求")
