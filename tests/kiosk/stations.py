"""A hub and its stations as databases in a folder, joined without a road.

What the hub publishes is copied to the station as the stream would bring it. The cast is the
article's: 王阿姨, 杨幼红, 李师傅; what the stations offer is the sample's.
"""

import json
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from kiosk.room import Screen
from kiosk.serving import Kiosk
from tests.pages import Page, Visitor
from yizhan import settings
from yizhan.events import Draft
from yizhan.held import Arriving
from yizhan.ids import new_id
from yizhan.opening import make_node
from yizhan.record import Node
from yizhan.services.catalogue import commands as catalogue
from yizhan.services.orders import commands as orders
from yizhan.services.people import commands as people
from yizhan.services.staff import commands as staff
from yizhan.services.staff.model import Added
from yizhan.settings import Settings

ROOT = Path(__file__).parents[2]
NETWORK = "harbour"
KEY = b"network key of thirty-two bytes!"
PASSWORD = "correct horse battery"
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=64).hash(PASSWORD)

CARDS = {"wang": "0003887558", "yang": "0003909740", "li": "0003909735"}
LOST_CARD, STRANGE_CARD = "0001112223", "0009998887"
CAST = {
    "wang": ("王阿姨", "zhongda", "滨港路 18 号 2 单元 301 室"),
    "yang": ("杨老师", "zhongda", "东河路 6 号 502 室"),
    "li": ("李师傅", "xiaogan", "小干二路 9 号"),
}

SERVICES = {
    row["code"]: row
    for row in tomllib.loads((ROOT / "deploy/sample/services.toml").read_text("utf-8"))["service"]
}
STATIONS = {
    "zhongda": {"name": "中大", "number": 1, "phone": "0580-302-0001"},
    "xiaogan": {"name": "小干", "number": 4, "phone": "0580-302-0004"},
}
TILES = ["mend", "repair", "chair", "laundry", "school", "books"]


