"""Residents, cards and audiences as tables."""

from collections.abc import Sequence
from typing import Any

import peewee

from yizhan.db import Db, Row
from yizhan.events import Data
from yizhan.folding import Fold
from yizhan.registry import Kind, Projected, Projection, Scope
from yizhan.services.people import model


class PersonRow(Row):
    """A resident whose record this node holds; private fields stay sealed in the state."""

    person = peewee.TextField()
    called = peewee.TextField()
    home = peewee.TextField()
    born = peewee.IntegerField()
    flags = peewee.TextField()

    class Meta:
        table_name = "person"
        indexes = ((("network", "person"), False),)


class CardRow(Row):
    """The network's card index."""

    hash = peewee.TextField()
    person = peewee.TextField()
    called = peewee.TextField()
    home = peewee.TextField()
    blocked = peewee.BooleanField()

    class Meta:
        table_name = "card"
        indexes = ((("network", "hash"), False), (("network", "person"), False))


class MemberRow(Row):
    """Which station receives which audience, since which position."""

    station = peewee.TextField()
    member_of = peewee.TextField()
    since = peewee.IntegerField()

    class Meta:
        table_name = "member"
        indexes = ((("network", "station", "member_of"), False),)


def _person(state: model.Person, at: Projected) -> tuple[Any, ...]:
    person = at.subject.partition("/")[2]
    return person, state.called, state.home, state.born, " ".join(state.flags)


def _home(state: model.Person, at: Projected) -> tuple[Any, ...]:
    return state.home, at.audience, at.first


def _card(state: model.Card, at: Projected) -> tuple[Any, ...]:
    card_hash = at.subject.partition("/")[2]
    return card_hash, state.person, state.called, state.home, state.blocked


def _acquaintance(state: model.Acquaintance, at: Projected) -> tuple[Any, ...]:
    return state.station, f"person:{state.person}", at.first


def _kind(
    name: str,
    scope: Scope,
    state: type[Any],
    fold: Fold,
    types: tuple[type[Data], ...],
    *projections: Projection,
) -> Kind:
    return Kind(name, scope, state, {data.type: data for data in types}, fold, projections)


KINDS = (
    _kind(
        "person",
        "person",
        model.Person,
        model.fold_person,
        (model.Registered,),
        Projection(PersonRow, _person),
        Projection(MemberRow, _home, dated=True),
    ),
    _kind(
        "card",
        "network",
        model.Card,
        model.fold_card,
        (model.Issued, model.Blocked),
        Projection(CardRow, _card),
    ),
    _kind(
        "acquaintance",
        "station",
        model.Acquaintance,
        model.fold_acquaintance,
        (model.Met,),
        Projection(MemberRow, _acquaintance, dated=True),
    ),
)


def card(db: Db, card_hash: str) -> CardRow | None:
    """The card with this keyed hash, or None where nobody has such a card."""
    return db.one(CardRow, (CardRow.network == db.network) & (CardRow.hash == card_hash))


def called(db: Db, person: str) -> str:
    """How to greet a person: surname and honorific; empty where the network knows no card."""
    row = db.first(
        CardRow.select(CardRow.called)
        .where((CardRow.network == db.network) & (CardRow.person == person))
        .limit(1)
    )
    return row.called if row else ""


def greetings(db: Db, persons: Sequence[str]) -> dict[str, str]:
    """How to greet each of these persons, for a list; who has no card is left out."""
    rows = db.within(
        "SELECT person, called FROM card WHERE network = ? AND person IN ({})",
        (db.network,),
        persons,
    )
    return dict(rows)


def home(db: Db, person: str) -> PersonRow | None:
    """The resident's record, or None where this node does not hold it."""
    return db.one(PersonRow, (PersonRow.network == db.network) & (PersonRow.person == person))


def known_at(db: Db, station: str, person: str) -> bool:
    """Whether the station already receives this person's audience."""
    return db.exists(
        MemberRow.select().where(
            (MemberRow.network == db.network)
            & (MemberRow.station == station)
            & (MemberRow.member_of == f"person:{person}")
        )
    )
