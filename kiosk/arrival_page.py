"""上次没办完的，接着办？ Asked at the tap after a visit that ended in the middle of something."""

from typing import Any

import flask

from kiosk import arrival, identity
from kiosk.here import here
from yizhan.access import PUBLIC, may

screen = flask.Blueprint("arrival_page", __name__)


@screen.get("/unfinished")
@may(PUBLIC)
def unfinished() -> Any:
    """Go on, not now, or not at all: nothing is thrown away without her word."""
    visit = identity.visit()
    drafts = here().drafts.of(visit.person) if visit.person else []
    if not drafts:
        return flask.redirect(flask.url_for("identity.me"))
    return flask.render_template(
        "kiosk/unfinished.html",
        draft=drafts[-1],
        name=here().names.service(drafts[-1].service),
        later=arrival.after_draft(here(), visit),
    )
