"""Residents, their cards and numbers, proxies, consents and looks as tables.

The tables and the plain questions to them; what goes across subjects stands in finding.py, what
fills the tables in kinds.py.
"""

from collections.abc import Sequence

import peewee

from yizhan.db import Db, Row


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


def everybody(db: Db) -> list[PersonRow]:
    """All records that are held here and not erased."""
    where = (PersonRow.network == db.network) & (PersonRow.status != "erased")
    return db.all(PersonRow.select().where(where).order_by(PersonRow.called, PersonRow.person))


def by_number(db: Db, number: str) -> PersonRow | None:
    """The resident with this number (short name and serial), or None."""
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
