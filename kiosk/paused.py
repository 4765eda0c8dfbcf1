"""A service that does not take place now: what she is told instead of its first screen."""

import datetime
from typing import Any

import flask
from flask_babel import get_locale
from flask_babel import gettext as _

from kiosk import menu
from kiosk.here import here
from kiosk.names import in_language
from yizhan import dates
from yizhan.access import PUBLIC, may
from yizhan.errors import N_, Refusal

screen = flask.Blueprint("paused", __name__)

STOPPED = N_("%(name)s现在停着：%(why)s")


@screen.get("/service/<service>/paused")
@may(PUBLIC)
def show(service: str) -> Any:
    """Why it does not take place, and until when; its first screen where it does again."""
    at = here()
    found = menu.offered(at.db, at.station, service, at.node.clock.today())
    if found is None or found.pause is None:
        return flask.redirect(flask.url_for("home.home"))
    pause = found.pause
    return flask.render_template(
        "kiosk/paused.html", service=found, why=_why(pause), until=_until(pause.until)
    )


def refuse(service: menu.Service) -> None:
    """Raise a Refusal that says why, where a service does not take place now."""
    if service.pause is not None:
        raise Refusal(STOPPED, name=in_language(service), why=_why(service.pause))


def _why(pause: menu.Pause) -> str:
    english = str(get_locale()).startswith("en")
    return (pause.reason_en if english else "") or pause.reason


def _until(day: str) -> str:
    if not day:
        return ""
    last, today = datetime.date.fromisoformat(day), here().node.clock.now().date()
    return str(_("停到%(day)s", day=dates.said(last, today, weekday=True)))
