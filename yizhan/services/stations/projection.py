"""The stations as the exchange and the fleet page read them."""

from typing import Any

import peewee

from yizhan.db import Db, Row
from yizhan.registry import Kind, Projected, Projection
from yizhan.services.escrow import freezing
from yizhan.services.stations import model


class StationRow(Row):
    """One station; `public_key` is hex, empty until enrolled; `suspected` why it is frozen."""

    code = peewee.TextField()
    name = peewee.TextField()
    public_key = peewee.TextField()
    revoked = peewee.BooleanField()
    suspected = peewee.TextField()

    class Meta:
        table_name = "station"
        indexes = ((("network", "code"), False),)


def _row(state: model.Station, _: Projected) -> tuple[Any, ...]:
    return state.code, state.name, state.public_key, state.revoked, state.suspected


KINDS = (
    Kind(
        name="station",
        scope="hub",
        state=model.Station,
        types={data.type: data for data in model.TYPES},
        fold=model.fold,
        projections=(Projection(StationRow, _row),),
        reactions={
            model.Suspected.type: freezing.suspected,
            model.Cleared.type: freezing.answered_for,
            model.Enrolled.type: freezing.answered_for,
        },
    ),
)


def stations(db: Db) -> list[StationRow]:
    """All stations by code."""
    return db.all(
        StationRow.select().where(StationRow.network == db.network).order_by(StationRow.code)
    )


def station(db: Db, code: str) -> StationRow | None:
    """One station by its code."""
    return db.one(StationRow, (StationRow.network == db.network) & (StationRow.code == code))
