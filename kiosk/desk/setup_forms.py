"""What the forms of 设置 show and say: from fields to settings, each mistake a Refusal.

Knows forms and registers; decides no limit (yizhan/services/setup/commands.py does).
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import flask
import msgspec

from kiosk import menu
from kiosk.here import here
from kiosk.menu import Service
from yizhan.errors import N_, Refusal
from yizhan.services.catalogue import projection as catalogue
from yizhan.services.pauses import projection as pauses
from yizhan.services.pauses.projection import Going
from yizhan.services.setup.commands import TILES_MAX, TILES_MIN
from yizhan.services.setup.model import Closed, Price, Values
from yizhan.services.tickets import projection as tickets
from yizhan.setting_words import HOLIDAYS, THEMES, weekday

FIELDS = {
    "tiles": ("tiles",),
    "hours": ("week", "holidays", "closed"),
    "prices": ("prices",),
    "screen": ("theme", "volume", "idle_seconds", "warn_seconds", "help_seconds", "phone"),
}
"""The settings of each part."""
WHOLE = N_("请写一个整数")
AMOUNT = N_("价格要写成数字，例如 2 或 1.5")
OPEN_NUMBERS = N_("“%(name)s”还有没办完或没来取的号，先办完，再从首页拿下来；今天不做，可以暂停")


class Pausable(msgspec.Struct, frozen=True):
    """A tile of this station, and its pause where it is paused."""

    service: Service
    row: Going | None


def services() -> dict[str, Service]:
    """Every service of the register that a screen knows the flow of, in the pack's order; read
    once a request."""
    kept: dict[str, Service] | None = flask.g.get("services")
    if kept is None:
        codes = catalogue.register(here().db, "service")
        found = (menu.service(here().db, code) for code in codes)
        kept = flask.g.services = {one.code: one for one in found if one is not None}
    return kept


def known() -> set[tuple[str, str]]:
    """Services and jobs, as the command knows them."""
    return {
        (one.code, job)
        for one in services().values()
        for job in ("", *(pick.code for pick in one.picks if one.flow == "ticket"))
    }


def context(part: str) -> dict[str, Any]:
    """What the form of a part needs to be drawn."""
    at = here()
    day = at.node.clock.today()
    if part == "tiles":
        return {"services": services(), "places": range(TILES_MAX), "least": TILES_MIN}
    if part == "hours":
        return {"weekdays": [weekday(n) for n in range(7)], "holiday_words": HOLIDAYS, "today": day}
    if part == "prices":
        return {"priced": menu.of_flow(at.db, at.station, "ticket", day), "today": day}
    return {"themes": THEMES}


def read(part: str, sent: Mapping[str, str], now: Values) -> Values:
    """What a form says. Raises Refusal."""
    if part == "tiles":
        chosen = (sent.get(f"tile{place}", "") for place in range(TILES_MAX))
        return Values(tiles=tuple(code for code in chosen if code))
    if part == "hours":
        return _hours(sent, now)
    if part == "prices":
        return Values(prices=_prices(sent, now))
    return Values(
        theme=sent.get("theme", ""),
        volume=_whole(sent, "volume"),
        idle_seconds=_whole(sent, "idle_seconds"),
        warn_seconds=_whole(sent, "warn_seconds"),
        help_seconds=_whole(sent, "help_seconds"),
        phone=sent.get("phone", "").strip(),
    )


def _whole(sent: Mapping[str, str], name: str) -> int:
    typed = sent.get(name, "").strip()
    if not (typed.isascii() and typed.isdecimal()) or len(typed) > 4:
        raise Refusal(WHOLE)
    return int(typed)


def _hours(sent: Mapping[str, str], now: Values) -> Values:
    today = here().node.clock.today()
    kept = [
        one
        for number, one in enumerate(now.closed or ())
        if f"drop{number}" not in sent and one.until >= today
    ]
    day = sent.get("closed_day", "").strip()
    if day:
        until = sent.get("closed_until", "").strip() or day
        kept.append(Closed(day, until, sent.get("closed_reason", "").strip()))
    found = tuple(sorted(kept, key=lambda one: one.day))
    return Values(
        week=tuple(_span(sent, n) for n in range(7)),
        holidays=sent.get("holidays", ""),
        closed=found,
    )


def _span(sent: Mapping[str, str], day: int) -> str:
    opens, closes = (sent.get(f"{end}{day}", "").strip() for end in ("opens", "closes"))
    return f"{opens}-{closes}" if opens or closes else ""


def _prices(sent: Mapping[str, str], now: Values) -> tuple[Price, ...]:
    """The prices that are set, with those that the form says; what no day needs any more goes."""
    today, from_day = here().node.clock.today(), sent.get("from_day", "").strip()
    found = {(one.service, one.job, one.from_day): one for one in now.prices or ()}
    for name, typed in sent.items():
        kind, _colon, rest = name.partition(":")
        if kind == "price" and typed.strip():
            service, _colon, job = rest.partition(":")
            found[service, job, from_day] = Price(service, job, _fen(typed), from_day)
    return tuple(
        one
        for one in sorted(found.values(), key=lambda one: (one.service, one.job, one.from_day))
        if not _superseded(one, found.values(), today)
    )


def _superseded(one: Price, all_: Any, today: str) -> bool:
    return any(
        (other.service, other.job) == (one.service, one.job)
        and one.from_day < other.from_day <= today
        for other in all_
    )


def _fen(yuan: str) -> int:
    try:
        amount = Decimal(yuan.strip()) * 100
    except InvalidOperation as error:
        raise Refusal(AMOUNT) from error
    if not amount.is_finite() or amount != amount.to_integral_value():
        raise Refusal(AMOUNT)
    return int(amount)


def refuse_open_numbers(values: Values) -> None:
    """A tile with numbers that wait or are to be collected stays: the desk would lose them."""
    if values.tiles is None:
        return
    at = here()
    day, left = at.node.clock.today(), tickets.to_collect(at.db, at.station)
    for one in menu.of_flow(at.db, at.station, "ticket"):
        waits = tickets.in_line(at.db, at.station, day, one.code)
        if one.code not in values.tiles and (waits or any(r.service == one.code for r in left)):
            raise Refusal(OPEN_NUMBERS, name=one.name)


def pausable() -> list[Pausable]:
    """The tiles of this station, with what is paused."""
    at = here()
    stopped = pauses.at_station(pauses.going_on(at.db, at.node.clock.today()), at.station)
    return [Pausable(one, stopped.get(one.code)) for one in menu.tiles(at.db, at.station)]
