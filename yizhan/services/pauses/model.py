"""A pause: something on offer does not take place at one station, or anywhere.

A subject of its own, which the whole network sees, while a station's other settings stay there.
`place` is the station that wrote it, or "network" where the hub did. A pause that names a day
ends with that day; it is derived when it is read, for this file knows no day.
"""

from typing import ClassVar

import msgspec

from yizhan.errors import N_
from yizhan.events import Data, Event, Name
from yizhan.folding import SetAside

HUB, EVERYWHERE = "hub", "network"


class Paused(Data, frozen=True):
    """It does not take place, and why; `until` is the last day of it, empty: until it is said."""

    type: ClassVar[str] = "pause.begun"
    reason: str
    until: Name = ""
    reason_en: str = ""


class Resumed(Data, frozen=True):
    """It takes place again."""

    type: ClassVar[str] = "pause.ended"


class Pause(msgspec.Struct, frozen=True):
    """A pause as it stands."""

    reason: str
    until: str
    reason_en: str
    since: str
    by: str
    going_on: bool = True


TYPES = (Paused, Resumed)


def subject(place: str, service: str) -> str:
    """The subject of a pause of a service at a station, or everywhere."""
    return f"pause/{place}/{service}"


def fold(state: Pause | None, event: Event, data: Data) -> Pause | SetAside:
    """The pause after one more event; each place has one writer."""
    place = event.subject.split("/")[1] if event.subject.count("/") == 2 else ""
    if event.source != (HUB if place == EVERYWHERE else place):
        return SetAside(N_("别的站点停不停，这里不能写"))
    match data:
        case Paused(reason, until, reason_en):
            return Pause(reason, until, reason_en, event.time, event.actor)
        case Resumed() if state is not None and state.going_on:
            return msgspec.structs.replace(state, going_on=False)
    return SetAside(N_("这一项现在没有停"))
