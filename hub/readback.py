"""Read back before it counts: what a person asked for is shown to her, and then recorded.

The first time a form is sent nothing is recorded: the page says what stands now and what would
change, and asks. What she then confirms carries a mark of what she read; where that has changed
meanwhile, it is read back again. Knows forms; no step's rules.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import flask
import msgspec
from flask_babel import gettext as _

from hub import here, pools, shares
from yizhan import web
from yizhan.errors import N_, Refusal
from yizhan.escrow import PoolId
from yizhan.ids import new_id
from yizhan.record import HUB
from yizhan.services.escrow import projection as rows
from yizhan.services.escrow.projection import Held
from yizhan.services.stations.projection import stations

DIGITS_MAX = 9
NOTE_MAX = 200
OURS = ("csrf_token", "form", "seen", "sure")
"""The fields that belong to the reading back; all others are what she asked for."""

CHANGED = N_("刚才有了变化，请再看一遍")
NOT_SURE = N_("请先勾上，再确认")
NO_NUMBER = N_("数量要写整数")


class Step(msgspec.Struct, frozen=True):
    """A step as it is read back: `lines` say what stands and what will be, `sure` is what she
    must state, if anything; `do` records it with a form's id, `done` tells what then stands."""

    title: str
    lines: Sequence[str]
    button: str
    do: Callable[[str], None]
    done: Callable[[], str]
    sure: str = ""
    danger: bool = False

    @property
    def mark(self) -> str:
        """Stands for what she read."""
        return hashlib.blake2b("\n".join(self.lines).encode(), digest_size=8).hexdigest()


def walk(build: Callable[[], Step]) -> Any:
    """Read a step back; record it where she has confirmed just that."""
    sent = flask.request.form
    form = here.form_id() if "seen" in sent else ""
    if form and here.node().journal.by_ids([form]):
        flask.flash(_("已经记下了"), "good")
        return _back()
    try:
        if not form:
            return _read(build())
        # What she read must still be true when it is recorded.
        with here.node().writing():
            step = build()
            changed = sent["seen"] != step.mark
            if changed or (step.sure and "sure" not in sent):
                return _read(step, _(CHANGED if changed else NOT_SURE)), 409
            step.do(form)
    except Refusal as refusal:
        found = pools.context(web.say(refusal))
        return flask.render_template("hub/escrow.html", **found), 409
    flask.flash(step.done(), "good")
    return _back()


def _read(step: Step, sentence: str = "") -> str:
    asked = {key: value for key, value in flask.request.form.items() if key not in OURS}
    return flask.render_template(
        "hub/escrow_step.html", step=step, sentence=sentence, asked=asked, form=new_id(),
        action=flask.request.path,
    )  # fmt: skip


def _back() -> Any:
    return flask.redirect(flask.url_for("pools.show"), 303)


def number(field: str) -> int:
    """A number that was typed; 0 where nothing was. Raises Refusal where it is none."""
    typed = flask.request.form.get(field, "").strip()
    if not typed:
        return 0
    if not (typed.isascii() and typed.isdecimal()) or len(typed) > DIGITS_MAX:
        raise Refusal(NO_NUMBER)
    return int(typed)


def reason() -> str:
    """Why, in her words. Raises Refusal where there are none."""
    said = flask.request.form.get("note", "").strip()[:NOTE_MAX]
    if not said:
        raise Refusal(shares.WHY)
    return said


def station() -> str:
    """The station that the form names; 400 where it is none of ours."""
    code = flask.request.form.get("holder", "")
    if code not in [row.code for row in stations(here.node().db)]:
        flask.abort(400)
    return code


def holder() -> str:
    """The station or the hub that the form names."""
    return HUB if flask.request.form.get("holder") == HUB else station()


def pool() -> Held:
    """The pool that the form names; 400 where there is none."""
    subject, owner = (flask.request.form.get(field, "") for field in ("pool", "owner"))
    found = rows.pool(here.node().db, PoolId(subject.partition("/")[0], owner, subject))
    if found is None:
        flask.abort(400)
    return found
