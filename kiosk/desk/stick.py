"""The keeper's page for the USB stick: write what waits, read in what the hub answered.

The work goes on in a thread of its own; this page asks every two seconds how far it is. Knows
sticks by where they are mounted; what is on them is sync's business.
"""

from typing import Any

import flask

from kiosk.here import here
from sync import errand, stick_work
from sync.status import unsent
from sync.stick_files import Places
from sync.stick_work import Doing, Said
from yizhan import web
from yizhan.access import may
from yizhan.errors import N_, Refusal

screen = flask.Blueprint("stick", __name__)

ACTS: dict[str, Doing] = {"export": "export", "import": "import"}
DOING = {"export": N_("写到U盘"), "import": N_("从U盘读入")}


def places() -> Places:
    """Where this station's sticks are found."""
    found: Places = flask.current_app.extensions["yizhan.sticks"]
    return found


def say(said: Said) -> str:
    """A sentence of the work, in the reader's language."""
    return web.say(Refusal(said.message, **said.values))


def _context(sentence: str = "") -> dict[str, Any]:
    history = stick_work.history(here().data)
    return {
        "sticks": places().sticks(),
        "history": history,
        "busy": bool(history) and history[0].result is None,
        "count": unsent(here().node),
        "doing": DOING,
        "say": say,
        "sentence": sentence,
    }


@screen.get("/stick")
@may("desk.see")
def show() -> str:
    """The sticks that are here and how far the work is; asked again every two seconds."""
    if web.from_htmx():
        return web.fragment("desk/stick.html", "sticks", **_context())
    return flask.render_template("desk/stick.html", **_context())


@screen.post("/stick/<act>")
@may("desk.carry")
def carry(act: str) -> Any:
    """Begin to write or to read in; the page shows how it goes on."""
    if act not in ACTS:
        flask.abort(404)
    at = here()
    try:
        stick = places().stick(flask.request.form.get("stick", ""))
        run = errand.begin(at.node, at.data, ACTS[act], stick)
    except Refusal as refusal:
        return flask.render_template("desk/stick.html", **_context(web.say(refusal))), 409
    stick_work.in_background(run, at.db.close)
    return flask.redirect(flask.url_for("stick.show"), 303)
