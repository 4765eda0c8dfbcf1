"""What is under way for a person, most pressing first, each as one line that leads on.

Reads projections and says sentences; records nothing.
"""

import datetime

import flask
import msgspec
from flask_babel import gettext as _

from kiosk import words
from kiosk.here import Here
from kiosk.visits import Visit
from yizhan.services.orders import projection as orders
from yizhan.services.orders.projection import OrderRow
from yizhan.services.people import finding
from yizhan.services.people import projection as people
from yizhan.services.ratings import projection as ratings
from yizhan.services.tickets import projection as tickets
from yizhan.services.tickets.model import Ticket
from yizhan.services.tickets.projection import TicketRow

REMEMBER_DAYS = 14
"""How far back a finished thing is still asked about."""

OPEN_TICKETS = ("called", "waiting", "left")
CLOSED_ORDERS = ("closed", "withdrawn")


class Matter(msgspec.Struct, frozen=True):
    """One line: a name, a sentence, where it leads; `kind` is ask, word or empty."""

    icon: str
    name: str
    said: str
    href: str
    kind: str = ""


def matters(here: Here, visit: Visit) -> list[Matter]:
    """All of hers: what wants her answer, what goes on, what she began."""
    return [
        *_questions(here, visit),
        *_tickets(here, visit),
        *_orders(here, visit),
        *_drafts(here, visit),
        *_elsewhere(here, visit),
    ]


def records(here: Here, visit: Visit) -> list[str]:
    """All records of the person whose matters are done: merged ones are found under one."""
    return finding.group(here.db, visit.person) if visit.person else []


def _her_orders(here: Here, visit: Visit) -> list[OrderRow]:
    return [row for one in records(here, visit) for row in orders.of_person(here.db, one)]


def _her_tickets(here: Here, visit: Visit) -> list[TicketRow]:
    found = records(here, visit)
    return [row for one in found for row in tickets.of_person(here.db, one, since(here))]


def locked() -> Matter:
    """In place of all of it, for whom only a telephone number speaks."""
    href = flask.url_for("proof.ask")
    return Matter("lock", _("您的单"), _("刷卡，或者按三张图案，就能看"), href)


def since(here: Here) -> str:
    """The day from which on things are still told."""
    start = here.node.clock.now().date() - datetime.timedelta(days=REMEMBER_DAYS)
    return start.isoformat()


def _id(subject: str) -> str:
    return subject.partition("/")[2]


def place_in_line(here: Here, one: TicketRow | Ticket) -> int:
    """How many are served before this ticket of this station."""
    return tickets.ahead(here.db, here.station, one) if one.status == "waiting" else 0


def _questions(here: Here, visit: Visit) -> list[Matter]:
    """Is it mended? And, once it is: was it good?"""
    asked = []
    for row in _her_orders(here, visit):
        if row.status == "provider_done":
            href = flask.url_for("order_page.show", order=_id(row.subject))
            name = here.names.service(row.service)
            done = _("%(service)s，师傅说好了", service=name)
            asked.append(Matter("mood-smile", done, _("您看好了吗？"), href, "ask"))
    return asked + _unrated(here, visit)


def _unrated(here: Here, visit: Visit) -> list[Matter]:
    done = [
        (row.subject, row.service) for row in _her_tickets(here, visit) if row.status == "finished"
    ] + [
        (row.subject, row.service)
        for row in _her_orders(here, visit)
        if row.status == "closed" and row.since >= since(here)
    ]
    return [
        Matter(
            "mood-smile",
            here.names.service(service),
            _("做好了，您满意吗？"),
            flask.url_for("ratings.faces", kind=subject.partition("/")[0], about=_id(subject)),
            "ask",
        )
        for subject, service in done
        if _wants_rating(here, visit, subject)
    ][:2]


def _wants_rating(here: Here, visit: Visit, subject: str) -> bool:
    rating = ratings.of(here.db, subject)
    return rating is None or rating.status == "offered"


def _tickets(here: Here, visit: Visit) -> list[Matter]:
    rows = [
        row
        for row in _her_tickets(here, visit)
        if row.station == here.station
        and row.status in OPEN_TICKETS
        and (row.status == "left" or row.day == here.node.clock.today())
    ]
    return [
        Matter(
            "ticket",
            _("%(service)s 第 %(n)s 号", service=here.names.service(row.service), n=row.number),
            words.ticket(row.status, place_in_line(here, row)),
            flask.url_for("tickets.show", ticket=_id(row.subject)),
        )
        for row in rows
    ]


def _orders(here: Here, visit: Visit) -> list[Matter]:
    today = here.node.clock.today()
    lines = []
    for row in _her_orders(here, visit):
        if row.status in CLOSED_ORDERS or row.status == "provider_done":
            continue
        state = here.node.state("order", row.person, row.subject)
        lines.append(
            Matter(
                "tool",
                f"{here.names.service(row.service)} {row.number}",
                words.order_in_short(state, here.names, today),
                flask.url_for("order_page.show", order=_id(row.subject)),
            )
        )
    return lines


def _drafts(here: Here, visit: Visit) -> list[Matter]:
    return [
        Matter(
            "pencil",
            here.names.service(draft.service),
            _("没有点完，接着点"),
            flask.url_for("orders.ask", service=draft.service, **draft.choices),
        )
        for draft in here.drafts.of(visit.person)
    ]


def _elsewhere(here: Here, visit: Visit) -> list[Matter]:
    """Her orders may be at her own station; her word about them can be given here."""
    record = people.home(here.db, visit.person)
    if record is not None and record.home == here.station:
        return []
    said = _("别站的单也能说")
    return [Matter("list-numbers", _("我有单号"), said, flask.url_for("given_word.which"))]
