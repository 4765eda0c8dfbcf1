"""What waits for the keeper beside the queue: calls for help, cards, papers, set-aside steps."""

from typing import Any

import flask
from flask_babel import gettext as _

from kiosk.desk import equipment, guide, login
from kiosk.here import here
from kiosk.notes import HELP
from yizhan import web
from yizhan.access import may
from yizhan.view import AsideRow

screen = flask.Blueprint("matters", __name__)


def frame() -> dict[str, Any]:
    """What the frame of every desk page shows."""
    at = here()
    return {
        "station": at.listing,
        "keeper": login.keeper(),
        "now": at.node.clock.stamp()[11:16],
        "open_count": len(at.notes.open()) + len(equipment.troubles()) if login.keeper() else 0,
        "calls": [note for note in at.notes.open() if note.kind == HELP] if login.keeper() else [],
        "on_duty": at.duty.now() if login.keeper() else [],
        "guide": guide.of(flask.request.blueprint),
    }


def asides() -> list[AsideRow]:
    """Steps kept that did nothing, newest first."""
    db = here().db
    rows: list[AsideRow] = db.all(
        AsideRow.select()
        .where(AsideRow.network == db.network)
        .order_by(AsideRow.time.desc())
        .limit(20)
    )
    return rows


def _context() -> dict[str, Any]:
    at = here()
    return {
        "notes": at.notes.open(),
        "troubles": equipment.troubles(),
        "papers": at.papers.recent(),
        "paper_words": paper_words(),
        "asides": asides(),
    }


def paper_words() -> dict[str, str]:
    """The states of a print job in words."""
    return {
        "waiting": _("等着打"),
        "printing": _("正在打"),
        "printed": _("打好了"),
        "no_paper": _("等纸"),
        "unreachable": _("打印机连不上"),
        "unknown": _("打了，请看小票"),
        "dropped": _("不打了"),
    }


@screen.get("/matters")
@may("desk.see")
def show() -> str:
    """Everything that waits; asked again every two seconds."""
    if web.from_htmx():
        return web.fragment("desk/matters.html", "matters", **_context(), **frame())
    return flask.render_template("desk/matters.html", **_context())


@screen.get("/bell")
@may("desk.see")
def bell() -> str:
    """The call for help on top of every desk page."""
    return flask.render_template("desk/bell.html")


@screen.post("/notes/<note>/answer")
@may("desk.serve")
def answer(note: str) -> Any:
    """我来了: the bell falls silent, and the touchscreen says who comes.

    From the bell it answers in place: what is half typed on the page stays.
    """
    who = login.keeper()
    if who is not None:
        here().notes.done(note, who.login, who.name)
    return bell() if web.from_htmx() else _back()


@screen.post("/notes/<note>/done")
@may("desk.serve")
def done(note: str) -> Any:
    """Ticked off by the keeper who is signed in."""
    who = login.keeper()
    here().notes.done(note, who.login if who else "")
    return _back()


@screen.post("/papers/<job>/again")
@may("desk.serve")
def print_again(job: str) -> Any:
    """Send a kept slip to the printer again."""
    found = here().papers.get(job)
    if found is None:
        flask.abort(404)
    here().papers.became(job, "waiting")
    here().send(job, found[1])
    return _back()


def _back() -> Any:
    """To the page that asked, when it is one of ours."""
    back = flask.request.form.get("back", "")
    ours = back in ("/", "/today", "/matters")
    return flask.redirect(back if ours else flask.url_for("matters.show"), 303)
