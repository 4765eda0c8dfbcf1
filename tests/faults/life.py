"""What people do in the town: orders, numbers, words, meetings, at the hub and at stations.

Every move draws on numbers that it is given, so it can be had again; what makes no sense now
(a step of an order that nobody placed) does nothing. Knows no road and no fault.
"""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from tests.faults.disks import Disks
from tests.faults.faults import POISON
from tests.faults.oracle import Oracle
from tests.faults.town import CODES, LIN, WANG, Box, Town
from yizhan import events
from yizhan.errors import Refusal
from yizhan.events import Draft, Event
from yizhan.held import Arriving
from yizhan.record import Node
from yizhan.services.orders import commands as orders
from yizhan.services.orders.model import Placed
from yizhan.services.people import commands as people
from yizhan.services.stations import commands as stations
from yizhan.services.tickets import commands as tickets
from yizhan.services.tickets.model import Taken
from yizhan.services.words import commands as words

DAY = "2026-11-23"
PEOPLE = (WANG, WANG, LIN)
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

STRANGE = (
    {"type": "future.thing", "subject": "future/1", "audience": "network"},
    {"type": "future.step", "subject": "ticket/1", "audience": "station:{code}"},
    {"type": "ticket.taken", "subject": "ticket/2", "audience": "network"},
    {"type": "ticket.taken", "subject": "ticket/3", "audience": "station:{code}", "data": b"[7]"},
    {"type": "order.placed", "subject": "order/4", "audience": f"person:{WANG}", "v": 9},
)
"""Events that can be read and not folded here: of later software, or of none."""


