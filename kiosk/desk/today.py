"""The day at this station: every number, the takings, and ratings with their denominators."""

import flask

from kiosk.desk import counter
from kiosk.here import here
from yizhan import web
from yizhan.access import may
from yizhan.errors import N_
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
