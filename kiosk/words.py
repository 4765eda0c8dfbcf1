"""The one place where facts become sentences for a resident: numbers, steps, states, times.

Pure but for gettext. Says surname and honorific only, and never an address.
"""

import datetime
from typing import Protocol

from babel.dates import format_skeleton
from flask_babel import get_locale
from flask_babel import gettext as _

from yizhan.services.orders.model import Order, Step


class Names(Protocol):
    """How codes are called here."""

    def partner(self, code: str) -> str:
        """A partner's name."""

    def window(self, service: str, code: str) -> str:
        """A time window's name."""


def yuan(fen: int | None) -> str:
    """A price: fen as yuan, "2 元"; empty where there is none."""
    if fen is None:
        return ""
    whole, rest = divmod(fen, 100)
    figure = f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)
    return str(_("%(yuan)s 元", yuan=figure))


def greeting(called: str, hour: int) -> str:
    """A greeting for this hour of the day."""
    if hour < 11:
        return str(_("%(called)s，早上好", called=called))
    if hour < 13:
        return str(_("%(called)s，中午好", called=called))
    if hour < 18:
        return str(_("%(called)s，下午好", called=called))
    return str(_("%(called)s，晚上好", called=called))


def day(date: str, today: str) -> str:
    """A calendar day as one says it: 今天, 明天, 11月25日. Both are ISO dates."""
    try:
        then, now = datetime.date.fromisoformat(date), datetime.date.fromisoformat(today)
    except ValueError:
        return date
    near = {0: _("今天"), 1: _("明天"), 2: _("后天"), -1: _("昨天")}
    name = near.get((then - now).days)
    return str(name or format_skeleton("MMMd", then, locale=get_locale()))


def moment(stamp: str, today: str) -> str:
    """When something happened: 今天 09:41. `stamp` is RFC 3339."""
    return f"{day(stamp[:10], today)} {stamp[11:16]}"


def ahead(count: int) -> str:
    """How many are served before."""
    if count == 0:
        return str(_("前面没有人，请稍等"))
    return str(_("前面还有 %(count)s 位", count=count))


def ticket(status: str, count: int) -> str:
    """How a ticket stands; `count` are before it."""
    if status == "waiting":
        return ahead(count)
    said = {
        "called": _("轮到您了，请过去"),
        "left": _("东西在这里，等您来取"),
        "finished": _("已经做好了"),
        "declined": _("这次没有做成"),
        "withdrawn": _("这个号已经取消了"),
    }
    return str(said.get(status, ""))


def place(code: str, home: str) -> str:
    """Where: at home (with the building alone, where it is known) or here."""
    if code == "home":
        return str(_("家里（%(home)s）", home=home) if home else _("家里"))
    return str(_("到站里"))


def building(address: str) -> str:
    """As much of an address as a screen may show: no door number."""
    for mark in ("号楼", "幢", "栋", "弄", "号", "楼"):
        head, found, _rest = address.partition(mark)
        if found:
            return head + found
    return address[:6]


def order(state: Order, names: Names, today: str) -> str:
    """How an order stands, in a sentence."""
    partner = names.partner(state.partner) if state.partner else ""
    match state.status:
        case "submitted":
            return str(_("已记下，等中心派师傅"))
        case "declined" | "unfinished":
            return str(_("正在帮您换一位师傅"))
        case "reopened":
            return str(_("已经重新打开，正在帮您安排"))
        case "dispatched":
            return str(_("已派给%(partner)s，等他们答复", partner=partner))
        case "taken":
            return str(_("%(partner)s接了，正在约时间", partner=partner))
        case "scheduled":
            return str(
                _("%(who)s%(when)s来", who=who(state, names), when=when(state, names, today))
            )
        case "provider_done":
            return str(_("师傅说好了，您看好了吗？"))
        case "withdrawn":
            return str(_("已经撤回了"))
    return str(_("已经办好了"))


def order_in_short(state: Order, names: Names, today: str) -> str:
    """The same in one line of a list, whatever a partner may be called."""
    match state.status:
        case "dispatched":
            return str(_("已派给师傅，等他答复"))
        case "taken":
            return str(_("师傅接了，正在约时间"))
        case "scheduled":
            come = state.worker or str(_("师傅"))
            return str(_("%(who)s%(when)s来", who=come, when=when(state, names, today)))
    return order(state, names, today)


def who(state: Order, names: Names) -> str:
    """Who comes: the worker where there is a name, else the partner."""
    if state.worker:
        return state.worker
    return names.partner(state.partner) if state.partner else ""


def when(state: Order, names: Names, today: str) -> str:
    """When somebody comes: the agreed time, else the window that was wished."""
    if state.day:
        return _together(day(state.day, today), names.window(state.service, state.agreed_window))
    return names.window(state.service, state.window)


def _together(date: str, window: str) -> str:
    return str(_("%(day)s%(window)s", day=date, window=window))


def step(one: Step, state: Order, names: Names, today: str) -> str:
    """One line of an order's story."""
    said = {
        "order.placed": _("您下了单"),
        "order.withdrawn": _("您撤回了"),
        "order.confirmed": _("您说修好了"),
        "order.disputed": _("您说没修好，重新安排"),
        "order.finished": _("师傅说修好了"),
        "order.declined": _("这家来不了，换一家"),
        "order.unfinished": _("上门没有修成"),
        "order.attached": _("站里附了一张照片"),
        "order.spoken": _("您说了一段话"),
        "order.undone": _("您把刚才的一步撤回了"),
    }
    match one.type:
        case "order.dispatched":
            return str(_("派给%(partner)s", partner=names.partner(one.note)))
        case "order.accepted":
            return str(_("%(partner)s接了", partner=names.partner(one.note)))
        case "order.scheduled":
            date, _space, window = one.note.partition(" ")
            told = _together(day(date, today), names.window(state.service, window))
            return str(_("约好%(when)s来", when=told))
    return str(said.get(one.type, _("有了新的进展")))


def aside(kind: str, reason: str) -> str:
    """Kind words for a step of hers that did nothing; `reason` is the fold's own sentence."""
    head = {
        "order.withdrawn": _("您要撤回的那张单没有撤成"),
        "order.confirmed": _("您说修好了，这句话没有记上"),
        "order.disputed": _("您说没修好，这句话没有记上"),
        "ticket.withdrawn": _("您要取消的号没有取消成"),
    }.get(kind, _("有一件事没有办成"))
    return str(_("%(what)s：%(why)s。站里会看到。", what=head, why=_(reason)))


def rating(service: str) -> str:
    """The question before the three faces."""
    return str(_("%(service)s，您满意吗？", service=service))
