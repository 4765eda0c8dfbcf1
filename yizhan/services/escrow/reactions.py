"""What the hub does by itself: grant an ask, keep stations at their shares, book a debt.

Each runs in the transaction that placed what it answers, so a grant goes out with the reply.
While the hub waits for what it lost it does none of it: an answer has one id, and the one that
the lost hub gave may still come back from a station that has spent it. While it is frozen for a
debt of its own it gives nothing, and books what others owe all the same.
"""

from collections.abc import Iterable, Mapping

from yizhan.db import Db
from yizhan.errors import N_
from yizhan.events import Data, Draft, Event
from yizhan.registry import Kind, Reaction, Scope
from yizhan.services.escrow import commands
from yizhan.services.escrow import projection as pools
from yizhan.services.escrow.model import (
    DEBT,
    HOLDER_TYPES,
    HUB,
    LOST,
    POOL_TYPES,
    WAITING,
    Asked,
    Credited,
    Holder,
    Moved,
    Opened,
    Owed,
    Pool,
    Reclaimed,
    Returned,
    Used,
    fold,
    fold_holder,
)
from yizhan.services.stations import projection as stations

NONE_LEFT = N_("中心那里不够了")
ASKER_FROZEN = N_("这个站点的额度冻结了，请工作人员联系中心")
TWO_MACHINES = N_("站点用出了它没有的额度：装回了旧系统，或者两台设备用了同一个站点身份")
CAME_LATE = N_("设备丢了，额度已经收回，它丢以前用掉的现在才送到")
HUB_FORGOT = N_("中心用出了它没有的额度：恢复的备份里少了已经发出的额度")


def _grant(event: Event, data: Asked, db: Db) -> Iterable[Draft]:
    """Give the asking station what it asked for, or say why not."""
    which = pools.id_of(event.audience, event.subject)
    found = pools.pool(db, which)
    asked = found.asks.get(event.source) if found else None
    if found is None or asked is None or asked.id != event.id or asked.status != WAITING:
        return
    if pools.held_back(db):
        return
    if not _free(db, event.source):
        yield commands.decline(which, event.id, ASKER_FROZEN)
    elif found.holdings.get(HUB, 0) < data.amount:
        yield commands.decline(which, event.id, NONE_LEFT)
    else:
        yield commands.grant(which, event.source, data.amount, event.id)


def _keep(event: Event, data: Data, db: Db) -> Iterable[Draft]:
    """After anything that moved: book what is below zero, and fill up what is kept at a share."""
    found = pools.pool(db, pools.id_of(event.audience, event.subject))
    return due(db, found) if found and not pools.waits(db) else ()


def due(db: Db, of: pools.Held) -> list[Draft]:
    """What the hub owes a pool now: debts to book, else stations to fill up."""
    booked = {holder: debt.amount for holder, debt in of.debts.items()}
    owed = [
        commands.owe(of.id, holder, amount, HUB_FORGOT if holder == HUB else _cause(db, holder))
        for holder, amount in of.indebted.items()
        if amount > booked.get(holder, 0)
    ]
    if owed or of.holdings.get(HUB, 0) <= 0 or pools.held_back(db):
        return owed
    short = {
        station: share
        for station, share in of.allotments.items()
        if of.holdings.get(station, 0) < share and _free(db, station)
    }
    return commands.keep_up(of.id, short, of.holdings, short)


def _cause(db: Db, holder: str) -> str:
    if any(freeze.why == LOST for freeze in pools.freezes(db, holder).values()):
        return CAME_LATE
    row = stations.station(db, holder)
    return row.suspected if row and row.suspected else TWO_MACHINES


def _free(db: Db, station: str) -> bool:
    """Whether a station may be given anything."""
    row = stations.station(db, station)
    known = row is not None and not (row.revoked or row.suspected)
    return known and not pools.freezes(db, station)


def _stop(event: Event, data: Owed, db: Db) -> Iterable[Draft]:
    """Whoever is below zero stands still until a person has looked."""
    if all(freeze.why != DEBT for freeze in pools.freezes(db, data.holder).values()):
        yield commands.freeze(data.holder, DEBT, data.cause)


REACTIONS: Mapping[str, Reaction] = {
    Asked.type: _grant,
    Owed.type: _stop,
    **{data.type: _keep for data in (Opened, Credited, Moved, Used, Returned, Reclaimed)},
}

SCOPES: Mapping[str, Scope] = {"purse": "person", "stock": "network"}

KINDS = (
    *(
        Kind(
            name=name,
            scope=scope,
            state=Pool,
            types={data.type: data for data in POOL_TYPES},
            fold=fold,
            projections=(pools.POOL,),
            reactions=REACTIONS,
        )
        for name, scope in SCOPES.items()
    ),
    Kind(
        name="holder",
        scope="network",
        state=Holder,
        types={data.type: data for data in HOLDER_TYPES},
        fold=fold_holder,
        projections=(pools.HOLDER,),
    ),
)
