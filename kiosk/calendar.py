"""The line that says what day it is: 11月28日 星期六 · 十月二十 · 小雪后.

For the first screen, the wall and slips. Where the clock is not sure, the Chinese calendar is not
told at all: a wrong feast would be believed.
"""

import datetime

from babel import Locale
from babel.dates import format_date, format_skeleton
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from yizhan.clock import Clock
from yizhan.lunar import DAYS, MONTHS, LunarDay, lunar

UNSURE = "unsure"


def today_line(clock: Clock, language: str = "") -> str:
    """Today in one line, in this language (Babel's name) or else in the reader's."""
    return " · ".join(today_parts(clock, language))


def today_parts(clock: Clock, language: str = "") -> list[str]:
    """The same in its parts: the date with its weekday, the lunar day, the term or the feast.

    Only the date and 时间待校准 where the clock is not sure.
    """
    with force_locale(Locale.parse(language or str(get_locale()))):
        today = clock.now().astimezone(clock.zone).date()
        date = _date(today)
        if clock.quality() == UNSURE:
            return [date, str(_("时间待校准"))]
        found = lunar(today)
        return [date, *_lunar(found)] if found else [date]


def _date(day: datetime.date) -> str:
    """The date and its weekday; in Chinese with a space and 星期, as calendars print it."""
    if str(get_locale()).startswith("zh"):
        date = format_skeleton("MMMd", day, locale=get_locale())
        return f"{date} {format_date(day, 'EEEE', locale=get_locale())}"
    return str(format_skeleton("MMMEd", day, locale=get_locale()))


def _lunar(found: LunarDay) -> list[str]:
    month, day = _(MONTHS[found.month - 1]), _(DAYS[found.day - 1])
    if found.leap:
        date = _("闰%(month)s%(day)s", month=month, day=day)
    else:
        date = _("%(month)s%(day)s", month=month, day=day)
    return [str(date), *_marked(found)]


def _marked(found: LunarDay) -> list[str]:
    """Its feast, and its term where one begins today or nothing else is to be said."""
    said = [str(_(found.feast))] if found.feast else []
    if found.term_begins:
        said.append(str(_("今日%(term)s", term=_(found.term))))
    elif found.term and not said:
        said.append(str(_("%(term)s后", term=_(found.term))))
    return said
