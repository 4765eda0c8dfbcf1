"""What stands on the slips, in large type.

Knows sentences and the order of lines; knows no printer. A second slip of the same thing says
补打, so that two papers are never two numbers.
"""

from flask_babel import gettext as _

from kiosk import words
from kiosk.devices.escpos import Slip
from kiosk.menu import Pick, Service, Station
from kiosk.names import in_language
from yizhan.services.orders.model import Order
from yizhan.services.tickets.model import Ticket


def _head(station: Station, again: bool) -> Slip:
    slip = Slip().title(_("%(name)s驿站", name=station.name))
    if again:
        slip.line(_("（补打）"))
    return slip.rule()


def _foot(slip: Slip, stamp: str, station: Station, code: str) -> Slip:
    slip.rule().small(stamp[:16].replace("T", " "))
    if code:
        slip.small(_("核对码 %(code)s", code=code))
    if station.phone:
        slip.small(_("有事请打 %(phone)s", phone=station.phone))
    return slip.cut()


def ticket(
    state: Ticket, service: Service, job: Pick, ahead: int, station: Station, again: bool,
    code: str = "",
) -> Slip:  # fmt: skip
    """A number, what it is for, and what it costs; `code` is its record's check code."""
    slip = _head(station, again).number(str(state.number))
    slip.line(f"{in_language(service)}  {in_language(job)}")
    slip.line(words.yuan(state.price_fen))
    if not again:
        slip.line(words.ahead(ahead))
    return _foot(slip, state.taken, station, code)


def order(
    state: Order,
    service: Service,
    names: words.Names,
    station: Station,
    today: str,
    again: bool,
    code: str = "",
) -> Slip:
    """Who comes, when, and what it costs, as far as that is known."""
    pick = service.pick(state.choice)
    slip = _head(station, again).number(state.number)
    slip.line(f"{in_language(service)}  {in_language(pick) if pick else ''}")
    slip.line(_("谁来：%(who)s", who=words.who(state, names) or _("等中心派师傅")))
    slip.line(_("什么时候：%(when)s", when=words.when(state, names, today)))
    slip.line(_("在哪里：%(where)s", where=words.place(state.place, "")))
    slip.line(_("多少钱：%(price)s", price=in_language(service, "price")))
    return _foot(slip, state.placed, station, code)


def person(called: str, number: str, code: str, station: Station, stamp: str) -> Slip:
    """A slip that stands for a card: how she is called, her number, and a code to show."""
    slip = _head(station, again=False).number(called)
    slip.qr(code).line(_("当卡用，请收好"))
    return _foot(slip.small(number), stamp, station, "")


def letter(called: str, said: list[str], station: Station, stamp: str) -> Slip:
    """What somebody is told, in large type, to take home."""
    slip = _head(station, again=False).title(called)
    for sentence in said:
        slip.feed().line(sentence)
    return _foot(slip.feed(), stamp, station, "")
