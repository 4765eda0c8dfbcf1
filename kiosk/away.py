"""The page that the browser keeps for when this process is gone, and the worker that shows it.

Without it a dead process leaves the browser's own error page, in English, with no way on. Says
nothing about anybody: the same for whoever stands there.
"""

import hashlib

import flask
import msgspec
from flask_babel import force_locale

from kiosk.calling import EMERGENCY
from kiosk.here import here
from yizhan import web
from yizhan.access import PUBLIC, may
from yizhan.languages import LANGUAGES

screen = flask.Blueprint("away", __name__)

PAGE = "/away"
SHEETS = ("/screen.css", "/static/css/tokens.css", "/static/css/kiosk/away.css")
SCRIPT, PICTURE = "/static/js/away.js", "/static/img/boat.svg"
WORKER = web.ROOT / "static" / "js" / "worker.js"


def shell() -> list[str]:
    """What the browser keeps: the page first, then what it is drawn with."""
    return [PAGE, *SHEETS, SCRIPT, PICTURE]


@screen.get(PAGE)
@may(PUBLIC)
def page() -> str:
    """马上就好, in every language that we speak: who stands there is not known."""
    phone, parts = here().listing.phone, []
    for language, lang in LANGUAGES.items():
        with force_locale(language):
            parts.append(
                flask.render_template(
                    "kiosk/away_words.html", lang=lang, phone=phone, emergency=EMERGENCY
                )
            )
    return flask.render_template(
        "kiosk/away.html", parts=parts, sheets=SHEETS, script=SCRIPT, picture=PICTURE
    )


@screen.get("/worker.js")
@may(PUBLIC)
def worker() -> flask.Response:
    """The worker, with a mark that changes when anything it keeps does: then it fetches anew."""
    code, at = WORKER.read_text("utf-8"), here()
    built = str(flask.current_app.jinja_env.globals["built"])
    told = f"{built} {at.screen.inches} {at.listing.phone} {code}"
    mark = "yizhan-" + hashlib.blake2b(told.encode(), digest_size=8).hexdigest()
    head = f"const MARK = {msgspec.json.encode(mark).decode()};\n"
    head += f"const SHELL = {msgspec.json.encode(shell()).decode()};\n"
    return flask.Response(head + code, mimetype="text/javascript")
