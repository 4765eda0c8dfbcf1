"""Who has news that nobody told her yet: the call list, from the same news as her message box.

Written words, steps of her orders, and what lies at this counter ready for her. Reads projections
and says sentences; what she was told, at whatever station, leaves the list.
"""

import msgspec
from flask_babel import gettext as _

from kiosk import menu, news
from kiosk.here import Here
from kiosk.news import News
from kiosk.visits import Visit
from yizhan.record import opened
from yizhan.services.messages import projection as messages
from yizhan.services.orders import projection as orders
from yizhan.services.people import finding
from yizhan.services.people import projection as people
from yizhan.services.tickets import projection as tickets
from yizhan.services.tickets.projection import TicketRow


class Callee(msgspec.Struct, frozen=True):
    """Somebody to be told: how she is called, what, and whether there is a telephone."""

    person: str
    called: str
    news: list[News]
    has_phone: bool


def count(here: Here) -> int:
    """How many there are; reckoned anew when something was recorded or arrived, or the day began.

    Pages ask every two seconds, and each name on the list costs several questions.
    """
    last = here.db.sql("SELECT MAX(local), MAX(position) FROM journal")[0]
    mark = (last[0], last[1], here.node.clock.today())
    if here.callees_counted[0] != mark:
        here.callees_counted = (mark, len(all_of(here)))
    return here.callees_counted[1]


def all_of(here: Here) -> list[Callee]:
    """Everybody with news untold whom this station holds; those without a telephone first."""
    persons = dict.fromkeys(
        [
            *(row.person for row in messages.to_call(here.db)),
            *(row.person for row in tickets.to_collect(here.db, here.station)),
            *(row.person for row in orders.open_of_station(here.db, here.station, limit=200)),
        ]
    )
    found = (of(here, person) for person in persons if person)
    return sorted((one for one in found if one and one.news), key=lambda one: one.has_phone)


def of(here: Here, person: str) -> Callee | None:
    """What there is to tell this person; None where nothing is told in her name any more."""
    if people.home(here.db, person) is None or finding.stopped(here.db, person):
        return None
    called = people.called(here.db, person)
    untold = [*_ready(here, person), *news.all_of(here, Visit("", person, called))]
    return Callee(person, called, untold, bool(phone(here, person)))


def phone(here: Here, person: str) -> str:
    """Her telephone in clear; empty where she has none."""
    return opened(here.node, "person", person, f"person/{person}", "phone")


def _ready(here: Here, person: str) -> list[News]:
    """What was left at this counter and is hers to collect."""
    rows = [row for row in tickets.to_collect(here.db, here.station) if row.person == person]
    names = {_name(row): row for row in rows}
    told = messages.told_among(here.db, person, [f"message/{name}" for name in names])
    return [
        News(name, "package", here.names.service(row.service), _collect(here, row), row.subject)
        for name, row in names.items()
        if f"message/{name}" not in told
    ]


def _name(row: TicketRow) -> str:
    return f"{row.subject.partition('/')[2]}-left"


def _collect(here: Here, row: TicketRow) -> str:
    service = menu.service(here.db, row.service)
    pick = service.pick(row.job) if service else None
    return str(_("%(job)s，放在站里，等您来取", job=pick.name if pick else row.job))
