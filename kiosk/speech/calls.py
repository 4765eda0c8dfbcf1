"""Numbers that are called, aloud to the room: at the touchscreen, at the wall, or at both.

The wall is a page of the desk's app, which may be shown by another machine: it gets the clips of
the calls that stand there now and no others.
"""

from collections.abc import Iterable

import flask
import msgspec

from kiosk import home
from kiosk.here import here
from kiosk.speech import saying
from kiosk.speech.clips import KINDS
from kiosk.speech.speaker import Place
from yizhan.access import PUBLIC, may

screen = flask.Blueprint("calls", __name__)

FOR_EVER = "private, max-age=31536000, immutable"


class Call(msgspec.Struct, frozen=True):
    """A number that is called now, and the clips that say so."""

    key: str
    clips: list[str]


def told(place: Place, called: Iterable[home.Called]) -> str:
    """The calls that are said at this place, as JSON. In Chinese: they are for the room."""
    speaker = here().speaker
    if speaker.chosen.calls not in ("both", place):
        return "[]"
    found = [
        Call(f"{one.number} {one.spoken}", speaker.names(saying.call(one.number, one.spoken)))
        for one in called
    ]
    return msgspec.json.encode(found).decode()


def wall_clips() -> str:
    """What the wall says, for its page."""
    return told("wall", home.called_now())


def played(name: str) -> flask.Response:
    """A clip; 204 while it is being made, so that a page asks again and no thread waits."""
    found = here().speaker.clips.find(name)
    if found is None:
        return flask.Response(status=204)
    here().speaker.clips.used(found)
    answer = flask.Response(found.read_bytes(), mimetype=KINDS[found.suffix])
    if name[0] == "f":
        # The same words for everybody. What greets a person is in no browser's cache.
        answer.headers["Cache-Control"] = FOR_EVER
    return answer


@screen.get("/speech/<name>")
@may(PUBLIC)
def clip(name: str) -> flask.Response:
    """A clip of a call that stands on the wall now."""
    if name not in wall_clips():
        flask.abort(404)
    return played(name)
