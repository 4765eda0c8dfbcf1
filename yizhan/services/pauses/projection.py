"""What is paused, where, why and until when."""

from collections.abc import Sequence
from typing import Any

import msgspec
import peewee

from yizhan.db import Db, Row
from yizhan.registry import Kind, Projected, Projection
from yizhan.services.pauses import model
from yizhan.services.pauses.model import EVERYWHERE


class PauseRow(Row):
    """One pause that was not ended."""

    place = peewee.TextField()
    service = peewee.TextField()
    reason = peewee.TextField()
    reason_en = peewee.TextField()
    until = peewee.TextField()
    since = peewee.TextField()
    by = peewee.TextField()

    class Meta:
        table_name = "pause"
        indexes = ((("network", "service"), False),)


def _row(state: model.Pause, at: Projected) -> tuple[Any, ...] | None:
    if not state.going_on:
        return None
    _kind, place, service = at.subject.split("/")
    return place, service, state.reason, state.reason_en, state.until, state.since, state.by


KINDS = (
    Kind(
        name="pause",
        scope="network",
        state=model.Pause,
        types={data.type: data for data in model.TYPES},
        fold=model.fold,
        projections=(Projection(PauseRow, _row),),
    ),
)


class Going(msgspec.Struct, frozen=True):
    """A pause that counts; `until` may be empty."""

    place: str
    service: str
    reason: str
    reason_en: str
    until: str
    since: str
    by: str


def going_on(db: Db, day: str) -> list[Going]:
    """Every pause that counts on a day (ISO), by place. Written as SQL: every page asks."""
    rows = db.sql(
        'SELECT place, service, reason, reason_en, until, since, "by" FROM pause'
        " WHERE network = ? AND (until = '' OR until >= ?) ORDER BY place, service",
        (db.network, day),
    )
    return [Going(*row) for row in rows]


def at_station(rows: Sequence[Going], station: str) -> dict[str, Going]:
    """The services that are paused at a station, by code; its own word before the network's."""
    found = {row.service: row for row in rows if row.place == EVERYWHERE}
    return found | {row.service: row for row in rows if row.place == station}
