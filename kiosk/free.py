"""What a tile of the first screen says of its service now: 没人排队, 3 人在等, 开到 17:00.

Knows the line at the counter and the hours of a listing; where neither tells, says nothing.
"""

import datetime

import msgspec
from flask_babel import get_locale
from flask_babel import gettext as _

from kiosk import menu, offers, setting
from kiosk.here import Here
from yizhan import hours
from yizhan.services.tickets import projection as tickets


class Free(msgspec.Struct, frozen=True):
    """Two to six hanzi, and whether one can go there now."""

    words: str = ""
    free: bool = False


class Tile(msgspec.Struct, frozen=True):
    """A service of the first screen with what is known of it now."""

    service: menu.Service
    now: Free


def tiles(here: Here, person: str = "") -> list[Tile]:
    """What the station's first screen offers, in its own order; see offers.py for a person's."""
    return [Tile(one, now(here, one)) for one in offers.tiles(here, person)]


def now(here: Here, service: menu.Service) -> Free:
    """How one service stands now."""
    if service.pause is not None:
        return Free(_("停着"))
    if service.flow == "order":
        return Free(_("可以下单"), True)
    told = _by_hours(here, service.roster or service.hours)
    if service.flow != "ticket":
        return told
    waiting = tickets.in_line(here.db, here.station, here.node.clock.today(), service.code)
    if waiting:
        return Free(_("%(count)s 人在等", count=waiting))
    return told if told.words and not told.free else Free(_("没人排队"), True)


def _by_hours(here: Here, sentence: str) -> Free:
    clock = here.node.clock
    times = hours.read(sentence)
    if times is None or clock.quality() == "unsure":
        return Free()
    moment = clock.now().astimezone(clock.zone)
    station = setting.opening_on(here.db, here.station, moment.date())
    if station is not None and not station.open:
        return Free(_("今天不开门"))
    found = hours.standing(times, moment)
    if found.state == "open":
        return Free(_("开到 %(time)s", time=found.time), True)
    return Free(_when(found, moment))


def _when(found: hours.Standing, moment: datetime.datetime) -> str:
    if found.days == 0:
        return str(_("%(time)s 开", time=found.time))
    if found.days == 1 and str(get_locale()).startswith("zh"):  # two hanzi, eight letters
        return str(_("明天 %(time)s", time=found.time))
    names = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
    day = names[(moment.weekday() + found.days) % hours.WEEK_DAYS]
    return str(_("%(day)s %(time)s", day=day, time=found.time))
