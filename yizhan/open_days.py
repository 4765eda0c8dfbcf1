"""When a station is open on a day: its week, the public holidays, the days on which it is closed.

Pure: the week and the days are given, and so is the calendar. Knows no clock, no page.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from yizhan.services.setup.model import SHUT, Closed


class Opening(msgspec.Struct, frozen=True):
    """A day's opening: from and until are HH:MM, both empty where it is closed; `why` may say
    why it is closed, `why_en` in English (a holiday's name or the keeper's words)."""

    opens: str = ""
    closes: str = ""
    why: str = ""
    why_en: str = ""

    @property
    def open(self) -> bool:
        """Whether it opens at all."""
        return bool(self.opens)

    def at(self, time: str) -> bool:
        """Whether it is open at this time (HH:MM)."""
        return self.open and self.opens <= time < self.closes


def opening(
    day: datetime.date,
    week: Sequence[str],
    holidays: str,
    closed: Sequence[Closed],
    calendar: Mapping[str, Mapping[str, Any]],
) -> Opening | None:
    """When it is open on a day, or None where nobody has said.

    `week` is Monday to Sunday, `calendar` the register of holidays by the code of the day. A
    station that keeps the holidays is closed on them, and opens as on a Monday on a weekend day
    that is worked in exchange (调休) and on which it would be closed.
    """
    iso = day.isoformat()
    for one in closed:
        if one.day <= iso <= one.until:
            return Opening(why=one.reason, why_en=one.reason)
    if len(week) != 7:
        return None
    marked = calendar.get(f"d{iso}") if holidays == SHUT else None
    if marked and not marked.get("work"):
        name = str(marked.get("name", ""))
        return Opening(why=name, why_en=str(marked.get("name_en", "") or name))
    span = week[day.weekday()]
    if marked and not span:
        span = week[0]
    opens, _dash, closes = span.partition("-")
    return Opening(opens, closes)
