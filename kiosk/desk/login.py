"""A keeper signs in as herself, offline too, for at most twelve hours.

The account stands in this station's journal; the cookie holds a login, a time and a mark of
the password that was right, so that a new password ends old sessions.
"""

from typing import Any

import flask

from kiosk.here import here
from yizhan import languages, passwords, web
from yizhan.access import PUBLIC, Account, may
from yizhan.errors import N_, Refusal
from yizhan.services.staff import projection as staff
from yizhan.services.staff.projection import StaffRow
from yizhan.tries import Tries

screen = flask.Blueprint("login", __name__)

SESSION_SECONDS = 12 * 3600
WRONG = N_("登录名或密码不对，请再试一次")


def keeper() -> Account | None:
    """The keeper who is signed in, if the account still opens this station's desk."""
    if "keeper" not in flask.g:
        flask.g.keeper = _signed_in()
        # A wall that hangs where a keeper once signed in is nobody at the desk.
        if flask.g.keeper and flask.request.blueprint != "wall":
            here().desk_asks()
    found: Account | None = flask.g.keeper
    return found


def _signed_in() -> Account | None:
    login, since = flask.session.get("login", ""), flask.session.get("since", 0)
    now = here().node.clock.now().timestamp()
    if not login or not since <= now <= since + SESSION_SECONDS:
        return None
    row = _account(login)
    if row is None or _mark(row) != flask.session.get("mark"):
        return None
    return Account(row.login, row.name, row.role, row.scope)


def _account(login: str) -> StaffRow | None:
    row = staff.account(here().db, login)
    return row if row and row.role == "keeper" and row.scope == here().station else None


def _mark(row: StaffRow) -> str:
    return str(row.password[-16:])


@screen.before_app_request
def ended() -> Any:
    """A page that asks in the background goes to the log-in as a whole, not in a corner of it."""
    if web.from_htmx() and keeper() is None:
        return flask.Response(status=204, headers={"HX-Redirect": flask.url_for("login.sign_in")})
    return None


@screen.get("/login")
@may(PUBLIC)
def sign_in() -> Any:
    """The log-in page."""
    if keeper():
        return flask.redirect(flask.url_for("counter.queue"))
    return flask.render_template("desk/login.html", sentence="", login="")


@screen.post("/login")
@may(PUBLIC)
def check() -> Any:
    """Log in, or say why not."""
    login = flask.request.form.get("login", "").strip()
    try:
        row = _checked(login, flask.request.form.get("password", ""))
    except Refusal as refusal:
        return flask.render_template("desk/login.html", sentence=web.say(refusal), login=login), 403
    languages.forget_all_else()
    flask.session["login"], flask.session["mark"] = row.login, _mark(row)
    flask.session["since"] = here().node.clock.now().timestamp()
    if flask.request.form.get("duty"):
        here().duty.begin(row.login, row.name, here().duty.phone(row.login))
    return flask.redirect(flask.url_for("counter.queue"), 303)


def _checked(login: str, password: str) -> StaffRow:
    """The account, when the password is right. Raises Refusal."""
    tries = Tries(here().node)
    tries.begin(login)
    row, kept = _account(login), ""
    if row is not None:
        kept = here().node.keys.open("network", "password", row.password, row.subject)
    if row is None or not passwords.matches(kept, password):
        raise Refusal(WRONG)
    tries.right(login)
    return row


@screen.post("/logout")
@may("desk.see")
def sign_out() -> Any:
    """Log out."""
    languages.forget_all_else()
    return flask.redirect(flask.url_for("login.sign_in"), 303)


@screen.post("/language")
@may(PUBLIC)
def choose_language() -> Any:
    """Read the pages in another language."""
    return languages.choose(flask.url_for("counter.queue"))
