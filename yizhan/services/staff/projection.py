"""Staff accounts as the log-in pages read them."""

from typing import Any

import peewee

from yizhan.db import Db, Row
from yizhan.registry import Kind, Projected, Projection
from yizhan.services.staff import model


class StaffRow(Row):
    """One account; `password` is still sealed."""

    login = peewee.TextField()
    name = peewee.TextField()
    role = peewee.TextField()
    scope = peewee.TextField()
    password = peewee.TextField()

    class Meta:
        table_name = "staff"
        indexes = ((("network", "login"), False),)


def _row(state: model.Staff, _: Projected) -> tuple[Any, ...] | None:
    if not state.active:
        return None
    return state.login, state.name, state.role, state.scope, state.password


TYPES = {data.type: data for data in (model.Added, model.Removed)}
SHOWN = (Projection(StaffRow, _row),)

KINDS = (
    Kind("staff", "hub", model.Staff, TYPES, model.fold, SHOWN),
    Kind("keeper", "station", model.Staff, TYPES, model.fold, SHOWN),
)


def anybody(db: Db) -> bool:
    """Whether a single account opens the hub's pages."""
    return db.exists(_of(db).where(StaffRow.subject.startswith("staff/")))


def desks(db: Db, login: str) -> list[str]:
    """The stations at whose desks this login is open."""
    rows = db.all(_of(db).where(StaffRow.subject == f"keeper/{login}").order_by(StaffRow.scope))
    return [row.scope for row in rows]


def keepers(db: Db) -> list[tuple[str, str]]:
    """(login, station) of all accounts that are open at a desk."""
    found = _of(db).where(StaffRow.subject.startswith("keeper/"))
    rows = db.all(found.order_by(StaffRow.login, StaffRow.scope))
    return [(row.login, row.scope) for row in rows]


def _of(db: Db) -> "peewee.ModelSelect[StaffRow]":
    return StaffRow.select().where(StaffRow.network == db.network)


def account(db: Db, login: str) -> StaffRow | None:
    """The active account with this login."""
    return db.one(StaffRow, (StaffRow.network == db.network) & (StaffRow.login == login))
