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


def account(db: Db, login: str) -> StaffRow | None:
    """The active account with this login."""
    return db.one(StaffRow, (StaffRow.network == db.network) & (StaffRow.login == login))
