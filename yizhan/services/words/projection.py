"""Words as a table, and the reaction that attaches a word to its order."""

from collections.abc import Iterable
from typing import Any

import peewee

from yizhan.db import Db, Row
from yizhan.events import Draft, Event
from yizhan.registry import Kind, Projected, Projection
from yizhan.services.orders import projection as orders
from yizhan.services.orders.model import Confirmed, Disputed
from yizhan.services.words import model


class WordRow(Row):
    """One word given about an order, by its number."""

    number = peewee.TextField()
    person = peewee.TextField()
    fixed = peewee.BooleanField()

    class Meta:
        table_name = "word"
        indexes = ((("network", "person"), False),)


def _row(state: model.Word, _: Projected) -> tuple[Any, ...]:
    return state.number, state.person, state.fixed


def _attach(event: Event, data: model.Given, db: Db) -> Iterable[Draft]:
    """The word becomes a step of the order, if the order is hers."""
    order = orders.by_number(db, data.number)
    if order is not None and order.person == data.person:
        step = Confirmed() if data.fixed else Disputed(data.said)
        yield Draft(order.subject, step, owner=order.person)


KINDS = (
    Kind(
        name="word",
        scope="station",
        state=model.Word,
        types={model.Given.type: model.Given},
        fold=model.fold,
        projections=(Projection(WordRow, _row),),
        reactions={model.Given.type: _attach},
    ),
)


def unmatched(db: Db, limit: int = 100) -> list[tuple[str, str, str, bool]]:
    """Words that found no order of their speaker's: (audience, number, person, fixed)."""
    return db.sql(
        "SELECT audience, number, person, fixed FROM word WHERE network = ? AND NOT EXISTS"
        " (SELECT 1 FROM orders WHERE orders.network = word.network"
        "  AND orders.number = word.number AND orders.person = word.person)"
        " ORDER BY subject DESC LIMIT ?",
        (db.network, limit),
    )
