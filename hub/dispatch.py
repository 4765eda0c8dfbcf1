"""The dispatcher's pages: what waits, who could do it, send, see how it goes on (M26, M27).

Knows orders and the register of partners. Name, phone and address of a resident are opened
only on the dispatcher's explicit wish; surname and honorific are enough for the rest.
"""

from typing import Any

import flask
import msgspec
from flask_babel import gettext as _

from hub import here, photos, words
from hub.due import Due, due
from yizhan import web
from yizhan.access import may
from yizhan.errors import N_, Refusal
from yizhan.events import Draft
from yizhan.ids import new_id, valid_id
from yizhan.record import opened
from yizhan.services.orders import commands, model
from yizhan.services.orders import projection as orders
from yizhan.services.orders.projection import OrderRow

routes = flask.Blueprint("dispatch", __name__)

PRIVATE = ("name", "phone", "address")
SENDABLE = tuple(
    status for status, legal in model.LEGAL.items() if status and model.Dispatched.type in legal
)


class Line(msgspec.Struct, frozen=True):
    """An order as the lists show it."""

    id: str
    row: OrderRow
    called: str
    due: Due
    over: bool
    reason: str


class Candidate(msgspec.Struct, frozen=True):
    """A partner that could be asked; `load` is how many open jobs it has."""

    code: str
    name: str
    sector: str
    load: int
    able: bool
    before: str
    """What this partner already said to this order, if anything."""


@routes.get("/orders")
@may("order.see")
def orders_() -> str:
    """What waits for the dispatcher, oldest first, and what is under way, overdue first."""
    db = here.node().db
    waiting, under_way = orders.waiting(db), orders.under_way(db)
    here.meet(row.person for row in (*waiting, *under_way))
    shown = {
        "waiting": [line(row) for row in waiting],
        "under_way": sorted((line(row) for row in under_way), key=lambda one: not one.over),
    }
    if web.from_htmx():
        return web.fragment("hub/orders.html", "board", **shown)
    return flask.render_template("hub/orders.html", **shown)


@routes.get("/orders/<order>")
@may("order.see")
def order_(order: str) -> str:
    """One order: its story, and to whom it could go."""
    return _page(find(order))


@routes.post("/orders/<order>/dispatch")
@may("order.dispatch")
def dispatched(order: str) -> Any:
    """Send the order to a partner, or to another one."""
    row = find(order)
    partner = flask.request.form.get("partner", "")
    try:
        _send(row.subject, partner)
    except Refusal as refusal:
        return _page(find(order), web.say(refusal)), 409
    said = _("%(number)s 已派给%(name)s", number=row.number, name=here.name_of("partner", partner))
    flask.flash(said, "good")
    return flask.redirect(flask.url_for("dispatch.orders_"), 303)


@routes.get("/orders/<order>/photo/<digest>")
@may("order.see")
def photo(order: str, digest: str) -> flask.Response:
    """A photo that staff attached to the order."""
    row = find(order)
    return photos.answer(state_of(row), row.subject, digest)


@routes.get("/orders/<order>/voice/<digest>")
@may("order.see")
def voice(order: str, digest: str) -> flask.Response:
    """What the resident said with the order."""
    row = find(order)
    return photos.sound(state_of(row), row.subject, digest)


@routes.post("/orders/<order>/contact")
@may("order.contact")
def contact(order: str) -> str:
    """Show how to reach the resident: for the dispatcher alone, and only when asked."""
    return _page(find(order), contact=private(find(order).person))


def find(order: str) -> OrderRow:
    """An order by the id in its address; 404 where there is none."""
    row = orders.get(here.node().db, f"order/{order}") if valid_id(order) else None
    if row is None:
        flask.abort(404)
    return row


def private(person: str) -> dict[str, str]:
    """Name, phone and address in clear; empty where they were never given, or erased."""
    return {
        name: opened(here.node(), "person", person, f"person/{person}", name) for name in PRIVATE
    }


def state_of(row: OrderRow) -> model.Order:
    """The order with its story."""
    found: model.Order = here.node().state("order", row.person, row.subject)
    return found


def line(row: OrderRow) -> Line:
    """An order for a list, with the reason where it came back."""
    now = here.node().clock.now()
    owed = due(row, now)
    came_back = row.status in model.WAITING and row.status != "submitted"
    reason = words.reason(model.last_step(state_of(row)).note) if came_back else ""
    id_ = row.subject.partition("/")[2]
    return Line(id_, row, here.called(row.person), owed, owed.over(now), reason)


def _send(subject: str, partner: str) -> None:
    def decide() -> Draft | Refusal:
        if partner and partner not in here.listing("partner"):
            return Refusal(N_("登记册里没有这家单位，请重新选一家"))
        row = orders.get(here.node().db, subject)
        return commands.dispatch(state_of(row) if row else None, subject, partner)

    asked = {"do": "dispatch", "order": subject, "partner": partner}
    here.node().record(here.form_id(), here.actor(), decide, asked=asked)


def candidates(row: OrderRow) -> list[Candidate]:
    """All partners: those able to do this service first, the least loaded of them on top."""
    said = _said(row)
    found = [
        Candidate(
            code=code,
            name=str(fields.get("name", code)),
            sector=str(fields.get("sector", "")),
            load=orders.load(here.node().db, code),
            able=row.service in (fields.get("capabilities") or ()),
            before=said.get(code, ""),
        )
        for code, fields in here.listing("partner").items()
        if not (row.status == "dispatched" and code == row.partner)
    ]
    return sorted(found, key=lambda one: (not one.able, bool(one.before), one.load))


def _said(row: OrderRow) -> dict[str, str]:
    """What each partner already answered to this order: declined, could not, was disputed."""
    said, holder = {}, ""
    for step in state_of(row).steps:
        if step.type == "order.dispatched":
            holder = step.note
        elif step.type in ("order.declined", "order.unfinished", "order.disputed"):
            said[holder] = words.event(step.type)
    return said


def _page(row: OrderRow, refusal: str = "", contact: dict[str, str] | None = None) -> str:
    all_, order = candidates(row) if row.status in SENDABLE else [], state_of(row)
    return flask.render_template(
        "hub/order.html",
        line=line(row),
        row=row,
        order=order,
        photos=photos.shown(order),
        voices=photos.spoken(order),
        able=[one for one in all_ if one.able],
        others=[one for one in all_ if not one.able],
        refusal=refusal,
        contact=contact,
        form=new_id(),
    )