class Life(Town):
    """The town with people in it."""

    def __init__(self, disks: Disks) -> None:
        super().__init__(disks)
        self.oracle = Oracle(self)
        self.ids = 0
        self.orders: list[tuple[str, str]] = []
        self.tickets: list[tuple[str, str]] = []
        self.asked: list[tuple[str, Callable[[Node], Any], str]] = []

    @property
    def collecting(self) -> bool:
        """Whether the hub takes in without numbers: then it records nothing of its own."""
        return bool(self.hub.end.recovery.collecting)

    def form(self) -> str:
        """The id of a form that is drawn."""
        self.ids += 1
        return f"{self.ids:032x}"

    def do(self, where: str, decide: Callable[[Node], Any], form: str = "") -> bool:
        """Record what is decided at a computer, or nothing at all; whether it was recorded."""
        box, form = self.boxes.get(where), form or self.form()
        if box is None or (where == "hub" and self.collecting):
            return False
        self.asked.append((where, decide, form))
        before = self.oracle.snapshot(box)
        try:
            done = box.node.record(form, f"person/{WANG}", lambda: decide(box.node))
        except Refusal:
            assert self.oracle.snapshot(box) == before, "a refusal wrote something"
            return False
        self.oracle.saved(box, [event.id for event in done.events])
        return True

    def again(self, which: int) -> None:
        """A form is sent once more, where it was sent before: a double tap, or a retry."""
        if self.asked:
            where, decide, form = self.asked[which % len(self.asked)]
            if where in self.boxes and not self.boxes[where].lacks:
                self.do(where, decide, form)

    def place(self, where: str, who: int, form: str = "") -> None:
        """She orders a repair."""
        box, person = self.boxes.get(where), PEOPLE[who % len(PEOPLE)]
        if box is None or box.code == "hub":
            return
        form, serial = form or self.form(), len(self.orders) + 1
        placed = Placed(f"{box.code}-{serial}", serial, box.code, "repair", "lamp", "am", "home")
        self.orders.append((f"order/{form}", person))
        self.do(where, lambda _: orders.place(f"order/{form}", person, placed), form)

    def at_two_stations(self, one: str, other: str) -> None:
        """One form reaches the hub from two stations, with different words on it."""
        form = self.form()
        self.place(one, 0, form)
        self.place(other, 0, form)

    def step(self, where: str, which: int, what: int) -> None:
        """Somebody takes one of the steps of one of the orders, be it legal or not."""
        if not self.orders:
            return
        name, person = self.orders[which % len(self.orders)]
        if where == "hub":
            command = AT_THE_HUB[what % len(AT_THE_HUB)]
            order = _order(self.hub.node, person, name)
            known = order.partner if order else ""
            who = PARTNERS[what // 7 % 2] if what % 6 == 0 else known
            self.do("hub", lambda node: command(_order(node, person, name), name, who))
        else:
            command = AT_A_STATION[what % len(AT_A_STATION)]
            self.do(where, lambda node: command(_order(node, person, name), name))

    def both(self, where: str, one: int, other: int) -> None:
        """Two orders of one person withdrawn at once: both or neither."""
        hers = [name for name, person in self.orders if person == WANG]
        if len(hers) > 1:
            names = sorted({hers[n % len(hers)] for n in (one, other)})
            self.do(
                where, lambda node: _all(orders.withdraw(_order(node, WANG, n), n) for n in names)
            )

    def take_tickets(self, where: str, count: int) -> None:
        """Somebody takes a number, or several together."""
        box, form = self.boxes.get(where), self.form()
        if box is None or box.code == "hub" or box.lacks == "ticket":
            return
        names = [f"ticket/{form}{n}" for n in range(1 + count % 4)]
        taken = Taken(len(self.tickets) + 1, DAY, "mending", "button", 200)
        drafts = [tickets.take(name, box.code, taken) for name in names]
        if self.do(where, lambda _: _all(drafts), form):
            self.tickets += [(box.code, name) for name in names]

    def serve(self, where: str, which: int, what: int) -> None:
        """The keeper serves one of the numbers."""
        box = self.boxes.get(where)
        if self.tickets and box is not None and box.lacks != "ticket":
            code, name = self.tickets[which % len(self.tickets)]
            command = AT_THE_COUNTER[what % len(AT_THE_COUNTER)]
            self.do(where, lambda node: command(node.state("ticket", code, name), name, code))

    def meet(self, where: str, who: int) -> None:
        """A person becomes known at a station."""
        box, person = self.boxes.get(where), PEOPLE[who % len(PEOPLE)]
        if box is not None and box.code != "hub":
            self.do(where, lambda _: people.meet(person, box.code))

    def give_word(self, where: str, which: int, what: int) -> None:
        """She says at a station that may not know the order whether it is fixed."""
        box = self.boxes.get(where)
        if box is None or box.code == "hub" or box.lacks == "word":
            return
        number = f"{CODES[what % 3]}-{which % (len(self.orders) + 1)}"
        name, person = f"word/{self.form()}", PEOPLE[which % len(PEOPLE)]
        fixed = bool(what % 2)
        self.do(where, lambda _: words.give(name, box.code, person, number, fixed, "不亮"))

    def clear(self, code: str) -> None:
        """A person at the hub answers for it that a station is one machine."""
        if self.do("hub", lambda _: stations.clear(code)):
            self.hub.end.one_machine(code)
            self.oracle.watch_anew(code)

    def strange(self, where: str, which: int) -> None:
        """A station wrote what nobody can read, or what this software does not know yet."""
        box = self.boxes.get(where)
        if box is None or box.code == "hub":
            return
        with box.node.writing():
            journal = box.node.journal
            raw = self._strange(box, which)
            one = Arriving.read(journal.chain(box.code), raw)
            journal.append([one.held()])
            journal.set_chain(box.code, one.digest)
            box.node.view.overlay({one.held().key})
        self.oracle.saved(box, [one.name])

    def _strange(self, box: Box, which: int) -> bytes:
        if which % 2:
            return POISON[which // 2 % len(POISON)]
        fields: dict[str, Any] = dict(STRANGE[which // 2 % len(STRANGE)])
        data = fields.pop("data", b"{}")
        fields["audience"] = fields["audience"].format(code=box.code)
        return events.encode(
            Event(
                source=box.code, epoch=box.node.epoch, actor="", clock="rtc", time="2027-01-01",
                seq=box.node.journal.last_seq(box.node.epoch) + 1, id=self.form(),
                data=msgspec.Raw(data), **fields,
            )
        )  # fmt: skip


def _order(node: Node, person: str, name: str) -> Any:
    return node.state("order", person, name)


def _all(decisions: Iterable[Any]) -> list[Draft] | Refusal:
    drafts = list(decisions)
    return next((one for one in drafts if isinstance(one, Refusal)), drafts)
