"""The stations' settings as screens read them."""

from functools import lru_cache
from typing import Any

import msgspec
import peewee

from yizhan.db import Db, Row
from yizhan.registry import Kind, Projected, Projection
from yizhan.services.setup import model
from yizhan.services.setup.model import Setup, Values


class SetupRow(Row):
    """One station's settings: what is set and what was changed, as JSON."""

    station = peewee.TextField()
    settings = peewee.TextField()

    class Meta:
        table_name = "setup"
        indexes = ((("network", "station"), False),)


def _row(state: Setup, at: Projected) -> tuple[Any, ...]:
    return at.audience.partition(":")[2], msgspec.json.encode(state).decode()


KINDS = (
    Kind(
        name="setup",
        scope="station",
        state=Setup,
        types={data.type: data for data in model.TYPES},
        fold=model.fold,
        projections=(Projection(SetupRow, _row),),
    ),
)


def setup(db: Db, station: str) -> Setup:
    """A station's settings; empty where its keeper has changed nothing.

    Written as SQL and read once a text: every page asks.
    """
    rows = db.sql(
        "SELECT settings FROM setup WHERE network = ? AND station = ?", (db.network, station)
    )
    return _read(rows[0][0]) if rows else Setup()


def values(db: Db, station: str) -> Values:
    """What a station's keeper has set."""
    return setup(db, station).values


@lru_cache(64)
def _read(written: str) -> Setup:
    return msgspec.json.decode(written, type=Setup)
