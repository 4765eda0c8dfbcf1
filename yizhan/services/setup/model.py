"""What a station's keeper has set, over what the pack says; who changed what, and how it was.

One subject a station, written by that station alone; what is None is the pack's. Only what a
machine that replaces a broken one must bring back stands here: the size of the screen and the
serial ports are the machine's own (kiosk/machine.py). Days are the place's own, not instants.
"""

from typing import Any, ClassVar

import msgspec

from yizhan.errors import N_
from yizhan.events import Data, Event, Name, Whole
from yizhan.folding import SetAside

LOG_MAX = 12
"""How many changes are shown and can be undone; the journal keeps all of them."""

OPEN, SHUT = "open", "closed"


class Closed(msgspec.Struct, frozen=True, omit_defaults=True):
    """Days on which the station does not open."""

    day: Name
    until: Name
    reason: str = ""


class Price(msgspec.Struct, frozen=True, omit_defaults=True):
    """A job costs this at the station, from a day on."""

    service: Name
    job: Name
    price_fen: Whole
    from_day: Name


class Values(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything that can be set. `week` is Monday to Sunday, "08:00-20:00" or empty for closed;
    `holidays` is whether the public holidays are kept; times are in seconds."""

    tiles: tuple[Name, ...] | None = None
    week: tuple[Name, ...] | None = None
    holidays: Name | None = None
    closed: tuple[Closed, ...] | None = None
    prices: tuple[Price, ...] | None = None
    theme: Name | None = None
    volume: Whole | None = None
    idle_seconds: Whole | None = None
    warn_seconds: Whole | None = None
    help_seconds: Whole | None = None
    phone: Name | None = None

    def said(self) -> dict[str, Any]:
        """What is set, by name."""
        fields = {name: getattr(self, name) for name in self.__struct_fields__}
        return {name: value for name, value in fields.items() if value is not None}


FIELDS = Values.__struct_fields__


class Changed(Data, frozen=True):
    """Some of it was set, and some (`cleared`) is the pack's again; `undoes` the change before."""

    type: ClassVar[str] = "setup.changed"
    values: Values = Values()
    cleared: tuple[Name, ...] = ()
    undoes: bool = False


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who changed what and when, and how all of it was before."""

    time: str
    actor: str
    fields: tuple[str, ...]
    before: Values
    undoes: bool = False


class Setup(msgspec.Struct, frozen=True):
    """A station's settings; the last change comes last."""

    values: Values = Values()
    log: tuple[Change, ...] = ()


TYPES = (Changed,)


def fold(state: Setup | None, event: Event, data: Data) -> Setup | SetAside:
    """The settings after one more change; a station is set up by itself alone."""
    station = event.audience.partition(":")[2]
    if event.source != station or event.subject != f"setup/{station}":
        return SetAside(N_("一个站点的设置只有它自己能改"))
    assert isinstance(data, Changed)
    before = state or Setup()
    said = data.values.said()
    cleared = {name: None for name in data.cleared if name in FIELDS}
    fields = tuple(sorted({*said, *cleared}))
    if not fields:
        return SetAside(N_("没有改动"))
    values = msgspec.structs.replace(before.values, **said, **cleared)
    change = Change(event.time, event.actor, fields, before.values, data.undoes)
    return Setup(values, (*before.log, change)[-LOG_MAX:])
