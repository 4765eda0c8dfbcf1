"""Three faces after a service. The offer is recorded when they are shown, the answer, or 不评价."""

from typing import Any

import flask

from kiosk import identity, mine, words
from kiosk.here import here
from kiosk.tickets import form_id
from yizhan.access import PUBLIC, may
from yizhan.errors import N_, Refusal
from yizhan.ids import new_id
from yizhan.services.ratings import commands, model
from yizhan.services.ratings import projection as ratings

screen = flask.Blueprint("ratings", __name__)

NOT_DONE = N_("这件事还没有办完，办完了再请您评价。")
DONE = {"ticket": "finished", "order": "closed"}


def _service(kind: str, about: str) -> str:
    """The service that was done for her. Raises Refusal where it was not, or not for her."""
    at, visit = here(), identity.visit()
    for person in mine.records(at, visit) if identity.with_card(visit) else ():
        owner = {"ticket": at.station, "order": person}.get(kind, "")
        state: Any = at.node.state(kind, owner, f"{kind}/{about}") if owner else None
        if state is not None and state.person == person and state.status == DONE[kind]:
            service: str = state.service
            return service
    raise Refusal(NOT_DONE)


@screen.get("/rate/<kind>/<about>")
@may(PUBLIC)
def faces(kind: str, about: str) -> Any:
    """The faces; showing them is the offer that every rate is read with."""
    service, subject = _service(kind, about), f"{kind}/{about}"
    rating = ratings.of(here().db, subject)
    if rating is None:
        _offer(subject, service)
    elif rating.status == "answered":
        return flask.redirect(flask.url_for("identity.me"))
    return flask.render_template(
        "kiosk/faces.html", question=words.rating(here().names.service(service)), form=new_id()
    )


def _offer(subject: str, service: str) -> None:
    at = here()
    offered = model.Offered(subject, service, at.node.clock.today())
    at.recorded(
        at.node.record(
            new_id(),
            identity.visit().actor,
            lambda: commands.offer(_state(subject), at.station, offered),
            asked={"offer": subject},
        )
    )


def _state(subject: str) -> model.Rating | None:
    found: model.Rating | None = here().node.state(
        "rating", here().station, commands.subject(subject)
    )
    return found


@screen.post("/rate/<kind>/<about>")
@may(PUBLIC)
def answer(kind: str, about: str) -> Any:
    """A face, or none."""
    _service(kind, about)
    subject, at = f"{kind}/{about}", here()
    face = flask.request.form.get("face", 0, type=int)

    def decide() -> Any:
        if face:
            return commands.answer(_state(subject), subject, at.station, face)
        return commands.skip(_state(subject), subject, at.station)

    outcome = at.node.record(
        form_id(),
        identity.visit().actor,
        decide,
        asked={"about": subject, "face": face},
    )
    at.recorded(outcome)
    if not face:
        return flask.redirect(flask.url_for("identity.me"), 303)
    return flask.redirect(flask.url_for("ratings.thanks"), 303)


@screen.get("/thanks")
@may(PUBLIC)
def thanks() -> str:
    """Her face counts; thank her."""
    return flask.render_template("kiosk/thanks.html")
