"""Residents, their cards and numbers, proxies, consents and looks as tables.

The tables and the kinds; what screens ask of them stands in finding.py and in the queries below.
"""

from collections.abc import Sequence
from typing import Any

import peewee

from yizhan.db import Db, Row
from yizhan.events import Data
from yizhan.folding import Fold
from yizhan.registry import Kind, Projected, Projection, Reaction, Scope
from yizhan.services.people import cards, consents, looks, model, proxies, reactions, standing


class PersonRow(Row):
    """A resident whose record this node holds; private fields stay sealed in the state."""

    person = peewee.TextField()
    called = peewee.TextField()
    home = peewee.TextField()
    born = peewee.IntegerField()
    status = peewee.TextField()
    number = peewee.TextField()
    station = peewee.TextField()
    serial = peewee.IntegerField()
    apart = peewee.TextField()

    class Meta:
        table_name = "person"
        indexes = (
            (("network", "person"), False),
            (("network", "number"), False),
            (("network", "station", "serial"), False),
        )


class CardRow(Row):
    """The network's card index."""

    hash = peewee.TextField()
    person = peewee.TextField()
    called = peewee.TextField()
    home = peewee.TextField()
    blocked = peewee.BooleanField()
    way = peewee.TextField()
    tail = peewee.TextField()
    claims = peewee.TextField()

    class Meta:
        table_name = "card"
        indexes = ((("network", "hash"), False), (("network", "person"), False))


class HandleRow(Row):
    """The network's index of phone and ID card numbers, by keyed hash."""

    hash = peewee.TextField()
    person = peewee.TextField()
    called = peewee.TextField()
    way = peewee.TextField()
    tail = peewee.TextField()
    valid = peewee.BooleanField()

    class Meta:
        table_name = "handle"
        indexes = ((("network", "hash"), False), (("network", "person"), False))


class StandingRow(Row):
    """With whom something is the matter: what every station must know of them."""

    person = peewee.TextField()
    status = peewee.TextField()
    merged_into = peewee.TextField()
    called = peewee.TextField()

    class Meta:
        table_name = "standing"
        indexes = (
            (("network", "person"), False),
            (("network", "merged_into"), False),
            (("network", "status"), False),
        )


class ProxyRow(Row):
    """Who may act for whom, once in each of the two audiences."""

    proxy = peewee.TextField()
    principal = peewee.TextField()
    agent = peewee.TextField()

    class Meta:
        table_name = "proxy"
        indexes = ((("network", "agent"), False), (("network", "principal"), False))


class ConsentRow(Row):
    """A person's word on one kind of thing."""

    person = peewee.TextField()
    kind = peewee.TextField()
    given = peewee.BooleanField()

    class Meta:
        table_name = "consent"
        indexes = ((("network", "person"), False),)


class MemberRow(Row):
    """Which station receives which audience, since which position."""

    station = peewee.TextField()
    member_of = peewee.TextField()
    since = peewee.IntegerField()

    class Meta:
        table_name = "member"
        indexes = ((("network", "station", "member_of"), False),)


def _named(at: Projected) -> str:
    return at.subject.partition("/")[2]


def _person(state: model.Person, at: Projected) -> tuple[Any, ...]:
    where = (state.number, state.station, state.serial, " ".join(state.apart))
    return _named(at), state.called, state.home, state.born, state.status, *where


def _home(state: model.Person, at: Projected) -> tuple[Any, ...]:
    return state.joined or state.home, at.audience, at.first


def _card(state: cards.Card, at: Projected) -> tuple[Any, ...]:
    told = (state.way, state.tail, " ".join(state.claims))
    return _named(at), state.person, state.called, state.home, state.blocked, *told


def _handle(state: cards.Handle, at: Projected) -> tuple[Any, ...]:
    hashed = _named(at).partition("/")[0]
    return hashed, state.person, state.called, state.way, state.tail, state.valid


def _standing(state: standing.Standing, at: Projected) -> tuple[Any, ...]:
    return _named(at), state.status, state.into, state.called


def _proxy(state: proxies.Proxy, at: Projected) -> tuple[Any, ...] | None:
    return None if state.ended else (_named(at), state.principal, state.agent)


def _consent(state: consents.Consent, at: Projected) -> tuple[Any, ...]:
    return at.audience.partition(":")[2], state.kind, state.given


def _acquaintance(state: model.Acquaintance, at: Projected) -> tuple[Any, ...]:
    return state.station, f"person:{state.person}", at.first


def _kind(
    name: str,
    scope: Scope,
    state: type[Any],
    fold: Fold,
    types: tuple[type[Data], ...],
    *projections: Projection,
    version: int = 1,
    **answers: Reaction,
) -> Kind:
    """A kind; `answers` are its reactions, by the last word of the type."""
    named = {data.type: data for data in types}
    reactions_ = {f"{name}.{word}": answer for word, answer in answers.items()}
    return Kind(name, scope, state, named, fold, projections, reactions_, version)


