"""A purse and a stock divided among a hub and three stations, and a bad road between them.

王阿姨 lives near zhongda, has been to xiaogan, and chawan does not know her yet. Machines
restart, go back to old images, and are copied. Looks at every node after every move: nobody
may be below zero but who was put back or copied. Knows the door (yizhan/escrow.py) and the
road; a run is its list of moves.
"""

import contextlib
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from sync.bundle import BadBundle
from sync.station import Sent
from sync.status import unsent
from tests.faults.disks_of_pools import CODES, SECOND, Machines
from tests.faults.town import AMOUNTS, POOLS, SHARES, WANG
from yizhan import escrow
from yizhan.checking import verify
from yizhan.errors import Refusal, Unreachable
from yizhan.escrow import PoolId
from yizhan.fingerprint import fingerprint
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.escrow import projection as rows
from yizhan.services.people import commands as people

SIGNS = {"escrow.credited": 1, "escrow.used": -1, "escrow.returned": 1}


class Pools(Machines):
    """One network and its scarce things."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.late: list[tuple[str, Sent]] = []
        self.recorded: dict[str, set[str]] = {where: set() for where in ("hub", *CODES, SECOND)}
        self.doubtful: dict[str, Counter[PoolId]] = {}
        """Who may be below zero, and how far: what old images held, and what they were brought."""
        self.fresh: dict[str, int] = {}
        """Machines on an old image that have not talked yet, and the cursor of the image."""
        if self.known:
            self.exchange_all()
        else:
            self.found()

    def found(self) -> None:
        """The network as every run finds it."""
        self.register_wang("zhongda")
        self.meet("xiaogan")
        for pool, shares, amount in zip(POOLS, SHARES, AMOUNTS, strict=True):
            self.do("hub", lambda _, p=pool, s=shares: escrow.start(p, "分", s))
            self.do("hub", lambda n, p=pool, a=amount: escrow.credit(n, p, a, "start"))
        self.exchange_all()
        for where in ("hub", *CODES):
            self.image(where)

    def do(self, where: str, decide: Any) -> bool:
        """Record what is decided at a node, or nothing at all; whether it was recorded."""
        node = self.node(where)
        with contextlib.suppress(Refusal):
            done = node.record(new_id(), f"person/{WANG}", lambda: decide(node))
            self.recorded[where] |= {event.id for event in done.events}
            return True
        return False

    # What people do.

    def earn(self, where: str, which: int, amount: int) -> None:
        """Points are earned anywhere, vouchers are bought at the hub."""
        pool = POOLS[which] if where == "hub" else POOLS[0]
        if self.there(where):
            self.do(where, lambda node: escrow.credit(node, pool, amount, "work"))

    def spend(self, where: str, which: int, amount: int) -> None:
        """Somebody uses so much, or is told why not."""
        if self.there(where):
            pool = POOLS[which]
            before = escrow.spendable(self.node(where), pool)
            done = self.do(where, lambda node: escrow.spend(node, pool, amount, new_id()))
            assert done == (amount <= before), "what may be spent here is what is said"

    def spend_all(self, where: str, which: int) -> None:
        """Somebody uses all that may be used here."""
        if self.there(where):
            pool = POOLS[which]
            self.do(where, lambda n: escrow.spend(n, pool, escrow.spendable(n, pool), new_id()))

    def undo(self, where: str, which: int) -> None:
        """The last use of this node is undone, once; its own journal knows."""
        pool, node = POOLS[which], self.node(where)
        uses = dict(_of(node, pool, "escrow.used"))
        for what, _ in _of(node, pool, "escrow.returned"):
            uses.pop(what, None)
        if uses:
            what, amount = list(uses.items())[-1]
            self.do(where, lambda n: escrow.give_back(n, pool, amount, what))

    def move(self, where: str, to: str, which: int, amount: int) -> None:
        """A holder gives another one something."""
        if self.there(where):
            self.do(where, lambda node: escrow.move(node, POOLS[which], to, amount))

    def ask(self, where: str, which: int, amount: int, fault: str) -> None:
        """She asks for more than is here, on a road with a fault; told yes, she may spend it."""
        if where == "hub" or not self.there(where):
            return
        node, pool = self.node(where), POOLS[which]

        def reach(seconds: float) -> None:
            assert seconds == escrow.ASK_DEADLINE_S
            self.talk(where, fault)
            if fault:
                raise Unreachable(fault)

        with contextlib.suppress(Refusal):
            escrow.ask(node, new_id(), f"person/{WANG}", pool, amount, reach)
            if not self.doubtful.get(node.source):
                assert escrow.spendable(node, pool) >= amount

    def tidy(self, where: str) -> None:
        """Nobody stands at the screen: what is beyond the shares goes back."""
        if self.there(where):
            escrow.release_surplus(self.node(where))

    def meet(self, code: str) -> None:
        """She becomes known at a station."""
        self.do(code, lambda _: people.meet(WANG, code))

    def share(self, which: int, amount: int, code: str) -> None:
        """The street leaves more or less at a station."""
        shares = SHARES[which] | {code: amount}
        self.do("hub", lambda _: escrow.start(POOLS[which], "分", shares))

    # What the road does.

    def talk(self, name: str, fault: str) -> None:
        """One request and its reply, on a road with a fault."""
        if name not in self.machines:
            return
        sent = self.machines[name].request()
        if fault == "request lost":
            return
        if fault == "request late":
            self.late.append((name, sent))
            return
        for _ in range(2 if fault == "request twice" else 1):
            raw = self.hub.exchange(sent.raw)
        if fault != "reply lost":
            self._give(name, sent, raw)

    def arrive(self, which: int) -> None:
        """A request that was under way for long arrives, and its reply goes back."""
        if self.late:
            name, sent = self.late.pop(which % len(self.late))
            self._give(name, sent, self.hub.exchange(sent.raw))

    def _give(self, name: str, sent: Sent, raw: bytes) -> str:
        station = self.machines[name]
        try:
            progress = station.take(sent, raw)
        except BadBundle as error:
            assert "not held here" in str(error), error
            return "refused"
        if progress != "adopted" and name in self.fresh:
            self._first_contact(station.node, self.fresh.pop(name))
        return progress

    def _first_contact(self, node: Node, cursor: int) -> None:
        """What it brought to a machine from an old image: all that came to its source since."""
        for row in self.hub.node.journal.placed(cursor, 1 << 31, node.journal.head()):
            event = row.event
            for pool in POOLS:
                if event.subject == pool.subject:
                    data = self.hub.node.registry.data(event)
                    gain = data.amount if _to(event.type, data, event.source) == node.source else 0
                    self.doubtful[node.source][pool] += gain

    def exchange_all(self) -> None:
        """Two exchanges of every machine on a good road."""
        for _ in range(2):
            for name in self.machines:
                for _ in range(50):
                    sent = self.machines[name].request()
                    if self._give(name, sent, self.hub.exchange(sent.raw)) == "done":
                        break
                else:
                    raise AssertionError("the exchange does not end")

    # What machines do.

    def put_back(self, where: str) -> None:
        """A machine goes back to its old image, and is doubted; a hub holds back."""
        super().put_back(where)
        if where == "hub":
            self.hub.recovery.begin("backup", collecting=False)
        else:
            self._doubt(where)

    def relapse(self, code: str, which: int, talks: int) -> None:
        """All that is here is used, before an old image and again after it."""
        self.image(code)
        self.spend_all(code, which)
        for _ in range(talks):
            self.talk(code, "")
        self.put_back(code)
        self.spend_all(code, which)

    def copy(self, code: str) -> None:
        """A second machine is made from the image of a station, and both go on."""
        if not self.there(SECOND):
            super().copy(code)
            self._doubt(SECOND)

    def _doubt(self, name: str) -> None:
        """From here on this source may be below zero, by what its image holds, to begin with."""
        node = self.node(name)
        limit = self.doubtful.setdefault(node.source, Counter())
        for pool in POOLS:
            limit[pool] += max(0, rows.holding(node.db, pool, node.source).amount)
        cursor = node.journal.head()
        self.fresh[name] = min(self.fresh.get(name, cursor), cursor)

    # What must be true.

    def look(self) -> None:
        """Nobody is below zero, in anybody's eyes, but who was put back or copied."""
        for node in self.nodes():
            if not node.db.sql("SELECT 1 FROM pool WHERE below > 0"):
                continue
            for debt in rows.debts(node.db):
                assert debt.holder in self.doubtful, (node.source, debt)

    def check(self) -> None:
        """Everybody agrees, and what all hold is what came in less what was used."""
        self.look()
        hub = self.hub.node
        for name, machine in self.machines.items():
            node = machine.node
            assert unsent(node) == 0, f"{name} still has something to send"
            at = node.journal.head()
            assert fingerprint(node) == fingerprint(hub, at, node.source), f"{name} differs"
            assert verify(node).ok, (name, verify(node).sentences)
        for pool in POOLS:
            held = rows.pool(hub.db, pool)
            assert held is not None
            assert held.total == held.credited - held.used
            assert held.total == sum(
                SIGNS[kind] * amount for kind in SIGNS for _, amount in _of(hub, pool, kind)
            )

    def check_nothing_lost(self) -> None:
        """Everything that anybody recorded is at the hub (no machine was put back)."""
        held = {row.id for row in self.hub.node.journal.placed(0, 1 << 31)}
        for where, ids in self.recorded.items():
            assert ids <= held, f"lost from {where}: {ids - held}"

    def check_debts(self) -> None:
        """Each debt is bounded, booked with its cause, and its holder stands still."""
        for debt in rows.debts(self.hub.db):
            assert -debt.amount <= self.doubtful[debt.holder][debt.pool], debt
            assert debt.cause and debt.frozen, debt
        frozen = rows.frozen_holders(self.hub.db)
        assert frozen.keys() <= self.doubtful.keys()
        for name, machine in self.machines.items():
            if machine.node.source in frozen:
                assert not any(escrow.spendable(machine.node, pool) for pool in POOLS), name


def _to(kind: str, data: Any, source: str) -> str:
    """Who has more after this event."""
    return {"escrow.moved": getattr(data, "to", ""), "escrow.credited": source}.get(kind, "")


def _of(node: Node, pool: PoolId, kind: str) -> list[tuple[str, int]]:
    """(what, amount) of a node's events of one type; a station's own only."""
    own = "" if node.is_hub else f" AND source = '{node.source}'"
    found = node.db.sql(
        f"SELECT raw FROM journal WHERE subject = ? AND audience = ?{own} ORDER BY local",
        (pool.subject, pool.audience),
    )
    read = (msgspec.json.decode(raw) for (raw,) in found)
    return [
        (event["data"].get("what", ""), event["data"]["amount"])
        for event in read
        if event["type"] == kind
    ]
