"""Pools and holders as tables: who holds how much, who is frozen, who owes.

One row a pool; what its holders hold is JSON in it, so that a row is a function of one state.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import msgspec
import peewee

from yizhan.db import Db, Row
from yizhan.registry import Projected, Projection
from yizhan.services.escrow.model import HUB, RESTORED, Ask, Debt, Freeze, Holder, Pool, PoolId


class PoolRow(Row):
    """A pool; `total` is what all hold together, `below` how much holders are below zero.

    `holdings`, `allotments`, `asks` and `debts` are JSON, by holder.
    """

    unit = peewee.TextField()
    total = peewee.BigIntegerField()
    below = peewee.BigIntegerField()
    credited = peewee.BigIntegerField()
    used = peewee.BigIntegerField()
    holdings = peewee.TextField()
    allotments = peewee.TextField()
    asks = peewee.TextField()
    debts = peewee.TextField()

    class Meta:
        table_name = "pool"
        indexes = ((("network", "audience"), False), (("network", "below"), False))


class HolderRow(Row):
    """The hub or a station as a holder; `freezes` is JSON, by the id of the event."""

    holder = peewee.TextField()
    frozen = peewee.BooleanField()
    freezes = peewee.TextField()

    class Meta:
        table_name = "holder"
        indexes = ((("network", "frozen"), False),)


class Holding(msgspec.Struct, frozen=True):
    """What one holder holds of one pool; below zero it is a debt, booked with its cause.

    `frozen` is why it may not move, empty where it may.
    """

    pool: PoolId
    unit: str
    holder: str
    amount: int
    frozen: str = ""
    cause: str = ""


class Held(msgspec.Struct, frozen=True, dict=True):
    """A pool as a row of the table tells it."""

    id: PoolId
    unit: str
    total: int
    below: int
    credited: int
    used: int
    holdings: dict[str, int]
    allotments: dict[str, int]
    asks: dict[str, Ask]
    debts: dict[str, Debt]

    @cached_property
    def indebted(self) -> dict[str, int]:
        """The holders below zero, and how far."""
        return {holder: -amount for holder, amount in self.holdings.items() if amount < 0}


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _row(state: Pool, _: Projected) -> tuple[Any, ...]:
    amounts = state.holdings.values()
    return (
        state.unit, sum(amounts), -sum(amount for amount in amounts if amount < 0),
        state.credited, state.used, _text(state.holdings), _text(state.allotments),
        _text(state.asks), _text(state.debts),
    )  # fmt: skip


def _holder(state: Holder, at: Projected) -> tuple[Any, ...]:
    return at.subject.partition("/")[2], bool(state.freezes), _text(state.freezes)


POOL = Projection(PoolRow, _row)
HOLDER = Projection(HolderRow, _holder)


def id_of(audience: str, subject: str) -> PoolId:
    """Which pool a subject of an audience is."""
    return PoolId(subject.partition("/")[0], audience.partition(":")[2], subject)


def _held(row: PoolRow) -> Held:
    decode = msgspec.json.decode
    return Held(
        id_of(row.audience, row.subject), row.unit, row.total, row.below, row.credited, row.used,
        decode(row.holdings, type=dict[str, int]), decode(row.allotments, type=dict[str, int]),
        decode(row.asks, type=dict[str, Ask]), decode(row.debts, type=dict[str, Debt]),
    )  # fmt: skip


def pool(db: Db, which: PoolId) -> Held | None:
    """One pool, or None where this node knows nothing of it."""
    row = db.one(
        PoolRow,
        (PoolRow.network == db.network)
        & (PoolRow.subject == which.subject)
        & (PoolRow.audience == which.audience),
    )
    return _held(row) if row else None


def holding(db: Db, which: PoolId, holder: str) -> Holding:
    """What a holder holds of a pool; nothing where it is not known."""
    found = pool(db, which)
    if found is None:
        return Holding(which, "", holder, 0, why_frozen(db, holder))
    return _holding(found, holder, why_frozen(db, holder))


def _holding(of: Held, holder: str, frozen: str) -> Holding:
    debt = of.debts.get(holder)
    cause = debt.cause if debt else ""
    return Holding(of.id, of.unit, holder, of.holdings.get(holder, 0), frozen, cause)


def of_person(db: Db, person: str) -> list[Held]:
    """A person's pools that this node holds."""
    return [_held(row) for row in _rows(db, PoolRow.audience == f"person:{person}")]


def total(db: Db, which: PoolId) -> int:
    """What is left of a pool, wherever it is."""
    found = pool(db, which)
    return found.total if found else 0


def everything(db: Db) -> Iterator[Held]:
    """All pools, by subject."""
    return map(_held, _rows(db, PoolRow.total.is_null(False)))


def held_by(db: Db, holder: str) -> list[Held]:
    """The pools of which a holder holds something, or owes it."""
    rows = _rows(db, PoolRow.holdings.contains(_text(holder)))
    return [found for found in map(_held, rows) if holder in found.holdings]


def debts(db: Db) -> list[Holding]:
    """Every holder below zero, with the cause where it is booked, for a person to look at."""
    frozen = frozen_holders(db)
    return [
        _holding(found, holder, frozen.get(holder, ""))
        for found in map(_held, _rows(db, PoolRow.below > 0))
        for holder in found.indebted
    ]


def _rows(db: Db, where: Any) -> list[PoolRow]:
    query = PoolRow.select().where((PoolRow.network == db.network) & where)
    return db.all(query.order_by(PoolRow.subject, PoolRow.audience))


def frozen_holders(db: Db) -> dict[str, str]:
    """Who is frozen, and why: the cause of the first freeze that lasts."""
    return {holder: next(iter(some.values())).cause for holder, some in all_freezes(db).items()}


def all_freezes(db: Db) -> dict[str, dict[str, Freeze]]:
    """The freezes that last, by holder and by the id of their event."""
    rows = db.all(
        HolderRow.select()
        .where((HolderRow.network == db.network) & HolderRow.frozen)
        .order_by(HolderRow.holder)
    )
    return {row.holder: _freezes(row.freezes) for row in rows}


def freezes(db: Db, holder: str) -> dict[str, Freeze]:
    """A holder's freezes that last, by the id of their event. Asked at each step: plain SQL."""
    found = db.sql(
        "SELECT freezes FROM holder WHERE network = ? AND holder = ?", (db.network, holder)
    )
    return _freezes(found[0][0]) if found else {}


def _freezes(text: str) -> dict[str, Freeze]:
    return msgspec.json.decode(text, type=dict[str, Freeze])


def why_frozen(db: Db, holder: str) -> str:
    """The cause of a holder's freeze, empty where it is free."""
    return next((freeze.cause for freeze in freezes(db, holder).values()), "")


def held_back(db: Db) -> bool:
    """Whether the hub gives and spends nothing now."""
    return bool(freezes(db, HUB))


def waits(db: Db) -> bool:
    """Whether the hub was made anew, so that what it knows of all holders may be short."""
    return any(freeze.why == RESTORED for freeze in freezes(db, HUB).values())
