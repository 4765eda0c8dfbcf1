"""录音: the keeper speaks the prompts in the dialect of the place, one after the other.

Says which are missing; what is missing is said in Mandarin. Chooses the tongue and the voice of
this station. The browser records; nothing is kept but the sound.
"""

from typing import Any, Literal

import flask
import msgspec
from flask_babel import gettext as _

from kiosk import menu
from kiosk.desk import login
from kiosk.here import here
from kiosk.speech import prompts, recordings
from kiosk.speech.clips import recorded_name
from kiosk.speech.prompts import Group
from kiosk.speech.speaker import Chosen
from yizhan import web, webm
from yizhan.access import may
from yizhan.errors import N_, Refusal

screen = flask.Blueprint("prompts", __name__)

GROUPS: dict[Group, str] = {
    "screen": N_("屏幕上的话"),
    "pack": N_("这个站的服务"),
    "number": N_("数字和日子"),
}
PLACES: tuple[Literal["screen", "wall"], ...] = ("screen", "wall")
CHOSEN = N_("改好了，下一页就用")
DROPPED = N_("删掉了，这一句又说普通话")
NOTHING = N_("没有收到录音。请再录一次")


class Line(msgspec.Struct, frozen=True):
    """One prompt: the clip's name, the words, whether it is recorded."""

    name: str
    text: str
    recorded: bool


@screen.url_value_preprocessor
def take_larger(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Only this one address takes a recording's worth of bytes, and only from a keeper."""
    if endpoint == "prompts.keep" and login.keeper():
        flask.request.max_content_length = 2 * recordings.BYTES_MAX


@screen.after_request
def allow_microphone(response: flask.Response) -> flask.Response:
    """This page alone of the desk may listen, when the keeper taps."""
    response.headers["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=()"
    return response


def lines() -> dict[Group, list[Line]]:
    """Every prompt of this station, by what it is for."""
    at = here()
    found: dict[Group, list[Line]] = {group: [] for group in GROUPS}
    for prompt in prompts.to_record(menu.tiles(at.db, at.station)):
        name = recorded_name(prompt.text)
        known = at.speaker.clips.recording(name) is not None
        found[prompt.group].append(Line(name, prompt.text, known))
    return found


@screen.get("/prompts")
@may("desk.see")
def show() -> str:
    """One prompt to speak, large; below it those of its group, and which are missing."""
    return _page(flask.request.args.get("group", ""), flask.request.args.get("at", ""))


def _page(group: str, name: str, sentence: str = "") -> str:
    every = lines()
    chosen: Group = next((one for one in GROUPS if one == group), "screen")
    now = _line(every[chosen], name) or _next(every[chosen], "")
    return flask.render_template(
        "desk/prompts.html",
        groups=[
            (one, _(said), sum(not line.recorded for line in every[one]), len(every[one]))
            for one, said in GROUPS.items()
        ],
        group=chosen,
        lines=every[chosen],
        one=now,
        after=_next(every[chosen], now.name if now else ""),
        chosen=here().speaker.chosen,
        most=recordings.SECONDS_MAX,
        sentence=sentence,
    )


def _line(found: list[Line], name: str) -> Line | None:
    return next((line for line in found if line.name == name), None)


def _next(found: list[Line], name: str) -> Line | None:
    """The next that is missing after this one, from the top again at the end; else the first."""
    at = next((place for place, line in enumerate(found) if line.name == name), -1) + 1
    in_turn = [*found[at:], *found[:at]]
    missing = (line for line in in_turn if not line.recorded and line.name != name)
    return next(missing, in_turn[0] if in_turn else None)


def _known(name: str) -> tuple[Group, list[Line], Line]:
    """A prompt of this station by its name; no other is taken."""
    for group, found in lines().items():
        if line := _line(found, name):
            return group, found, line
    flask.abort(404)


@screen.post("/prompts/<name>")
@may("desk.manage")
def keep(name: str) -> Any:
    """Keep what was spoken, and say which prompt comes next."""
    group, found, line = _known(name)
    try:
        file = flask.request.files.get("sound")
        if file is None:
            raise Refusal(NOTHING)
        content = file.read(recordings.BYTES_MAX + 1)
        recordings.keep(here().speaker.clips.recorded, line.name, content)
    except Refusal as refusal:
        return flask.jsonify(say=web.say(refusal)), 409
    after = _next(found, name) or line
    return flask.jsonify(next=flask.url_for("prompts.show", group=group, at=after.name))


@screen.get("/prompts/<name>/sound")
@may("desk.see")
def sound(name: str) -> flask.Response:
    """What was recorded for this prompt."""
    found = here().speaker.clips.recording(_known(name)[2].name)
    if found is None:
        flask.abort(404)
    return flask.Response(found.read_bytes(), mimetype=webm.MEDIA)


@screen.post("/prompts/<name>/drop")
@may("desk.manage")
def drop(name: str) -> Any:
    """Forget a recording."""
    group, _found, line = _known(name)
    recordings.drop(here().speaker.clips.recorded, line.name)
    flask.flash(_(DROPPED))
    return flask.redirect(flask.url_for("prompts.show", group=group, at=line.name), 303)


@screen.post("/prompts")
@may("desk.manage")
def choose() -> Any:
    """Whose voice speaks here, and whether the recordings go before it."""
    form = flask.request.form
    here().speaker.choose(
        Chosen(
            voice="man" if form.get("voice") == "man" else "woman",
            dialect=form.get("dialect") == "yes",
            calls=next((one for one in PLACES if one == form.get("calls")), "both"),
        )
    )
    flask.flash(_(CHOSEN))
    return flask.redirect(flask.url_for("prompts.show"), 303)
