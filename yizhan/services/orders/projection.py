"""Orders as the kiosk, the desk, the dispatcher and the partner read them."""

from typing import Any

import peewee

from yizhan.db import Db, Row
from yizhan.registry import Kind, Projected, Projection
from yizhan.services.orders import model


class OrderRow(Row):
    """One order; the columns are those of model.Order without its story."""

    number = peewee.TextField()
    serial = peewee.IntegerField()
    station = peewee.TextField()
    person = peewee.TextField()
    service = peewee.TextField()
    choice = peewee.TextField()
    window = peewee.TextField()
    place = peewee.TextField()
    status = peewee.TextField()
    placed = peewee.TextField()
    since = peewee.TextField()
    partner = peewee.TextField()
    worker = peewee.TextField()
    day = peewee.TextField()
    agreed_window = peewee.TextField()
    result = peewee.TextField()
    cost_fen = peewee.IntegerField()
    reopened = peewee.IntegerField()

    class Meta:
        table_name = "orders"
        indexes = (
            (("network", "status", "since"), False),
            (("network", "person", "placed"), False),
            (("network", "station", "serial"), False),
            (("network", "partner", "status"), False),
            (("network", "number"), False),
        )


COLUMNS = tuple(
    name
    for name in OrderRow._meta.sorted_field_names
    if name not in ("network", "audience", "subject")
)


def _row(state: model.Order, _: Projected) -> tuple[Any, ...]:
    return tuple(getattr(state, name) for name in COLUMNS)


KINDS = (
    Kind(
        name="order",
        scope="person",
        state=model.Order,
        types={data.type: data for data in model.TYPES},
        fold=model.fold,
        projections=(Projection(OrderRow, _row),),
        version=4,
    ),
)


def next_serial(db: Db, station: str) -> int:
    """The running number of the station's next order."""
    query = OrderRow.select(peewee.fn.MAX(OrderRow.serial)).where(
        (OrderRow.network == db.network) & (OrderRow.station == station)
    )
    return int(db.scalar(query) or 0) + 1


def get(db: Db, subject: str) -> OrderRow | None:
    """One order by its subject."""
    return db.one(OrderRow, (OrderRow.network == db.network) & (OrderRow.subject == subject))


def by_number(db: Db, number: str) -> OrderRow | None:
    """One order by the number on its slip."""
    return db.one(OrderRow, (OrderRow.network == db.network) & (OrderRow.number == number))


def of_person(db: Db, person: str, limit: int = 10) -> list[OrderRow]:
    """A person's orders, newest first."""
    return db.all(
        OrderRow.select()
        .where((OrderRow.network == db.network) & (OrderRow.person == person))
        .order_by(OrderRow.placed.desc())
        .limit(limit)
    )


def open_of_station(db: Db, station: str, limit: int = 20) -> list[OrderRow]:
    """The open orders that were placed at a station, newest first."""
    return db.all(
        OrderRow.select()
        .where(
            (OrderRow.network == db.network)
            & (OrderRow.station == station)
            & OrderRow.status.in_(model.OPEN)
        )
        .order_by(OrderRow.serial.desc())
        .limit(limit)
    )


def waiting(db: Db, limit: int = 200) -> list[OrderRow]:
    """What the dispatcher owes an answer: oldest first."""
    return db.all(
        OrderRow.select()
        .where((OrderRow.network == db.network) & OrderRow.status.in_(model.WAITING))
        .order_by(OrderRow.placed)
        .limit(limit)
    )


def under_way(db: Db, limit: int = 200) -> list[OrderRow]:
    """What a partner or the resident owes the next step: longest unmoved first."""
    others = [status for status in model.OPEN if status not in model.WAITING]
    return db.all(
        OrderRow.select()
        .where((OrderRow.network == db.network) & OrderRow.status.in_(others))
        .order_by(OrderRow.since)
        .limit(limit)
    )


def of_partner(db: Db, partner: str, limit: int = 100) -> list[OrderRow]:
    """A partner's open jobs: those to answer first, then by the agreed day."""
    return db.all(
        OrderRow.select()
        .where(
            (OrderRow.network == db.network)
            & (OrderRow.partner == partner)
            & OrderRow.status.in_(model.OPEN)
        )
        .order_by(OrderRow.status, OrderRow.day, OrderRow.placed)
        .limit(limit)
    )


def load(db: Db, partner: str) -> int:
    """How many open jobs a partner has."""
    return db.count(
        OrderRow.select().where(
            (OrderRow.network == db.network)
            & (OrderRow.partner == partner)
            & OrderRow.status.in_(("dispatched", "taken", "scheduled"))
        )
    )
