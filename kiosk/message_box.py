"""The message box: opens at the next tap, one thing a screen, and is told once for all stations."""

from typing import Any

import flask

from kiosk import identity, news
from kiosk.here import here
from kiosk.tickets import form_id
from yizhan.access import PUBLIC, may
from yizhan.errors import Refusal
from yizhan.events import Draft
from yizhan.ids import new_id
from yizhan.services.messages import commands

screen = flask.Blueprint("message_box", __name__)

LATER = "later"
"""In the address: so many were put off in this visit."""


@screen.get("/messages")
@may(PUBLIC)
def show() -> Any:
    """The next thing to tell her; what is hers when all is told."""
    visit = identity.visit()
    if not visit.person:
        return flask.redirect(flask.url_for("home.home"))
    if not visit.with_card:
        return flask.redirect(flask.url_for("proof.ask", next=flask.url_for("message_box.show")))
    found = news.all_of(here(), visit)
    later = max(0, flask.request.args.get(LATER, 0, type=int))
    if later >= len(found):
        return flask.redirect(flask.url_for("identity.me"))
    return flask.render_template(
        "kiosk/messages.html",
        news=found[later],
        after=len(found) - later - 1,
        later=later + 1,
        form=new_id(),
    )


@screen.post("/messages")
@may(PUBLIC)
def told() -> Any:
    """知道了: it is not said again, here or anywhere."""
    visit = identity.visit()
    name = flask.request.form.get("name", "")
    found = news.all_of(here(), visit) if visit.with_card else []
    one = next((one for one in found if one.name == name), None)
    if one is not None and not one.closed:
        _tell(form_id(), one.person, one)
    return flask.redirect(flask.url_for("message_box.show"), 303)


def _tell(form: str, person: str, one: news.News) -> None:
    at, subject = here(), commands.subject(one.name)

    def decide() -> Draft | Refusal:
        state = at.node.state("message", person, subject)
        return commands.tell(state, one.name, person, at.station, one.about)

    asked = {"told": subject}
    at.recorded(at.node.record(form, identity.visit().actor, decide, asked=asked))
