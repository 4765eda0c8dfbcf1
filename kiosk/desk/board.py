"""公告: the keeper writes what is on, what is closed, what to know; the touchscreen shows it.

A notice counts as soon as it is saved; it can be changed, taken down and put up again.
"""

from collections.abc import Callable, Mapping
from typing import Any

import flask
from flask_babel import gettext as _

from kiosk.desk import login
from kiosk.here import here
from kiosk.tickets import form_id
from yizhan import noticeboard, web
from yizhan.access import may
from yizhan.errors import N_, Refusal
from yizhan.events import Draft
from yizhan.ids import new_id
from yizhan.services.notices import commands, model
from yizhan.services.notices import projection as notices
from yizhan.services.notices.projection import NoticeRow

screen = flask.Blueprint("board", __name__)

SAID = {
    "publish": N_("贴出来了"),
    "change": N_("改好了"),
    "withdraw": N_("撤下来了"),
    "restore": N_("又贴出来了"),
}

Act = Callable[[model.Notice | None, str, str], Draft | Refusal]
ACTS: dict[str, Act] = {
    "change": lambda state, subject, station: commands.change(
        state, subject, station, commands.read(flask.request.form)
    ),
    "withdraw": commands.withdraw,
    "restore": commands.restore,
}


@screen.get("/board")
@may("desk.see")
def show() -> str:
    """What was written here and is not over, and what the hub wrote for everybody."""
    return _page()


@screen.get("/board/new")
@may("desk.manage")
def new() -> str:
    """An empty form."""
    return _form("", {"sort": model.EVENT, "from_day": here().node.clock.today()})


@screen.post("/board/new")
@may("desk.manage")
def publish() -> Any:
    """Put a notice on the board."""
    form = form_id()

    def decide() -> Draft:
        content = commands.read(flask.request.form)
        return commands.publish(f"notice/{form}", here().station, content)

    try:
        _record(form, decide)
    except Refusal as refusal:
        return _form("", flask.request.form, web.say(refusal)), 409
    return _done("publish")


@screen.get("/board/<notice>")
@may("desk.manage")
def edit(notice: str) -> str:
    """A notice, to be changed."""
    row = _row(notice)
    return _form(notice, {name: getattr(row, name) for name in notices.TEXTS})


@screen.post("/board/<notice>/<act>")
@may("desk.manage")
def do(notice: str, act: str) -> Any:
    """Change a notice, take it down, or put it up again."""
    if act not in ACTS:
        flask.abort(404)
    subject, at = _row(notice).subject, here()
    try:
        _record(
            form_id(),
            lambda: ACTS[act](at.node.state("notice", at.station, subject), subject, at.station),
        )
    except Refusal as refusal:
        sentence = web.say(refusal)
        if act == "change":
            return _form(notice, flask.request.form, sentence), 409
        return _page(sentence), 409
    return _done(act)


def _record(form: str, decide: Callable[[], Draft | Refusal]) -> None:
    at, who = here(), login.keeper()
    asked = {name: flask.request.form.get(name, "") for name in notices.TEXTS}
    asked["path"] = flask.request.path
    actor = f"staff/{who.login if who else ''}"
    at.recorded(at.node.record(form, actor, decide, asked=asked))


def _row(notice: str) -> NoticeRow:
    """A notice that was written here; 404 for any other."""
    row = notices.get(here().db, f"notice/{notice}")
    if row is None or row.station != here().station:
        flask.abort(404)
    return row


def _done(act: str) -> Any:
    flask.flash(_(SAID[act]))
    return flask.redirect(flask.url_for("board.show"), 303)


def _page(sentence: str = "") -> str:
    at, today = here(), here().node.clock.today()
    own, street = (notices.written(at.db, board, today) for board in (at.station, ""))
    return flask.render_template(
        "desk/board.html",
        own=[(noticeboard.tell(row, today), new_id()) for row in own],
        street=[noticeboard.tell(row, today) for row in street if row.status == model.UP],
        sentence=sentence,
    )


def _form(notice: str, given: Mapping[str, str], sentence: str = "") -> str:
    return flask.render_template(
        "desk/notice.html",
        notice=notice,
        given=given,
        sorts=noticeboard.SORTS,
        sentence=sentence,
        form=new_id(),
    )
