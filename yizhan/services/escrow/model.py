"""A pool divided among holders, and the holders: what was credited, moved, used; who is frozen.

A pool is a resident's points (a purse) or a class's seats, a stock of vouchers (a stock); two
kinds, because an audience belongs to a kind, and one fold. A holder is the hub or a station,
and what an event takes or gives is always its own source's: nobody can write another's share.
The commands guard, the fold counts: what was used and moved is applied in any order, and a
holder below zero is a debt. Knows no unit, no price and no share: they come with the events.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar

import msgspec

from yizhan.errors import N_
from yizhan.events import Data, Event, Name
from yizhan.folding import SetAside

HUB = "hub"
"""The holder of what is left to no station; the source of the hub's own events."""

AMOUNT_MAX = (1 << 31) - 1
Amount = Annotated[int, msgspec.Meta(ge=1, le=AMOUNT_MAX)]
Share = Annotated[int, msgspec.Meta(ge=0, le=AMOUNT_MAX)]

WAITING, GRANTED, DECLINED, WITHDRAWN = "waiting", "granted", "declined", "withdrawn"

LOST, SUSPECTED, DEBT, RESTORED = "lost", "suspected", "debt", "restored"
"""Why a holder is frozen: its machine is gone; two machines are on its identity; it is below
zero; the hub was made anew and may have forgotten what it gave."""


class PoolId(msgspec.Struct, frozen=True):
    """Which pool: its kind, whose it is (a person's id, else empty), its subject."""

    kind: str
    owner: str
    subject: str

    @property
    def audience(self) -> str:
        """Who receives it."""
        return f"person:{self.owner}" if self.owner else "network"


def purse(person: str, unit: str) -> PoolId:
    """A resident's pool of one unit, points for one."""
    return PoolId("purse", person, f"purse/{unit}/{person}")


def stock(code: str) -> PoolId:
    """A pool of the network: the seats of a class, the vouchers of a kind."""
    return PoolId("stock", "", f"stock/{code}")


class Opened(Data, frozen=True):
    """A pool has this unit, and stations are kept at these shares of it; the last one counts."""

    type: ClassVar[str] = "escrow.opened"
    unit: Name
    allotments: dict[str, Share]


class Credited(Data, frozen=True):
    """So much came into being where this was recorded; `what` names the subject it is for, and
    `note` is the reason where a person did it by hand."""

    type: ClassVar[str] = "escrow.credited"
    amount: Amount
    what: Name = ""
    note: str = ""


class Moved(Data, frozen=True):
    """The source gives so much of its own to another holder; `ask` is what it answers, `note`
    the reason where it covers a debt."""

    type: ClassVar[str] = "escrow.moved"
    to: Name
    amount: Amount
    ask: Name = ""
    note: str = ""


class Used(Data, frozen=True):
    """The source used so much of its own; `what` names the subject it is for."""

    type: ClassVar[str] = "escrow.used"
    amount: Amount
    what: Name = ""


class Returned(Data, frozen=True):
    """What the source had used is its own again."""

    type: ClassVar[str] = "escrow.returned"
    amount: Amount
    what: Name = ""


class Asked(Data, frozen=True):
    """A station wants so much from the hub now; its newest ask is the one that counts."""

    type: ClassVar[str] = "escrow.asked"
    amount: Amount


class Withdrawn(Data, frozen=True):
    """Nobody waits for the answer any more."""

    type: ClassVar[str] = "escrow.withdrawn"
    ask: Name


class Declined(Data, frozen=True):
    """The hub gives nothing, and why."""

    type: ClassVar[str] = "escrow.declined"
    ask: Name
    reason: str


class Owed(Data, frozen=True):
    """The hub books a debt: a holder is so much below zero, and why."""

    type: ClassVar[str] = "escrow.owed"
    holder: Name
    amount: Amount
    cause: str


class Reclaimed(Data, frozen=True):
    """The hub takes over the share of a holder that is gone for good."""

    type: ClassVar[str] = "escrow.reclaimed"
    holder: Name
    amount: Amount


class Frozen(Data, frozen=True):
    """A holder gives and spends nothing; `why` is one of the words above."""

    type: ClassVar[str] = "escrow.frozen"
    why: Name
    cause: str


class Released(Data, frozen=True):
    """These freezes (the ids of their events) end; one that is not named goes on."""

    type: ClassVar[str] = "escrow.released"
    freezes: tuple[str, ...]
    note: str = ""


POOL_TYPES = (
    Opened, Credited, Moved, Used, Returned, Asked, Withdrawn, Declined, Owed, Reclaimed,
)  # fmt: skip
HOLDER_TYPES = (Frozen, Released)


class Ask(msgspec.Struct, frozen=True):
    """A station's newest ask: the id of its event, how much, and what became of it."""

    id: str
    amount: int
    status: str = WAITING
    reason: str = ""


