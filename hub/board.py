"""What the street looks at: today's tickets, ratings with their n, what was set aside.

Reads only. A rate never leaves here without the counts that it must be read with.
"""

import datetime
from collections import Counter

import flask
import msgspec

from hub import here
from yizhan import web
from yizhan.access import may
from yizhan.errors import N_
from yizhan.services.people import projection as people
from yizhan.services.ratings.projection import Rate, rates
from yizhan.services.stations.projection import stations
from yizhan.services.tickets.projection import TicketRow, of_day
from yizhan.services.words.projection import unmatched
from yizhan.view import AsideRow

routes = flask.Blueprint("board", __name__)

ASIDE_MAX = 200
PERIODS = {"month": N_("本月"), "quarter": N_("本季度"), "year": N_("今年")}


class Counted(msgspec.Struct, frozen=True):
    """A station's tickets of a day."""

    name: str
    rows: list[TicketRow]
    counts: Counter[str]
    paid_fen: int


class Rated(msgspec.Struct, frozen=True):
    """A station's rates, one a service; the last line of a page is all stations together."""

    name: str
    rates: list[Rate]


@routes.get("/tickets")
@may("ticket.see")
def tickets() -> str:
    """Today's tickets at all stations."""
    day = here.node().clock.today()
    shown = {"day": day, "stations": [_counted(code, day) for code in _codes()]}
    if web.from_htmx():
        return web.fragment("hub/tickets.html", "list", **shown)
    return flask.render_template("hub/tickets.html", **shown)


@routes.get("/ratings")
@may("rating.see")
def ratings() -> str:
    """Satisfaction by station and service, each with served, offered, answered and passed."""
    period = flask.request.args.get("period", "quarter")
    if period not in PERIODS:
        flask.abort(404)
    since = _since(period, here.node().clock.now().date())
    db = here.node().db
    day = since.isoformat()
    shown = [Rated(here.name_of("station", code), rates(db, day, code)) for code in _codes()]
    return flask.render_template(
        "hub/ratings.html",
        stations=[one for one in shown if one.rates],
        total=rates(db, day),
        period=period,
        periods=PERIODS,
        since=since,
    )


@routes.get("/aside")
@may("aside.see")
def aside() -> str:
    """Records that were kept but did nothing, and why."""
    found = here.node().db.all(
        AsideRow.select()
        .where(AsideRow.network == here.node().network)
        .order_by(AsideRow.position.desc())
        .limit(ASIDE_MAX)
    )
    spoken = [
        (people.called(here.node().db, person), number, bool(fixed), audience.partition(":")[2])
        for audience, number, person, fixed in unmatched(here.node().db)
    ]
    return flask.render_template("hub/aside.html", rows=found, spoken=spoken)


def _codes() -> list[str]:
    """Every station: those of the register first, in its order."""
    listed = here.listing("station")
    return [*listed, *(row.code for row in stations(here.node().db) if row.code not in listed)]


def _counted(code: str, day: str) -> Counted:
    rows = of_day(here.node().db, code, day)
    counts = Counter(row.status for row in rows)
    return Counted(here.name_of("station", code), rows, counts, sum(row.paid_fen for row in rows))


def _since(period: str, today: datetime.date) -> datetime.date:
    if period == "month":
        return today.replace(day=1)
    first_month = 1 if period == "year" else today.month - (today.month - 1) % 3
    return today.replace(month=first_month, day=1)
