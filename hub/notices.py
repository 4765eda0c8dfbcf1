"""公告: what the hub writes for every board, and what the stations wrote on theirs.

A station's notice is the station's own; here it is only read.
"""

from collections.abc import Callable, Mapping
from typing import Any

import flask
import msgspec
from flask_babel import gettext as _

from hub import here
from yizhan import noticeboard, web
from yizhan.access import may
from yizhan.errors import N_, Refusal
from yizhan.events import Draft
from yizhan.ids import new_id
from yizhan.noticeboard import Hanging
from yizhan.services.notices import commands, model
from yizhan.services.notices import projection as notices

routes = flask.Blueprint("notices", __name__)

SAID = {
    "publish": N_("贴出来了，站点下次联网就看得到"),
    "change": N_("改好了，站点下次联网就看得到"),
    "withdraw": N_("撤下来了，站点下次联网就看不到了"),
    "restore": N_("又贴出来了，站点下次联网就看得到"),
}

Act = Callable[[model.Notice | None, str, str], Draft | Refusal]
ACTS: dict[str, Act] = {
    "change": lambda state, subject, board: commands.change(
        state, subject, board, commands.read(flask.request.form)
    ),
    "withdraw": commands.withdraw,
    "restore": commands.restore,
}


class Board(msgspec.Struct, frozen=True):
    """A station's own board."""

    name: str
    notices: list[Hanging]


@routes.get("/notices")
@may("notice.see")
def show() -> str:
    """What hangs on the boards."""
    return _page()


@routes.get("/notices/new")
@may("notice.write")
def new() -> str:
    """An empty form."""
    return _form("", {"sort": model.NOTICE, "from_day": here.node().clock.today()})


@routes.post("/notices/new")
@may("notice.write")
def publish() -> Any:
    """Put a notice on every board."""
    form = here.form_id()

    def decide() -> Draft:
        return commands.publish(f"bulletin/{form}", "", commands.read(flask.request.form))

    try:
        _record(form, decide)
    except Refusal as refusal:
        return _form("", flask.request.form, web.say(refusal)), 409
    return _done("publish")


@routes.get("/notices/<notice>")
@may("notice.write")
def edit(notice: str) -> str:
    """A notice, to be changed."""
    row = notices.get(here.node().db, _subject(notice))
    return _form(notice, {name: getattr(row, name) for name in notices.TEXTS})


@routes.post("/notices/<notice>/<act>")
@may("notice.write")
def do(notice: str, act: str) -> Any:
    """Change a notice, take it down, or put it up again."""
    if act not in ACTS:
        flask.abort(404)
    subject, node = _subject(notice), here.node()
    try:
        _record(
            here.form_id(),
            lambda: ACTS[act](node.state("bulletin", "", subject), subject, ""),
        )
    except Refusal as refusal:
        sentence = web.say(refusal)
        if act == "change":
            return _form(notice, flask.request.form, sentence), 409
        return _page(sentence), 409
    return _done(act)


def _record(form: str, decide: Callable[[], Draft | Refusal]) -> None:
    asked = {name: flask.request.form.get(name, "") for name in notices.TEXTS}
    asked["path"] = flask.request.path
    here.node().record(form, here.actor(), decide, asked=asked)


def _subject(notice: str) -> str:
    """The subject of a notice that the hub wrote; 404 for any other."""
    subject = f"bulletin/{notice}"
    if notices.get(here.node().db, subject) is None:
        flask.abort(404)
    return subject


def _done(act: str) -> Any:
    flask.flash(_(SAID[act]), "good")
    return flask.redirect(flask.url_for("notices.show"), 303)


def _page(sentence: str = "") -> str:
    db, today = here.node().db, here.node().clock.today()
    boards = [
        Board(
            here.name_of("station", code),
            [
                noticeboard.tell(row, today)
                for row in notices.written(db, code, today)
                if row.status == model.UP
            ],
        )
        for code in here.listing("station")
    ]
    own = [(noticeboard.tell(row, today), new_id()) for row in notices.written(db, "", today)]
    return flask.render_template(
        "hub/notices.html",
        own=own,
        boards=[board for board in boards if board.notices],
        sentence=sentence,
    )


def _form(notice: str, given: Mapping[str, str], sentence: str = "") -> str:
    return flask.render_template(
        "hub/notice.html",
        notice=notice,
        given=given,
        sorts=noticeboard.SORTS,
        sentence=sentence,
        form=new_id(),
    )
