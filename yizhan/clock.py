"""The one file that asks what time it is, and how far that can be trusted.

Time is for people to read, never for order. A station without a battery clock may wake up in
1970; until it is set, the time that the hub signs stands in for it, carried on by the clock
that counts from the start of the machine. `YIZHAN_CLOCK=ISO[xRATE]` (honoured only where
pretending is allowed) starts the clock at a moment and lets it run at a rate, so that days
can be tried in minutes.
"""

import datetime
import os
import re
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from yizhan.errors import Refusal

Quality = Literal["synced", "rtc", "hub", "unsure", "pretend"]
"""How the clock knows: set over the network, by a battery clock, by what the hub signed (and
then this machine's own time is not used), not at all; or it is a pretended time."""

SYNCED = Path("/run/systemd/timesync/synchronized")
RTC = Path("/sys/class/rtc/rtc0")
BOOT = Path("/proc/sys/kernel/random/boot_id")
SANE = (2026, 2100)
END = 4.1e9
"""2099 in seconds since 1970."""

PRETENDED = re.compile(r"(?P<start>.+?)(?:x(?P<rate>\d+(?:\.\d+)?))?")

HUB_TIME = "hub-time.json"
"""In the data directory: written by the process that exchanges, read by all of the station."""

ROUND_TRIP_MAX_S = 10.0
"""The hub's time is as old as the way back; what came slower says too little."""

BATTERY_OFF_S = 120.0
"""A battery clock further from the hub's time than this is not believed."""

DRIFT_S = 5.0
KEEP_EVERY_S = 3600.0
"""The file is written again where the hub's time has moved so far, or is so old: an SD card
wears."""


class HubTime(msgspec.Struct, frozen=True):
    """What the hub signed: its time (seconds since 1970), and when, counted since this start."""

    boot: str
    since_boot: float
    time: float


class Clock:
    """Wall clock of one node. `offset` is the network's, such as "+08:00".

    `hub_time` is the file with the hub's time, at stations.
    """

    def __init__(
        self, offset: str = "+08:00", pretend: str = "", hub_time: Path | None = None
    ) -> None:
        hours, minutes = int(offset[:3]), int(offset[0] + offset[4:6])
        self.zone = datetime.timezone(datetime.timedelta(hours=hours, minutes=minutes))
        self._origin = time.monotonic()
        self._start: datetime.datetime | None = None
        self._rate = 1.0
        self._hub = _HubTimeFile(hub_time) if hub_time else None
        if pretend:
            self._start, self._rate = _pretended(pretend, self.zone)

    def now(self) -> datetime.datetime:
        """The time here, in the network's zone: the best that is known."""
        if self._start is not None:
            passed = (time.monotonic() - self._origin) * self._rate
            return self._start + datetime.timedelta(seconds=passed)
        return self._judged()[0]

    def stamp(self) -> str:
        """Now, as an event carries it: RFC 3339 in whole seconds."""
        return self.now().isoformat(timespec="seconds")

    def today(self) -> str:
        """The station's calendar day, ISO."""
        return self.now().date().isoformat()

    def quality(self) -> Quality:
        """How the clock knows what `now` says."""
        return "pretend" if self._start is not None else self._judged()[1]

    def told(self, stamp: str, round_trip_s: float) -> None:
        """The hub signed that it is this time now (RFC 3339); kept if it can be of use."""
        if self._hub is None or round_trip_s > ROUND_TRIP_MAX_S:
            return
        with suppress(ValueError, TypeError, OverflowError):
            moment = datetime.datetime.fromisoformat(stamp)
            if SANE[0] <= moment.year < SANE[1]:
                self._hub.keep(moment.timestamp())

    def _judged(self) -> tuple[datetime.datetime, Quality]:
        """The wall clock where it was set; else the hub's time carried on; else the wall clock.

        Where nothing is known since this start, the time is at least what the hub said before.
        """
        wall = self._wall()
        sane = SANE[0] <= wall.year < SANE[1]
        if sane and SYNCED.exists():
            return wall, "synced"
        hub, since_start = self._hub.now() if self._hub else (None, False)
        if hub is not None and since_start:
            carried = datetime.datetime.fromtimestamp(hub, self.zone)
            near = abs((wall - carried).total_seconds()) <= BATTERY_OFF_S
            return (wall, "rtc") if near and RTC.exists() else (carried, "hub")
        if sane and RTC.exists() and (hub is None or wall.timestamp() > hub - BATTERY_OFF_S):
            return wall, "rtc"
        if hub is not None and wall.timestamp() < hub:
            return datetime.datetime.fromtimestamp(hub, self.zone), "unsure"
        return wall, "unsure"

    def _wall(self) -> datetime.datetime:
        return datetime.datetime.now(self.zone)


class _HubTimeFile:
    """The hub's time as this machine last kept it; another process may write it anew."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: HubTime | None = None
        self._changed = -1

    def now(self) -> tuple[float | None, bool]:
        """The hub's time carried on to now, and whether it was told since this start.

        Told before this start, it is the least that can be: that time and the time since.
        """
        held = self._held()
        if held is None:
            return None, False
        same = held.boot == _boot()
        carried = held.time + _since_boot() - (held.since_boot if same else 0.0)
        return (carried, same) if 0 < carried < END else (None, False)

    def keep(self, moment: float) -> None:
        """Write the hub's time down, if that says more than what is held."""
        held, since = self._held(), _since_boot()
        if held is not None and held.boot == _boot():
            moved = moment - (held.time + since - held.since_boot)
            if abs(moved) < DRIFT_S and since - held.since_boot < KEEP_EVERY_S:
                return
        fresh = self._path.with_name(self._path.name + ".new")
        with suppress(OSError):
            fresh.write_bytes(msgspec.json.encode(HubTime(_boot(), since, moment)))
            fresh.replace(self._path)

    def _held(self) -> HubTime | None:
        try:
            changed = self._path.stat().st_mtime_ns
            if changed != self._changed:
                self._read = msgspec.json.decode(self._path.read_bytes(), type=HubTime)
                self._changed = changed
        except (OSError, msgspec.MsgspecError):
            return None
        return self._read


@cache
def _boot() -> str:
    """A name of this start of the machine; empty where the system gives none."""
    try:
        return BOOT.read_text().strip()
    except OSError:
        return ""


def _since_boot() -> float:
    """Seconds since the machine started; the same in all its processes, never set back."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def from_environment(offset: str, *, pretend: bool, data: Path | None = None) -> Clock:
    """The clock of a process; YIZHAN_CLOCK counts only where `pretend` is true."""
    said = os.environ.get("YIZHAN_CLOCK", "") if pretend else ""
    return Clock(offset, said, data / HUB_TIME if data else None)


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
