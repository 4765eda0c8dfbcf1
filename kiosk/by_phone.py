"""没带卡: a telephone number on large keys says who she is, and opens a little.

She is greeted and may order; what is hers wants her card, her pictures or the keeper. Digits
stay in this machine's memory: in no address, no page's source and no log.
"""

from typing import Any

import flask

from kiosk import identity
from kiosk.here import here
from yizhan import web
from yizhan.access import PUBLIC, may
from yizhan.errors import N_, Refusal
from yizhan.services.people import finding, numbers
from yizhan.services.people import projection as people
from yizhan.tries import Tries

screen = flask.Blueprint("by_phone", __name__)

DIGITS_MAX = 12
ERASE, OK = "x", "ok"
SHOWN_MAX = 4
TOO_MANY = N_("试了五个没有登记的号码，请过 %(minutes)s 分钟再试，或者请站长帮忙")


@screen.get("/phone")
@may(PUBLIC)
def ask() -> str:
    """An empty keypad."""
    identity.visit().digits = ""
    return _page()


def _page(problem: str = "") -> str:
    typed = identity.visit().digits
    return flask.render_template("kiosk/phone.html", typed=grouped(typed), problem=problem)


def grouped(digits: str) -> str:
    """138 0000 0001, as people say it."""
    cuts = (3, 7) if len(digits) > 8 or digits.startswith("1") else (4,)
    parts = [digits[a:b] for a, b in zip((0, *cuts), (*cuts, DIGITS_MAX), strict=True)]
    return " ".join(part for part in parts if part)


@screen.post("/phone")
@may(PUBLIC)
def pressed() -> Any:
    """One key: a digit, 退一格, or 好了."""
    visit, key = identity.visit(), flask.request.form.get("key", "")
    if key == ERASE:
        visit.digits = visit.digits[:-1]
    elif key in set("0123456789"):
        visit.digits = (visit.digits + key)[:DIGITS_MAX]
    elif key == OK:
        return _look()
    return _page()


def _found() -> list[str]:
    hashed = numbers.handle_hash(here().node.keys, "phone", identity.visit().digits)
    return finding.by_handle(here().db, hashed)[:SHOWN_MAX]


def _look() -> Any:
    """Who goes by this number: nobody, one, or several who share it."""
    tries, login = Tries(here().node), f"phone:{here().station}"
    try:
        tries.begin(login, TOO_MANY)
    except Refusal as refusal:
        return _page(web.say(refusal)), 409
    found = _found()
    if not found:
        return flask.render_template("kiosk/card.html", problem="no_phone"), 404
    tries.right(login)
    if len(found) > 1:
        names = [people.called(here().db, one) for one in found]
        return flask.render_template("kiosk/phone_who.html", names=names)
    return _greet(found[0])


@screen.post("/phone/who")
@may(PUBLIC)
def who() -> Any:
    """Which of those who share the number."""
    found = dict(enumerate(_found(), 1))
    n = flask.request.form.get("n", 0, type=int)
    if n not in found:
        return flask.redirect(flask.url_for("by_phone.ask"), 303)
    return _greet(found[n])


def _greet(person: str) -> Any:
    identity.visit().digits = ""
    identity.arrive(person, "", "phone")
    return flask.redirect(identity.for_whom_first(flask.url_for("identity.me")), 303)
