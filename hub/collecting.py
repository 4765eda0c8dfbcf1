"""Collecting: a hub made anew waits for its stations, then numbers everything at once.

What the lost hub had numbered goes first, in that order; the rest as it arrived. Until then the
hub records nothing of its own, or it would stand before all that comes back. Knows the road's
end and the order; knows no page and no command line.
"""

from itertools import groupby

import flask
import msgspec

from sync.collected import Waiting
from sync.enrolment import new_secret, secret_hash
from sync.hub import SyncHub
from yizhan.errors import Refusal
from yizhan.held import Arriving
from yizhan.ids import new_id
from yizhan.journal_tables import NEVER
from yizhan.record import HUB, Node, Verdict
from yizhan.services.catalogue.projection import register
from yizhan.services.stations import commands as stations
from yizhan.services.stations.projection import station as station_row

PAGE = 2000

OPEN_TO = ("sync", "stick", "login")
"""The blueprints that may be posted to while the hub collects: none of them records anything."""


class Numbered(msgspec.Struct, frozen=True):
    """What a numbering did: how many events, which stations the hub knows again."""

    events: int
    stations: tuple[str, ...]


def start(sync: SyncHub) -> None:
    """Take in events without a number from here on."""
    row = sync.recovery.row()
    sync.recovery.begin(row.how if row else "found", collecting=True)


def closed() -> None:
    """Before each request: while the hub collects, no page records anything."""
    if flask.request.method == "POST" and flask.request.blueprint not in OPEN_TO:
        sync: SyncHub = flask.current_app.extensions["sync_hub"]
        sync.recovery.refuse_while_collecting()


def number_all(sync: SyncHub) -> Numbered:
    """Number all that was collected, and serve as always from then on.

    Goes page by page, each in a transaction of its own: broken off, it goes on where it was
    when it is called again. Raises Refusal where the hub does not collect.
    """
    if not sync.recovery.collecting:
        raise Refusal("中心现在没有在收集，不用关")
    node, before, count = sync.node, sync.node.awaits, 0
    node.awaits = sync.recovery.collected.awaits
    _go_on(sync)
    try:
        while numbered := _page(sync):
            count += numbered
    finally:
        node.awaits = before
    return Numbered(count, tuple(code for code, _ in sync.recovery.admissions()))


def _go_on(sync: SyncHub) -> None:
    """The hub's own chain goes on after the last of its events that came back."""
    with sync.node.writing():
        last = sync.recovery.collected.hub_chain()
        if last is not None and sync.node.journal.head() == 0:
            sync.node.journal.set_chain(HUB, last)


def _page(sync: SyncHub) -> int:
    with sync.node.writing():
        rows = sync.recovery.collected.page(PAGE)
        if not rows:
            _finish(sync)
            return 0
        arriving = [_arriving(row) for row in rows]
        verdicts = sync.node.number(arriving)
        _attribute(sync, rows, list(zip(arriving, verdicts, strict=True)))
        sync.recovery.collected.numbered(rows)
        return len(rows)


def _arriving(row: Waiting) -> Arriving:
    return Arriving.read(row.prev, row.raw, row.was if row.was < NEVER else None)


def _attribute(sync: SyncHub, rows: list[Waiting], came: list[tuple[Arriving, Verdict]]) -> None:
    """To the stations that brought them, as if they had come one after the other."""
    asides = {one.digest for row, (one, _) in zip(rows, came, strict=True) if row.aside}
    by_station = sorted(zip(rows, came, strict=True), key=lambda pair: pair[0].station)
    for code, pairs in groupby(by_station, key=lambda pair: pair[0].station):
        theirs = [one for _, one in pairs]
        own = (one.prev for one, _ in theirs if one.source == code)
        sync.attribute(code, theirs, sync.node.journal.passed_over(own), asides)


def _finish(sync: SyncHub) -> None:
    """Within the transaction that finds nothing more to number."""
    for code, public_key in sync.recovery.admissions():
        _know_again(sync.node, code, public_key)
    sync.recovery.keys.settle()
    sync.recovery.finish()


def _know_again(node: Node, code: str, public_key: str) -> None:
    """The register of stations was the hub's alone: write down who has proven to be one."""
    row = station_row(node.db, code)
    if row is not None and row.public_key:
        return
    name = str(register(node.db, "station").get(code, {}).get("name") or code)
    hashed = secret_hash(new_secret())
    node.record(new_id(), HUB, lambda: stations.add(code, name, hashed))
    state = node.state("station", "", f"station/{code}")
    node.record(new_id(), HUB, lambda: stations.enrol(state, hashed, public_key))
