"""Nodes of one network in one process, and what tests do with them, without the road.

Knows the core; knows no HTTP and no bundle.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from yizhan.clock import Clock
from yizhan.db import Db, columns_of, table_of
from yizhan.events import Draft
from yizhan.fingerprint import audiences, fingerprint
from yizhan.ids import new_id
from yizhan.journal import Arriving
from yizhan.keys import NETWORK
from yizhan.mechanisms import REGISTRY
from yizhan.record import Node, Verdict
from yizhan.services.orders import commands as orders
from yizhan.services.orders.model import Placed
from yizhan.services.people import commands as people
from yizhan.services.tickets import commands as tickets
from yizhan.services.tickets.model import Taken

WANG = "0" * 31 + "1"
"""王阿姨, who lives near 中大 (zhongda)."""

DAY = "2026-11-23"
NOON = "2026-11-23T12:00:00x0"
KEY = b"n" * 32
BUTTON = Taken(1, DAY, "mending", "button", 200)


def make_node(folder: Path, source: str, name: str = "", url: str = "") -> Node:
    """A node on a database file of its own, or at `url`; its clock stands at noon."""
    db = Db(url or str(folder / f"{name or source}.db"), "net")
    node = Node(db, REGISTRY, source, Clock("+08:00", NOON))
    node.keys.take(NETWORK, KEY)
    return node


def record(node: Node, draft: Any, form: str = "", actor: str = "staff/li", **more: Any) -> Any:
    """Record a draft, a list of drafts or a Refusal."""
    return node.record(form or new_id(), actor, lambda: draft, **more)


def take(node: Node, number: int = 1, form: str = "") -> str:
    """Somebody takes a number for a button at this station; the ticket's subject."""
    form, code = form or new_id(), node.source
    taken = Taken(number, DAY, "mending", "button", 200)
    record(node, tickets.take(f"ticket/{form}", code, taken), form, f"station/{code}")
    return f"ticket/{form}"


def place(node: Node, form: str = "", serial: int = 1, number: str = "") -> str:
    """王阿姨 orders a repair at this station; the order's subject."""
    form, code = form or new_id(), node.source
    number = number or f"{code}-{serial:04d}"
    placed = Placed(number, serial, code, "repair", "lamp", "am", "home")
    record(node, orders.place(f"order/{form}", WANG, placed), form, f"person/{WANG}")
    return f"order/{form}"


def order(node: Node, subject: str) -> Any:
    """An order's state at this node."""
    return node.state("order", WANG, subject)


def step(node: Node, command: Any, subject: str, *values: Any) -> None:
    """One more step of an order, by its command."""
    record(node, command(order(node, subject), subject, *values))


def register_wang(hub: Node) -> None:
    """王阿姨 comes into the register, at home at zhongda."""
    private = {"name": "王秀英", "phone": "0580-5550001"}
    record(hub, people.register(WANG, "王阿姨", "zhongda", private))


def push(station: Node, hub: Node) -> list[Verdict]:
    """Everything without a position goes to the hub; its verdicts."""
    rows = [Arriving.read(row.prev, row.raw) for row in station.journal.unplaced()]
    with hub.writing():
        return hub.number(rows)


def stream(hub: Node, station: Node, until: int | None = None) -> tuple[list[Arriving], int]:
    """The page that the hub owes a station, backfill first, and its new cursor."""
    cursor = station.journal.head()
    until = hub.journal.head() if until is None else until
    before = audiences(hub, station.source, cursor) or set()
    now = audiences(hub, station.source, until) or set()
    rows = [
        row
        for row in hub.journal.placed(0, 1 << 31, until)
        if row.audience in now and (row.position > cursor or row.audience not in before)
    ]
    return [Arriving.read(row.prev, row.raw, row.position) for row in rows], until


def pull(station: Node, hub: Node, until: int | None = None) -> None:
    """The station follows the hub's stream."""
    page, cursor = stream(hub, station, until)
    with station.writing():
        station.follow(page, [], cursor)


def exchange(station: Node, hub: Node) -> None:
    """One exchange that nothing disturbs."""
    push(station, hub)
    pull(station, hub)


def dump(node: Node) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the view, in a fixed order."""
    found = {}
    for table in node.view.everything:
        columns = ", ".join(columns_of(table))
        rows = node.db.sql(f"SELECT {columns} FROM {table_of(table)}")
        plain = [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in rows]
        found[table_of(table)] = sorted(plain, key=repr)
    return found


def aside(node: Node) -> list[str]:
    """The reasons of all that was set aside."""
    return [reason for (reason,) in node.db.sql("SELECT reason FROM set_aside ORDER BY reason")]


def counted(node: Node) -> int:
    """How many events a node holds."""
    return int(node.db.sql("SELECT COUNT(*) FROM journal")[0][0])


def drafts_of(codes: Sequence[str], station: str) -> list[Draft]:
    """One draft for each ticket to be taken."""
    return [tickets.take(f"ticket/{code}", station, BUTTON) for code in codes]  # type: ignore


def agree(hub: Node, station: Node) -> None:
    """Both have the same fingerprint, and each one's tables are what a rebuild gives."""
    at = station.journal.head()
    assert fingerprint(hub, at, station.source) == fingerprint(station)
    for node in (hub, station):
        before = dump(node)
        node.view.rebuild(7)
        assert dump(node) == before


def confirmed(node: Node, subject: str) -> object:
    rows = node.db.sql("SELECT confirmed FROM subject WHERE subject = ?", (subject,))
    return msgspec.json.decode(rows[0][0])["status"] if rows and rows[0][0] else None
