"""The one door to what is scarce: every route that earns, spends, moves or asks comes through here.

Each function returns events for `Node.record()` (or a Refusal), so that a mechanism lays them
into one batch with its own; `ask` and what the hub does by hand record by themselves. Knows
nodes and pools; knows no unit, no price, no screen, and no road: the caller brings that.
"""

import contextlib
from collections.abc import Callable, Mapping, Sequence

import msgspec

from yizhan.errors import N_, Refusal, Unreachable
from yizhan.events import Draft
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.escrow import commands, reactions
from yizhan.services.escrow import projection as pools
from yizhan.services.escrow.model import (
    DEBT,
    DECLINED,
    GRANTED,
    HUB,
    LOST,
    RESTORED,
    SUSPECTED,
    Holder,
    Pool,
    PoolId,
    purse,
    stock,
)
from yizhan.services.people import finding
from yizhan.writing import part_id

__all__ = [
    "ASK_DEADLINE_S", "DEBT", "LOST", "RESTORED", "SUSPECTED", "PoolId", "Standing",
    "accept_the_rest", "ask", "cover", "credit", "endow", "freeze", "give_back", "hold_back",
    "holds_back", "move", "purse", "reclaim", "reclaim_all", "release", "release_surplus",
    "settle", "spend", "spendable", "standing", "start", "stock",
]  # fmt: skip

ASK_DEADLINE_S = 3.0
"""As long as somebody stands before a screen and believes that it works."""

OUT_OF_REACH = N_("现在联系不上中心，只能用这里留着的部分，请过一会儿再试")
STOPPED = N_("这位居民的积分已经停用，请联系中心")
FORGOTTEN = N_("中心从备份恢复，可能少了已经发出的额度，等各站都报齐再动")


class Standing(msgspec.Struct, frozen=True):
    """How a pool stands, as a screen tells it: `total` is all there is, `here` what may be
    spent at this node without a network, `frozen` why nothing may, else empty."""

    unit: str
    total: int
    here: int
    frozen: str


def standing(node: Node, pool: PoolId) -> Standing:
    """How a pool stands, seen from this node."""
    state = _state(node, pool)
    frozen = pools.why_frozen(node.db, node.source)
    here = commands.may_spend(state, node.source, bool(frozen))
    return Standing(state.unit if state else "", commands.left(state), here, frozen)


def spendable(node: Node, pool: PoolId) -> int:
    """What may be used or given away at this node now."""
    return commands.may_spend(_state(node, pool), node.source, _frozen(node))


def start(pool: PoolId, unit: str, allotments: Mapping[str, int]) -> Draft | Refusal:
    """Open a pool (at the hub): its unit, and the share that each station is kept at."""
    return commands.start(pool, unit, allotments)


def credit(node: Node, pool: PoolId, amount: int, what: str) -> list[Draft] | Refusal:
    """Add what was earned here; what is beyond this station's share goes to the hub.

    Never lay this into a batch that may be set aside: what was credited may be spent at once.
    """
    state = _state(node, pool)
    return commands.credit(pool, state, node.source, amount, what, _frozen(node))


def spend(node: Node, pool: PoolId, amount: int, what: str) -> Draft | Refusal:
    """Use so much of what is held here; `what` names the subject that it is used for.

    Nothing of somebody who has died, moved away or was erased.
    """
    if finding.stopped(node.db, pool.owner):
        return Refusal(STOPPED)
    return commands.use(pool, _state(node, pool), node.source, amount, what, _frozen(node))


def give_back(node: Node, pool: PoolId, amount: int, what: str) -> Draft | Refusal:
    """Undo a use, at the node that made it; its own subject must know that it is undone once."""
    return commands.give_back(pool, _state(node, pool), amount, what, _frozen(node))


def move(node: Node, pool: PoolId, to: str, amount: int) -> Draft | Refusal:
    """Give so much of what is held here to another holder."""
    return commands.move(pool, _state(node, pool), node.source, to, amount, _frozen(node))


def ask(
    node: Node,
    form: str,
    actor: str,
    pool: PoolId,
    amount: int,
    exchange: Callable[[float], object],
) -> None:
    """See to it that so much may be spent here, asking the hub for what is missing.

    `exchange(seconds)` makes one immediate exchange with the hub, or raises Unreachable when
    it takes longer. Raises Refusal, in words for her, where the hub declines or does not
    answer in time. An ask that was not granted is withdrawn in any case, so that none stays
    open; what arrives late goes back to the hub (`release_surplus`).
    """
    if finding.stopped(node.db, pool.owner):
        raise Refusal(STOPPED)
    missing = amount - spendable(node, pool)
    if missing <= 0:
        return
    node.record(form, actor, lambda: commands.ask(pool, node.source, missing, _frozen(node)))
    with contextlib.suppress(Unreachable):
        exchange(ASK_DEADLINE_S)
    with node.writing():
        # Looked at within the transaction: what was granted this moment is not withdrawn.
        refusal = _why_not_granted(node, pool, form)
        if refusal:
            _record(node, actor, commands.withdraw(pool, form))
    if refusal and spendable(node, pool) < amount:
        raise refusal


