"""Is the record of this slip here? A page for staff, and a door, that take the check code.

Finds the event by the code, narrowed by the number on the slip where one is given; without
it only the newest events are searched, so that the answer never takes long. Says what the
record is and nothing about who made it.
"""

import flask
import msgspec
from flask_babel import gettext as _

from hub import here, words
from yizhan.access import may
from yizhan.check_code import check_code, prefix_of
from yizhan.held import COLUMNS, Held, held
from yizhan.record import Node
from yizhan.services.orders.projection import by_number
from yizhan.services.tickets.projection import of_number

routes = flask.Blueprint("check_code", __name__)

SEARCHED_MAX = 200_000
"""How many of the newest positions a code alone is looked for in: about half a second."""


REST = b"\xff" * 27
"""What at most follows the code's five bytes in a digest."""


class Slip(msgspec.Struct, frozen=True):
    """The record that a check code names: `number` as it stands on the slip, where it has one."""

    code: str
    station: str
    number: str
    type: str
    time: str
    position: int


def find(node: Node, code: str, number: str = "", day: str = "") -> Slip | None:
    """The record of a slip; None where the code is none, or nothing here has it.

    `number` is an order's, or with `day` (ISO date) a ticket's.
    """
    prefix = prefix_of(code)
    if prefix is None:
        return None
    for row in _numbered(node, number, day) or _newest(node, prefix):
        if row.digest.startswith(prefix) and row.readable and row.position:
            return _slip(node, row)
    return None


def _numbered(node: Node, number: str, day: str) -> list[Held]:
    order = by_number(node.db, number) if number else None
    subjects = [order.subject] if order else []
    if number.isascii() and number.isdigit() and day:
        subjects += [row.subject for row in of_number(node.db, day, int(number))]
    forms = [subject.partition("/")[2] for subject in subjects]
    return [row for copies in node.journal.by_ids(forms).values() for row in copies]


def _newest(node: Node, prefix: bytes) -> list[Held]:
    """Events whose digest begins so, among the newest."""
    rows = node.db.sql(
        f"SELECT {COLUMNS} FROM journal WHERE network = ? AND position > ?"
        " AND digest BETWEEN ? AND ? ORDER BY position DESC LIMIT 1",
        (node.network, node.journal.head() - SEARCHED_MAX, prefix, prefix + REST),
    )
    return [held(row) for row in rows]


def _slip(node: Node, row: Held) -> Slip:
    event = row.event
    data = node.registry.data(event) if event.type in ("ticket.taken", "order.placed") else None
    number = str(getattr(data, "number", ""))
    scope, _colon, owner = row.audience.partition(":")
    where = getattr(data, "station", "") or (owner if scope == "station" else event.source)
    code = check_code(row.digest)
    return Slip(code, where, number, event.type, event.time, row.position or 0)


@routes.get("/slip")
@may("slip.check")
def slip() -> str:
    """Ask for a code, and say whether its record is here."""
    asked = {name: flask.request.args.get(name, "").strip() for name in ("code", "number", "day")}
    found = find(here.node(), **asked) if asked["code"] else None
    said = sentence(found) if found else ""
    wrong = bool(asked["code"]) and prefix_of(asked["code"]) is None
    return flask.render_template("hub/slip.html", asked=asked, said=said, wrong=wrong)


def sentence(found: Slip) -> str:
    """What was found, as one says it on the telephone."""
    name, when = here.name_of("station", found.station), words.moment(found.time)
    if found.number.isdigit():
        return _(
            "有这条记录：%(station)s 第 %(number)s 号，%(when)s，中心已收到",
            station=name, number=found.number, when=when,
        )  # fmt: skip
    if found.number:
        return _(
            "有这条记录：%(station)s 单号 %(number)s，%(when)s，中心已收到",
            station=name, number=found.number, when=when,
        )  # fmt: skip
    return _(
        "有这条记录：%(station)s，%(what)s，%(when)s，中心已收到",
        station=name, what=words.event(found.type), when=when,
    )  # fmt: skip
