"""Her points and the vouchers are used, asked for and given away amid all other faults.

Nobody may be below zero, nor be taken for it, but who may spend twice: a station that went back
to an old image or was copied, and a hub that was put back and not told of it. What each of these
spends is bounded by what it ever held. tests/faults/pools.py tries the exact bounds.
"""

import contextlib
from collections.abc import Callable
from typing import Any

import msgspec

from tests.faults.disks import Disks
from tests.faults.keys import Keys
from tests.faults.roads import Move
from tests.faults.town import POOLS, Box
from yizhan import escrow
from yizhan.errors import Refusal, Unreachable
from yizhan.escrow import PoolId
from yizhan.record import HUB
from yizhan.services.escrow import projection as rows

AMOUNTS = (1, 1, 2, 3, 5, 8, 12)
ALL = 0
"""As `what` of spend: all that is here."""
HOLDERS = (HUB, "zhongda", "xiaogan", "chawan")
FIELDS = (
    "SELECT raw, CASE batch WHEN '' THEN 0 ELSE"
    " (SELECT COUNT(*) FROM journal AS other WHERE other.batch = journal.batch) END"
    " FROM journal WHERE subject = ? AND audience = ?"
)
"""Events, and how many of their batch are there."""


class Purses(Keys):
    """The town with what is scarce."""

    def __init__(self, disks: Disks) -> None:
        super().__init__(disks)
        self.twice: dict[str, int] = {}
        """Who may have spent twice, and how often it was put back."""
        self.copied = False
        """Whether two machines were ever one station."""
        self.given: dict[str, bytes] = {}
        """What the hub gave and a station has heard of."""

    def make(self, move: Move) -> None:
        super().make(move)
        self.look()

    def earn(self, where: str, which: int, what: int) -> None:
        """Points are earned anywhere, vouchers are bought at the hub."""
        pool = POOLS[which % 2] if where == HUB else POOLS[0]
        self.do(where, lambda node: escrow.credit(node, pool, _amount(what), "work"))

    def spend(self, where: str, which: int, what: int) -> None:
        """Somebody uses so much, or all that is here, or is told why not."""
        box, pool = self.boxes.get(where), POOLS[which % 2]
        if box is None or (where == HUB and self.collecting):
            return
        here, form = escrow.spendable(box.node, pool), self.form()
        amount = here if what % 3 == 0 else _amount(what)
        done = self.do(where, lambda node: escrow.spend(node, pool, amount, form), form)
        assert done == (0 < amount <= here), "what may be spent here is what is said"

    def hand_over(self, where: str, which: int, what: int) -> None:
        """A holder gives another one something."""
        pool, to = POOLS[which % 2], HOLDERS[what // 7 % 4]
        self.do(where, lambda node: escrow.move(node, pool, to, _amount(what)))

    def ask(self, where: str, which: int, what: int, fault: str) -> None:
        """She asks for more than is here, on a road with a fault; told yes, she may use it."""
        box, pool = self.boxes.get(where), POOLS[which % 2]
        if box is None or box.code == HUB:
            return

        def reach(_seconds: float) -> None:
            self.talk(where, fault, what)
            if fault:
                raise Unreachable(fault)

        def asks() -> None:
            escrow.ask(box.node, self.form(), "person/wang", pool, _amount(what), reach)
            spendable = escrow.spendable(box.node, pool)
            assert box.code in self.twice or spendable >= _amount(what), "told yes, and it is not"

        self._by_itself(box, asks)

    def tidy(self, where: str) -> None:
        """Nobody stands at the screen: what is beyond the shares goes back."""
        box = self.boxes.get(where)
        if box is not None and box.code != HUB:
            self._by_itself(box, lambda: escrow.release_surplus(box.node))

    def _by_itself(self, box: Box, act: Callable[[], object]) -> None:
        """Something that records on its own, so that only the journal tells what it recorded."""
        before = self._own(box)
        with contextlib.suppress(Refusal):
            act()
        self.oracle.saved(box, self._own(box) - before)

    def _own(self, box: Box) -> set[str]:
        found = box.sql(
            "SELECT id FROM journal WHERE source = ? AND epoch = ?", box.code, box.node.epoch
        )
        return {id_ for (id_,) in found}

    def may_spend_twice(self, code: str) -> None:
        """From here on this source may be below zero once more."""
        self.twice[code] = self.twice.get(code, 0) + 1

    def look(self) -> None:
        """After each move: no station sees itself below zero; what the hub gave it is noted."""
        for box in self.stations:
            if box.code not in self.twice and box.sql("SELECT 1 FROM pool WHERE below > 0"):
                for pool in POOLS:
                    held = rows.holding(box.node.db, pool, box.code)
                    assert held.amount >= 0, f"{box.name} sees itself below zero: {held}"
            for id_, raw in box.sql(
                "SELECT id, raw FROM journal WHERE source = 'hub' AND position IS NOT NULL"
                " AND (subject LIKE 'purse/%' OR subject LIKE 'stock/%')"
            ):
                if id_ not in self.given and b'"escrow.moved"' in bytes(raw):
                    self.given[id_] = bytes(raw)
                    self.oracle.demanded.add(id_)

    def check_pools(self) -> None:
        """The faults have stopped: the sums are right, debts are bounded, booked and stopped."""
        hub = self.hub.node
        for pool in POOLS:
            held = rows.pool(hub.db, pool)
            if held is None:
                continue
            events = self._events(pool)
            self.did["uses"] += sum(event["type"] == "escrow.used" for event in events)
            self.did["grants"] += sum(bool(event["data"].get("ask")) for event in events)
            counted = _holdings(events)
            assert held.holdings == {one: n for one, n in sorted(counted.items()) if n}, pool
            assert held.total == held.credited - held.used == sum(counted.values()), pool
        self._check_debts()
        self._check_given()

    def _events(self, pool: PoolId) -> list[dict[str, Any]]:
        """All of a pool at the hub, but halves of batches whose other half was destroyed: on a
        line that carries one event at a time it went alone."""
        found = self.hub.sql(FIELDS, pool.subject, pool.audience)
        events = [(msgspec.json.decode(bytes(raw)), count) for raw, count in found]
        return [event for event, count in events if count == event.get("batch_size", 0)]

    def _check_debts(self) -> None:
        hub = self.hub.node
        assert not escrow.holds_back(hub), "all have come back, and the hub still holds back"
        for debt in rows.debts(hub.db):
            assert debt.holder in self.twice, f"below zero without a cause: {debt}"
            gained = _gains(self._events(debt.pool), debt.holder)
            assert -debt.amount <= gained * self.twice[debt.holder], f"beyond all bounds: {debt}"
            assert debt.cause, f"found and not booked: {debt}"
            self.did["debts"] += 1
        false = rows.frozen_holders(hub.db).keys() - self.twice.keys()
        assert not false, f"frozen without a cause: {false}"

    def _check_given(self) -> None:
        """What the hub gave is still the same gift; that it is there at all, the oracle asks."""
        held = dict(self.hub.sql("SELECT id, raw FROM journal WHERE source = 'hub'"))
        for id_, raw in self.given.items():
            same = id_ not in held or _gift(bytes(held[id_])) == _gift(raw)
            assert same or HUB in self.twice, f"a grant was changed: {raw!r}"


def _amount(what: int) -> int:
    return AMOUNTS[what % len(AMOUNTS)]


def _gift(raw: bytes) -> tuple[str, Any]:
    event = msgspec.json.decode(raw)
    return event["type"], event["data"]


def _changes(event: dict[str, Any]) -> dict[str, int]:
    """What an event of a pool gives and takes, by holder."""
    source, data = event["source"], event["data"]
    amount = data.get("amount", 0)
    match event["type"]:
        case "escrow.credited" | "escrow.returned":
            return {source: amount}
        case "escrow.used":
            return {source: -amount}
        case "escrow.moved":
            return {source: -amount, data["to"]: amount}
    return {}


def _holdings(events: list[dict[str, Any]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for event in events:
        for holder, amount in _changes(event).items():
            found[holder] = found.get(holder, 0) + amount
    return found


def _gains(events: list[dict[str, Any]], holder: str) -> int:
    """All that ever came to a holder."""
    return sum(max(0, _changes(event).get(holder, 0)) for event in events)
