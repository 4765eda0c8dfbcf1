"""Ratings with their denominators, as the desk and the hub read them."""

from typing import Any

import msgspec
import peewee

from yizhan.db import Db, Row
from yizhan.registry import Kind, Projected, Projection
from yizhan.services.orders.projection import OrderRow
from yizhan.services.ratings import model
from yizhan.services.tickets.projection import TicketRow


class RatingRow(Row):
    """One rating, offered at `station`."""

    station = peewee.TextField()
    about = peewee.TextField()
    service = peewee.TextField()
    day = peewee.TextField()
    channel = peewee.TextField()
    status = peewee.TextField()
    face = peewee.IntegerField()

    class Meta:
        table_name = "rating"
        indexes = ((("network", "station", "day"), False), (("network", "about"), False))


def _row(state: model.Rating, at: Projected) -> tuple[Any, ...]:
    station = at.audience.partition(":")[2]
    return (
        station,
        state.about,
        state.service,
        state.day,
        state.channel,
        state.status,
        state.face,
    )


KINDS = (
    Kind(
        name="rating",
        scope="station",
        state=model.Rating,
        types={data.type: data for data in model.TYPES},
        fold=model.fold,
        projections=(Projection(RatingRow, _row),),
        version=2,
    ),
)


class Rate(msgspec.Struct, frozen=True):
    """One service's satisfaction with everything it must be read with."""

    service: str
    served: int
    offered: int
    answered: int
    passed: int
    satisfied: int

    @property
    def percent(self) -> int | None:
        """Satisfied over all answers, in per cent; None where nobody answered."""
        return round(100 * self.satisfied / self.answered) if self.answered else None


def of(db: Db, about: str) -> RatingRow | None:
    """The rating of a ticket or order, if one was offered."""
    return db.one(RatingRow, (RatingRow.network == db.network) & (RatingRow.about == about))


def rates(db: Db, since: str, station: str = "") -> list[Rate]:
    """Every service's rate since a day (ISO date), at one station or (empty) at all."""
    served = _served(db, since, station)
    tally: dict[str, dict[str, int]] = {service: {"served": n} for service, n in served.items()}
    where = (RatingRow.network == db.network) & (RatingRow.day >= since)
    if station:
        where &= RatingRow.station == station
    query = (
        RatingRow.select(
            RatingRow.service, RatingRow.status, RatingRow.face, peewee.fn.COUNT().alias("n")
        )
        .where(where)
        .group_by(RatingRow.service, RatingRow.status, RatingRow.face)
        .tuples()
    )
    for service, status, face, count in db.all(query):
        counts = tally.setdefault(service, {})
        for name in _counted(status, face):
            counts[name] = counts.get(name, 0) + count
    names = ("served", "offered", "answered", "passed", "satisfied")
    return [Rate(service, *(c.get(name, 0) for name in names)) for service, c in tally.items()]


def _counted(status: str, face: int) -> tuple[str, ...]:
    if status == "answered":
        return ("offered", "answered", "satisfied") if face == 3 else ("offered", "answered")
    return ("offered", "passed") if status == "passed" else ("offered",)


def _served(db: Db, since: str, station: str) -> dict[str, int]:
    """How many tickets and orders were done: the denominator before any offer."""
    tally: dict[str, int] = {}
    for row, done, day in (
        (TicketRow, TicketRow.status == "finished", TicketRow.day),
        (OrderRow, OrderRow.status.in_(("provider_done", "closed")), OrderRow.since),
    ):
        where = (row.network == db.network) & done & (day >= since)
        if station:
            where &= row.station == station
        query = row.select(row.service, peewee.fn.COUNT()).where(where).group_by(row.service)
        for service, count in db.all(query.tuples()):
            tally[service] = tally.get(service, 0) + count
    return tally
