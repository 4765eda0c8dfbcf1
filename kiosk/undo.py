"""刚才办的: she takes back what she did last; a tap that comes too late says whom to ask."""

from typing import Any

import flask
from flask_babel import gettext as _

from kiosk import identity
from kiosk.here import here
from kiosk.lately import done
from kiosk.tickets import form_id
from yizhan.access import PUBLIC, may
from yizhan.errors import N_, Refusal
from yizhan.events import Draft
from yizhan.ids import new_id
from yizhan.services.undo import minutes_left

screen = flask.Blueprint("undo", __name__)

TITLE = 1
"""The title takes the room of one line."""
GONE = N_("这件事现在撤不回来了。有事请按“叫人帮忙”")


@screen.get("/undo")
@may(PUBLIC)
def show() -> Any:
    """What she did last, each with how long it can still be taken back."""
    visit = identity.visit()
    found = done(here(), visit)
    if not found:
        return flask.redirect(flask.url_for("identity.me" if visit.person else "home.home"))
    now, size = here().node.clock.now(), max(1, identity.space().matters - TITLE)
    page = max(0, flask.request.args.get("page", 0, type=int))
    lines = [(one, minutes_left(one.time, now)) for one in found[page * size :][:size]]
    more = len(found) > (page + 1) * size
    return flask.render_template("kiosk/undo.html", lines=lines, page=page, more=more)


@screen.get("/undo/<path:name>")
@may(PUBLIC)
def ask(name: str) -> Any:
    """Really take it back?"""
    one = next((one for one in done(here(), identity.visit()) if one.name == name), None)
    if one is None:
        return flask.redirect(flask.url_for("undo.show"))
    return flask.render_template(
        "kiosk/sure.html",
        question=_("%(what)s。要撤回吗？", what=one.said),
        consequence=_("撤回以后，就当没有点过。"),
        yes=_("撤回"),
        no=_("不撤"),
        action=flask.url_for("undo.take_back", name=name),
        back=flask.url_for("undo.show"),
        form=new_id(),
    )


@screen.post("/undo/<path:name>")
@may(PUBLIC)
def take_back(name: str) -> Any:
    """Taken back, by her."""
    at, visit = here(), identity.visit()

    def decide() -> Draft | Refusal:
        one = next((one for one in done(at, visit) if one.name == name), None)
        return one.back() if one else Refusal(GONE)

    asked = {"undo": name, "person": visit.person}
    at.recorded(at.node.record(form_id(), visit.actor, decide, asked=asked))
    return flask.render_template("kiosk/undone.html")
