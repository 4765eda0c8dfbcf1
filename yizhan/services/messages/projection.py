"""Messages as the kiosk's message box, the desk's call list and the hub read them."""

from collections.abc import Iterable
from typing import Any

import peewee

from yizhan.db import Db, Row
from yizhan.registry import Kind, Projected, Projection
from yizhan.services.messages import model


class MessageRow(Row):
    """One message; the columns are those of model.Message without its sealed text."""

    person = peewee.TextField()
    topic = peewee.TextField()
    sender = peewee.TextField()
    station = peewee.TextField()
    about = peewee.TextField()
    private = peewee.BooleanField()
    time = peewee.TextField()
    status = peewee.TextField()
    told = peewee.TextField()
    told_at = peewee.TextField()
    told_by = peewee.TextField()

    class Meta:
        table_name = "message"
        indexes = (
            (("network", "person", "status"), False),
            (("network", "status", "time"), False),
        )


COLUMNS = tuple(
    name
    for name in MessageRow._meta.sorted_field_names
    if name not in ("network", "audience", "subject")
)


def _row(state: model.Message, _: Projected) -> tuple[Any, ...]:
    return tuple(getattr(state, name) for name in COLUMNS)


KINDS = (
    Kind(
        name="message",
        scope="person",
        state=model.Message,
        types={data.type: data for data in model.TYPES},
        fold=model.fold,
        projections=(Projection(MessageRow, _row),),
    ),
)


def waiting(db: Db, person: str, limit: int = 20) -> list[MessageRow]:
    """What somebody wrote to her and nobody told her yet, oldest first."""
    return db.all(
        MessageRow.select()
        .where(
            (MessageRow.network == db.network)
            & (MessageRow.person == person)
            & (MessageRow.status == "waiting")
            & (MessageRow.topic != model.NEWS)
        )
        .order_by(MessageRow.time, MessageRow.subject)
        .limit(limit)
    )


def to_call(db: Db, limit: int = 200) -> list[MessageRow]:
    """The call list: everybody who was written to and was not told yet, oldest first."""
    return db.all(
        MessageRow.select()
        .where(
            (MessageRow.network == db.network)
            & (MessageRow.status == "waiting")
            & (MessageRow.topic != model.NEWS)
        )
        .order_by(MessageRow.time, MessageRow.subject)
        .limit(limit)
    )


def told_among(db: Db, person: str, subjects: Iterable[str]) -> set[str]:
    """Those of these subjects that she was told, wherever."""
    rows = db.within(
        "SELECT subject FROM message WHERE network = ? AND person = ? AND status = 'told'"
        " AND subject IN ({})",
        (db.network, person),
        list(subjects),
    )
    return {str(row[0]) for row in rows}


def told_since(db: Db, person: str, since: str, limit: int = 20) -> list[MessageRow]:
    """What she was told from a time on (RFC 3339, of the same zone), newest first."""
    return db.all(
        MessageRow.select()
        .where(
            (MessageRow.network == db.network)
            & (MessageRow.person == person)
            & (MessageRow.status == "told")
            & (MessageRow.told >= since)
        )
        .order_by(MessageRow.told.desc())
        .limit(limit)
    )
