"""Tickets as the kiosk, the desk and the hub read them."""

from typing import Any

import peewee

from yizhan.db import Db, Row
from yizhan.registry import Kind, Projected, Projection
from yizhan.services.tickets import model


class TicketRow(Row):
    """One ticket; `station` gave it, `status` is one of model.WORDS.

    `last` is the type of its last step where that can be taken back, `since` when it was done.
    """

    station = peewee.TextField()
    day = peewee.TextField()
    number = peewee.IntegerField()
    service = peewee.TextField()
    job = peewee.TextField()
    price_fen = peewee.IntegerField()
    paid_fen = peewee.IntegerField()
    paid_by = peewee.TextField()
    person = peewee.TextField()
    status = peewee.TextField()
    turns = peewee.IntegerField()
    taken = peewee.TextField()
    reason = peewee.TextField()
    last = peewee.TextField()
    since = peewee.TextField()

    class Meta:
        table_name = "ticket"
        indexes = (
            (("network", "station", "day", "number"), False),
            (("network", "person", "day"), False),
            (("network", "station", "since"), False),
            (("network", "station", "status"), False),
        )


def _row(state: model.Ticket, at: Projected) -> tuple[Any, ...]:
    return (
        at.audience.partition(":")[2],
        state.day,
        state.number,
        state.service,
        state.job,
        state.price_fen,
        state.paid_fen,
        state.paid_by,
        state.person,
        state.status,
        state.turns,
        state.taken,
        state.reason,
        state.last,
        state.since,
    )


KINDS = (
    Kind(
        name="ticket",
        scope="station",
        state=model.Ticket,
        types={data.type: data for data in model.TYPES},
        fold=model.fold,
        projections=(Projection(TicketRow, _row),),
        version=2,
    ),
)


def _of_day(db: Db, station: str, day: str) -> Any:
    return (
        (TicketRow.network == db.network) & (TicketRow.station == station) & (TicketRow.day == day)
    )


def next_number(db: Db, station: str, day: str) -> int:
    """The number that the next ticket of this day gets: 1, 2, 3 … at each station."""
    rows = db.sql(
        "SELECT MAX(number) FROM ticket WHERE network = ? AND station = ? AND day = ?",
        (db.network, station, day),
    )
    return int(rows[0][0] or 0) + 1


def queue(db: Db, station: str, day: str, service: str) -> list[TicketRow]:
    """Those called and those waiting, in the order in which they will be served.

    A number that was skipped goes behind the ones that were never called.
    """
    return db.all(
        TicketRow.select()
        .where(
            _of_day(db, station, day)
            & (TicketRow.service == service)
            & TicketRow.status.in_(("waiting", "called"))
        )
        .order_by(TicketRow.status, TicketRow.turns, TicketRow.number)
    )


def called(db: Db, station: str, day: str, service: str) -> list[int]:
    """The numbers that are being called now."""
    rows = db.sql(
        "SELECT number FROM ticket WHERE network = ? AND station = ? AND day = ? AND service = ?"
        " AND status = 'called' ORDER BY number",
        (db.network, station, day, service),
    )
    return [number for (number,) in rows]


def in_line(db: Db, station: str, day: str, service: str) -> int:
    """How many are being served or wait."""
    rows = db.sql(
        "SELECT COUNT(*) FROM ticket WHERE network = ? AND station = ? AND day = ?"
        " AND service = ? AND status IN ('waiting', 'called')",
        (db.network, station, day, service),
    )
    return int(rows[0][0])


def ahead(db: Db, station: str, one: TicketRow | model.Ticket) -> int:
    """How many wait who will be served before this ticket; see `queue()` for the order."""
    rows = db.sql(
        "SELECT COUNT(*) FROM ticket WHERE network = ? AND station = ? AND day = ?"
        " AND service = ? AND status = 'waiting' AND (turns < ? OR turns = ? AND number < ?)",
        (db.network, station, one.day, one.service, one.turns, one.turns, one.number),
    )
    return int(rows[0][0])


def to_collect(db: Db, station: str) -> list[TicketRow]:
    """What was left at the counter and waits to be collected, oldest first."""
    return db.all(
        TicketRow.select()
        .where(
            (TicketRow.network == db.network)
            & (TicketRow.station == station)
            & (TicketRow.status == "left")
        )
        .order_by(TicketRow.day, TicketRow.number)
    )


def unfinished(db: Db, station: str) -> list[TicketRow]:
    """What was asked for and has no answer yet, of whatever day, oldest first."""
    return db.all(
        TicketRow.select()
        .where(
            (TicketRow.network == db.network)
            & (TicketRow.station == station)
            & TicketRow.status.in_(("waiting", "called", "left"))
        )
        .order_by(TicketRow.day, TicketRow.number)
    )


def of_day(db: Db, station: str, day: str) -> list[TicketRow]:
    """All tickets of a day at a station, newest number first."""
    return db.all(TicketRow.select().where(_of_day(db, station, day)).order_by(-TicketRow.number))


def steps_since(db: Db, station: str, since: str) -> list[TicketRow]:
    """The tickets whose last step can be taken back and was done since then, newest first."""
    return db.all(
        TicketRow.select()
        .where(
            (TicketRow.network == db.network)
            & (TicketRow.station == station)
            & (TicketRow.last != "")
            & (TicketRow.since >= since)
        )
        .order_by(TicketRow.since.desc(), -TicketRow.number)
    )


def of_number(db: Db, day: str, number: int) -> list[TicketRow]:
    """The tickets with this number of a day (ISO date), one a station."""
    of = (TicketRow.network == db.network) & (TicketRow.day == day) & (TicketRow.number == number)
    return db.all(TicketRow.select().where(of))


def of_person(db: Db, person: str, since: str) -> list[TicketRow]:
    """A person's tickets since a day (ISO date), newest first."""
    return db.all(
        TicketRow.select()
        .where(
            (TicketRow.network == db.network)
            & (TicketRow.person == person)
            & (TicketRow.day >= since)
        )
        .order_by(TicketRow.taken.desc())
    )


def get(db: Db, subject: str) -> TicketRow | None:
    """One ticket by its subject."""
    return db.one(TicketRow, (TicketRow.network == db.network) & (TicketRow.subject == subject))


def takings_by(db: Db, station: str, day: str) -> dict[str, int]:
    """What was taken at the counter on a day, in fen, by way of paying (cash, code).

    It counts on the day when it was paid, also for what had been left on an earlier day.
    """
    rows = db.sql(
        "SELECT paid_by, SUM(paid_fen) FROM ticket WHERE network = ? AND station = ?"
        " AND status = 'finished' AND since LIKE ? GROUP BY paid_by",
        (db.network, station, f"{day}%"),
    )
    return {way: int(fen) for way, fen in rows}


def takings(db: Db, station: str, day: str) -> int:
    """What was taken at the counter on a day, in fen."""
    return sum(takings_by(db, station, day).values())
