"""/pretend: the buttons of pretended devices, for trying a station without its hardware.

Only there when the kiosk was started with --pretend.
"""

from typing import Any

import flask
import msgspec

from kiosk.desk import equipment
from kiosk.devices.pretend import PretendDevices
from kiosk.here import here
from yizhan import web
from yizhan.access import PUBLIC, may
from yizhan.errors import Corrupt

screen = flask.Blueprint("pretend", __name__)

CAST = "cast.json"
SLIPS_SHOWN = 3


class Card(msgspec.Struct, frozen=True):
    """A card of the sample network's cast."""

    called: str
    card: str


def cast() -> list[Card]:
    """The cards that lie on the table: a file beside the database, made with the sample."""
    path = here().data / CAST
    if not path.exists():
        return []
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[Card])
    except msgspec.MsgspecError as error:
        raise Corrupt(f"{path.name} 损坏：{error}") from error


def _devices() -> PretendDevices:
    pretended = here().devices.pretend
    if pretended is None:
        flask.abort(404)
    return pretended


@screen.get("/pretend")
@may(PUBLIC)
def show() -> str:
    """Cards, cables, paper; the paper is asked again every two seconds."""
    slips = _devices().slips()[-SLIPS_SHOWN:][::-1]
    devices = equipment.devices()
    if web.from_htmx():
        return web.fragment("kiosk/pretend.html", "paper", slips=slips, devices=devices)
    return flask.render_template("kiosk/pretend.html", cast=cast(), slips=slips, devices=devices)


@screen.post("/pretend")
@may(PUBLIC)
def press() -> Any:
    """Press one button: the words of the command line, and a number where one is typed."""
    words = flask.request.form.get("words", "").split()
    typed = flask.request.form.get("typed", "").strip()
    said = _devices().do([*words, typed] if typed else words)
    flask.flash(said)
    return flask.redirect(flask.url_for("pretend.show"), 303)