def _why_not_granted(node: Node, pool: PoolId, ask: str) -> Refusal | None:
    state = _state(node, pool)
    asked = state.asks.get(node.source) if state else None
    if asked is None or asked.id != ask or asked.status not in (GRANTED, DECLINED):
        return Refusal(commands.HUB_HELD_BACK if pools.held_back(node.db) else OUT_OF_REACH)
    if asked.status == GRANTED:
        return None
    if asked.reason == reactions.NONE_LEFT:
        return commands.within_reach(state, node.source)
    return Refusal(asked.reason)


def release_surplus(node: Node) -> int:
    """A station gives to the hub what it holds beyond its shares; how much that was.

    For quiet moments: when nobody stands at the screen, whatever was granted is not needed.
    """
    if node.is_hub or _frozen(node):
        return 0
    with node.writing():
        beyond = [
            (held.id, commands.surplus(_state(node, held.id), node.source))
            for held in pools.held_by(node.db, node.source)
        ]
        for pool, amount in beyond:
            if amount:
                _record(node, f"station/{node.source}", move(node, pool, HUB, amount))
    return sum(amount for _, amount in beyond)


def freeze(node: Node, holder: str, why: str, cause: str, actor: str = HUB, form: str = "") -> None:
    """At the hub: this holder gives and spends nothing, because its machine is lost, say.

    Here and below, `form` is the id of the form by which a person did it, if there is one.
    """
    _record(node, actor, commands.freeze(holder, why, cause), form)


def release(node: Node, holder: str, why: str, actor: str, note: str = "", form: str = "") -> None:
    """At the hub: a person ends a holder's freezes of this kind, and says why.

    For a lost station: its journal has come by a stick, or on the machine that replaced it.
    """
    with node.writing():
        state = Holder(pools.freezes(node.db, holder))
        _record(node, actor, commands.release(holder, state, (why,), note), form)
        if not holds_back(node):
            _catch_up(node)


def reclaim(node: Node, pool: PoolId, holder: str) -> Draft | Refusal:
    """At the hub: take over what a frozen station holds that is gone for good."""
    frozen = bool(pools.freezes(node.db, holder))
    return commands.reclaim(pool, _state(node, pool), holder, frozen)


def reclaim_all(node: Node, holder: str, actor: str, form: str) -> None:
    """At the hub: take over all that a frozen station holds, of every pool, or nothing."""
    with node.writing():
        found = pools.held_by(node.db, holder)
        theirs = [held.id for held in found if held.holdings[holder] > 0]
        if not theirs:
            _record(node, actor, Refusal(commands.NOTHING_TO_RECLAIM), form)
        for n, pool in enumerate(theirs):
            _record(node, actor, reclaim(node, pool, holder), part_id(form, n))


def cover(node: Node, pool: PoolId, holder: str, note: str) -> Draft | Refusal:
    """At the hub: give a station below zero what it owes, out of what the hub holds."""
    return commands.cover(pool, _state(node, pool), holder, _frozen(node), note)


def settle(node: Node, pool: PoolId, holder: str, actor: str, note: str, form: str) -> None:
    """At the hub: a person covers a station's debt and says why.

    Its share moves again once it owes nothing of any pool, if nothing else freezes it.
    """
    with node.writing():
        _record(node, actor, cover(node, pool, holder, note), form)
        _owes_no_more(node, holder, actor, note)


def endow(node: Node, pool: PoolId, amount: int, actor: str, note: str, form: str) -> None:
    """At the hub: a person adds so much to a pool, and says where it comes from.

    What the hub itself owed is covered first, and it gives again.
    """
    with node.writing():
        step = commands.credit(pool, _state(node, pool), HUB, amount, "", _frozen(node), note)
        _record(node, actor, step, form)
        _owes_no_more(node, HUB, actor, note)


def holds_back(node: Node) -> bool:
    """Whether the hub was made anew and still waits for stations to come back."""
    return pools.waits(node.db)


def hold_back(node: Node) -> None:
    """The hub was made anew from a backup or from nothing: it gives and spends nothing yet.

    Call before the first exchange; again does nothing.
    """
    if not holds_back(node):
        freeze(node, HUB, RESTORED, FORGOTTEN)


def accept_the_rest(node: Node, actor: str, note: str = "", form: str = "") -> None:
    """Every station that is not written off has come back, or a person accepts the rest."""
    release(node, HUB, RESTORED, actor, note, form)


def _owes_no_more(node: Node, holder: str, actor: str, note: str) -> None:
    owes = any(debt.holder == holder for debt in pools.debts(node.db))
    frozen = any(freeze.why == DEBT for freeze in pools.freezes(node.db, holder).values())
    if frozen and not owes:
        release(node, holder, DEBT, actor, note)


def _catch_up(node: Node) -> None:
    """What the hub did not do while it was held back, or while a station was frozen."""
    for held in pools.everything(node.db):
        drafts = reactions.due(node.db, held)
        if drafts:
            _record(node, HUB, drafts)


def _record(
    node: Node, actor: str, decision: Draft | Sequence[Draft] | Refusal, form: str = ""
) -> None:
    """Within a transaction that has read what this was decided from."""
    node.record(form or new_id(), actor, lambda: decision)


def _state(node: Node, pool: PoolId) -> Pool | None:
    state: Pool | None = node.state(pool.kind, pool.owner, pool.subject)
    return state


def _frozen(node: Node) -> bool:
    return bool(pools.freezes(node.db, node.source))
