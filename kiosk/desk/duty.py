"""上班、下班: a keeper says whether somebody who calls for help may count on her."""

from typing import Any

import flask

from kiosk.desk import login
from kiosk.here import here
from yizhan.access import may

screen = flask.Blueprint("duty", __name__)


@screen.get("/duty")
@may("desk.see")
def show() -> str:
    """Who is on duty, and what happens to a call for help now."""
    at, who = here(), login.keeper()
    own = who.login if who else ""
    return flask.render_template(
        "desk/duty.html",
        mine=next((one for one in at.duty.now() if one.login == own), None),
        phone=at.duty.phone(own),
        seconds=at.screen.help_seconds,
    )


@screen.post("/duty")
@may("desk.serve")
def change() -> Any:
    """She goes on or off duty, as herself only."""
    at, who = here(), login.keeper()
    if who is not None and flask.request.form.get("do") == "begin":
        at.duty.begin(who.login, who.name, flask.request.form.get("phone", ""))
    elif who is not None:
        at.duty.end(who.login)
    return flask.redirect(flask.url_for("duty.show"), 303)
