"""What can be done with a pool and with a holder. Each returns events to record, or a Refusal.

The guards stand here: a holder spends and gives what it holds and no more, and nothing while
it is frozen. `here` is the node that records. Callers outside go through yizhan/escrow.py.
"""

from collections.abc import Collection, Mapping

from yizhan.errors import N_, Refusal
from yizhan.events import Data, Draft
from yizhan.services.escrow.model import (
    AMOUNT_MAX,
    HUB,
    Asked,
    Credited,
    Declined,
    Frozen,
    Holder,
    Moved,
    Opened,
    Owed,
    Pool,
    PoolId,
    Reclaimed,
    Released,
    Returned,
    Used,
    Withdrawn,
)

FROZEN_HERE = N_("这里的额度暂时冻结了，请工作人员联系中心")
HUB_HELD_BACK = N_("中心刚恢复，正在核对各站的记录，额度暂时不能动")
NOT_FROZEN_YET = N_("要先冻结这个站点的额度，才能收回")
NOTHING_TO_RECLAIM = N_("这个站点没有可以收回的额度")


def held(pool: Pool | None, holder: str) -> int:
    """What a holder holds; below zero it is a debt."""
    return pool.holdings.get(holder, 0) if pool else 0


def left(pool: Pool | None) -> int:
    """What all holders hold together."""
    return sum(pool.holdings.values()) if pool else 0


def may_spend(pool: Pool | None, here: str, frozen: bool) -> int:
    """What may be used or given away here now."""
    return 0 if frozen else max(0, held(pool, here))


def start(pool: PoolId, unit: str, allotments: Mapping[str, int]) -> Draft | Refusal:
    """Give a pool its unit and the shares that stations are kept at; again to change them."""
    if any(not 0 <= share <= AMOUNT_MAX for share in allotments.values()):
        return Refusal(N_("留给站点的数量不能小于零"))
    return _draft(pool, Opened(unit, dict(sorted(allotments.items()))))


def credit(
    pool: PoolId,
    state: Pool | None,
    here: str,
    amount: int,
    what: str,
    frozen: bool,
    note: str = "",
) -> list[Draft] | Refusal:
    """Add what was earned or bought here; a station gives what is beyond its share to the hub."""
    if wrong := _wrong(amount):
        return wrong
    drafts = [_draft(pool, Credited(amount, what, note))]
    beyond = 0 if here == HUB or frozen else surplus(state, here, amount)
    return [*drafts, _draft(pool, Moved(HUB, beyond))] if beyond else drafts


def surplus(state: Pool | None, here: str, more: int = 0) -> int:
    """What a station holds beyond the share that it is kept at, with so much more."""
    share = state.allotments.get(here, 0) if state else 0
    return min(max(0, held(state, here) + more - share), AMOUNT_MAX)


def use(
    pool: PoolId, state: Pool | None, here: str, amount: int, what: str, frozen: bool
) -> Draft | Refusal:
    """Use so much of what is held here."""
    return (
        _wrong(amount) or _beyond(state, here, amount, frozen) or _draft(pool, Used(amount, what))
    )


def move(
    pool: PoolId, state: Pool | None, here: str, to: str, amount: int, frozen: bool
) -> Draft | Refusal:
    """Give so much of what is held here to another holder."""
    if to == here:
        return Refusal(N_("不能转给自己"))
    return _wrong(amount) or _beyond(state, here, amount, frozen) or _draft(pool, Moved(to, amount))


def give_back(
    pool: PoolId, state: Pool | None, amount: int, what: str, frozen: bool
) -> Draft | Refusal:
    """A use is undone where it was made. That it is undone once, its own subject must know."""
    if state is None or amount > state.used:
        return Refusal(N_("没有用过这么多，退不了"))
    if frozen:
        return Refusal(FROZEN_HERE)
    return _wrong(amount) or _draft(pool, Returned(amount, what))


def ask(pool: PoolId, here: str, amount: int, frozen: bool) -> Draft | Refusal:
    """Ask the hub for so much."""
    if here == HUB:
        return Refusal(N_("中心不用向自己申请"))
    if frozen:
        return Refusal(FROZEN_HERE)
    return _wrong(amount) or _draft(pool, Asked(amount))


def withdraw(pool: PoolId, ask: str) -> Draft:
    """Nobody waits for this ask any more."""
    return _draft(pool, Withdrawn(ask))


