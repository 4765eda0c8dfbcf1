"""A station's settings in words, for its desk and for the hub.

Knows the reader's language; how services, jobs and stations are called is given.
"""

import datetime
from collections.abc import Callable, Sequence
from typing import Any

from babel.dates import format_skeleton
from flask_babel import get_locale
from flask_babel import gettext as _

from yizhan.errors import N_
from yizhan.services.setup.model import OPEN, SHUT, Closed, Price

NAMES = {
    "tiles": N_("首页的块"),
    "week": N_("开门时间"),
    "holidays": N_("节假日"),
    "closed": N_("关门的日子"),
    "prices": N_("这里的价钱"),
    "theme": N_("屏幕的样子"),
    "volume": N_("音量"),
    "idle_seconds": N_("多久没人碰就问一声"),
    "warn_seconds": N_("问了以后等多久"),
    "help_seconds": N_("铃响多久没人应就给电话"),
    "phone": N_("值班电话"),
}
"""In the order in which they are told."""
THEMES = {"day": N_("平常"), "contrast": N_("黑白分明"), "dark": N_("暗色")}
HOLIDAYS = {OPEN: N_("照常开门"), SHUT: N_("休息，调休上班的周末照平日开门")}
SECONDS = ("idle_seconds", "warn_seconds", "help_seconds")

Called = Callable[[str, str], str]
"""How a service (code, "") or a job of it (code, job) is called."""


def tell(field: str, value: Any, called: Called) -> str:
    """One setting in words."""
    match field:
        case "tiles":
            return _joined([called(code, "") for code in value])
        case "week":
            return week(value)
        case "holidays":
            return str(_(HOLIDAYS.get(value, value)))
        case "closed":
            return _joined([closed(one) for one in value]) or str(_("没有"))
        case "prices":
            return _joined([price(one, called) for one in value]) or str(_("都照资料包"))
        case "theme":
            return str(_(THEMES.get(value, value)))
        case "volume":
            return f"{value}%"
        case "phone":
            return str(value) or str(_("没有"))
    return str(_("%(n)d 秒", n=value)) if field in SECONDS else str(value)


def _joined(parts: Sequence[str]) -> str:
    return str(_("、")).join(parts)


def week(spans: Sequence[str]) -> str:
    """A week's opening times, equal days together: 周一至周五 8:00–20:00，周六至周日 不开门."""
    if len(spans) != 7:
        return str(_("没有写"))
    runs: list[list[int]] = []
    for day, span in enumerate(spans):
        if runs and spans[runs[-1][0]] == span:
            runs[-1].append(day)
        else:
            runs.append([day])
    return str(_("，")).join(f"{_days(run)} {span_(spans[run[0]])}" for run in runs)


def _days(run: Sequence[int]) -> str:
    if len(run) == 7:
        return str(_("每天"))
    if len(run) == 1:
        return weekday(run[0])
    return str(_("%(first)s至%(last)s", first=weekday(run[0]), last=weekday(run[-1])))


def weekday(number: int) -> str:
    """A day of the week, Monday is 0."""
    locale = get_locale()
    assert locale is not None
    return str(locale.days["format"]["abbreviated"][number])


def span_(span: str) -> str:
    """An opening time."""
    if not span:
        return str(_("不开门"))
    opens, _dash, closes = span.partition("-")
    return f"{opens.removeprefix('0')}–{closes.removeprefix('0')}"


def closed(one: Closed) -> str:
    """Days on which it is closed, and why."""
    said = day(one.day)
    if one.until != one.day:
        said = str(_("%(first)s至%(last)s", first=said, last=day(one.until)))
    return str(_("%(what)s（%(why)s）", what=said, why=one.reason)) if one.reason else said


def price(one: Price, called: Called) -> str:
    """A price and from which day it counts."""
    cost = str(_("%(yuan)s 元", yuan=yuan(one.price_fen)))
    name = called(one.service, one.job)
    return str(_("%(job)s %(cost)s（从%(day)s起）", job=name, cost=cost, day=day(one.from_day)))


def yuan(fen: int) -> str:
    """An amount in yuan, without needless zeros."""
    return f"{fen / 100:.2f}".rstrip("0").rstrip(".")


def day(iso: str) -> str:
    """A day with its year, as a setting tells it."""
    try:
        found = datetime.date.fromisoformat(iso)
    except ValueError:
        return iso
    return str(format_skeleton("yMMMd", found, locale=get_locale()))
