"""A rating: offered after a service, then answered by a face, or passed over.

A rate without its denominators is worth nothing, so the offer is an event as well as the
answer. A rating belongs to the station where it was offered, names the subject that it is
about, and marks the channel: a rating tapped on a staff device can be told apart.
"""

from typing import ClassVar

import msgspec

from yizhan.errors import N_
from yizhan.events import Data, Event, Name, Whole
from yizhan.folding import SetAside, advance

FACES = (1, 2, 3)
"""1 not satisfied, 2 so-so, 3 satisfied."""


class Offered(Data, frozen=True):
    """The faces were shown to somebody who had been served."""

    type: ClassVar[str] = "rating.offered"
    about: Name
    service: Name
    day: Name
    channel: Name = "kiosk"


class Answered(Data, frozen=True):
    """A face was tapped."""

    type: ClassVar[str] = "rating.answered"
    face: Whole


class Passed(Data, frozen=True):
    """The person went on without tapping a face."""

    type: ClassVar[str] = "rating.passed"


class Undone(Data, frozen=True):
    """The person takes back the face that she tapped."""

    type: ClassVar[str] = "rating.undone"


class Rating(msgspec.Struct, frozen=True):
    """A rating as it stands; `face` is 0 until answered, `since` when it came to stand so."""

    about: str
    service: str
    day: str
    channel: str
    status: str
    face: int = 0
    since: str = ""


TYPES = (Offered, Answered, Passed, Undone)

LEGAL = {
    None: {"rating.offered": "offered"},
    "offered": {"rating.answered": "answered", "rating.passed": "passed"},
    "answered": {"rating.undone": "offered"},
    "passed": {"rating.answered": "answered"},
}

WORDS = {
    None: N_("还没有请您评价过"),
    "offered": N_("已经请您评价了"),
    "answered": N_("您已经评价过了，谢谢"),
    "passed": N_("已经记下不评价"),
}


def fold(state: Rating | None, event: Event, data: Data) -> Rating | SetAside:
    """The rating after one more event, or why that step is not legal."""
    status = advance(LEGAL, state.status if state else None, event, WORDS)
    if isinstance(status, SetAside):
        return status
    if isinstance(data, Offered):
        said = (data.about, data.service, data.day, data.channel)
        return Rating(*said, status, since=event.time)
    assert state is not None
    face = 0
    if isinstance(data, Answered):
        face = data.face
        if face not in FACES:
            return SetAside(N_("没有这样的笑脸"))
    return msgspec.structs.replace(state, status=status, face=face, since=event.time)
