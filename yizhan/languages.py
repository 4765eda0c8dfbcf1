"""The languages that a page can be read in, and the one that a browser of the staff chose.

The choice stands in the browser's cookie and outlives signing in and out. Knows no page.
"""

from typing import Any

import flask

from yizhan import web

LANGUAGES = {"zh_CN": "zh-CN", "en": "en"}
"""By the name that Babel knows: the name that HTML knows."""


def chosen() -> str:
    """The language that this browser chose; Chinese unless it chose another."""
    found = flask.session.get("language", "zh_CN")
    return found if found in LANGUAGES else "zh_CN"


def for_html() -> dict[str, str]:
    """What a page's frame must know."""
    return {"lang": LANGUAGES[chosen()]}


def choose(otherwise: str) -> Any:
    """Answer a form that chooses a language: back to its page, or else to this one."""
    wanted = flask.request.form.get("language", "")
    if wanted not in LANGUAGES:
        flask.abort(400)
    flask.session["language"] = wanted
    return flask.redirect(web.back_to(otherwise), 303)


def forget_all_else() -> None:
    """Empty this browser's session but for its language."""
    kept = chosen()
    flask.session.clear()
    flask.session["language"] = kept
