"""How pages come by sound: clips by their names, and which clips say what a page says.

Knows Flask and the speaker; knows no engine. A clip that is not made yet is answered with 204,
so that a page asks again and nobody waits in a thread.
"""

import hashlib
from html import unescape
from typing import Any

import flask

from kiosk import home, identity
from kiosk.here import here
from kiosk.speech import calls, heard
from yizhan.access import PUBLIC, may

screen = flask.Blueprint("speech", __name__)

TEXT_MAX = 300


def furnish(app: flask.Flask) -> None:
    """What the frame of a page needs to be heard."""
    app.jinja_env.filters["spoken"] = spoken
    app.jinja_env.globals.update(clips=clips, call_clips=call_clips, visit_mark=mark)


def spoken(page: str, language: str = "zh_CN", asked: bool = False) -> str:
    """What a drawn page says; `asked` also what is said to nobody who did not ask."""
    return heard.lines(page, asked)


def clips(text: str) -> str:
    """The names of the clips that say this text, in the language of this visit."""
    return " ".join(here().speaker.names(unescape(str(text)), identity.visit().language))


def mark() -> str:
    """Says whether a page is still the same visit, and not which."""
    return hashlib.blake2b(identity.visit().id.encode(), digest_size=6).hexdigest()


def call_clips() -> str:
    """The numbers that are called now, as JSON for speech.js."""
    return calls.told("screen", home.called_now())


@screen.get("/speech/<name>")
@may(PUBLIC)
def clip(name: str) -> flask.Response:
    """A clip; nothing yet while it is being made."""
    return calls.played(name)


@screen.post("/speech")
@may(PUBLIC)
def say() -> Any:
    """The clips for a sentence that a page shows by itself: a card left lying, two cards."""
    text = flask.request.form.get("text", "")[:TEXT_MAX]
    return flask.jsonify(clips=clips(text).split())
