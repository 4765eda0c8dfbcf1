"""When something is open, read from its listing's sentence, such as 周二、周四 13:30–15:30.

Pure. Believes only a sentence that it understands to its end; of any other (看船期, 上学日) it
says nothing, because a wrong "open" sends somebody out into the rain.
"""

import datetime
import re
from typing import Literal

import msgspec

WEEK = "一二三四五六日"
CLOCK = r"(\d{1,2}):(\d{2})"
HOURS = re.compile(
    r"(?:[^\d，；。、]+ )?"  # who serves
    r"(?P<days>每天|周[一二三四五六日天]至周[一二三四五六日天]|每?周[一二三四五六日天](?:、周[一二三四五六日天])*)"
    rf" ?{CLOCK} ?[–—-] ?{CLOCK}"
)
WEEK_DAYS = 7


class Hours(msgspec.Struct, frozen=True):
    """The days of the week (Monday is 0) and the times between which something is open."""

    days: frozenset[int]
    opens: datetime.time
    closes: datetime.time


class Standing(msgspec.Struct, frozen=True):
    """Open until `time`, or closed until `time` in `days` days."""

    state: Literal["open", "closed"]
    time: str
    days: int = 0


def read(sentence: str) -> Hours | None:
    """The hours that a sentence tells, or None where it tells anything else besides."""
    found = HOURS.fullmatch(sentence.strip())
    if found is None:
        return None
    hour, minute, last_hour, last_minute = (int(one) for one in found.groups()[1:])
    try:
        opens, closes = datetime.time(hour, minute), datetime.time(last_hour, last_minute)
    except ValueError:
        return None
    days = _days(found["days"])
    return Hours(days, opens, closes) if days and opens < closes else None


def _days(said: str) -> frozenset[int]:
    if said == "每天":
        return frozenset(range(WEEK_DAYS))
    named = [WEEK.index(one.replace("天", "日")) for one in re.findall(r"周(.)", said)]
    return frozenset(range(named[0], named[1] + 1)) if "至" in said else frozenset(named)


def standing(hours: Hours, now: datetime.datetime) -> Standing:
    """How something with these hours stands at this moment of the place."""
    if now.weekday() in hours.days and hours.opens <= now.time() < hours.closes:
        return Standing("open", _clock(hours.closes))
    over = now.time() >= hours.opens
    wait = next(n for n in range(over, WEEK_DAYS + over) if (now.weekday() + n) % 7 in hours.days)
    return Standing("closed", _clock(hours.opens), wait)


def _clock(time: datetime.time) -> str:
    return f"{time.hour}:{time.minute:02d}"
