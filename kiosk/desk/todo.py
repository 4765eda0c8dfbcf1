"""今天要做的, and what is still open at closing time: every request has an answer or a reason.

Derived when read, from tickets, orders of this station, notes, slips and the road (M41, M42).
"""

import datetime

import flask
import msgspec
from flask_babel import gettext as _

from kiosk import callees
from kiosk.desk import equipment
from kiosk.here import Here, here
from kiosk.notes import HELP
from sync import status
from yizhan.services.orders import projection as orders
from yizhan.services.orders.projection import OrderRow
from yizhan.services.tickets import projection as tickets
from yizhan.services.tickets.projection import TicketRow

LEFT_DAYS = 3
"""So long may something lie at the counter before somebody asks after it."""

QUIET_DAYS = 2
"""So long may an order stand still before the keeper asks the hub."""


class Todo(msgspec.Struct, frozen=True):
    """One thing to do: what, where; `now`: somebody waits for it this minute."""

    icon: str
    said: str
    href: str
    now: bool = False


def todos() -> list[Todo]:
    """Everything that wants the keeper today, most pressing first."""
    at = here()
    found = [*_people(at), *_counter(at), *_news(at), *_orders(at), *_machines(at)]
    return sorted(found, key=lambda one: not one.now)


def days_ago(at: Here, days: int) -> str:
    """The calendar day so many days ago, ISO."""
    day = at.node.clock.now().date() - datetime.timedelta(days=days)
    return day.isoformat()


def _people(at: Here) -> list[Todo]:
    notes, href = at.notes.open(), flask.url_for("matters.show")
    calls = sum(note.kind == HELP for note in notes)
    cards = len(notes) - calls
    found = []
    if calls:
        found.append(Todo("bell-ringing", _("%(n)s 位叫帮忙", n=calls), href, True))
    if not at.duty.now():
        said = _("没有人在班，叫帮忙的人只看到电话")
        found.append(Todo("user", said, flask.url_for("duty.show"), True))
    if cards:
        found.append(Todo("id-badge-2", _("%(n)s 张不认识的卡，问问是谁的", n=cards), href))
    return found


def _counter(at: Here) -> list[Todo]:
    today, href = at.node.clock.today(), flask.url_for("counter.queue")
    rows = tickets.unfinished(at.db, at.station)
    waiting = [row for row in rows if row.day == today and row.status != "left"]
    stale = [row for row in rows if row.day != today and row.status != "left"]
    left = [row for row in rows if row.status == "left" and row.day <= days_ago(at, LEFT_DAYS)]
    found = []
    if waiting:
        since = min(row.taken for row in waiting)[11:16]
        said = _("%(n)s 位在排队，最早 %(since)s 来的", n=len(waiting), since=since)
        found.append(Todo("ticket", said, href, True))
    if stale:
        said = _("前几天有 %(n)s 个号没有办完，给个答复", n=len(stale))
        found.append(Todo("ticket", said, flask.url_for("today.closing")))
    if left:
        said = _("%(n)s 件东西放了 %(days)s 天还没取，告诉本人", n=len(left), days=LEFT_DAYS)
        found.append(Todo("package", said, href))
    return found


def _orders(at: Here) -> list[Todo]:
    href = flask.url_for("today.closing")
    rows = orders.open_of_station(at.db, at.station, limit=200)
    today, quiet = at.node.clock.today(), days_ago(at, QUIET_DAYS)
    coming = sum(row.status == "scheduled" and row.day == today for row in rows)
    asked = sum(row.status == "provider_done" for row in rows)
    still = sum(still_too_long(row, quiet) for row in rows)
    lines = (
        ("tool", coming, _("今天有 %(n)s 位师傅上门", n=coming)),
        ("mood-smile", asked, _("%(n)s 张单师傅说好了，等本人说一句", n=asked)),
        ("hourglass", still, _("%(n)s 张单两天没有动静，问问中心", n=still)),
    )
    return [Todo(icon, said, href) for icon, count, said in lines if count]


def _news(at: Here) -> list[Todo]:
    count = callees.count(at)
    said = _("%(n)s 位有话要告诉", n=count)
    return [Todo("mail", said, flask.url_for("news.show"))] if count else []


def still_too_long(row: OrderRow, quiet: str) -> bool:
    """Whether an order has stood still since before that day and nobody has a date for it."""
    return row.status not in ("scheduled", "provider_done") and row.since[:10] <= quiet


def _machines(at: Here) -> list[Todo]:
    href = flask.url_for("equipment.show")
    found = [
        Todo("plug-x", _("%(part)s：%(cause)s", part=part.name, cause=part.cause), href)
        for part in equipment.parts()
        if not part.well
    ]
    slips = len(at.papers.unfinished())
    if slips:
        said = _("%(n)s 张小票还没打出来", n=slips)
        found.append(Todo("printer", said, flask.url_for("matters.show")))
    return found


class Open(msgspec.Struct, frozen=True):
    """What is still open when the station closes."""

    tickets: list[TicketRow]
    orders: list[OrderRow]
    notes: int
    slips: int
    unsent: int


def still_open() -> Open:
    """Tickets, orders of this station, notes, slips, and what waits to be sent."""
    at = here()
    return Open(
        tickets.unfinished(at.db, at.station),
        orders.open_of_station(at.db, at.station, limit=200),
        len(at.notes.open()),
        len(at.papers.unfinished()),
        status.unsent(at.node),
    )