def within_reach(state: Pool | None, here: str) -> Refusal:
    """The hub could not give what was asked: what can be had here now, and where the rest is."""
    mine, free = max(0, held(state, here)), max(0, held(state, HUB))
    unit, rest = state.unit if state else "", left(state) - mine - free
    if rest <= 0:
        return Refusal(
            N_("不够了：一共只有 %(all)s%(unit)s，这里 %(here)s%(unit)s，中心 %(free)s%(unit)s"),
            all=mine + free, here=mine, free=free, unit=unit,
        )  # fmt: skip
    return Refusal(
        N_("现在最多拿得出 %(all)s%(unit)s：这里 %(here)s%(unit)s，中心 %(free)s%(unit)s，"
           "其余 %(rest)s%(unit)s在别的站点"),
        all=mine + free, here=mine, free=free, rest=rest, unit=unit,
    )  # fmt: skip


def grant(pool: PoolId, station: str, amount: int, ask: str) -> Draft:
    """The hub answers an ask with what was asked for."""
    return _draft(pool, Moved(station, amount, ask))


def decline(pool: PoolId, ask: str, reason: str) -> Draft:
    """The hub answers an ask with a reason."""
    return _draft(pool, Declined(ask, reason))


def keep_up(
    pool: PoolId, allotments: Mapping[str, int], holdings: Mapping[str, int], may: Collection[str]
) -> list[Draft]:
    """The hub brings the stations that may have it up to their shares, as far as it reaches."""
    here, drafts = holdings.get(HUB, 0), []
    for station, share in allotments.items():
        amount = min(share - holdings.get(station, 0), here, AMOUNT_MAX)
        if station in may and amount > 0:
            here -= amount
            drafts.append(_draft(pool, Moved(station, amount)))
    return drafts


def owe(pool: PoolId, holder: str, amount: int, cause: str) -> Draft:
    """The hub books that a holder is so much below zero."""
    return _draft(pool, Owed(holder, min(amount, AMOUNT_MAX), cause))


def cover(
    pool: PoolId, state: Pool | None, holder: str, frozen: bool, note: str
) -> Draft | Refusal:
    """The hub gives a station below zero what it owes, out of its own."""
    owed, mine = -held(state, holder), max(0, held(state, HUB))
    if owed <= 0:
        return Refusal(N_("这里没有欠额，不用结清"))
    if holder == HUB:
        return Refusal(N_("这是中心自己的欠额：存入补上，就结清了"))
    if frozen:
        return Refusal(HUB_HELD_BACK)
    if owed > mine:
        unit = state.unit if state else ""
        return Refusal(
            N_("中心只剩 %(here)s%(unit)s，补不上 %(owed)s%(unit)s：先存入，再结清"),
            here=mine, owed=owed, unit=unit,
        )  # fmt: skip
    return _draft(pool, Moved(holder, min(owed, AMOUNT_MAX), note=note))


def reclaim(pool: PoolId, state: Pool | None, holder: str, frozen: bool) -> Draft | Refusal:
    """The hub takes over what a station holds that is gone for good; it must be frozen."""
    if not frozen:
        return Refusal(NOT_FROZEN_YET)
    amount = min(held(state, holder), AMOUNT_MAX)
    if holder == HUB or amount <= 0:
        return Refusal(NOTHING_TO_RECLAIM)
    return _draft(pool, Reclaimed(holder, amount))


def freeze(holder: str, why: str, cause: str) -> Draft:
    """From now on this holder gives and spends nothing."""
    return Draft(f"holder/{holder}", Frozen(why, cause))


def release(
    holder: str, state: Holder | None, whys: Collection[str], note: str = ""
) -> Draft | Refusal:
    """End a holder's freezes of these kinds."""
    freezes = state.freezes if state else {}
    named = tuple(key for key, freeze in freezes.items() if freeze.why in whys)
    if not named:
        return Refusal(N_("这里没有冻结，不用解冻"))
    return Draft(f"holder/{holder}", Released(named, note))


def _draft(pool: PoolId, data: Data) -> Draft:
    return Draft(pool.subject, data, owner=pool.owner)


def _wrong(amount: int) -> Refusal | None:
    if not 1 <= amount <= AMOUNT_MAX:
        return Refusal(N_("数量要是 1 或更多的整数"))
    return None


def _beyond(state: Pool | None, here: str, amount: int, frozen: bool) -> Refusal | None:
    """Why so much may not be spent here, in words that say what can be done."""
    if frozen:
        return Refusal(HUB_HELD_BACK if here == HUB else FROZEN_HERE)
    mine, unit = max(0, held(state, here)), state.unit if state else ""
    if amount <= mine:
        return None
    if amount <= left(state):
        return Refusal(
            N_("这里现在能用 %(here)s%(unit)s，一共有 %(all)s%(unit)s，其余的联网后才能用"),
            here=mine, all=left(state), unit=unit,
        )  # fmt: skip
    return Refusal(N_("不够了，还有 %(all)s%(unit)s"), all=max(0, left(state)), unit=unit)
