"""Scarce things at the hub as a person must know them: who holds, owes and stands still, and
whether a machine that was lost has proven its share; and what she may then do.

Serves the page and the shell alike. Knows pools and the stations' last words; no words of a
page. What moves goes through yizhan/escrow.py.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

from hub import alarms
from hub.alarms import Share
from sync.hub import SyncHub
from sync.hub_tables import ContactRow
from yizhan import escrow
from yizhan.errors import N_, Refusal
from yizhan.escrow import DEBT, LOST, RESTORED, PoolId
from yizhan.held import Held as Copy
from yizhan.record import HUB, Node
from yizhan.services.escrow import projection as pools
from yizhan.services.escrow.model import DECLINED, WAITING, Freeze
from yizhan.services.escrow.projection import Held, Holding
from yizhan.services.stations.model import Enrolled
from yizhan.services.stations.projection import station, stations
from yizhan.writing import part_id

Proof = Literal["proven", "replaced", "behind", "silent"]
"""What is known of a lost machine since its share was frozen: it has come and sent all; another
one came in its place; it came but something waits there still; it has not come."""

UNKNOWN = N_("没有站点 %(code)s，请看 /fleet 页上的代码")
WHY = N_("请写明原因")
FROZEN_ALREADY = N_("这个站点的额度已经冻结了")
NOT_FROZEN = N_("这里没有冻结，不用解冻")
UNPROVEN = N_("这台设备还没有证明它的额度：等它连上来、把记录送齐，或者先收回它的额度，再解冻")
NOT_LOST = N_("只有丢了的设备，才收回它的额度：先冻结，写明是怎么丢的")
OWES = N_("它还有欠额：结清了欠额，就自动解冻")
SUSPECTED_FIRST = N_("先到“站点”页查清是不是有两台设备，确认以后自动解冻")
EXISTS = N_("已经有这个额度了，请在它那里存入或者改份额")
NAME = N_("名称要写 1 到 20 个字，不能有斜线")
UNIT = N_("单位要写，例如：张")
NAME_MAX = 20


class Standstill(msgspec.Struct, frozen=True):
    """One freeze that lasts: whose, why in a word and in a sentence, since when, by whom.

    `position` is where it stands in the hub's order.
    """

    holder: str
    why: str
    cause: str
    since: str
    actor: str
    position: int


class Part(msgspec.Struct, frozen=True):
    """A holder's part of a pool: what it holds, the share it is kept at, what it asked for and
    did not get, and what it holds beyond its share."""

    holder: str
    amount: int
    share: int
    asked: int
    beyond: int


class Sum(msgspec.Struct, frozen=True):
    """All residents' pools of one unit together: what each holder holds, and of how many."""

    unit: str
    people: int
    used: int
    holdings: dict[str, int]


def standing_still(node: Node) -> list[Standstill]:
    """Every freeze that lasts, the oldest first; by the hub where nobody did it by hand."""
    found = pools.all_freezes(node.db)
    copies = node.journal.by_ids([name for some in found.values() for name in some])
    freezes = [
        _standstill(holder, one, copies[name][0])
        for holder, some in found.items()
        for name, one in some.items()
        if name in copies
    ]
    return sorted(freezes, key=lambda one: one.position)


def _standstill(holder: str, one: Freeze, copy: Copy) -> Standstill:
    event = copy.event
    by = HUB if event.cause else event.actor
    return Standstill(holder, one.why, one.cause, event.time, by, copy.position or 0)


def held_since(node: Node) -> str:
    """Since when the hub gives nothing because it was made anew; empty where it gives."""
    found = (one.since for one in standing_still(node) if one.why == RESTORED)
    return next(found, "")


def matters(node: Node) -> dict[str, Share]:
    """What calls a person, by holder; for what suspicion froze the fleet page calls already."""
    debts = pools.debts(node.db)
    owing = {debt.holder for debt in debts}
    open_ = [
        one
        for one in standing_still(node)
        if (one.why == LOST and not _over(node, one.holder))
        or (one.why == DEBT and one.holder not in owing)
    ]
    return {
        holder: Share(
            owes=sum(debt.holder == holder for debt in debts),
            owes_why=next((debt.cause for debt in debts if debt.holder == holder), ""),
            frozen_since=next((one.since for one in open_ if one.holder == holder), ""),
            frozen_why=next((one.cause for one in open_ if one.holder == holder), ""),
        )
        for holder in {*owing, *(one.holder for one in open_)}
    }


def _over(node: Node, code: str) -> bool:
    """Nothing is left to do for a lost machine: it is closed out, and what it held is taken."""
    row = station(node.db, code)
    return bool(row and row.revoked) and not holds(node, code)


def parts(of: Held, codes: list[str]) -> list[Part]:
    """A pool by its holders: the hub, then these stations, then whoever else holds some."""
    known = dict.fromkeys([HUB, *codes, *of.holdings])
    return [_part(of, holder) for holder in known]


def _part(of: Held, holder: str) -> Part:
    amount, share = of.holdings.get(holder, 0), of.allotments.get(holder, 0)
    ask = of.asks.get(holder)
    # What was declined is told as long as the hub still could not give it.
    short = ask is not None and ask.status == DECLINED and of.holdings.get(HUB, 0) < ask.amount
    asked = ask.amount if ask and (ask.status == WAITING or short) else 0
    beyond = max(0, amount - share) if holder != HUB else 0
    return Part(holder, amount, share, asked, beyond)


