"""是您本人吗？ Three pictures, or the keeper's eyes: for what a found card must not open.

Which pictures were pressed stays in this machine's memory; the page shows how many.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import flask

from kiosk import identity
from kiosk.here import here
from kiosk.notes import HELP
from yizhan import pins, web
from yizhan.access import PUBLIC, may
from yizhan.errors import Refusal

screen = flask.Blueprint("proof", __name__)

View = TypeVar("View", bound=Callable[..., Any])
ABOUT = "触摸屏旁，请看一眼是不是本人"


def wanted(view: View) -> View:
    """Mark a page that wants more than a found card: it asks first, then comes back."""

    @wraps(view)
    def asked(*values: Any, **named: Any) -> Any:
        visit = identity.visit()
        if not visit.person:
            return flask.redirect(flask.url_for("home.home"), 303)
        if identity.proven(visit):
            return view(*values, **named)
        here_ = flask.request.path if flask.request.method == "GET" else ""
        return flask.redirect(flask.url_for("proof.ask", next=here_ or None), 303)

    return asked  # type: ignore[return-value]


def _way_on() -> str:
    named = flask.request.values.get("next", "")
    return named if web.OWN_PAGE.fullmatch(named) else flask.url_for("identity.me")


@screen.get("/proof")
@may(PUBLIC)
def ask() -> Any:
    """The pictures, or where she has none, the keeper."""
    visit = identity.visit()
    if not visit.person:
        return flask.redirect(flask.url_for("home.home"))
    if identity.proven(visit):
        return flask.redirect(_way_on())
    if visit.hand and visit.proven:
        return flask.render_template("kiosk/proof_keeper.html", no_scope=True, next=_way_on())
    visit.pictures = ()
    if not pins.has_pin(here().node, visit.myself):
        return _keeper_page()
    return _pad()


def _pad(problem: str = "") -> str:
    return flask.render_template(
        "kiosk/pictures.html",
        pictures=pins.PICTURES,
        pressed=len(identity.visit().pictures),
        length=pins.LENGTH,
        problem=problem,
        action=flask.url_for("proof.pressed"),
        next=_way_on(),
        choosing="",
    )


@screen.post("/proof")
@may(PUBLIC)
def pressed() -> Any:
    """One picture; after the third it is she, or not."""
    visit, key = identity.visit(), flask.request.form.get("key", "")
    if not visit.person:
        return flask.redirect(flask.url_for("home.home"), 303)
    visit.pictures = typed(visit.pictures, key)
    if len(visit.pictures) < pins.LENGTH:
        return _pad()
    pictures, visit.pictures = visit.pictures, ()
    try:
        pins.check(here().node, visit.myself, pictures)
    except Refusal as refusal:
        return _pad(web.say(refusal)), 409
    visit.proven = True
    return flask.redirect(_way_on(), 303)


def typed(before: tuple[str, ...], key: str) -> tuple[str, ...]:
    """The pictures so far, with the key just pressed."""
    if key == "x":
        return before[:-1]
    return (*before, key)[: pins.LENGTH] if key in pins.PICTURES else before


@screen.get("/proof/keeper")
@may(PUBLIC)
def keeper() -> str:
    """How it stands with the keeper's look; the page asks by itself."""
    if web.from_htmx():
        return web.fragment("kiosk/proof_keeper.html", "standing", **_keeper_context())
    return _keeper_page()


def _keeper_context() -> dict[str, Any]:
    visit = identity.visit()
    return {"asked": visit.asks, "proven": visit.proven, "next": _way_on(), "no_scope": False}


def _keeper_page() -> str:
    return flask.render_template("kiosk/proof_keeper.html", **_keeper_context())


@screen.post("/proof/keeper")
@may(PUBLIC)
def call_keeper() -> Any:
    """请站长看一眼: the bell at the desk, and who stands here."""
    visit = identity.visit()
    if visit.person and not visit.proven:
        visit.asks = True
        here().notes.leave(HELP, ABOUT, visit.hand_called if visit.hand else visit.called)
    return flask.redirect(flask.url_for("proof.keeper", next=_way_on()), 303)
