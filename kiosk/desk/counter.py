"""The queue at the counter: call, skip, finish and take the money, leave, collect, decline.

Every button names its ticket, so a second tap cannot call a second number.
"""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

import flask
import msgspec

from kiosk import menu
from kiosk.desk import login
from kiosk.here import here
from kiosk.menu import Pick, Service
from kiosk.tickets import form_id
from yizhan import web
from yizhan.access import may
from yizhan.errors import N_, Refusal
from yizhan.ids import new_id
from yizhan.services.people import projection as people
from yizhan.services.tickets import commands, model
from yizhan.services.tickets import projection as tickets
from yizhan.services.tickets.projection import TicketRow

screen = flask.Blueprint("counter", __name__)

AMOUNT = N_("收款金额要写成数字，例如 2 或 1.5")


class Line(msgspec.Struct, frozen=True):
    """One ticket as the keeper sees it."""

    id: str
    row: Any
    job: str
    called: str
    form: str


class Queue(msgspec.Struct, frozen=True):
    """One service's counter: who is being served, who waits, what waits to be collected."""

    service: Service
    serving: list[Line]
    waiting: list[Line]
    left: list[Line]


def line(row: TicketRow) -> Line:
    """A ticket with the names that belong to it."""
    service = menu.service(here().db, row.service)
    pick: Pick | None = service.pick(row.job) if service else None
    name = people.called(here().db, row.person) if row.person else ""
    return Line(row.subject.partition("/")[2], row, pick.name if pick else row.job, name, new_id())


def queues() -> list[Queue]:
    """Every ticket service of this station."""
    at, day = here(), here().node.clock.today()
    left = [line(row) for row in tickets.to_collect(at.db, at.station)]
    found = []
    for service in menu.of_flow(at.db, at.station, "ticket"):
        lines = [line(row) for row in tickets.queue(at.db, at.station, day, service.code)]
        found.append(
            Queue(
                service,
                [one for one in lines if one.row.status == "called"],
                [one for one in lines if one.row.status == "waiting"],
                [one for one in left if one.row.service == service.code],
            )
        )
    return found


@screen.get("/")
@may("desk.see")
def queue() -> str:
    """The queues; asked again every two seconds."""
    if web.from_htmx():
        return web.fragment("desk/queue.html", "queues", queues=queues())
    return flask.render_template("desk/queue.html", queues=queues())


@screen.get("/ticket/<ticket>")
@may("desk.see")
def serve(ticket: str) -> Any:
    """One ticket at the counter; a page that stands still while an amount is typed."""
    row = tickets.get(here().db, f"ticket/{ticket}")
    if row is None or row.station != here().station:
        flask.abort(404)
    if row.status not in ("waiting", "called", "left"):
        return flask.redirect(flask.url_for("counter.queue"))
    return flask.render_template("desk/ticket.html", line=line(row), sentence="")


def _finish(ticket: model.Ticket | None, subject: str, station: str) -> Any:
    form = flask.request.form
    paid_by = "code" if form.get("paid_by") == "code" else "cash"
    return commands.finish(ticket, subject, station, _fen(form.get("paid", "")), paid_by)


def _decline(ticket: model.Ticket | None, subject: str, station: str) -> Any:
    return commands.decline(ticket, subject, station, flask.request.form.get("reason", ""))


ACTS: dict[str, Callable[[model.Ticket | None, str, str], Any]] = {
    "call": commands.call,
    "skip": commands.skip,
    "leave": commands.leave,
    "finish": _finish,
    "decline": _decline,
}
ASKED = ("paid", "paid_by", "reason")


def _fen(yuan: str) -> int:
    """An amount as typed, in fen. Raises Refusal."""
    try:
        amount = Decimal(yuan.strip()) * 100
    except InvalidOperation as error:
        raise Refusal(AMOUNT) from error
    if not amount.is_finite() or amount != amount.to_integral_value():
        raise Refusal(AMOUNT)
    return int(amount)


@screen.post("/ticket/<ticket>/<act>")
@may("desk.serve")
def do(ticket: str, act: str) -> Any:
    """One step of a ticket, by the keeper who is signed in."""
    if act not in ACTS:
        flask.abort(404)
    try:
        _record(ticket, act)
    except Refusal as refusal:
        return _refused(ticket, refusal)
    if act == "call":
        return flask.redirect(flask.url_for("counter.serve", ticket=ticket), 303)
    return flask.redirect(flask.url_for("counter.queue"), 303)


def _record(ticket: str, act: str) -> None:
    at, subject, who = here(), f"ticket/{ticket}", login.keeper()
    asked = {"act": act, "ticket": ticket}
    asked |= {name: flask.request.form.get(name, "") for name in ASKED}
    outcome = at.node.record(
        form_id(),
        f"staff/{who.login if who else ''}",
        lambda: ACTS[act](at.node.state("ticket", at.station, subject), subject, at.station),
        asked=asked,
    )
    at.recorded(outcome)


def _refused(ticket: str, refusal: Refusal) -> Any:
    """The refusal, on the page where it happened, with the ticket as it now stands."""
    row = tickets.get(here().db, f"ticket/{ticket}")
    if row is None or row.station != here().station:
        raise refusal
    html = flask.render_template("desk/ticket.html", line=line(row), sentence=web.say(refusal))
    return html, 409
