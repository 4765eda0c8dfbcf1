"""The large screen on the wall: numbers called, who is next, what is on today. Only to look at.

It stands in the room for everybody: numbers and services, never a name. It is a page of the
desk's app, because the touchscreen answers on its own machine alone. All of it is this station's
own, so it goes on without the hub. Its script asks every two seconds, and says when nobody answers.
"""

import datetime
from typing import Any

import flask
import msgspec

from kiosk import board, calendar, menu
from kiosk.here import here
from kiosk.names import in_language
from sync import status
from yizhan.access import PUBLIC, may
from yizhan.services.tickets import projection as tickets
from yizhan.services.tickets.projection import TicketRow

screen = flask.Blueprint("wall", __name__)

FRESH_SECONDS = 30
CALLED_SHOWN, NEXT_SHOWN, NOTICES_SHOWN = 4, 2, 3


class Called(msgspec.Struct, frozen=True):
    """A number that is called; `fresh` for half a minute."""

    number: int
    service: str
    fresh: bool


class Line(msgspec.Struct, frozen=True):
    """Who is next at a service, and how many more wait than are shown."""

    service: str
    numbers: list[int]
    more: int


@screen.get("/wall")
@may(PUBLIC)
def show() -> str:
    """The whole page."""
    return flask.render_template("kiosk/wall.html", **_context())


@screen.get("/wall/now")
@may(PUBLIC)
def now() -> str:
    """What its script puts in place, where it differs."""
    return flask.render_template("kiosk/wall_now.html", **_context())


@screen.get("/wall.css")
@may(PUBLIC)
def millimetres() -> flask.Response:
    """The size of this wall's hanzi: from its diagonal and how far off it is read."""
    one = here().screen
    css = (
        f":root {{ --mm: calc(hypot(100vw, 100vh) / {one.wall_inches * 25.4:.2f}); "
        f"--hanzi: {one.wall_hanzi_mm}; }}\n"
    )
    return flask.Response(css, mimetype="text/css")


def _context() -> dict[str, Any]:
    at, clock = here(), here().node.clock
    lines = [
        (in_language(one), tickets.queue(at.db, at.station, clock.today(), one.code))
        for one in menu.of_flow(at.db, at.station, "ticket")
    ]
    return {
        "called": _called(lines, clock.now()),
        "lines": [line for name, rows in lines if (line := _next(name, rows)).numbers],
        "board": board.on_now(at)[:NOTICES_SHOWN],
        "day": calendar.today_parts(clock),
        "time": clock.stamp()[11:16],
        "hours": menu.hours(at.db, at.station),
        "unsent": status.unsent(at.node),
    }


def _called(lines: list[tuple[str, list[TicketRow]]], moment: datetime.datetime) -> list[Called]:
    """Those called last come first."""
    rows = [(row, name) for name, line in lines for row in line if row.status == "called"]
    rows.sort(key=lambda pair: pair[0].since, reverse=True)
    return [
        Called(row.number, name, _fresh(row.since, moment)) for row, name in rows[:CALLED_SHOWN]
    ]


def _fresh(since: str, moment: datetime.datetime) -> bool:
    try:
        age = (moment - datetime.datetime.fromisoformat(since)).total_seconds()
    except (TypeError, ValueError):
        return False
    return 0 <= age < FRESH_SECONDS


def _next(name: str, rows: list[TicketRow]) -> Line:
    waiting = [row.number for row in rows if row.status == "waiting"]
    return Line(name, waiting[:NEXT_SHOWN], max(0, len(waiting) - NEXT_SHOWN))