KINDS = (
    _kind(
        "person",
        "person",
        model.Person,
        model.fold_person,
        model.TYPES,
        Projection(PersonRow, _person),
        Projection(MemberRow, _home, dated=True),
        version=2,
        **dict.fromkeys(
            ("corrected", "moved_away", "died", "returned", "merged", "parted", "erased"),
            reactions.tell,
        ),
    ),
    _kind(
        "card",
        "network",
        cards.Card,
        cards.fold_card,
        (cards.Issued, cards.Blocked, cards.CardBlanked),
        Projection(CardRow, _card),
        version=2,
        issued=reactions.blank_late,
    ),
    _kind(
        "handle",
        "network",
        cards.Handle,
        cards.fold_handle,
        (cards.HandleAdded, cards.HandleWithdrawn, cards.HandleBlanked),
        Projection(HandleRow, _handle),
        added=reactions.blank_late,
    ),
    _kind(
        "standing",
        "network",
        standing.Standing,
        standing.fold,
        (standing.Told,),
        Projection(StandingRow, _standing),
        told=reactions.join_home,
    ),
    _kind(
        "proxy",
        "person",
        proxies.Proxy,
        proxies.fold,
        (proxies.Granted, proxies.Ended),
        Projection(ProxyRow, _proxy),
        granted=reactions.repeat_grant,
        ended=reactions.repeat_end,
    ),
    _kind(
        "consent",
        "person",
        consents.Consent,
        consents.fold,
        (consents.Given, consents.Withdrawn),
        Projection(ConsentRow, _consent),
    ),
    _kind("look", "hub", looks.Looks, looks.fold, (looks.Looked,)),
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


def cards_of(db: Db, persons: Sequence[str]) -> list[CardRow]:
    """The cards and slips of these records, those that work first."""
    where = (CardRow.network == db.network) & CardRow.person.in_(list(persons))
    return db.all(CardRow.select().where(where).order_by(CardRow.blocked, CardRow.subject))


def handles(db: Db, hashed: str) -> list[HandleRow]:
    """All to whom a phone or ID card number belongs."""
    where = (HandleRow.network == db.network) & (HandleRow.hash == hashed) & HandleRow.valid
    return db.all(HandleRow.select().where(where).order_by(HandleRow.person))


def handles_of(db: Db, persons: Sequence[str]) -> list[HandleRow]:
    """The phone and ID card numbers of these records."""
    where = (HandleRow.network == db.network) & HandleRow.person.in_(list(persons))
    return db.all(HandleRow.select().where(where).order_by(HandleRow.way, HandleRow.subject))


def called(db: Db, person: str) -> str:
    """How to greet a person: surname and honorific; empty where nothing here tells it."""
    return greetings(db, [person]).get(person, "")


GREETINGS = (
    "SELECT person, called FROM person WHERE network = ? AND person IN ({})",
    "SELECT person, called FROM handle WHERE network = ? AND person IN ({})",
    "SELECT person, called FROM card WHERE network = ? AND person IN ({})",
    "SELECT person, called FROM standing WHERE network = ? AND person IN ({})",
)
"""Who knows how a person is called, the last word last: after an erasing it is empty."""


def greetings(db: Db, persons: Sequence[str]) -> dict[str, str]:
    """How to greet each of these persons, for a list; whom nobody knows is left out."""
    found: dict[str, str] = {}
    for statement in GREETINGS:
        found.update(db.within(statement, (db.network,), persons))
    return {person: name for person, name in found.items() if name}


def home(db: Db, person: str) -> PersonRow | None:
    """The resident's record, or None where this node does not hold it."""
    return db.one(PersonRow, (PersonRow.network == db.network) & (PersonRow.person == person))


def by_number(db: Db, number: str) -> PersonRow | None:
    """The resident with this number (中大-居0012), or None."""
    return db.one(PersonRow, (PersonRow.network == db.network) & (PersonRow.number == number))


def next_serial(db: Db, station: str) -> int:
    """The serial of the station's next registration."""
    query = PersonRow.select(peewee.fn.MAX(PersonRow.serial)).where(
        (PersonRow.network == db.network) & (PersonRow.station == station)
    )
    return int(db.scalar(query) or 0) + 1


def known_at(db: Db, station: str, person: str) -> bool:
    """Whether the station already receives this person's audience."""
    return db.exists(
        MemberRow.select().where(
            (MemberRow.network == db.network)
            & (MemberRow.station == station)
            & (MemberRow.member_of == f"person:{person}")
        )
    )


def stations_of(db: Db, persons: Sequence[str]) -> set[str]:
    """The stations that receive any of these records."""
    rows = db.within(
        "SELECT DISTINCT station FROM member WHERE network = ? AND member_of IN ({})",
        (db.network,),
        [f"person:{person}" for person in persons],
    )
    return {station for (station,) in rows}
