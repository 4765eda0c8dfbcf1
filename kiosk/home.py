"""The first screen, the frame around every screen, language, and 完成."""

from typing import Any

import flask
import msgspec

from kiosk import board, calendar, ease, free, identity, menu, setting
from kiosk.here import here
from kiosk.names import in_language
from sync import status
from yizhan.access import PUBLIC, may
from yizhan.languages import LANGUAGES
from yizhan.services.tickets import projection as tickets

screen = flask.Blueprint("home", __name__)


class Called(msgspec.Struct, frozen=True):
    """A number that is being called now, and to what; `spoken` is what is called to the room."""

    number: int
    service: str
    spoken: str


def called_now() -> list[Called]:
    """Today's numbers that are being called, by service."""
    at, day = here(), here().node.clock.today()
    return [
        Called(number, in_language(service), service.name)
        for service in menu.of_flow(at.db, at.station, "ticket")
        for number in tickets.called(at.db, at.station, day, service.code)
    ]


def now() -> dict[str, Any]:
    """What changes by itself on every screen: time, what is not yet uploaded, who is called."""
    clock = here().node.clock
    return {
        "time": clock.stamp()[11:16],
        "clock_unsure": clock.quality() == "unsure",
        "unsent": status.unsent(here().node),
        "called": called_now(),
    }


def frame() -> dict[str, Any]:
    """What the frame of every page shows."""
    at = here()
    return {
        "visit": identity.visit(),
        "station": at.listing,
        "idle": at.screen.idle_seconds,
        "warn": at.screen.warn_seconds,
        "volume": setting.volume(at.db, at.station),
        "seen": at.devices.events.last,
        **ease.look(),
        **now(),
    }


@screen.get("/")
@may(PUBLIC)
def home() -> Any:
    """What is on offer here; for somebody who laid a card, with what is hers."""
    if identity.visit().person:
        return flask.redirect(flask.url_for("identity.me"))
    return flask.render_template("kiosk/home.html", tiles=free.tiles(here()), **today())


def today() -> dict[str, Any]:
    """The day in words, and what hangs on the board for it."""
    return {"day": calendar.today_parts(here().node.clock), "board": board.on_now(here())}


@screen.get("/today")
@may(PUBLIC)
def what_is_on() -> str:
    """Everything of the board that counts today."""
    page, size = max(0, flask.request.args.get("page", 0, type=int)), identity.space().notices
    hanging = board.on_now(here())
    return flask.render_template(
        "kiosk/what_is_on.html",
        day=calendar.today_parts(here().node.clock),
        board=hanging[page * size : (page + 1) * size],
        page=page,
        more=len(hanging) > (page + 1) * size,
    )


@screen.get("/now")
@may(PUBLIC)
def refresh() -> str:
    """The strip, the clock and the called number, for pages that stand still."""
    return flask.render_template("kiosk/now.html")


@screen.get("/screen.css")
@may(PUBLIC)
def millimetres() -> flask.Response:
    """How many CSS pixels a millimetre of this screen has (its diagonal divided by inches), and
    how many millimetres a hanzi."""
    one = here().screen
    css = (
        f":root {{ --mm: calc(hypot(100vw, 100vh) / {one.inches * 25.4:.2f}); "
        f"--hanzi: {one.hanzi_mm}; }}\n"
    )
    return flask.Response(css, mimetype="text/css")


@screen.post("/language")
@may(PUBLIC)
def choose_language() -> Any:
    """Chinese or English, for this visit; on the page where she is."""
    chosen = flask.request.form.get("language", "")
    if chosen in LANGUAGES:
        identity.visit().language = chosen
    return flask.redirect(ease.way_back(), 303)


@screen.post("/finish")
@may(PUBLIC)
def finish() -> Any:
    """完成, or nobody answered: forget who stood here. Drafts stay."""
    identity.leave()
    return flask.redirect(flask.url_for("home.home"), 303)
