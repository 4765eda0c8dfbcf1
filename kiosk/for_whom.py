"""给谁办？ After her card: for herself, or for somebody who asked her to.

What is done then is done in the other's name, and the record says who did it.
"""

from typing import Any

import flask
from flask_babel import gettext as _

from kiosk import identity
from kiosk.here import here
from yizhan import registering
from yizhan.access import PUBLIC, may
from yizhan.ids import new_id
from yizhan.services.people import finding
from yizhan.services.people import projection as people

screen = flask.Blueprint("for_whom", __name__)

SHOWN_MAX = 3
"""Beside herself; who acts for more than three has them ended at the desk."""


@screen.get("/for-whom")
@may(PUBLIC)
def ask() -> Any:
    """Herself first, then each by name."""
    visit = identity.visit()
    if not visit.person:
        return flask.redirect(flask.url_for("home.home"))
    found = list(finding.principals(here().node, visit.myself).values())[:SHOWN_MAX]
    return flask.render_template("kiosk/for_whom.html", principals=found, me=_name(visit.myself))


def _name(person: str) -> str:
    return people.called(here().db, person)


@screen.post("/for-whom")
@may(PUBLIC)
def chosen() -> Any:
    """From here on it is done in this person's name."""
    visit, at = identity.visit(), here()
    if not visit.person:
        return flask.redirect(flask.url_for("home.home"), 303)
    myself, n = visit.myself, flask.request.form.get("n", "", type=str)
    found = dict(enumerate(finding.principals(at.node, myself).values(), 1))
    state = found.get(int(n)) if n.isdecimal() and len(n) < 3 else None
    visit.person, visit.called, visit.hand, visit.scope = myself, _name(myself), "", ()
    if state is not None:
        principal = finding.survivor(at.db, state.principal)
        visit.person, visit.hand, visit.scope = principal, myself, state.scope
        visit.hand_called, other = _name(myself), _name(principal) or state.principal_called
        visit.called = _("%(agent)s 替 %(other)s 办", agent=visit.hand_called, other=other)
        registering.meet(at.node, new_id(), visit.actor, principal)
    way_on, visit.way_on = visit.way_on, ""
    if visit.hand and not way_on.startswith("/service/"):
        way_on = ""
    return flask.redirect(way_on or flask.url_for("identity.me"), 303)