class Hub:
    """A hub's database, and stations that follow it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.node = self._make("hub")
        for code, fields in STATIONS.items():
            self.publish("station", code, {"code": code, "tiles": TILES, **fields})
        for code, service in SERVICES.items():
            self.publish("service", code, service)
        self.publish("partner", "lanxiang", {"code": "lanxiang", "name": "蓝翔维修部"})
        for person, (called, home, address) in CAST.items():
            self._register(person, called, home, address)
        self.do(people.block(self._card(LOST_CARD, "yang", "杨老师", "zhongda")))

    def _make(self, source: str) -> Node:
        settings.write(self.folder / source, Settings(NETWORK, source))
        return make_node(self.folder / source, KEY)

    def do(self, *drafts: Any) -> None:
        """Record at the hub."""
        for draft in drafts:
            self.node.record(new_id(), "hub", lambda draft=draft: draft)

    def publish(self, kind: str, code: str, fields: dict[str, Any]) -> None:
        self.do(catalogue.publish(kind, code, fields))

    def _register(self, person: str, called: str, home: str, address: str) -> None:
        self._card(CARDS[person], person, called, home)
        private = {"name": called, "phone": "13800000000", "address": address}
        self.do(people.register(person, called, home, private))

    def _card(self, number: str, person: str, called: str, home: str) -> str:
        card_hash = self.node.keys.hash("card", number)
        self.do(people.issue(card_hash, person, called, home))
        return card_hash

    def station(self, code: str) -> Node:
        """A station with a keeper, following the hub."""
        node = self._make(code)
        added = Added(f"keeper-{code}", "周站长", "keeper", code)
        self.do(staff.add("keeper", added, PASSWORD_HASH, code))
        self.bring(node)
        return node

    def bring(self, station: Node) -> None:
        """What the hub has is brought to the station: its own audiences only."""
        stream = [
            Arriving.read(row.prev, row.raw, row.position)
            for row in self.node.journal.placed(0)
            if self._receives(station, row.audience)
        ]
        known = {person: self.node.keys.get(person) for person in CAST}
        with station.writing():
            station.follow(stream, [], self.node.journal.head())
            for person, key in known.items():
                if key and self._receives(station, f"person:{person}"):
                    station.keys.take(person, key)

    def _receives(self, station: Node, audience: str) -> bool:
        scope, _colon, owner = audience.partition(":")
        if scope == "person":
            return CAST[owner][1] == station.source
        return scope == "network" or owner == station.source

    def take_in(self, station: Node) -> None:
        """What the station recorded is placed at the hub, and comes back."""
        rows = list(station.journal.unplaced())
        with self.node.writing():
            self.node.number([Arriving.read(row.prev, row.raw) for row in rows])
        self.bring(station)

    def work(self, subject: str, person: str, *steps: str) -> None:
        """The dispatcher and the partner do their part of an order."""
        for step in steps:
            state = self.node.state("order", person, subject)
            self.do(_step(step, state, subject))


def _step(step: str, state: Any, subject: str) -> Draft:
    made = {
        "dispatch": lambda: orders.dispatch(state, subject, "lanxiang"),
        "accept": lambda: orders.accept(state, subject, "lanxiang"),
        "schedule": lambda: orders.schedule(
            state, subject, "lanxiang", "2026-11-25", "morning", "陈师傅"
        ),
        "finish": lambda: orders.finish(state, subject, "lanxiang", "换了垫圈", 1000),
    }[step]()
    assert isinstance(made, Draft), made
    return made


@contextmanager
def running(folder: Path, code: str, **screen: Any) -> Iterator[Kiosk]:
    """The touchscreen and the desk of a station, on free ports, with pretended devices."""
    kiosk = Kiosk(
        folder / code, "127.0.0.1:0", "127.0.0.1:0", pretend=True, screen=Screen(**screen)
    )
    kiosk.start()
    try:
        yield kiosk
    finally:
        kiosk.stop()


def address(kiosk: Kiosk, which: int = 0) -> str:
    """Where the touchscreen (0) or the desk (1) is."""
    return f"http://127.0.0.1:{kiosk.ports[which]}"


def lay(kiosk: Kiosk, visitor: Visitor, number: str, then: str = "") -> Page:
    """Lay a card on the reader; the visitor's page does what kiosk.js does."""
    ring = kiosk.here.devices.events
    eventually(lambda: _reader_is_free(kiosk), "the card before is gone")
    after = ring.last
    pretended = kiosk.here.devices.pretend
    assert pretended is not None
    pretended.card_lay(number)
    token = eventually(lambda: _token(visitor, after), "the card is read")
    pretended.card_lift()
    form = next(one for one in visitor.page.forms if "token" in one.fields)
    return visitor.send(form, {"token": token, "next": then})


def _token(visitor: Visitor, after: int) -> str:
    told = json.loads(visitor.read(f"/events?after={after}"))
    return next((event["token"] for event in told["events"] if "token" in event), "")


def _reader_is_free(kiosk: Kiosk) -> bool:
    laid = [event.kind for event in kiosk.here.devices.events.wait(0, 0) or []]
    cards = [kind for kind in laid if kind.startswith("card")]
    return not cards or cards[-1] == "card_lifted"


def at_screen(kiosk: Kiosk, person: str = "") -> Visitor:
    """Somebody at the touchscreen, with her card laid where a person is named."""
    visitor = Visitor(address(kiosk))
    visitor.go("/")
    if person:
        lay(kiosk, visitor, CARDS[person])
    return visitor


def recognised(kiosk: Kiosk, visitor: Visitor, then: str = "/me") -> Page:
    """She asks the keeper to look; the keeper looks up and says that it is she."""
    visitor.go(f"/proof?next={then}")
    form = next(one for one in visitor.page.forms if one.action == "/proof/keeper")
    visitor.send(form, {})
    keeper = at_desk(kiosk)
    keeper.go("/matters")
    keeper.press("是本人")
    return visitor.go(then)


def at_desk(kiosk: Kiosk, code: str = "zhongda") -> Visitor:
    """The keeper, signed in."""
    visitor = Visitor(address(kiosk, 1))
    visitor.go("/login")
    visitor.press("登录", login=f"keeper-{code}", password=PASSWORD)
    assert visitor.page.status == 200, visitor.page.text
    return visitor


def events(node: Node) -> list[str]:
    """The types of what this station recorded, oldest first."""
    return [row.event.type for row in node.journal.unplaced()]


def eventually(check: Callable[[], Any], what: str, seconds: float = 10) -> Any:
    """What `check` returns once it is true."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if found := check():
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {seconds} s")
