"""The station as a crawl meets it: what people left under way, and what can go wrong.

Made by commands at the hub and at the station, without touching a page.
"""

import tomllib
from collections.abc import Callable
from typing import Any

from kiosk.serving import Kiosk
from tests.kiosk.stations import ROOT, Hub
from yizhan.events import Draft
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.orders import commands as orders
from yizhan.services.orders import model
from yizhan.services.orders import projection as listed
from yizhan.services.pauses import commands as pausing
from yizhan.services.pauses import model as pauses
from yizhan.services.tickets import commands as tickets
from yizhan.services.tickets import projection as lines
from yizhan.services.tickets.model import Taken

STATION, PARTNER = "zhongda", "lanxiang"
LISTED = {
    row["code"]: row
    for row in tomllib.loads((ROOT / "deploy/sample/network.toml").read_text("utf-8"))["station"]
}
"""The stations of the sample pack."""

ASIDE = "fridge"
"""The order that she took back when it was already done: kept, and without effect."""

STORIES: dict[str, tuple[str, ...]] = {
    "light": (),
    "tap": ("dispatch",),
    "washer": ("dispatch", "accept"),
    "tv": ("dispatch", "accept", "schedule"),
    "heater": ("dispatch", "decline"),
    "aircon": ("dispatch", "accept", "schedule", "finish"),
    "other": ("dispatch", "accept", "schedule", "finish", "dispute", "dispatch", "accept"),
}
"""What was asked for, and how far it got."""


class World:
    """A hub, and the station 中大 with 王阿姨's orders in every state and her tickets."""

    def __init__(self, hub: Hub, node: Node) -> None:
        self.hub, self.node = hub, node
        for code, listing in LISTED.items():
            hub.publish("station", code, listing)
        hub.bring(node)

    def furnish(self, kiosk: Kiosk) -> None:
        """Everything that 王阿姨 has under way."""
        made = {choice: self._place(choice) for choice in (*STORIES, ASIDE)}
        self.hub.take_in(self.node)
        for choice, steps in STORIES.items():
            for step in steps:
                self._step(made[choice], step)
        self._set_aside(made[ASIDE])
        self._ticket("button", "call", "finish")
        self._ticket("zip", "call")
        self._ticket("waist")
        self.hub.take_in(self.node)
        kiosk.here.drafts.keep("wang", "repair", {"choice": "tap"})

    def tiles(self, code: str) -> None:
        """The station chooses the tiles of another one."""
        self.hub.publish("station", STATION, LISTED[STATION] | {"tiles": LISTED[code]["tiles"]})
        self.hub.bring(self.node)

    def paused(self, code: str) -> None:
        """A service stands still for a fault, until it is said."""
        about, day = pauses.subject(STATION, code), self.node.clock.today()
        self._record("staff/keeper", lambda: pausing.pause(about, day, "机器坏了，等师傅来修", ""))

    def called_to_the_counter(self) -> None:
        """A number is being called now."""
        self._ticket("button", "call", person="")

    def _record(self, actor: str, decide: Callable[[], Any]) -> None:
        outcome = self.node.record(new_id(), actor, decide)
        assert outcome.events, outcome

    def _place(self, choice: str) -> str:
        subject = f"order/{new_id()}"
        serial = listed.next_serial(self.node.db, STATION)
        number = f"中大-{serial:04d}"
        placed = model.Placed(number, serial, STATION, "repair", choice, "morning", "home")
        self._record("person/wang", lambda: orders.place(subject, "wang", placed))
        return subject

    def _step(self, subject: str, step: str) -> None:
        state = self.hub.node.state("order", "wang", subject)
        made: dict[str, Callable[[], Any]] = {
            "finish": lambda: orders.finish(state, subject, PARTNER, "换了整个龙头，不滴了", 12850),
            "decline": lambda: orders.decline(state, subject, PARTNER, "缺配件，要等三天"),
            "dispute": lambda: orders.dispute(state, subject, "又不亮了"),
        }
        if step in made:
            self.hub.do(made[step]())
        else:
            self.hub.work(subject, "wang", step)

    def _set_aside(self, subject: str) -> None:
        self.hub.work(subject, "wang", "dispatch", "accept")
        self.hub.bring(self.node)
        self.hub.work(subject, "wang", "finish")
        state = self.node.state("order", "wang", subject)
        self._record("person/wang", lambda: orders.withdraw(state, subject))
        self.hub.take_in(self.node)

    def _ticket(self, job: str, *steps: str, person: str = "wang") -> None:
        subject, day = f"ticket/{new_id()}", self.node.clock.today()
        number = lines.next_number(self.node.db, STATION, day)
        taken = Taken(number, day, "mend", job, 200, person)
        self._record("station/zhongda", lambda: tickets.take(subject, STATION, taken))
        for step in steps:
            state = self.node.state("ticket", STATION, subject)
            made: Draft | Any = {
                "call": lambda state=state: tickets.call(state, subject, STATION),
                "finish": lambda state=state: tickets.finish(state, subject, STATION, 200),
            }[step]
            self._record("staff/keeper", made)
