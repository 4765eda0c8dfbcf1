"""What she is told at her next tap: what was written to her, how her orders went on, what failed.

Reads projections and says sentences; a message box with nothing of its own. What she was told
once, at whatever station, is told by `message.told`, a subject for each piece of news.
"""

import msgspec
from flask_babel import gettext as _

from kiosk import menu, words
from kiosk.here import Here
from kiosk.mine import records, since
from kiosk.visits import Visit
from yizhan.record import opened
from yizhan.services.messages import projection as messages
from yizhan.services.orders import model as orders_model
from yizhan.services.orders import projection as orders
from yizhan.view import AsideRow

TOLD_STEPS = (
    "order.accepted",
    "order.scheduled",
    "order.finished",
    "order.declined",
    "order.unfinished",
)
"""What others do with her order that she would want to hear of."""

FROM_SAID = {"collect": "building-store", "visit": "door-enter", "call": "phone", "notice": "mail"}


class News(msgspec.Struct, frozen=True):
    """One thing to tell her. `closed` is only for her who has shown that she is herself."""

    name: str
    icon: str
    head: str
    said: str
    about: str = ""
    closed: bool = False
    person: str = ""
    """Whose record it is of; after a merge a woman has two."""


def all_of(here: Here, visit: Visit) -> list[News]:
    """Everything she was not told yet: what was written to her first."""
    if visit.hand:
        return []
    return [one for person in records(here, visit) for one in _of_record(here, visit, person)]


def _of_record(here: Here, visit: Visit, person: str) -> list[News]:
    """What one of her records holds: two that were merged are told one after the other."""
    found = [*_asides(here, person), *_orders(here, person)]
    told = messages.told_among(here.db, person, [f"message/{one.name}" for one in found])
    fresh = [one for one in found if f"message/{one.name}" not in told]
    return [
        msgspec.structs.replace(one, person=person)
        for one in (*_written(here, visit, person), *fresh)
    ]


def _written(here: Here, visit: Visit, person: str) -> list[News]:
    """What is private waits until she has shown that she is herself: a card alone may be found."""
    proven = visit.surely
    return [
        News(
            row.subject.partition("/")[2],
            FROM_SAID.get(row.topic, "mail"),
            sender(here, row.station),
            _text(here, row, row.private and not proven),
            row.about,
            row.private and not proven,
        )
        for row in messages.waiting(here.db, person)
    ]


def sender(here: Here, station: str) -> str:
    """Who writes, as she knows them."""
    if station:
        return str(_("%(name)s驿站的站长给您留话", name=menu.station(here.db, station).name))
    return str(_("社区中心给您留话"))


def _text(here: Here, row: messages.MessageRow, closed: bool) -> str:
    if closed:
        return str(_("这句话只给您本人。请叫站长来，核对一下就能听。"))
    said = opened(here.node, "message", row.person, row.subject, "text")
    return said or str(_("话还没有传到这个站。请问站长。"))


def _orders(here: Here, person: str) -> list[News]:
    """Of each order the newest step of others; what came before it is old news."""
    today, found = here.node.clock.today(), []
    for row in orders.of_person(here.db, person):
        state: orders_model.Order = here.node.state("order", person, row.subject)
        last = orders_model.last_step(state)
        if last.type not in TOLD_STEPS or last.time < since(here):
            continue
        order = row.subject.partition("/")[2]
        head = f"{here.names.service(row.service)} {row.number}"
        said = words.order(state, here.names, today)
        name = f"{order}-{len(state.steps)}"
        found.append(News(name, "tool", head, said, row.subject))
    return found


def _asides(here: Here, person: str) -> list[News]:
    """Steps of hers that were kept and did nothing; newest first."""
    rows: list[AsideRow] = here.db.all(
        AsideRow.select()
        .where(
            (AsideRow.network == here.db.network)
            & (AsideRow.actor == f"person/{person}")
            & (AsideRow.time >= since(here))
        )
        .order_by(AsideRow.time.desc())
    )
    return [
        News(bytes(row.digest).hex()[:32], "mail", "", words.aside(row.type, row.reason))
        for row in rows
    ]
