"""The day at this station: what to do, every number, the takings, ratings; and closing time."""

from typing import Any

import flask

from kiosk import words
from kiosk.desk import counter, todo
from kiosk.here import here
from yizhan import web
from yizhan.access import may
from yizhan.errors import N_
from yizhan.services.orders.projection import OrderRow
from yizhan.services.people import projection as people
from yizhan.services.ratings import projection as ratings
from yizhan.services.tickets import projection as tickets

screen = flask.Blueprint("today", __name__)

STATUS = {
    "waiting": N_("等着"),
    "called": N_("正在办"),
    "finished": N_("做好了"),
    "left": N_("待取"),
    "declined": N_("做不了"),
    "withdrawn": N_("取消了"),
}


@screen.get("/today")
@may("desk.see")
def show() -> str:
    """Today's list; asked again every two seconds."""
    at, day = here(), here().node.clock.today()
    month = day[:8] + "01"
    context = {
        "todos": todo.todos(),
        "lines": [counter.line(row) for row in tickets.of_day(at.db, at.station, day)],
        "takings": tickets.takings(at.db, at.station, day),
        "rates": ratings.rates(at.db, month, at.station),
        "service_name": at.names.service,
        "status_words": STATUS,
        "since": month,
    }
    if web.from_htmx():
        return web.fragment("desk/today.html", "day", **context)
    return flask.render_template("desk/today.html", **context)


@screen.get("/today/closing")
@may("desk.see")
def closing() -> str:
    """收摊: what is still open and why, and what should lie in the drawer."""
    at, open_ = here(), todo.still_open()
    day = at.node.clock.today()
    return flask.render_template(
        "desk/closing.html",
        open=open_,
        tickets=[counter.line(row) for row in open_.tickets],
        orders=[_order(row) for row in open_.orders],
        takings=tickets.takings_by(at.db, at.station, day),
        status_words=STATUS,
        today=day,
    )


def _order(row: OrderRow) -> dict[str, Any]:
    """One open order: whose, how it stands and since when."""
    at = here()
    today = at.node.clock.today()
    state = at.node.state("order", row.person, row.subject)
    return {
        "number": row.number,
        "service": at.names.service(row.service),
        "called": people.called(at.db, row.person),
        "standing": words.order(state, at.names, today) if state else "",
        "since": words.moment(row.since, today),
        "still": todo.still_too_long(row, todo.days_ago(at, todo.QUIET_DAYS)),
    }
