"""Half-made orders, kept under the person for the day: no timer ever wipes one silently.

Small tables of this station alone, no event: nothing was asked for yet. Hold codes of choices,
a person's id, and what she said, sealed under her key.
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
VOICES = """
CREATE TABLE IF NOT EXISTS kiosk_voice (
    person TEXT NOT NULL, service TEXT NOT NULL, day TEXT NOT NULL, seconds INTEGER NOT NULL,
    sealed BLOB NOT NULL, PRIMARY KEY (person, service)
)"""


class Draft(msgspec.Struct, frozen=True):
    """What a person had chosen when she went away."""

    service: str
    choices: dict[str, Any]


class Voice(msgspec.Struct, frozen=True):
    """What she said, sealed, and how long it lasts."""

    seconds: int
    sealed: bytes


class Drafts:
    """The drafts of today; yesterday's are forgotten."""

    def __init__(self, node: Node) -> None:
        self._db: Db = node.db
        self._clock = node.clock
        with self._db.writing():
            self._db.sql(TABLE)
            self._db.sql(VOICES)

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
            for table in ("kiosk_draft", "kiosk_voice"):
                self._db.sql(
                    f"DELETE FROM {table} WHERE (person = ? AND service = ?) OR day < ?",
                    (person, service, self._clock.today()),
                )

    def keep_voice(self, person: str, service: str, voice: Voice) -> None:
        """Keep what she said, on the disk when this returns, instead of what she said before."""
        with self._db.writing():
            self._db.sql("DELETE FROM kiosk_voice WHERE day < ?", (self._clock.today(),))
            self._db.sql(
                "INSERT OR REPLACE INTO kiosk_voice VALUES (?, ?, ?, ?, ?)",
                (person, service, self._clock.today(), voice.seconds, voice.sealed),
            )

    def voice(self, person: str, service: str) -> Voice | None:
        """What she said today and has not sent."""
        rows = self._db.sql(
            "SELECT seconds, sealed FROM kiosk_voice WHERE person = ? AND service = ? AND day = ?",
            (person, service, self._clock.today()),
        )
        return Voice(rows[0][0], bytes(rows[0][1])) if rows else None

    def drop_voice(self, person: str, service: str) -> None:
        """She does not want to have said it."""
        with self._db.writing():
            self._db.sql(
                "DELETE FROM kiosk_voice WHERE person = ? AND service = ?", (person, service)
            )

    def of(self, person: str) -> list[Draft]:
        """Her drafts of today."""
        rows = self._db.sql(
            "SELECT service, choices FROM kiosk_draft WHERE person = ? AND day = ?",
            (person, self._clock.today()),
        )
        return [Draft(row[0], msgspec.json.decode(row[1], type=dict[str, Any])) for row in rows]