def stocks(node: Node) -> list[Held]:
    """The network's pools."""
    return [held for held in pools.everything(node.db) if held.id.kind == "stock"]


def sums(node: Node) -> list[Sum]:
    """Residents' pools by their unit; no resident is named."""
    found: dict[str, list[Held]] = {}
    for held in pools.everything(node.db):
        if held.id.owner:
            found.setdefault(held.unit, []).append(held)
    return [_sum(unit, some) for unit, some in sorted(found.items())]


def _sum(unit: str, some: list[Held]) -> Sum:
    together: dict[str, int] = {}
    for held in some:
        for holder, amount in held.holdings.items():
            together[holder] = together.get(holder, 0) + amount
    return Sum(unit, len(some), sum(held.used for held in some), together)


def holds(node: Node, holder: str) -> list[Holding]:
    """The pools of which a holder holds more than nothing."""
    return [
        pools.Holding(held.id, held.unit, holder, held.holdings[holder])
        for held in pools.held_by(node.db, holder)
        if held.holdings[holder] > 0
    ]


def proof(sync: SyncHub, code: str, frozen_at: int) -> Proof:
    """What a station has proven since it was frozen at this position."""
    last = _last_word(sync, code)
    if last is None or last.cursor < frozen_at:
        return "silent"
    if alarms.waiting(last):
        return "behind"
    story = sync.node.journal.of_keys(
        [(sync.node.registry.audience("station", ""), f"station/{code}")], placed=True
    )
    anew = any((row.position or 0) > frozen_at and row.event.type == Enrolled.type for row in story)
    return "replaced" if anew else "proven"


def _last_word(sync: SyncHub, code: str) -> ContactRow | None:
    return next((row for row in sync.contacts() if row.station == code), None)


def may_release(sync: SyncHub, holder: str) -> str:
    """Which kind of freeze a person may end here now. Raises Refusal with what to do instead."""
    found = [one for one in standing_still(sync.node) if one.holder == holder]
    lost = [one for one in found if one.why == LOST]
    if lost:
        done = proof(sync, holder, lost[-1].position) == "proven" or not holds(sync.node, holder)
        if not done:
            raise Refusal(UNPROVEN)
        return LOST
    if any(one.why == DEBT for one in found):
        if any(debt.holder == holder for debt in pools.debts(sync.node.db)):
            raise Refusal(OWES)
        return DEBT
    raise Refusal(SUSPECTED_FIRST if found else NOT_FROZEN)


def may_freeze(node: Node, code: str) -> None:
    """Raises Refusal where this share cannot be frozen as lost."""
    if code not in [row.code for row in stations(node.db)]:
        raise Refusal(UNKNOWN, code=code)
    if any(one.holder == code and one.why == LOST for one in standing_still(node)):
        raise Refusal(FROZEN_ALREADY)


def may_reclaim(node: Node, code: str) -> None:
    """Raises Refusal where this share may not be taken over: its machine is not lost."""
    if not any(one.holder == code and one.why == LOST for one in standing_still(node)):
        raise Refusal(NOT_LOST)


def may_settle(node: Node, pool: PoolId, holder: str) -> None:
    """Raises Refusal where this debt cannot be covered now, and says what to do first."""
    step = escrow.cover(node, pool, holder, "")
    if isinstance(step, Refusal):
        raise step


def freeze(node: Node, code: str, note: str, actor: str, form: str) -> None:
    """The machine of this station is lost: its share stands still."""
    with node.writing():
        may_freeze(node, code)
        escrow.freeze(node, code, LOST, note, actor, form)


def release(sync: SyncHub, code: str, note: str, actor: str, form: str) -> None:
    """This share moves again: its machine came back, or nothing is left to prove."""
    with sync.node.writing():
        escrow.release(sync.node, code, may_release(sync, code), actor, note, form)


def reclaim(node: Node, code: str, actor: str, form: str) -> None:
    """The lost machine never comes back: all that it held is the hub's."""
    with node.writing():
        may_reclaim(node, code)
        escrow.reclaim_all(node, code, actor, form)


class NewPool(msgspec.Struct, frozen=True):
    """A pool to be opened: what people call it, its unit, how much, and stations' shares."""

    name: str
    unit: str
    amount: int
    allotments: Mapping[str, int]

    @property
    def id(self) -> PoolId:
        """Which pool it is to be."""
        return escrow.stock(self.name)


def may_open(node: Node, new: NewPool) -> None:
    """Raises Refusal where there can be no such pool, or is one."""
    if not 1 <= len(new.name) <= NAME_MAX or "/" in new.name or not new.name.isprintable():
        raise Refusal(NAME)
    if not new.unit:
        raise Refusal(UNIT)
    if pools.pool(node.db, new.id) is not None:
        raise Refusal(EXISTS)


def open_pool(node: Node, new: NewPool, actor: str, note: str, form: str) -> None:
    """Open a pool of the network and put something into it, unless it is to begin empty."""
    with node.writing():
        may_open(node, new)
        node.record(form, actor, lambda: escrow.start(new.id, new.unit, new.allotments))
        if new.amount:
            escrow.endow(node, new.id, new.amount, actor, note, part_id(form, 1))
