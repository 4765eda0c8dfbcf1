"""Half-made orders, kept under the person for the day: no timer ever wipes one silently.

A small table of this station alone, no event: nothing was asked for yet. Holds codes of
choices and a person's id, no words of hers.
"""

from typing import Any

import msgspec

from yizhan.db import Db
from yizhan.record import Node

TABLE = """
CREATE TABLE IF NOT EXISTS kiosk_draft (
    person TEXT NOT NULL, service TEXT NOT NULL, day TEXT NOT NULL, choices TEXT NOT NULL,
    PRIMARY KEY (person, service)
)"""


class Draft(msgspec.Struct, frozen=True):
    """What a person had chosen when she went away."""

    service: str
    choices: dict[str, Any]


class Drafts:
    """The drafts of today; yesterday's are forgotten."""

    def __init__(self, node: Node) -> None:
        self._db: Db = node.db
        self._clock = node.clock
        with self._db.writing():
            self._db.sql(TABLE)

    def keep(self, person: str, service: str, choices: dict[str, Any]) -> None:
        """Keep how far she got; an empty choice is no draft."""
        if not choices:
            return
        with self._db.writing():
            self._db.sql(
                "INSERT OR REPLACE INTO kiosk_draft VALUES (?, ?, ?, ?)",
                (person, service, self._clock.today(), msgspec.json.encode(choices).decode()),
            )

    def drop(self, person: str, service: str) -> None:
        """She ordered it, or does not want it."""
        with self._db.writing():
            self._db.sql(
                "DELETE FROM kiosk_draft WHERE (person = ? AND service = ?) OR day < ?",
                (person, service, self._clock.today()),
            )

    def of(self, person: str) -> list[Draft]:
        """Her drafts of today."""
        rows = self._db.sql(
            "SELECT service, choices FROM kiosk_draft WHERE person = ? AND day = ?",
            (person, self._clock.today()),
        )
        return [Draft(row[0], msgspec.json.decode(row[1], type=dict[str, Any])) for row in rows]
