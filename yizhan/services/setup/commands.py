"""What a keeper may set, within which limits; each returns an event to record, or a Refusal."""

import datetime
import re
from collections.abc import Callable, Collection
from typing import Any

from yizhan.errors import N_, Refusal
from yizhan.events import Draft
from yizhan.services.setup.model import OPEN, SHUT, Changed, Closed, Price, Setup, Values

TILES_MIN, TILES_MAX = 4, 6
"""As many as an elder's hand and eye can manage; the pack's reader allows fewer."""
THEMES = ("day", "contrast", "dark")
PRICE_MAX_FEN = 100_000
CLOSED_MAX, PRICES_MAX = 60, 200
REASON_MAX = 30
RANGES = {
    "volume": (0, 100),
    "idle_seconds": (30, 600),
    "warn_seconds": (20, 120),
    "help_seconds": (15, 600),
}
"""A warning of less than 20 seconds is too short for slow hands (WCAG 2.2.1)."""

SPAN = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]-(?:[01][0-9]|2[0-4]):[0-5][0-9]")
PHONE = re.compile(r"[0-9][0-9-]{2,19}")
NOTHING = N_("没有改动")


def change(
    setup: Setup | None, station: str, values: Values, known: Collection[tuple[str, str]]
) -> Draft | Refusal:
    """Set some of it. `known` are the services of the register, and their jobs, as (code, job);
    a service itself is (code, "")."""
    said = values.said()
    before = (setup or Setup()).values
    if all(getattr(before, name) == value for name, value in said.items()):
        return Refusal(NOTHING)
    for name, value in said.items():
        refused = _CHECKS[name](value, known) if name in _CHECKS else _within(name, value)
        if refused is not None:
            return refused
    return Draft(f"setup/{station}", Changed(values), owner=station)


def undo(setup: Setup | None, station: str) -> Draft | Refusal:
    """The last change is taken back; undone once more, it is made again."""
    if setup is None or not setup.log:
        return Refusal(NOTHING)
    last = setup.log[-1]
    old = {name: getattr(last.before, name) for name in last.fields}
    values = Values(**{name: value for name, value in old.items() if value is not None})
    cleared = tuple(name for name, value in old.items() if value is None)
    return Draft(f"setup/{station}", Changed(values, cleared, True), owner=station)


def _tiles(tiles: tuple[str, ...], known: Collection[tuple[str, str]]) -> Refusal | None:
    if not TILES_MIN <= len(tiles) <= TILES_MAX:
        return Refusal(
            N_("首页要放 %(least)d 到 %(most)d 块，老人的手和眼才顾得过来"),
            least=TILES_MIN,
            most=TILES_MAX,
        )
    if len(set(tiles)) != len(tiles):
        return Refusal(N_("同一块不能放两次，请换一块"))
    if any((tile, "") not in known for tile in tiles):
        return Refusal(N_("有一块在登记册里找不到，请重新选"))
    return None


def _week(week: tuple[str, ...], _known: Any) -> Refusal | None:
    wrong = len(week) != 7 or any(span and not _span(span) for span in week)
    return (
        Refusal(N_("开门和关门的时间都要写，关门要晚于开门；两个都空着是不开门")) if wrong else None
    )


def _span(span: str) -> bool:
    opens, _dash, closes = span.partition("-")
    return bool(SPAN.fullmatch(span)) and opens < closes <= "24:00"


def _holidays(value: str, _known: Any) -> Refusal | None:
    return None if value in (OPEN, SHUT) else Refusal(N_("请选节假日开不开门"))


def _closed(days: tuple[Closed, ...], _known: Any) -> Refusal | None:
    if len(days) > CLOSED_MAX:
        return Refusal(N_("关门的日子太多了，请先删掉过去的"))
    for one in days:
        if not _is_day(one.day) or not _is_day(one.until) or one.until < one.day:
            return Refusal(N_("关门的日子要选从哪天到哪天"))
        if len(one.reason) > REASON_MAX:
            return Refusal(N_("原因写得太长了，最多 30 个字"))
    return None


def _prices(prices: tuple[Price, ...], known: Collection[tuple[str, str]]) -> Refusal | None:
    if len(prices) > PRICES_MAX:
        return Refusal(N_("改价的记录太多了，请找中心把新价写进资料包"))
    for one in prices:
        if (one.service, one.job) not in known or not _is_day(one.from_day):
            return Refusal(N_("请选从哪天起改价"))
        if not 0 <= one.price_fen <= PRICE_MAX_FEN or one.price_fen % 10:
            return Refusal(N_("价格要在 0 到 1000 元之间，最小到角，例如 2 或 1.5"))
    return None


def _theme(value: str, _known: Any) -> Refusal | None:
    return None if value in THEMES else Refusal(N_("请选屏幕的样子"))


def _phone(value: str, _known: Any) -> Refusal | None:
    fits = not value or PHONE.fullmatch(value)
    return None if fits else Refusal(N_("电话只用数字和连字符，例如 0580-5550001"))


def _within(name: str, value: int) -> Refusal | None:
    least, most = RANGES[name]
    if least <= value <= most:
        return None
    return Refusal(N_("这个数要在 %(least)d 到 %(most)d 之间"), least=least, most=most)


def _is_day(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


_CHECKS: dict[str, Callable[[Any, Any], Refusal | None]] = {
    "tiles": _tiles,
    "week": _week,
    "holidays": _holidays,
    "closed": _closed,
    "prices": _prices,
    "theme": _theme,
    "phone": _phone,
}
