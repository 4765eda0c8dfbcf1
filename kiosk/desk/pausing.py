"""暂停: the keeper says that something does not take place, why and until when; and that it does.

It shows at the next tap here, and at every station after its next exchange.
"""

from typing import Any

import flask
from flask_babel import gettext as _

from kiosk import menu
from kiosk.desk import login, setup_forms
from kiosk.here import here
from kiosk.tickets import form_id
from yizhan import web
from yizhan.access import may
from yizhan.errors import N_, Refusal
from yizhan.events import Draft
from yizhan.ids import new_id
from yizhan.services.pauses import commands
from yizhan.services.pauses.model import subject

screen = flask.Blueprint("pausing", __name__)

SAID = {"pause": N_("停下来了，触摸屏上写着原因"), "resume": N_("又开始了")}
FIELDS = ("reason", "until", "reason_en")


@screen.get("/pauses/<service>")
@may("desk.manage")
def ask(service: str) -> str:
    """Why, and until when?"""
    return _form(_service(service))


@screen.post("/pauses/<service>/<act>")
@may("desk.manage")
def do(service: str, act: str) -> Any:
    """Pause a service here, or let it go on."""
    if act not in SAID:
        flask.abort(404)
    found, at, who = _service(service), here(), login.keeper()
    about, sent = subject(here().station, service), flask.request.form

    def decide() -> Draft | Refusal:
        if act == "resume":
            return commands.resume(at.node.state("pause", "", about), about)
        said = [sent.get(name, "").strip() for name in FIELDS]
        return commands.pause(about, at.node.clock.today(), *said)

    asked = {name: sent.get(name, "") for name in FIELDS} | {"path": flask.request.path}
    try:
        actor = f"staff/{who.login if who else ''}"
        at.recorded(at.node.record(form_id(), actor, decide, asked=asked))
    except Refusal as refusal:
        return _form(found, web.say(refusal)), 409
    flask.flash(_(SAID[act]))
    return flask.redirect(flask.url_for("setup.show"), 303)


def _service(code: str) -> menu.Service:
    found = setup_forms.services().get(code)
    if found is None:
        flask.abort(404)
    return found


def _form(service: menu.Service, sentence: str = "") -> str:
    return flask.render_template(
        "desk/pause.html", service=service, given=flask.request.form, sentence=sentence,
        today=here().node.clock.today(), form=new_id(),
    )  # fmt: skip
