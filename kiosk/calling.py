"""叫人帮忙: the screen that waits with her until somebody comes, or says whom to ring up.

A call is a durable note at the desk. Nobody is promised who is not there: where no keeper is on
duty with a desk open, or nobody answers in time, the screen shows a person's number.
"""

from typing import Any, Literal

import flask
from flask_babel import gettext as _

from kiosk import identity
from kiosk.here import here
from kiosk.notes import HELP
from yizhan import web
from yizhan.access import PUBLIC, may
from yizhan.errors import N_

screen = flask.Blueprint("help", __name__)

EMERGENCY = "120"
ABOUT = N_("触摸屏旁")

Standing = Literal["ringing", "coming", "nobody"]


@screen.post("/help")
@may(PUBLIC)
def call() -> Any:
    """Somebody needs a person: the desk rings."""
    here().notes.leave(HELP, ABOUT, identity.visit().called)
    return flask.redirect(flask.url_for("help.show"), 303)


@screen.get("/help")
@may(PUBLIC)
def show() -> str:
    """How the call stands; asked again every two seconds."""
    context = _context()
    if web.from_htmx():
        return web.fragment("kiosk/help.html", "call", **context)
    return flask.render_template("kiosk/help.html", **context)


def _context() -> dict[str, Any]:
    at = here()
    on_duty, last = at.duty.now(), at.notes.call()
    phone = next((one.phone for one in on_duty if one.phone), at.listing.phone)
    now, who = standing(), last.answered_by if last else ""
    return {
        "standing": now,
        "who": who,
        "phone": phone,
        "emergency": EMERGENCY,
        "tell": _tell(now, who, phone),
    }


def _tell(now: Standing, who: str, phone: str) -> str:
    """What the screen says aloud, numbers digit by digit as one dictates them."""
    unwell = _("身体不舒服，打 %(number)s。", number=_dictated(EMERGENCY))
    if now == "coming":
        return str(_("%(name)s来了，请等一等。", name=who))
    if now == "ringing":
        return str(_("已经叫站长了，马上过来。请在这里等一等。"))
    call = _("现在找人，请打 %(number)s。", number=_dictated(phone)) if phone else ""
    nobody = _("没有人应。")
    return f"{nobody}{call}{unwell}"


def _dictated(number: str) -> str:
    """A telephone number in words, its groups apart."""
    digits = _("零幺二三四五六七八九")
    pause = str(_("，")).strip()
    said = "".join(digits[int(one)] if one in "0123456789" else pause for one in number)
    return " ".join(said) if digits.isascii() else said


def standing() -> Standing:
    """Whether somebody comes, may still come, or whether a number is all we have."""
    at = here()
    last = at.notes.call()
    if last and last.done:
        return "coming" if last.answered_by else "nobody"
    heard = at.desk_is_there() and at.duty.now()
    in_time = last is None or 0 <= at.duty.age(last.last) < at.screen.help_seconds
    return "ringing" if heard and in_time else "nobody"
