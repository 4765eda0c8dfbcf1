"""What calls a person: the causes for alarm, each a pure function of what the hub knows.

Knows stations' last words, the limits and a time that it is given; asks no clock, no table and
no language. An alarm is a task: it has a cause and what to do, and it is gone when the cause is.
"""

import datetime
import re
from collections.abc import Callable

import msgspec

from hub.alarm_kinds import KINDS
from hub.due import when
from sync.hub_tables import ContactRow
from yizhan import VERSION
from yizhan.settings import Limits

KNOWN = ("synced", "rtc", "hub", "pretend")
"""How a clock knows the time, where it does (yizhan/clock.py)."""


class Alarm(msgspec.Struct, frozen=True):
    """One thing that waits for a person. `station` is empty where it is the hub itself.

    `since` is a stamp, or empty where nobody knows; `n` counts records, MiB or seconds;
    `note` is a word of the cause: a version, or a sentence's msgid.
    """

    kind: str
    station: str = ""
    since: str = ""
    n: int = 0
    note: str = ""

    @property
    def level(self) -> int:
        """How bad it is; 3 is worst."""
        return KINDS[self.kind].level


class Share(msgspec.Struct, frozen=True):
    """What is the matter with what a holder holds: how many pools it owes something and why;
    and since when and why it is frozen, where no other alarm says so."""

    owes: int = 0
    owes_why: str = ""
    frozen_since: str = ""
    frozen_why: str = ""


class Station(msgspec.Struct, frozen=True):
    """What the hub knows of one station as a machine.

    `last` is its last word. `branched` is when its chain first branched, or empty, and `ends`
    how many ends have grown since. `looked_at` counts its set-asides that a person has seen.
    """

    code: str
    name: str = ""
    enrolled: bool = False
    revoked: bool = False
    suspected: str = ""
    last: ContactRow | None = None
    branched: str = ""
    ends: int = 0
    looked_at: int = 0
    share: Share = Share()


class Hub(msgspec.Struct, frozen=True):
    """What the hub knows of itself: stamps, or empty where there is none.

    `aside` counts what was set aside here and nobody has seen, `flipped` those among them that
    had been done before the hub was made anew; `missing` are the names of the stations that
    have not come back since, `held_since` is from when on it gives nothing for that. `disk_mib`
    is what is free.
    """

    disk_mib: int
    founded: str = ""
    backed_up: str = ""
    aside: int = 0
    flipped: int = 0
    missing: tuple[str, ...] = ()
    held_since: str = ""
    share: Share = Share()


def of_station(one: Station, now: datetime.datetime, limits: Limits) -> list[Alarm]:
    """What is the matter with a station, the worst first.

    One that is not in use calls only for what it holds: a machine that is lost may be revoked.
    """
    used = one.enrolled and not one.revoked
    found = (rule(one, now, limits) for rule in (*(RULES if used else ()), _owes, _frozen))
    return sorted((alarm for alarm in found if alarm), key=lambda alarm: -alarm.level)


def of_hub(one: Hub, now: datetime.datetime, limits: Limits) -> list[Alarm]:
    """What is the matter with the hub itself, the worst first."""
    found = []
    if one.share.owes:
        found.append(Alarm("hub_debt", n=one.share.owes, note=one.share.owes_why))
    if one.disk_mib < limits.hub_disk_mib:
        found.append(Alarm("hub_disk", n=one.disk_mib))
    since = one.backed_up or one.founded
    if since and age(since, now) > hours(limits.backup_hours):
        found.append(Alarm("backup_old" if one.backed_up else "never_backed_up", since=since))
    elif since and not one.backed_up:
        found.append(Alarm("first_backup"))
    if one.share.frozen_since:
        found.append(Alarm("frozen", since=one.share.frozen_since, note=one.share.frozen_why))
    if one.held_since:
        found.append(Alarm("held_back", since=one.held_since))
    if one.missing:
        found.append(Alarm("hub_anew", n=len(one.missing), note="、".join(one.missing)))
    if one.flipped:
        found.append(Alarm("flipped", n=one.flipped))
    if one.aside > one.flipped:
        found.append(Alarm("hub_aside", n=one.aside - one.flipped))
    return found


