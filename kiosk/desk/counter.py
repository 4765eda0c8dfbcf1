"""The queue at the counter: call, skip, finish and take the money, leave, collect, decline, undo.

Every button names its ticket, so a second tap cannot call a second number.
"""

import datetime
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

import flask
import msgspec
from flask_babel import gettext as _

from kiosk import menu, words
from kiosk.desk import login
from kiosk.here import here
from kiosk.menu import Pick, Service
from kiosk.names import in_language
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
TOO_LITTLE = N_("收到的比要收的少，请再数一下")
REASONS = (N_("没有合适的材料"), N_("太旧了，怕弄坏"), N_("这里做不了这一样"))
"""Why something cannot be done, in one tap."""

STEPS_SHOWN = 3


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
    return Line(
        row.subject.partition("/")[2], row, in_language(pick) if pick else row.job, name, new_id()
    )


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


def just_now() -> list[Line]:
    """The last steps at this counter that can still be taken back, newest first."""
    at, now = here(), here().node.clock.now()
    since = now - datetime.timedelta(seconds=commands.UNDO_SECONDS)
    rows = tickets.steps_since(at.db, at.station, since.isoformat(timespec="seconds"))
    return [line(row) for row in rows[:STEPS_SHOWN]]


def _step_words() -> dict[str, str]:
    """What was done, as the keeper says it."""
    return {
        "ticket.called": _("叫了号"),
        "ticket.skipped": _("过了号"),
        "ticket.finished": _("办好了"),
        "ticket.left": _("留下待取"),
        "ticket.declined": _("退回了"),
        "ticket.withdrawn": _("自己取消了"),
    }


def _context() -> dict[str, Any]:
    at, day = here(), here().node.clock.today()
    rows = tickets.of_day(at.db, at.station, day)
    return {
        "queues": queues(),
        "takings": tickets.takings(at.db, at.station, day),
        "done": sum(row.status == "finished" for row in rows),
        "numbers": len(rows),
        "just_now": just_now(),
        "step_words": _step_words(),
    }


@screen.get("/")
@may("desk.see")
def queue() -> str:
    """The queues; asked again every two seconds."""
    if web.from_htmx():
        return web.fragment("desk/queue.html", "queues", **_context())
    return flask.render_template("desk/queue.html", **_context())


@screen.get("/ticket/<ticket>")
@may("desk.see")
def serve(ticket: str) -> Any:
    """One ticket at the counter; a page that stands still while an amount is typed."""
    row = tickets.get(here().db, f"ticket/{ticket}")
    if row is None or row.station != here().station:
        flask.abort(404)
    if row.status not in ("waiting", "called", "left"):
        return flask.redirect(flask.url_for("counter.queue"))
    return _page(row)


def _page(row: TicketRow, sentence: str = "") -> str:
    return flask.render_template(
        "desk/ticket.html", line=line(row), sentence=sentence, reasons=REASONS
    )


def _finish(ticket: model.Ticket | None, subject: str, station: str) -> Any:
    form = flask.request.form
    paid_by = "code" if form.get("paid_by") == "code" else "cash"
    paid = _fen(form.get("paid", ""))
    if _change(paid, paid_by) < 0:
        raise Refusal(TOO_LITTLE)
    return commands.finish(ticket, subject, station, paid, paid_by)


def _change(paid: int, paid_by: str) -> int:
    """What goes back to her of the cash that she gave, in fen. Raises Refusal."""
    given = flask.request.form.get("given", "").strip()
    if not given or paid_by != "cash":
        return 0
    cash = _fen(given)
    if cash > commands.PRICE_MAX_FEN:
        raise Refusal(AMOUNT)
    return cash - paid


def _decline(ticket: model.Ticket | None, subject: str, station: str) -> Any:
    form = flask.request.form
    return commands.decline(
        ticket, subject, station, form.get("pick", "") or form.get("reason", "")
    )


def _undo(ticket: model.Ticket | None, subject: str, station: str) -> Any:
    step = flask.request.form.get("step", "")
    return commands.undo(ticket, subject, station, step, here().node.clock.now())


ACTS: dict[str, Callable[[model.Ticket | None, str, str], Any]] = {
    "call": commands.call,
    "skip": commands.skip,
    "leave": commands.leave,
    "finish": _finish,
    "decline": _decline,
    "undo": _undo,
}
ASKED = ("paid", "paid_by", "reason", "pick", "step")


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
    _say(ticket, act)
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


def _say(ticket: str, act: str) -> None:
    """What was done, on the next page: with money, what was taken and what goes back."""
    row = tickets.get(here().db, f"ticket/{ticket}")
    if row is None or act not in ("finish", "undo"):
        return
    if act == "undo":
        flask.flash(_("%(n)s 号的上一步撤销了", n=row.number))
        return
    said = _("%(n)s 号办好了，收了 %(sum)s", n=row.number, sum=words.yuan(row.paid_fen))
    change = _change(row.paid_fen, row.paid_by)
    flask.flash(said + (_("，找 %(sum)s", sum=words.yuan(change)) if change else ""))


def _refused(ticket: str, refusal: Refusal) -> Any:
    """The refusal, on the page where it happened, with the ticket as it now stands."""
    row = tickets.get(here().db, f"ticket/{ticket}")
    if row is None or row.station != here().station:
        raise refusal
    return _page(row, web.say(refusal)), 409
