"""What she did last and can take back herself, for ten minutes by the time of the step.

Each is a further event, never an edit. Read off how things stand, so it outlives a restart;
what others have gone on with is not offered. Draws no page.
"""

from collections.abc import Callable
from typing import Any

import flask
import msgspec
from flask_babel import gettext as _

from kiosk.here import Here
from kiosk.mine import Matter
from kiosk.visits import Visit
from yizhan.errors import N_, Refusal
from yizhan.events import Draft
from yizhan.services.messages import commands as message_commands
from yizhan.services.messages import projection as messages
from yizhan.services.orders import commands as order_commands
from yizhan.services.orders import model as orders_model
from yizhan.services.orders import projection as orders
from yizhan.services.ratings import commands as rating_commands
from yizhan.services.ratings import projection as ratings
from yizhan.services.tickets import commands as ticket_commands
from yizhan.services.tickets import projection as tickets
from yizhan.services.undo import minutes_left


class Done(msgspec.Struct, frozen=True):
    """Something she did: when, in words, and the event that takes it back."""

    name: str
    time: str
    icon: str
    said: str
    back: Callable[[], Draft | Refusal]


def done(at: Here, visit: Visit) -> list[Done]:
    """What she did in the last ten minutes and may take back, newest first."""
    if not visit.with_card:
        return []
    person = visit.person
    found = [
        *_tickets(at, person),
        *_orders(at, person),
        *_ratings(at, person),
        *_messages(at, person),
    ]
    now = at.node.clock.now()
    open_ = [one for one in found if minutes_left(one.time, now)]
    return sorted(open_, key=lambda one: one.time, reverse=True)


def matters(at: Here, visit: Visit) -> list[Matter]:
    """The line on her page that leads here, while there is anything."""
    count = len(done(at, visit))
    if not count:
        return []
    said = _("点错了，可以撤回")
    return [Matter("arrow-back-up", _("刚才办的"), said, flask.url_for("undo.show"))]


def _tickets(at: Here, person: str) -> list[Done]:
    today, now = at.node.clock.today(), at.node.clock.now()
    found = []
    for row in tickets.of_person(at.db, person, today):
        if row.station != at.station:
            continue
        state = at.node.state("ticket", at.station, row.subject)
        named = {"service": at.names.service(row.service), "n": row.number}
        if row.status == "waiting" and not row.last:
            said = _("取了号：%(service)s 第 %(n)s 号", **named)
            back = _bound(ticket_commands.withdraw, state, row.subject, at.station)
            found.append(Done(row.subject, row.taken, "ticket", str(said), back))
        elif row.last == "ticket.withdrawn":
            said = _("取消了号：%(service)s 第 %(n)s 号", **named)
            back = _bound(ticket_commands.undo, state, row.subject, at.station, row.last, now)
            found.append(Done(row.subject, row.since, "ticket", str(said), back))
    return found


def _orders(at: Here, person: str) -> list[Done]:
    now, actor = at.node.clock.now(), f"person/{person}"
    said = {
        "order.placed": N_("下了单：%(service)s %(n)s"),
        "order.withdrawn": N_("撤回了单：%(service)s %(n)s"),
        "order.confirmed": N_("说修好了：%(service)s %(n)s"),
        "order.disputed": N_("说没修好：%(service)s %(n)s"),
    }
    found = []
    for row in orders.of_person(at.db, person):
        state: orders_model.Order = at.node.state("order", person, row.subject)
        last = orders_model.last_step(state)
        if last.type not in said or last.actor != actor:
            continue
        if last.type == "order.placed":
            back = _bound(order_commands.withdraw, state, row.subject)
        else:
            back = _bound(order_commands.undo, state, row.subject, last.type, actor, now)
        words = _(said[last.type], service=at.names.service(row.service), n=row.number)
        found.append(Done(row.subject, last.time, "tool", str(words), back))
    return found


def _ratings(at: Here, person: str) -> list[Done]:
    today, now, found = at.node.clock.today(), at.node.clock.now(), []
    hers = [
        *((row.subject, row.service) for row in tickets.of_person(at.db, person, today)),
        *((row.subject, row.service) for row in orders.of_person(at.db, person)),
    ]
    for about, service in hers:
        row = ratings.of(at.db, about)
        subject = rating_commands.subject(about)
        state = at.node.state("rating", at.station, subject) if row else None
        if state is None or state.status != "answered":
            continue
        said = _("评价了：%(service)s", service=at.names.service(service))
        back = _bound(rating_commands.undo, state, about, at.station, now)
        found.append(Done(subject, state.since, "mood-smile", str(said), back))
    return found


def _messages(at: Here, person: str) -> list[Done]:
    found = []
    for row in messages.told_since(at.db, person, at.node.clock.today()):
        if row.told_by != f"person/{person}":
            continue
        state = at.node.state("message", person, row.subject)
        name = row.subject.partition("/")[2]
        back = _bound(message_commands.recall, state, name, person)
        found.append(Done(row.subject, row.told, "mail", str(_("听了给您的话")), back))
    return found


def _bound(command: Callable[..., Any], *given: Any) -> Callable[[], Draft | Refusal]:
    def back() -> Draft | Refusal:
        found: Draft | Refusal = command(*given)
        return found

    return back
