"""设置: the keeper sets up this station: tiles, hours, prices, the screen. Read back, then kept.

A change counts at the next tap, without a restart, and the last one can be taken back. What each
part's form says is read in setup_forms.py.
"""

from collections.abc import Mapping
from typing import Any

import flask
import msgspec
from flask_babel import gettext as _

from kiosk import setting
from kiosk.desk import login, setup_forms
from kiosk.here import here
from kiosk.names import in_language
from kiosk.tickets import form_id
from yizhan import setting_words as words
from yizhan import web
from yizhan.access import may
from yizhan.errors import N_, Refusal
from yizhan.events import Draft
from yizhan.ids import new_id
from yizhan.services.setup import commands
from yizhan.services.setup import projection as setups
from yizhan.services.setup.model import Setup, Values
from yizhan.services.staff import projection as staff

screen = flask.Blueprint("setup", __name__)

PARTS = {
    "tiles": N_("首页的块"),
    "hours": N_("开门时间"),
    "prices": N_("价钱"),
    "screen": N_("屏幕和铃"),
}
DONE = N_("改好了，触摸屏下一次点就是新的")
UNDONE = N_("撤销了，和改以前一样")


class Line(msgspec.Struct, frozen=True):
    """One setting as it is read back: how it was and how it will be."""

    name: str
    before: str
    after: str


def state() -> Setup | None:
    """This station's settings, as its journal has them."""
    at = here()
    found: Setup | None = at.node.state("setup", at.station, f"setup/{at.station}")
    return found


def called(service: str, job: str) -> str:
    """How a service or a job is called here."""
    found = setup_forms.services().get(service)
    if found is None:
        return service
    pick = found.pick(job) if job else None
    return in_language(pick) if pick else in_language(found)


@screen.get("/setup")
@may("desk.see")
def show() -> str:
    """Everything that is set, and what was changed last."""
    return _page()


def _page(sentence: str = "") -> str:
    at, now, found = here(), in_force(), setups.setup(here().db, here().station)
    lines = [
        (part, _(name), [(_(words.NAMES[field]), words.tell(field, getattr(now, field), called))
                         for field in setup_forms.FIELDS[part]])
        for part, name in PARTS.items()
    ]  # fmt: skip
    return flask.render_template(
        "desk/setup.html",
        lines=lines,
        log=[_told(one) for one in reversed(found.log)],
        machine=at.screen,
        pauses=setup_forms.pausable(),
        day_words=words.day,
        form=new_id(),
        sentence=sentence,
    )


def _told(change: Any) -> tuple[str, str, str]:
    """When, who and what, of a change."""
    login_ = change.actor.partition("/")[2]
    row = staff.account(here().db, login_)
    who = row.name if row else login_
    what = _("、").join(str(_(words.NAMES.get(one, one))) for one in change.fields)
    what = _("撤销：%(what)s", what=what) if change.undoes else what
    return change.time[5:16].replace("T", " "), who, what


def in_force() -> Values:
    """Everything that is set; what was said at this machine's door where nobody set it."""
    at = here()
    found, door = setting.in_force(at.db, at.station), at.screen
    defaults: dict[str, Any] = {"theme": "day", "volume": setting.VOLUME}
    defaults |= {
        name: getattr(door, name) for name in found.__struct_fields__ if hasattr(door, name)
    }
    return Values(**(defaults | found.said()))


@screen.get("/setup/<part>")
@may("desk.manage")
def edit(part: str) -> str:
    """The form of one part."""
    return _form(part)


def _form(part: str, sentence: str = "", given: Mapping[str, str] | None = None) -> str:
    if part not in PARTS:
        flask.abort(404)
    return flask.render_template(
        f"desk/setup_{part}.html",
        part=part,
        title=_(PARTS[part]),
        current=in_force(),
        given=given or {},
        sentence=sentence,
        **setup_forms.context(part),
    )


@screen.post("/setup/<part>")
@may("desk.manage")
def change(part: str) -> Any:
    """Read back what was asked for; recorded once it is confirmed."""
    if part not in PARTS:
        flask.abort(404)
    sent = flask.request.form
    try:
        values = _other_than(in_force(), setup_forms.read(part, sent, in_force()))
        decided = commands.change(state(), here().station, values, setup_forms.known())
        if isinstance(decided, Refusal) and "sure" not in sent:
            raise decided
        if "sure" not in sent:
            return _sure(part, values)
        setup_forms.refuse_open_numbers(values)
        _record(values)
    except Refusal as refusal:
        return _form(part, web.say(refusal), sent), 409
    flask.flash(_(DONE))
    return flask.redirect(flask.url_for("setup.show"), 303)


def _other_than(now: Values, wanted: Values) -> Values:
    """What of it is a change: what a form only repeats stays the pack's."""
    found = wanted.said().items()
    return Values(**{name: value for name, value in found if value != getattr(now, name)})


def _sure(part: str, values: Values) -> str:
    setup_forms.refuse_open_numbers(values)
    before = in_force()
    lines = [
        Line(_(words.NAMES[field]), words.tell(field, getattr(before, field), called), after)
        for field, value in values.said().items()
        if (after := words.tell(field, value, called))
        != words.tell(field, getattr(before, field), called)
    ]
    asked = [
        (name, value)
        for name, value in flask.request.form.items(multi=True)
        if name not in ("csrf_token", "form", "sure")
    ]
    return flask.render_template(
        "desk/setup_sure.html", part=part, lines=lines, asked=asked, form=new_id()
    )


def _record(values: Values) -> None:
    at = here()

    def decide() -> Draft | Refusal:
        return commands.change(state(), at.station, values, setup_forms.known())

    asked = {name: flask.request.form.getlist(name) for name in sorted(flask.request.form)}
    asked = {name: value for name, value in asked.items() if name not in ("csrf_token", "form")}
    at.recorded(at.node.record(form_id(), _actor(), decide, asked=asked))


def _actor() -> str:
    who = login.keeper()
    return f"staff/{who.login if who else ''}"


@screen.post("/setup/undo")
@may("desk.manage")
def undo() -> Any:
    """The last change is taken back."""
    at = here()
    try:
        decision = lambda: commands.undo(state(), at.station)  # noqa: E731
        at.recorded(at.node.record(form_id(), _actor(), decision, asked={"undo": True}))
    except Refusal as refusal:
        return _page(web.say(refusal)), 409
    flask.flash(_(UNDONE))
    return flask.redirect(flask.url_for("setup.show"), 303)
