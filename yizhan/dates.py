"""A calendar day as one says it, in the reader's language: 今天, 明天, 11月30日周一.

Knows Babel and the reader's locale; knows no clock and no page.
"""

import datetime

from babel.dates import format_skeleton
from flask_babel import get_locale
from flask_babel import gettext as _


def near(day: datetime.date, today: datetime.date) -> str:
    """昨天, 今天, 明天, 后天; empty for any other day."""
    said = {-1: _("昨天"), 0: _("今天"), 1: _("明天"), 2: _("后天")}
    return str(said.get((day - today).days, ""))


def said(day: datetime.date, today: datetime.date, *, weekday: bool = False) -> str:
    """A day by its nearness, else by its date; the year where it is another one."""
    if found := near(day, today):
        return found
    skeleton = "MMMd" if day.year == today.year else "yMMMd"
    return str(format_skeleton(skeleton + "E" * weekday, day, locale=get_locale()))
