"""What the hub answers to steps of a person's record, so that every station learns of it.

Each reads tables by name and returns drafts of one audience; the hub records them once.
"""

from collections.abc import Iterable
from typing import Any

from yizhan.db import Db
from yizhan.events import Draft, Event
from yizhan.services.people import cards, model, proxies, standing


def _person_of(event: Event) -> str:
    return event.subject.partition("/")[2]


def tell(event: Event, data: Any, db: Db) -> Iterable[Draft]:
    """A step that every station must know of becomes her standing; an erasing blanks her cards.

    The row is of the state after this step: the hub has just folded it.
    """
    person = _person_of(event)
    rows = db.sql(
        "SELECT status, called, home FROM person WHERE network = ? AND person = ?",
        (db.network, person),
    )
    if not rows:
        return
    status, called, home = rows[0]
    into = data.into if isinstance(data, model.Merged) else ""
    if isinstance(data, model.Corrected):
        into = _into(db, person)
    yield Draft(f"standing/{person}", standing.Told(status, into, called, home))
    if isinstance(data, model.Erased):
        for table, blank in (("card", cards.CardBlanked()), ("handle", cards.HandleBlanked())):
            found = db.sql(
                f"SELECT subject FROM {table} WHERE network = ? AND person = ? ORDER BY subject",
                (db.network, person),
            )
            for (subject,) in found:
                yield Draft(subject, blank)


def _into(db: Db, person: str) -> str:
    rows = db.sql(
        "SELECT merged_into FROM standing WHERE network = ? AND person = ?", (db.network, person)
    )
    return str(rows[0][0]) if rows else ""


def blank_late(event: Event, data: Any, db: Db) -> Iterable[Draft]:
    """A station that came late gave a card or a number to somebody who was erased meanwhile."""
    rows = db.sql(
        "SELECT 1 FROM standing WHERE network = ? AND person = ? AND status = ?",
        (db.network, data.person, standing.ERASED),
    )
    if rows:
        is_card = isinstance(data, cards.Issued)
        yield Draft(event.subject, cards.CardBlanked() if is_card else cards.HandleBlanked())


def join_home(event: Event, data: standing.Told, db: Db) -> Iterable[Draft]:
    """Her home is another station now: it comes to hold her record."""
    person = _person_of(event)
    known = db.sql(
        "SELECT 1 FROM member WHERE network = ? AND station = ? AND member_of = ?",
        (db.network, data.home, f"person:{person}"),
    )
    if data.home and not known and data.status not in model.STOPPED:
        yield Draft(f"acquaintance/{person}", model.Met(person), owner=data.home)


def repeat_grant(event: Event, data: proxies.Granted, db: Db) -> Iterable[Draft]:
    """Granted where the mother's record is; repeated where the daughter's is."""
    if event.audience == f"person:{data.principal}":
        yield Draft(event.subject, data, owner=data.agent)


def repeat_end(event: Event, data: Any, db: Db) -> Iterable[Draft]:
    """Ended by one of the two: so it is ended for the other."""
    rows = db.sql(
        "SELECT principal, agent FROM proxy WHERE network = ? AND subject = ? AND audience <> ?",
        (db.network, event.subject, event.audience),
    )
    here = event.audience.partition(":")[2]
    for principal, agent in rows:
        yield Draft(event.subject, data, owner=agent if here == principal else principal)
