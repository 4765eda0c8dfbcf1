"""The hub's page for USB sticks: read one in, and see by station what came.

Reading goes on in a thread of its own; this page asks every two seconds how far it is. The
rescue of a dead machine's stick needs an administrator, whose name stands in the journal.
Knows sticks by where they are mounted on this machine.
"""

from pathlib import Path
from typing import Any

import flask

from hub import here
from sync import errand, stick_work
from sync.stick_files import Places
from sync.stick_work import Said
from yizhan import web
from yizhan.access import may
from yizhan.errors import N_, Refusal

routes = flask.Blueprint("stick", __name__)

DOING = {"import": N_("读入U盘"), "rescue": N_("救回")}


def places() -> Places:
    """Where sticks are found on this machine."""
    found: Places = flask.current_app.extensions["sticks"]
    return found


def say(said: Said) -> str:
    """A sentence of the work, in the reader's language."""
    return web.say(Refusal(said.message, **said.values))


def _data() -> Path:
    found: Path = flask.current_app.extensions["data"]
    return found


def _context(sentence: str = "") -> dict[str, Any]:
    history = stick_work.history(_data())
    return {
        "sticks": places().sticks(),
        "history": history,
        "busy": bool(history) and history[0].result is None,
        "doing": DOING,
        "say": say,
        "sentence": sentence,
    }


@routes.get("/stick")
@may("stick.see")
def show() -> str:
    """The sticks that are here and what came in; asked again every two seconds."""
    if web.from_htmx():
        return web.fragment("hub/stick.html", "sticks", **_context())
    return flask.render_template("hub/stick.html", **_context())


@routes.post("/stick/read")
@may("stick.read")
def read() -> Any:
    """Begin to read in a stick."""
    return _begin("")


@routes.post("/stick/rescue")
@may("stick.rescue")
def rescue() -> Any:
    """Begin to read in a dead machine's stick, on the word of who is signed in."""
    return _begin(here.actor())


def _begin(by: str) -> Any:
    try:
        stick = places().stick(flask.request.form.get("stick", ""))
        run = errand.begin_at_hub(here.sync_hub(), _data(), stick, by)
    except Refusal as refusal:
        return flask.render_template("hub/stick.html", **_context(web.say(refusal))), 409
    stick_work.in_background(run, here.node().db.close)
    return flask.redirect(flask.url_for("stick.show"), 303)
