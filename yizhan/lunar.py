"""The Chinese calendar of a day: its month and day, its solar term, its feast.

The one file that knows the library (tables of the Hong Kong Observatory, 1901 to 2100). Asks
for a civil day of the place and knows no clock; who is not sure of the day must not ask.
"""

import datetime
from functools import lru_cache

import msgspec
from cnlunar.lunar import Lunar

from yizhan.errors import N_

YEARS = range(1902, 2100)
"""Years in which the tables also hold the days before and after."""

TERM_DAYS_MAX = 17

MONTHS = (
    N_("正月"), N_("二月"), N_("三月"), N_("四月"), N_("五月"), N_("六月"),
    N_("七月"), N_("八月"), N_("九月"), N_("十月"), N_("十一月"), N_("十二月"),
)  # fmt: skip
DAYS = (
    N_("初一"), N_("初二"), N_("初三"), N_("初四"), N_("初五"), N_("初六"), N_("初七"), N_("初八"),
    N_("初九"), N_("初十"), N_("十一"), N_("十二"), N_("十三"), N_("十四"), N_("十五"), N_("十六"),
    N_("十七"), N_("十八"), N_("十九"), N_("二十"), N_("廿一"), N_("廿二"), N_("廿三"), N_("廿四"),
    N_("廿五"), N_("廿六"), N_("廿七"), N_("廿八"), N_("廿九"), N_("三十"),
)  # fmt: skip
TERMS = (
    N_("小寒"), N_("大寒"), N_("立春"), N_("雨水"), N_("惊蛰"), N_("春分"), N_("清明"), N_("谷雨"),
    N_("立夏"), N_("小满"), N_("芒种"), N_("夏至"), N_("小暑"), N_("大暑"), N_("立秋"), N_("处暑"),
    N_("白露"), N_("秋分"), N_("寒露"), N_("霜降"), N_("立冬"), N_("小雪"), N_("大雪"), N_("冬至"),
)  # fmt: skip
EVE = N_("除夕")
FEASTS = {
    (1, 1): N_("春节"),
    (1, 15): N_("元宵节"),
    (5, 5): N_("端午节"),
    (7, 7): N_("七夕"),
    (8, 15): N_("中秋节"),
    (9, 9): N_("重阳节"),
    (12, 8): N_("腊八节"),
}


class LunarDay(msgspec.Struct, frozen=True):
    """A day by the Chinese calendar. `term` began today or last before; `feast` may be empty."""

    year: int
    month: int
    day: int
    leap: bool
    term: str
    term_begins: bool
    feast: str = ""


@lru_cache(32)
def lunar(day: datetime.date) -> LunarDay | None:
    """A day by the Chinese calendar, or None where no table reaches."""
    if day.year not in YEARS:
        return None
    year, month, number, leap, term = _looked_up(day)
    begins = term in TERMS
    return LunarDay(year, month, number, leap, term if begins else _last_term(day), begins,
                    _feast(day, month, number, leap))  # fmt: skip


@lru_cache(64)
def _looked_up(day: datetime.date) -> tuple[int, int, int, bool, str]:
    found = Lunar(datetime.datetime(day.year, day.month, day.day, 12))
    return (
        found.lunarYear, found.lunarMonth, found.lunarDay, bool(found.isLunarLeapMonth),
        found.todaySolarTerms,
    )  # fmt: skip


def _last_term(day: datetime.date) -> str:
    """The solar term that began last before this day."""
    for back in range(1, TERM_DAYS_MAX):
        term = _looked_up(day - datetime.timedelta(back))[4]
        if term in TERMS:
            return term
    return ""


def _feast(day: datetime.date, month: int, number: int, leap: bool) -> str:
    if leap:
        return ""
    if month == 12 and _looked_up(day + datetime.timedelta(1))[1:3] == (1, 1):
        return EVE
    return FEASTS.get((month, number), "")
