"""Notices as a table: what hangs on a station's board on a day, and what was written."""

from typing import Any

import peewee

from yizhan.db import Db, Row
from yizhan.registry import Kind, Projected, Projection
from yizhan.services.notices import model

TEXTS = (
    "sort", "title", "said", "place", "title_en", "said_en", "place_en",
    "from_day", "until_day", "from_time", "until_time",
)  # fmt: skip


class NoticeRow(Row):
    """One notice; `station` is whose board it hangs on, empty for everybody's."""

    station = peewee.TextField()
    sort = peewee.TextField()
    title = peewee.TextField()
    said = peewee.TextField()
    place = peewee.TextField()
    title_en = peewee.TextField()
    said_en = peewee.TextField()
    place_en = peewee.TextField()
    from_day = peewee.TextField()
    until_day = peewee.TextField()
    from_time = peewee.TextField()
    until_time = peewee.TextField()
    status = peewee.TextField()
    published = peewee.TextField()
    changed = peewee.TextField()
    by = peewee.TextField()

    class Meta:
        table_name = "notice"
        indexes = ((("network", "station", "until_day"), False),)


def _row(state: model.Notice, at: Projected) -> tuple[Any, ...]:
    station = at.audience.partition(":")[2]
    texts = (getattr(state.content, name) for name in TEXTS)
    return station, *texts, state.status, state.published, state.changed, state.by


def _kind(name: str, scope: Any) -> Kind:
    return Kind(
        name=name,
        scope=scope,
        state=model.Notice,
        types={data.type: data for data in model.TYPES},
        fold=model.fold,
        projections=(Projection(NoticeRow, _row),),
    )


KINDS = (_kind("notice", "station"), _kind("bulletin", "network"))

COLUMNS = ("subject", "station", *TEXTS, "status", "published", "changed", "by")
QUOTED = ", ".join(f'"{name}"' for name in COLUMNS)
ORDER = {model.CLOSED: 0, model.EVENT: 1, model.NOTICE: 2}


def today(db: Db, station: str, day: str) -> list[NoticeRow]:
    """What hangs on a station's board on a day (ISO): closed first, events by time, the rest.

    The station's own and the network's, in one list. Written as SQL: every first screen asks.
    """
    rows = db.sql(
        f"SELECT {QUOTED} FROM notice WHERE network = ? AND station IN (?, '')"
        " AND status = ? AND from_day <= ? AND until_day >= ?",
        (db.network, station, model.UP, day, day),
    )
    found = (NoticeRow(**dict(zip(COLUMNS, row, strict=True))) for row in rows)
    return sorted(found, key=_place)


def current(db: Db, station: str, day: str, time: str) -> list[NoticeRow]:
    """What of a day's notices is not over at this time (HH:MM)."""
    hanging = today(db, station, day)
    return [row for row in hanging if not row.until_time or row.until_time > time]


def _place(row: NoticeRow) -> tuple[Any, ...]:
    return ORDER.get(row.sort, len(ORDER)), row.from_time or "99", row.from_day, row.subject


def written(db: Db, station: str, since: str) -> list[NoticeRow]:
    """What was written for one board and is not over on this day, taken down or not.

    `station` is empty for the network's own board. The soonest first.
    """
    return db.all(
        NoticeRow.select()
        .where(
            (NoticeRow.network == db.network)
            & (NoticeRow.station == station)
            & (NoticeRow.until_day >= since)
        )
        .order_by(NoticeRow.from_day, NoticeRow.from_time, NoticeRow.subject)
    )


def get(db: Db, subject: str) -> NoticeRow | None:
    """One notice by its subject."""
    return db.one(NoticeRow, (NoticeRow.network == db.network) & (NoticeRow.subject == subject))