class Debt(msgspec.Struct, frozen=True):
    """What a holder was below zero when it was booked, and why."""

    amount: int
    cause: str


class Pool(msgspec.Struct, frozen=True):
    """A pool; what the holders hold and what was used is together what was credited.

    Holders with nothing are left out. `asks` are by station, `debts` by holder, and last
    until the holder is at zero again.
    """

    unit: str = ""
    allotments: dict[str, int] = {}
    holdings: dict[str, int] = {}
    credited: int = 0
    used: int = 0
    asks: dict[str, Ask] = {}
    debts: dict[str, Debt] = {}


class Freeze(msgspec.Struct, frozen=True):
    """Why a holder is frozen, in a word and in a sentence."""

    why: str
    cause: str


class Holder(msgspec.Struct, frozen=True):
    """A holder: it moves nothing while any freeze lasts; by the id of the event."""

    freezes: dict[str, Freeze] = {}


FOR_THE_HUB = SetAside(N_("只有中心能这样做"))
FOR_A_STATION = SetAside(N_("中心不用向自己申请"))
TO_ITSELF = SetAside(N_("不能转给自己"))
NOT_FROZEN = SetAside(N_("这里没有冻结，不用解冻"))

BY_THE_HUB = (Opened, Declined, Owed, Reclaimed)
BY_A_STATION = (Asked, Withdrawn)


def fold(state: Pool | None, event: Event, data: Data) -> Pool | SetAside:
    """Count; only what another source would have to say is set aside.

    A credit, a use or a move counts also before the pool was opened: a share must not be
    lost because its events came in another order.
    """
    pool, source = state or Pool(), event.source
    if isinstance(data, BY_THE_HUB) and source != HUB:
        return FOR_THE_HUB
    if isinstance(data, BY_A_STATION) and source == HUB:
        return FOR_A_STATION
    match data:
        case Opened(unit, allotments):
            shares = dict(sorted(allotments.items()))
            return msgspec.structs.replace(pool, unit=unit, allotments=shares)
        case Credited(amount):
            return _count(pool, {source: amount}, credited=amount)
        case Used(amount):
            return _count(pool, {source: -amount}, used=amount)
        case Returned(amount):
            return _count(pool, {source: amount}, used=-amount)
        case Moved(to, amount, ask) if to != source:
            return _count(_answer(pool, to, ask, GRANTED), {source: -amount, to: amount})
        case Reclaimed(holder, amount) if holder != HUB:
            return _count(pool, {holder: -amount, HUB: amount})
    return _tell(pool, event, data)


def _tell(pool: Pool, event: Event, data: Data) -> Pool | SetAside:
    """The steps that move nothing: asks, their answers, and what is owed."""
    match data:
        case Asked(amount):
            return _with_ask(pool, event.source, Ask(event.id, amount))
        case Withdrawn(ask):
            return _answer(pool, event.source, ask, WITHDRAWN)
        case Declined(ask, reason):
            for station in pool.asks:
                pool = _answer(pool, station, ask, DECLINED, reason)
            return pool
        case Owed(holder, amount, cause):
            debts = dict(sorted((pool.debts | {holder: Debt(amount, cause)}).items()))
            return _count(msgspec.structs.replace(pool, debts=debts), {})
    return TO_ITSELF


def _count(pool: Pool, changes: Mapping[str, int], credited: int = 0, used: int = 0) -> Pool:
    found = dict(pool.holdings)
    for holder, amount in changes.items():
        found[holder] = found.get(holder, 0) + amount
    return msgspec.structs.replace(
        pool,
        holdings={holder: amount for holder, amount in sorted(found.items()) if amount},
        credited=pool.credited + credited,
        used=pool.used + used,
        debts={holder: debt for holder, debt in pool.debts.items() if found.get(holder, 0) < 0},
    )


def _answer(pool: Pool, station: str, ask: str, status: str, reason: str = "") -> Pool:
    """An ask that is not the station's newest any more has nobody waiting for its answer."""
    asked = pool.asks.get(station)
    if asked is None or asked.id != ask:
        return pool
    return _with_ask(pool, station, Ask(asked.id, asked.amount, status, reason))


def _with_ask(pool: Pool, station: str, ask: Ask) -> Pool:
    return msgspec.structs.replace(pool, asks=dict(sorted((pool.asks | {station: ask}).items())))


def fold_holder(state: Holder | None, event: Event, data: Data) -> Holder | SetAside:
    """A holder is frozen while any freeze lasts; a release ends those that it names.

    So a release that comes back after the hub was made anew does not end a newer freeze.
    """
    freezes = state.freezes if state else {}
    if event.source != HUB:
        return FOR_THE_HUB
    match data:
        case Frozen(why, cause):
            return Holder(dict(sorted((freezes | {event.id: Freeze(why, cause)}).items())))
        case Released(named) if any(one in freezes for one in named):
            return Holder({key: freeze for key, freeze in freezes.items() if key not in named})
    return NOT_FROZEN
