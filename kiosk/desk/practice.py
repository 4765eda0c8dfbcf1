"""练习: opens, ends and resets a practice station; the real one goes on beside it.

The practice is another process on other data. This page only links to it.
"""

from typing import Any
from urllib.parse import urlsplit

import flask

from kiosk.here import here
from kiosk.practice import founding
from kiosk.practice.running import Practice
from yizhan import web
from yizhan.access import may
from yizhan.errors import Refusal

screen = flask.Blueprint("practice", __name__)


def practice() -> Practice:
    """The practice of this station. None is begun from within a practice."""
    found: Practice | None = flask.current_app.extensions.get("yizhan.practice")
    if found is None:
        flask.abort(404)
    return found


@screen.get("/practice")
@may("desk.see")
def show() -> str:
    """What practising is, and the way in."""
    return _page()


def _page(sentence: str = "") -> str:
    doors = None if here().practice else practice().doors()
    host = urlsplit(flask.request.host_url).hostname or "127.0.0.1"
    return flask.render_template(
        "desk/practice.html", doors=doors, host=host, name=founding.NAME, sentence=sentence
    )


@screen.post("/practice")
@may("desk.serve")
def change() -> Any:
    """Open it, end it, or begin anew."""
    act = flask.request.form.get("do", "")
    try:
        if act == "start":
            practice().start(flask.current_app.extensions["yizhan.practice.host"])
        elif act == "reset":
            practice().reset()
        else:
            practice().stop()
    except Refusal as refusal:
        return _page(web.say(refusal)), 409
    return flask.redirect(flask.url_for("practice.show"), 303)