def silent(last: ContactRow, now: datetime.datetime, limits: Limits) -> bool:
    """Whether a station has been quiet for longer than the limit."""
    return age(last.seen, now) > hours(limits.silent_hours)


def waiting(last: ContactRow) -> int:
    """How much waits at a station, as far as the hub knows."""
    return int(last.unsent if last.waiting is None else last.waiting)


def age(stamp: str, now: datetime.datetime) -> datetime.timedelta:
    """How long ago something was; longer than any limit where the stamp is no time."""
    at = when(stamp, now)
    return datetime.timedelta.max if at is None else now - at


def hours(count: float) -> datetime.timedelta:
    """A limit in hours as a length of time."""
    return datetime.timedelta(hours=count)


def _identity(one: Station, _now: datetime.datetime, _limits: Limits) -> Alarm | None:
    """The chain tells more than the ticket: it shows whether both machines still write."""
    if one.branched:
        return Alarm("two_machines" if one.ends > 1 else "old_image", one.code, one.branched)
    return Alarm("suspected", one.code, note=one.suspected) if one.suspected else None


def _owes(one: Station, _now: datetime.datetime, _limits: Limits) -> Alarm | None:
    share = one.share
    return Alarm("debt", one.code, n=share.owes, note=share.owes_why) if share.owes else None


def _frozen(one: Station, _now: datetime.datetime, _limits: Limits) -> Alarm | None:
    since, why = one.share.frozen_since, one.share.frozen_why
    return Alarm("frozen", one.code, since, note=why) if since else None


def _silent(one: Station, now: datetime.datetime, limits: Limits) -> Alarm | None:
    if one.last is None:
        return Alarm("never_heard", one.code)
    if not silent(one.last, now, limits):
        return None
    return Alarm("silent", one.code, one.last.seen, waiting(one.last))


def _backlog(one: Station, now: datetime.datetime, limits: Limits) -> Alarm | None:
    """Not of a silent station: what waits there is told with its silence, for it is one task."""
    last = one.last
    if last is None or not last.clear_at or silent(last, now, limits) or not waiting(last):
        return None
    if age(last.clear_at, now) <= hours(limits.backlog_hours):
        return None
    return Alarm("backlog", one.code, last.clear_at, waiting(last))


def _clock(one: Station, _now: datetime.datetime, limits: Limits) -> Alarm | None:
    if one.last is None:
        return None
    if abs(one.last.skew_s) > limits.skew_s:
        return Alarm("clock_off", one.code, n=one.last.skew_s)
    return None if one.last.clock in KNOWN else Alarm("clock_unsure", one.code)


def _disk(one: Station, _now: datetime.datetime, limits: Limits) -> Alarm | None:
    free = one.last.disk_mib if one.last else None
    low = free is not None and free < limits.disk_mib
    return Alarm("disk_low", one.code, n=free or 0) if low else None


def _aside(one: Station, _now: datetime.datetime, _limits: Limits) -> Alarm | None:
    new = ((one.last.aside or 0) if one.last else 0) - one.looked_at
    return Alarm("station_aside", one.code, n=new) if new > 0 else None


def _version(one: Station, _now: datetime.datetime, _limits: Limits) -> Alarm | None:
    if one.last is None or _numbers(one.last.version) >= _numbers(VERSION):
        return None
    return Alarm("old_version", one.code, note=one.last.version)


def _numbers(version: str) -> tuple[int, ...]:
    """A version's numbers; what is written otherwise is older than all."""
    found = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(int(part) for part in found[0].split(".")) if found else ()


RULES: tuple[Callable[[Station, datetime.datetime, Limits], Alarm | None], ...] = (
    _identity, _silent, _backlog, _clock, _disk, _aside, _version,
)  # fmt: skip
