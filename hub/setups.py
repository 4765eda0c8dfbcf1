"""设置 at the hub: how each station is set up and who changed it last; what is paused, anywhere.

A station's settings are its own and only read here. The hub pauses a service for all stations at
once: a partner that does not come, a recall.
"""

from typing import Any

import flask
import msgspec
from flask_babel import gettext as _

from hub import here
from hub import words as hub_words
from yizhan import setting_words as words
from yizhan import web
from yizhan.access import may
from yizhan.errors import N_, Refusal
from yizhan.events import Draft
from yizhan.ids import new_id
from yizhan.services.pauses import commands, model
from yizhan.services.pauses import projection as pauses
from yizhan.services.pauses.projection import Going
from yizhan.services.setup import projection as setups

routes = flask.Blueprint("setups", __name__)

SAID = {
    "pause": N_("停下来了，站点下次联网就看得到"),
    "resume": N_("又开始了，站点下次联网就看得到"),
}


class Line(msgspec.Struct, frozen=True):
    """A station: what its keeper set otherwise than the pack, and the last change."""

    name: str
    settings: list[tuple[str, str]]
    changed: str
    by: str
    what: str


@routes.get("/setup")
@may("setup.see")
def show() -> str:
    """Every station that set something, and everything that is paused."""
    return _page()


@routes.post("/setup/<act>")
@may("setup.pause")
def do(act: str) -> Any:
    """Pause a service at all stations, or let it go on."""
    if act not in SAID:
        flask.abort(404)
    sent, node = flask.request.form, here.node()
    service = sent.get("service", "")
    if service not in here.listing("service"):
        flask.abort(400)
    about = model.subject(model.EVERYWHERE, service)

    def decide() -> Draft | Refusal:
        if act == "resume":
            return commands.resume(node.state("pause", "", about), about)
        said = [sent.get(name, "").strip() for name in ("reason", "until", "reason_en")]
        return commands.pause(about, node.clock.today(), *said)

    asked = {name: sent.get(name, "") for name in ("service", "reason", "until")} | {"act": act}
    try:
        node.record(here.form_id(), here.actor(), decide, asked=asked)
    except Refusal as refusal:
        return _page(web.say(refusal)), 409
    flask.flash(_(SAID[act]), "good")
    return flask.redirect(flask.url_for("setups.show"), 303)


def _page(sentence: str = "") -> str:
    node = here.node()
    found = [_line(code) for code in here.listing("station")]
    return flask.render_template(
        "hub/setup.html",
        stations=[one for one in found if one is not None],
        pauses=[_paused(row) for row in pauses.going_on(node.db, node.clock.today())],
        services=here.listing("service"),
        given=flask.request.form,
        today=node.clock.today(),
        form=new_id(),
        sentence=sentence,
    )


def _line(code: str) -> Line | None:
    found = setups.setup(here.node().db, code)
    if not found.log:
        return None
    said = found.values.said()
    last = found.log[-1]
    return Line(
        here.name_of("station", code),
        [
            (_(title), words.tell(field, said[field], called))
            for field, title in words.NAMES.items()
            if field in said
        ],
        hub_words.moment(last.time),
        hub_words.who(last.actor),
        _("、").join(str(_(words.NAMES.get(one, one))) for one in last.fields),
    )


def called(service: str, job: str) -> str:
    """How a service or a job of it is called."""
    fields = here.listing("service").get(service, {})
    jobs = {one.get("code"): one.get("name") for one in fields.get("jobs", ())}
    return str(jobs.get(job) if job else fields.get("name") or service)


def _paused(row: Going) -> tuple[str, str, str, str, str]:
    """Where, what, why, until when, and the service's code where the hub may let it go on."""
    everywhere = row.place == model.EVERYWHERE
    place = _("所有站点") if everywhere else here.name_of("station", row.place)
    until = words.day(row.until) if row.until else ""
    return place, called(row.service, ""), row.reason, until, row.service if everywhere else ""
