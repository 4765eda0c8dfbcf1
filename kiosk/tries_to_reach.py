"""How often somebody was tried to be reached, and how: the call list's memory of this station.

A durable table of this station alone. What she was told is an event (message.told); that nobody
answered the telephone is not worth the network's ear. Holds ids and outcomes, no names.
"""

import msgspec

from yizhan.record import Node

NOT_REACHED, REACHED, IN_PERSON = "not", "reached", "told"
OUTCOMES = (NOT_REACHED, REACHED, IN_PERSON)

TABLE = """
CREATE TABLE IF NOT EXISTS kiosk_reach (
    person TEXT NOT NULL, outcome TEXT NOT NULL, keeper TEXT NOT NULL, at TEXT NOT NULL
)"""


class Tried(msgspec.Struct, frozen=True):
    """So many tries without an answer since she was last reached, the last one at a time."""

    times: int = 0
    last: str = ""


class Reaches:
    """The tries of this station."""

    def __init__(self, node: Node) -> None:
        self._db = node.db
        self._clock = node.clock
        with self._db.writing():
            self._db.sql(TABLE)

    def note(self, person: str, outcome: str, keeper: str) -> None:
        """Somebody was tried; what had been tried before counts no more once she was reached."""
        with self._db.writing():
            if outcome != NOT_REACHED:
                self._db.sql("DELETE FROM kiosk_reach WHERE person = ?", (person,))
            self._db.sql(
                "INSERT INTO kiosk_reach VALUES (?, ?, ?, ?)",
                (person, outcome, keeper, self._clock.stamp()),
            )

    def of(self, person: str) -> Tried:
        """The tries without an answer."""
        rows = self._db.sql(
            "SELECT COUNT(*), MAX(at) FROM kiosk_reach WHERE person = ? AND outcome = ?",
            (person, NOT_REACHED),
        )
        return Tried(int(rows[0][0]), rows[0][1] or "")
