"""The one file that asks what time it is, and how far that can be trusted.

Time is for people to read, never for order. `YIZHAN_CLOCK=ISO[xRATE]` (honoured only where
pretending is allowed) starts the clock at a moment and lets it run at a rate, so that days
can be tried in minutes.
"""

import datetime
import os
import re
import time
from pathlib import Path
from typing import Literal

from yizhan.errors import Refusal

Quality = Literal["synced", "rtc", "unsure", "pretend"]

SYNCED = Path("/run/systemd/timesync/synchronized")
RTC = Path("/sys/class/rtc/rtc0")
SANE = (2026, 2100)
PRETENDED = re.compile(r"(?P<start>.+?)(?:x(?P<rate>\d+(?:\.\d+)?))?")


class Clock:
    """Wall clock of one node. `offset` is the network's, such as "+08:00"."""

    def __init__(self, offset: str = "+08:00", pretend: str = "") -> None:
        hours, minutes = int(offset[:3]), int(offset[0] + offset[4:6])
        self.zone = datetime.timezone(datetime.timedelta(hours=hours, minutes=minutes))
        self._origin = time.monotonic()
        self._start: datetime.datetime | None = None
        self._rate = 1.0
        if pretend:
            self._start, self._rate = _pretended(pretend, self.zone)

    def now(self) -> datetime.datetime:
        """The time here, in the network's zone."""
        if self._start is None:
            return datetime.datetime.now(self.zone)
        passed = (time.monotonic() - self._origin) * self._rate
        return self._start + datetime.timedelta(seconds=passed)

    def stamp(self) -> str:
        """Now, as an event carries it: RFC 3339 in whole seconds."""
        return self.now().isoformat(timespec="seconds")

    def today(self) -> str:
        """The station's calendar day, ISO."""
        return self.now().date().isoformat()

    def quality(self) -> Quality:
        """How the clock knows: set over the network, by a battery clock, or not at all."""
        if self._start is not None:
            return "pretend"
        if not SANE[0] <= self.now().year < SANE[1]:
            return "unsure"
        if SYNCED.exists():
            return "synced"
        return "rtc" if RTC.exists() else "unsure"


def from_environment(offset: str, *, pretend: bool) -> Clock:
    """The clock of a process; YIZHAN_CLOCK counts only where `pretend` is true."""
    return Clock(offset, os.environ.get("YIZHAN_CLOCK", "") if pretend else "")


def _pretended(text: str, zone: datetime.timezone) -> tuple[datetime.datetime, float]:
    found = PRETENDED.fullmatch(text)
    try:
        start = datetime.datetime.fromisoformat(found["start"] if found else text)
    except ValueError as error:
        raise Refusal(
            "YIZHAN_CLOCK 写法不对：%(text)s，例如 2026-11-23T09:00x60", text=text
        ) from error
    rate = float(found["rate"] or 1) if found else 1.0
    return (start if start.tzinfo else start.replace(tzinfo=zone)), rate
