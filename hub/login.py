"""Signing in and out of the hub's pages, and who sits there.

Knows passwords for as long as it takes to verify one, and says the same of a wrong login as
of a wrong password. Who is signed in is read anew with each request, so an account that was
closed is out at once.
"""

import hashlib
from typing import Any

import flask
from flask_babel import gettext as _

from hub import here, staffing
from hub.sessions import Sessions
from yizhan import languages, passwords
from yizhan.access import PUBLIC, Account, may
from yizhan.errors import N_, Refusal
from yizhan.services.staff.model import Staff
from yizhan.services.staff.projection import anybody
from yizhan.tries import LOCK_S, TRIES_MAX, Tries
from yizhan.web import back_to, from_htmx, say

routes = flask.Blueprint("login", __name__)

HOME = {
    "street_admin": "dispatch.orders_",
    "dispatcher": "dispatch.orders_",
    "auditor": "board.ratings",
    "partner_worker": "jobs.mine",
    "keeper": "login.keeper",
}

NO_ACCOUNT = N_(
    "这个中心还没有工作人员的账号。请管理员在中心的机器上运行 hub staff add，然后再登录。"
)
COLLECTING = N_(
    "中心重建以后正在收集各站点的记录，现在谁也不能登录。收集完以后，管理员会重新给大家开账号。"
)


def sessions() -> Sessions:
    """The tables of sessions and tries."""
    found: Sessions = flask.current_app.extensions["sessions"]
    return found


def who() -> Account | None:
    """Who sits at this browser, or None; asked once a request."""
    if "account" not in flask.g:
        flask.g.account = _account()
    found: Account | None = flask.g.account
    return found


def _account() -> Account | None:
    token = flask.session.get("token")
    # A page that polls while nobody is there must not keep a session alive.
    found = sessions().find(token, used=not from_htmx()) if token else None
    staff = staffing.account(here.node(), found[0]) if found else None
    if staff is None or found is None or _mark(staff) != found[1]:
        return None
    return Account(staff.login, staff.name, staff.role, staff.scope)


def _mark(staff: Staff) -> str:
    return hashlib.blake2b(staff.password.encode(), digest_size=12).hexdigest()


def send_to_log_in() -> Any:
    """Before the guard: who is not signed in any more is told so, and loses no way back."""
    endpoint = flask.request.endpoint
    if endpoint in (None, "static") or who() is not None:
        return None
    view = flask.current_app.view_functions[str(endpoint)]
    if getattr(view, "capability", "closed") == PUBLIC:
        return None
    if from_htmx():
        return "", 401, {"HX-Redirect": flask.url_for("login.log_in")}
    if flask.request.method == "GET":
        return None
    flask.flash(_("登录已经到时，刚才那一步没有保存。请重新登录，再做一次。"), "bad")
    return flask.redirect(flask.url_for("login.log_in"), 303)


@routes.get("/login")
@may(PUBLIC)
def log_in() -> Any:
    """The log-in page."""
    if who() is not None:
        return flask.redirect(flask.url_for("login.home"))
    return _page("", "")


@routes.post("/login")
@may(PUBLIC)
def signed_in() -> Any:
    """Verify a password, count the try, begin a session."""
    login = flask.request.form.get("login", "").strip().lower()[:32]
    password = flask.request.form.get("password", "")[: staffing.PASSWORD_BYTES_MAX]
    if not login or not password:
        return _page(login, _("请填登录名和密码。")), 400
    tries = Tries(here.node())
    try:
        tries.begin(login)
    except Refusal as refusal:
        return _page(login, say(refusal)), 429
    staff = _verified(login, password)
    if staff is None:
        said = _("登录名或密码不对。连错 %(n)d 次要等 %(m)d 分钟。", n=TRIES_MAX, m=LOCK_S // 60)
        return _page(login, said), 401
    tries.right(login)
    languages.forget_all_else()
    flask.session["token"] = sessions().begin(login, _mark(staff))
    return flask.redirect(back_to(flask.url_for("login.home")), 303)


@routes.post("/logout")
@may(PUBLIC)
def log_out() -> Any:
    """End the session, here and wherever its cookie was copied to."""
    token = flask.session.pop("token", "")
    if token:
        sessions().end(token)
    languages.forget_all_else()
    return flask.redirect(flask.url_for("login.log_in"), 303)


@routes.post("/language")
@may(PUBLIC)
def choose_language() -> Any:
    """Read the pages in another language."""
    return languages.choose(flask.url_for("login.home"))


@routes.get("/")
@may("home.see")
def home() -> Any:
    """To each role its own page."""
    return flask.redirect(flask.url_for(HOME[here.account().role]))


@routes.get("/keeper")
@may("home.see")
def keeper() -> str:
    """A keeper's work is at the station; say where."""
    return flask.render_template("hub/keeper.html")


def _verified(login: str, password: str) -> Staff | None:
    staff = staffing.account(here.node(), login)
    kept = staffing.password_hash(here.node(), staff) if staff else ""
    return staff if passwords.matches(kept, password) else None


def _page(login: str, refusal: str) -> str:
    back = flask.request.values.get("next", "")
    return flask.render_template(
        "hub/login.html", login=login, refusal=refusal, back=back, nobody=_nobody()
    )


def _nobody() -> str:
    """Why nobody at all can sign in here, and what to do; empty where somebody can."""
    if anybody(here.node().db):
        return ""
    if here.sync_hub().recovery.collecting:
        return str(_(COLLECTING))
    return str(_(NO_ACCOUNT))
