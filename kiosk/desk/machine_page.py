"""这台设备: the size of this machine's screen, how far one stands from it, its serial ports.

Kept on this machine and nowhere else. The screen follows at the next page; a port is opened anew
when the machine or its service starts.
"""

from typing import Any

import flask
import msgspec
from flask_babel import gettext as _

from kiosk import machine
from kiosk.here import here
from kiosk.machine import Machine
from yizhan import web
from yizhan.access import may
from yizhan.errors import N_, Refusal

screen = flask.Blueprint("machine_page", __name__)

DONE = N_("记在这台设备上了")
WRONG = N_("屏幕 7 到 65 英寸，距离 30 到 150 厘米，串口写成 /dev/ 开头")
STANDS = {"": None, "portrait": True, "landscape": False}


@screen.get("/machine")
@may("desk.manage")
def show() -> str:
    """What this machine is told about itself."""
    return _page()


@screen.post("/machine")
@may("desk.manage")
def keep() -> Any:
    """Keep it, on this machine."""
    try:
        found = _read()
    except Refusal as refusal:
        return _page(web.say(refusal)), 409
    machine.write(here().data, found)
    here().machine = found
    flask.flash(_(DONE))
    return flask.redirect(flask.url_for("machine_page.show"), 303)


def _read() -> Machine:
    """What the form says. Raises Refusal."""
    sent = {name: value.strip() for name, value in flask.request.form.items()}
    typed = {name: sent.get(name) or None for name in Machine.__struct_fields__}
    try:
        return msgspec.convert(
            typed | {"portrait": STANDS.get(sent.get("portrait", ""))}, Machine, strict=False
        )
    except msgspec.ValidationError as error:
        raise Refusal(WRONG) from error


def _page(sentence: str = "") -> str:
    at = here()
    return flask.render_template(
        "desk/machine.html", own=at.machine, screen=at.screen, sentence=sentence
    )
