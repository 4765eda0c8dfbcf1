"""A hub, three stations and 王阿姨's orders, and a bad road between them, all in one process.

She lives near zhongda, has been to xiaogan, and chawan does not know her yet.

Every move draws on numbers that it is given, so a run is its list of moves. The road loses,
repeats and delays; machines restart and are put back to old images. At the end the road is
good again, and everybody must agree.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sync.bundle import BadBundle
from sync.station import Sent, SyncStation
from sync.status import unsent
from tests.sync.road import WANG, Road
from yizhan.checking import verify
from yizhan.errors import Refusal
from yizhan.events import Draft
from yizhan.fingerprint import fingerprint
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.orders import commands as orders
from yizhan.services.orders.model import Placed
from yizhan.services.people import commands as people
from yizhan.services.tickets import commands as tickets
from yizhan.services.tickets.model import Taken
from yizhan.services.words import commands as words

CODES = ("zhongda", "xiaogan", "chawan")
DAY = "2026-11-23"
PARTNERS = ("li", "zhang")

AT_THE_HUB: tuple[Callable[..., Any], ...] = (
    lambda order, name, who: orders.dispatch(order, name, who),
    lambda order, name, who: orders.accept(order, name, who),
    lambda order, name, who: orders.decline(order, name, who, "太远"),
    lambda order, name, who: orders.schedule(order, name, who, DAY, "am", "李师傅"),
    lambda order, name, who: orders.finish(order, name, who, "换了灯泡", 1500),
    lambda order, name, who: orders.give_up(order, name, who, "没人在家"),
)
AT_A_STATION: tuple[Callable[..., Any], ...] = (orders.withdraw, orders.confirm, orders.dispute)
AT_THE_COUNTER: tuple[Callable[..., Any], ...] = (
    lambda ticket, name, code: tickets.call(ticket, name, code),
    lambda ticket, name, code: tickets.skip(ticket, name, code),
    lambda ticket, name, code: tickets.leave(ticket, name, code),
    lambda ticket, name, code: tickets.finish(ticket, name, code, 200),
    lambda ticket, name, code: tickets.withdraw(ticket, name, code),
)


class Town(Road):
    """The road of the sync tests with faults on it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.stations: dict[str, SyncStation] = {code: self.station(code) for code in CODES}
        self.register_wang("zhongda")
        self.stations["xiaogan"].node.record(
            new_id(), "staff/li", lambda: people.meet(WANG, "xiaogan")
        )
        for station in self.stations.values():
            self.exchange(station)
        self.orders: list[str] = []
        self.tickets: list[tuple[str, str]] = []
        self.late: list[tuple[str, Sent]] = []
        self.images: dict[str, Path] = {}
        self.recorded: dict[str, set[str]] = {code: set() for code in (*CODES, "hub")}
        for where in self.recorded:
            self.image(where)

    def do(self, where: str, decide: Callable[[Node], Any], form: str = "") -> bool:
        """Record what is decided at a node, or nothing at all; whether it was recorded."""
        node = self.hub.node if where == "hub" else self.stations[where].node
        before = self._count(node)
        try:
            done = node.record(form or new_id(), f"person/{WANG}", lambda: decide(node))
        except Refusal:
            assert self._count(node) == before, "a refusal wrote something"
            return False
        self.recorded[where] |= {event.id for event in done.events}
        return True

    def place(self, code: str, form: str = "") -> None:
        """She orders a repair."""
        form, serial = form or new_id(), len(self.orders) + 1
        placed = Placed(f"{code}-{serial}", serial, code, "repair", "lamp", "am", "home")
        if self.do(code, lambda _: orders.place(f"order/{form}", WANG, placed), form):
            self.orders.append(f"order/{form}")

    def at_two_stations(self, one: str, other: str) -> None:
        """One form reaches the hub from two stations, with different words on it."""
        form = new_id()
        self.place(one, form)
        self.place(other, form)

    def step(self, where: str, which: int, what: int) -> None:
        """Somebody takes one of the steps of one of the orders, be it legal or not."""
        if not self.orders:
            return
        name = self.orders[which % len(self.orders)]
        if where == "hub":
            command = AT_THE_HUB[what % len(AT_THE_HUB)]
            who = PARTNERS[what // 7 % 2] if what % 6 == 0 else self._partner(name)
            self.do("hub", lambda node: command(_order(node, name), name, who))
        else:
            command = AT_A_STATION[what % len(AT_A_STATION)]
            self.do(where, lambda node: command(_order(node, name), name))

    def both(self, code: str, one: int, other: int) -> None:
        """Two orders withdrawn at once: both or neither."""
        if len(self.orders) > 1:
            names = {self.orders[n % len(self.orders)] for n in (one, other)}
            self.do(code, lambda node: _all(orders.withdraw(_order(node, n), n) for n in names))

    def take_ticket(self, code: str) -> None:
        """Somebody takes a number."""
        form = new_id()
        taken = Taken(len(self.tickets) + 1, DAY, "mending", "button", 200)
        if self.do(code, lambda _: tickets.take(f"ticket/{form}", code, taken), form):
            self.tickets.append((code, f"ticket/{form}"))

    def serve(self, which: int, what: int) -> None:
        """The keeper serves one of the numbers."""
        if self.tickets:
            code, name = self.tickets[which % len(self.tickets)]
            command = AT_THE_COUNTER[what % len(AT_THE_COUNTER)]
            self.do(code, lambda node: command(node.state("ticket", code, name), name, code))

    def meet(self, code: str) -> None:
        """She becomes known at a station."""
        self.do(code, lambda _: people.meet(WANG, code))

    def give_word(self, code: str, which: int, what: int) -> None:
        """She says at a station that may not know the order whether it is fixed."""
        number = f"{CODES[what % 3]}-{which % (len(self.orders) + 1)}"
        name = f"word/{new_id()}"
        self.do(code, lambda _: words.give(name, code, WANG, number, bool(what % 2), "不亮"))

    def talk(self, code: str, fault: str) -> None:
        """One request and its reply, on a road with a fault."""
        sent = self.stations[code].request()
        if fault == "request lost":
            return
        if fault == "request late":
            self.late.append((code, sent))
            return
        for _ in range(2 if fault == "request twice" else 1):
            raw = self.hub.exchange(sent.raw)
        if fault != "reply lost":
            self._give(code, sent, raw)

    def arrive(self, which: int) -> None:
        """A request that was under way for long arrives, and its reply goes back."""
        if self.late:
            code, sent = self.late.pop(which % len(self.late))
            self._give(code, sent, self.hub.exchange(sent.raw))

    def _give(self, code: str, sent: Sent, raw: bytes) -> None:
        try:
            self.stations[code].take(sent, raw)
        except BadBundle as error:
            assert "not held here" in str(error), error

    def restart(self, where: str) -> None:
        """A process starts again on its database."""
        if where == "hub":
            self.hub.node.db.close()
            self.hub = self.open_hub("hub")
        else:
            self.stations[where].node.db.close()
            self.stations[where] = self.reopen(where)

    def image(self, where: str) -> None:
        """A copy is made of a machine's database."""
        path = self.folder / f"{where}.image"
        path.unlink(missing_ok=True)
        self._node(where).db.sql("VACUUM INTO ?", (str(path),))
        self.images[where] = path

    def put_back(self, where: str) -> None:
        """A machine goes back to its old image; what only it held is gone."""
        self._node(where).db.close()
        for suffix in ("-wal", "-shm"):
            (self.folder / f"{where}.db{suffix}").unlink(missing_ok=True)
        shutil.copy(self.images[where], self.folder / f"{where}.db")
        self.restart(where)

    def settle(self) -> None:
        """The faults stop: two exchanges of every station."""
        for _ in range(2):
            for station in self.stations.values():
                self.exchange(station)

    def check(self) -> None:
        """Nothing is lost, nothing doubled, and everybody agrees."""
        hub = self.hub.node
        held = [row.id for row in hub.journal.placed(0, 1 << 31)]
        assert len(held) == len(set(held)), "an event was doubled"
        for code, station in self.stations.items():
            node = station.node
            assert unsent(node) == 0, f"{code} still has something to send"
            here = [row.id for row in node.journal.after(0, 1 << 31)]
            assert len(here) == len(set(here)), f"{code} keeps two copies of one event"
            missing = set(here) - set(held)
            assert not missing, f"the hub lacks {missing} of {code}"
            own, at = fingerprint(node), node.journal.head()
            assert own == fingerprint(hub, at, code), f"{code} and the hub differ"
            assert verify(node).ok, (code, verify(node).sentences)
        assert verify(hub).ok, verify(hub).sentences

    def check_nothing_lost(self) -> None:
        """Every event that a screen called saved is at the hub (no machine was put back)."""
        held = {row.id for row in self.hub.node.journal.placed(0, 1 << 31)}
        for where, ids in self.recorded.items():
            assert ids <= held, f"lost from {where}: {ids - held}"

    def close(self) -> None:
        """Close the databases."""
        for node in (self.hub.node, *(one.node for one in self.stations.values())):
            node.db.close()

    def _partner(self, name: str) -> str:
        order = _order(self.hub.node, name)
        return order.partner if order else ""

    def _node(self, where: str) -> Node:
        return self.hub.node if where == "hub" else self.stations[where].node

    def _count(self, node: Node) -> int:
        return int(node.db.sql("SELECT COUNT(*) FROM journal")[0][0])


def _order(node: Node, name: str) -> Any:
    return node.state("order", WANG, name)


def _all(decisions: Any) -> list[Draft] | Refusal:
    drafts = list(decisions)
    return next((one for one in drafts if isinstance(one, Refusal)), drafts)
