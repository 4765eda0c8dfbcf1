"""Is it she? Somebody at the touchscreen wants to see what a found card must not open.

The keeper looks up and says so. Who vouched for whom is recorded, and goes to the hub alone.
"""

from typing import Any

import flask

from kiosk.desk import login
from kiosk.here import here
from yizhan.access import may
from yizhan.ids import new_id, valid_id
from yizhan.services.people import looks

screen = flask.Blueprint("herself", __name__)


@screen.app_context_processor
def asking() -> dict[str, Any]:
    """Who waits for a look, for the page of matters."""
    return {"asking": here().visits.asking() if login.keeper() else []}


@screen.post("/herself/<visit>")
@may("desk.serve")
def say(visit: str) -> Any:
    """是本人, or 不是."""
    if not valid_id(visit):
        flask.abort(404)
    yes, at, keeper = flask.request.form.get("herself") == "yes", here(), login.keeper()
    person = at.visits.seen(visit, yes)
    if person and yes and keeper:
        draft = looks.look(person, looks.VOUCHED)
        at.recorded(at.node.record(new_id(), f"staff/{keeper.login}", lambda: draft))
    return flask.redirect(flask.url_for("matters.show"), 303)
