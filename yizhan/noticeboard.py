"""A notice in words, for the touchscreen, the wall, the desk and the hub alike.

Knows the reader's language; knows no page and no clock: the day is given.
"""

import datetime

import msgspec
from flask_babel import get_locale
from flask_babel import gettext as _

from yizhan import dates
from yizhan.errors import N_
from yizhan.services.notices.model import CLOSED, EVENT, NOTICE, UP
from yizhan.services.notices.projection import NoticeRow

SORTS = {EVENT: N_("活动"), NOTICE: N_("通知"), CLOSED: N_("关门")}


class Hanging(msgspec.Struct, frozen=True):
    """A notice as it is read: `when` is its days and times in words, `up` whether it hangs.

    `street` tells that it is the whole network's and not this station's alone.
    """

    id: str
    sort: str
    sort_name: str
    title: str
    said: str
    place: str
    when: str
    street: bool
    up: bool


def tell(row: NoticeRow, today: str) -> Hanging:
    """A notice in the reader's language, seen from this day (ISO)."""
    return Hanging(
        row.subject.partition("/")[2],
        row.sort,
        str(_(SORTS.get(row.sort, row.sort))),
        _in_language(row, "title"),
        _in_language(row, "said"),
        _in_language(row, "place"),
        when(row, today),
        not row.station,
        row.status == UP,
    )


def _in_language(row: NoticeRow, name: str) -> str:
    english = str(get_locale()).startswith("en")
    return str((english and getattr(row, f"{name}_en")) or getattr(row, name))


def when(row: NoticeRow, today: str) -> str:
    """Its days and its times: 今天 14:00–15:30, 到12月3日为止, 11月30日周一 9:00 开始."""
    return " ".join(part for part in (_days(row, today), _times(row)) if part)


def _days(row: NoticeRow, today: str) -> str:
    try:
        now, first, last = map(datetime.date.fromisoformat, (today, row.from_day, row.until_day))
    except ValueError:
        return str(row.from_day)
    if first == last:
        return dates.said(first, now, weekday=True)
    until = dates.said(last, now)
    if first <= now:
        return str(_("到%(day)s为止", day=until))
    return str(_("%(day)s到%(until)s", day=dates.said(first, now), until=until))


def _times(row: NoticeRow) -> str:
    if row.until_time:
        return f"{row.from_time}–{row.until_time}"
    return str(_("%(time)s 开始", time=row.from_time)) if row.from_time else ""
