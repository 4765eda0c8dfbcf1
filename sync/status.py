"""What a station knows about its own road: how much is unsent, and how to wake the sender.

The sync process sleeps on a FIFO in the data directory; a byte wakes it. Nothing is counted
as sent without the hub's receipt.
"""

import os
from pathlib import Path
from typing import Any

import msgspec

from sync import trouble
from yizhan.record import Node

FIFO = "wake"


def unsent(node: Node) -> int:
    """How many events held here the hub has not said that it stored."""
    rows = node.db.sql(
        "SELECT (SELECT COUNT(*) FROM journal WHERE position IS NULL) -"
        " (SELECT COUNT(*) FROM journal WHERE position IS NULL AND stored IS NOT NULL)"
    )
    return int(rows[0][0])


def aside(node: Node) -> int:
    """How many events are set aside here."""
    return int(node.db.sql("SELECT COUNT(*) FROM set_aside")[0][0])


def status(node: Node) -> dict[str, Any]:
    """Counts and marks for /status.json and `sync status`: nothing about people.

    `confirmed` is when (station time) the last receipt came; `stored`, `applied` and
    `backed_up` are its positions; `cursor` is how far this station has followed the stream.
    """
    found: dict[str, Any] = {
        "station": node.source,
        "unsent": unsent(node),
        "cursor": node.journal.head(),
        "confirmed": "",
        "hub_time": "",
        "stored": 0,
        "applied": 0,
        "backed_up": 0,
    }
    if node.db.has_table("road"):
        names = ("confirmed", "hub_time", "stored", "applied", "backed_up")
        for row in node.db.sql("SELECT time, hub_time, stored, applied, backed_up FROM road"):
            found.update(zip(names, row, strict=True))
    held = None if node.is_hub else trouble.read(Path(node.db.url).parent)
    found["trouble"] = msgspec.to_builtins(held)
    return found


def wake(data: Path) -> None:
    """Tell the sync process that there is something to send; nothing happens if none runs."""
    try:
        fifo = os.open(data / FIFO, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return
    try:
        os.write(fifo, b".")
    except BlockingIOError:
        pass
    finally:
        os.close(fifo)
