"""What is set at this station: the keeper's settings over the pack, this machine's over its door.

Read anew for every page, so nothing needs a restart.
"""

import datetime
from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from kiosk.machine import Machine
from yizhan.db import Db
from yizhan.open_days import Opening, opening
from yizhan.services.catalogue import projection as catalogue
from yizhan.services.setup import projection as setups
from yizhan.services.setup.model import OPEN, Price, Values

VOLUME = 80
"""Where the keeper has set nothing."""

Screen = TypeVar("Screen", bound=msgspec.Struct)


def laid_over(base: Screen, said: Values, machine: Machine) -> Screen:
    """A touchscreen as it is set: `base` is what was said at the door."""
    wanted = said.said() | {
        name: getattr(machine, name)
        for name in machine.__struct_fields__
        if getattr(machine, name) is not None
    }
    known = {name: value for name, value in wanted.items() if name in base.__struct_fields__}
    return msgspec.structs.replace(base, **known) if known else base


def price_on(prices: Sequence[Price], service: str, job: str, day: str) -> int | None:
    """What a job costs on a day (ISO) by the keeper's word, or None where the pack's counts."""
    found = [
        one for one in prices if (one.service, one.job) == (service, job) and one.from_day <= day
    ]
    return max(found, key=lambda one: one.from_day).price_fen if found else None


def pack_s(db: Db, station: str) -> Values:
    """What the pack says, in the form of the keeper's settings."""
    fields: dict[str, Any] = catalogue.entry(db, "station", station) or {}
    return Values(
        tiles=tuple(fields.get("tiles", ())),
        week=tuple(fields.get("week", ())),
        holidays=str(fields.get("holidays", OPEN)),
        closed=(),
        prices=(),
        phone=str(fields.get("phone", "")),
    )


def in_force(db: Db, station: str) -> Values:
    """Everything that is set, the pack's where the keeper has set nothing."""
    said = setups.values(db, station).said()
    return msgspec.structs.replace(pack_s(db, station), **said)


def volume(db: Db, station: str) -> int:
    """How loud the touchscreen usually is, 0 to 100."""
    found = setups.values(db, station).volume
    return VOLUME if found is None else found


def opening_on(db: Db, station: str, day: datetime.date) -> Opening | None:
    """When the station is open on a day, or None where nobody has said."""
    found = in_force(db, station)
    code = f"d{day.isoformat()}"
    marked = catalogue.entry(db, "holiday", code)
    return opening(
        day, found.week or (), found.holidays or OPEN, found.closed or (),
        {code: marked} if marked else {},
    )  # fmt: skip
