"""Seeing better: larger text, black on white, a dark screen. For this visit alone.

The one key of the top bar makes the text larger at once and asks on its page whether that is
enough; another tap leads back to where she was. Knows looks, and nothing of what is shown.
"""

from typing import Any
from urllib.parse import urlsplit

import flask

from kiosk import identity
from kiosk.here import here
from kiosk.room import THEMES
from yizhan.access import PUBLIC, may

screen = flask.Blueprint("ease", __name__)


def way_back() -> str:
    """The page of ours that the request names as `next`, or the first one."""
    named = flask.request.values.get("next", "")
    parts = urlsplit(named)
    ours = named.startswith("/") and not named.startswith(("//", "/\\"))
    return named if ours and not parts.netloc and not parts.scheme else "/"


def look() -> dict[str, Any]:
    """How the page that is drawn looks."""
    visit = identity.visit()
    return {"theme": visit.theme or here().screen.theme, "large": visit.large}


@screen.get("/ease")
@may(PUBLIC)
def show() -> str:
    """Is it well to see like this?"""
    return flask.render_template("kiosk/ease.html", back=way_back())


@screen.post("/ease")
@may(PUBLIC)
def choose() -> Any:
    """Another look, seen at once; what is no choice changes nothing."""
    visit, asked = identity.visit(), flask.request.form
    if asked.get("large", "") in ("0", "1"):
        visit.large = asked["large"] == "1"
    if asked.get("theme", "") in THEMES:
        visit.theme = asked["theme"]
    return flask.redirect(flask.url_for("ease.show", next=way_back()), 303)
