"""Who is on duty at this station: a keeper says so herself, and it ends by itself.

A durable table of this station alone. Signed in is not on duty; on duty lasts at most twelve
hours, derived when read, so a forgotten "off duty" never leaves somebody waiting for nobody.
"""

import datetime

import msgspec

from yizhan.ids import new_id
from yizhan.record import Node

SECONDS_MAX = 12 * 3600
PHONE_MAX = 20

TABLE = """
CREATE TABLE IF NOT EXISTS kiosk_duty (
    id TEXT PRIMARY KEY, login TEXT NOT NULL, name TEXT NOT NULL, phone TEXT NOT NULL,
    since TEXT NOT NULL, ended TEXT NOT NULL
)"""


class OnDuty(msgspec.Struct, frozen=True):
    """A keeper on duty; `phone` reaches her, empty where she gave none."""

    login: str
    name: str
    phone: str
    since: str


class Duty:
    """The duty book of this station."""

    def __init__(self, node: Node) -> None:
        self._db = node.db
        self._clock = node.clock
        with self._db.writing():
            self._db.sql(TABLE)

    def begin(self, login: str, name: str, phone: str = "") -> None:
        """She is on duty from now on; one who is already only changes her phone."""
        with self._db.writing():
            self._end(login)
            self._db.sql(
                "INSERT INTO kiosk_duty VALUES (?, ?, ?, ?, ?, '')",
                (new_id(), login, name, _digits(phone), self._clock.stamp()),
            )

    def end(self, login: str) -> None:
        """She is off duty. Ending twice changes nothing."""
        with self._db.writing():
            self._end(login)

    def _end(self, login: str) -> None:
        self._db.sql(
            "UPDATE kiosk_duty SET ended = ? WHERE login = ? AND ended = ''",
            (self._clock.stamp(), login),
        )

    def now(self) -> list[OnDuty]:
        """Who is on duty, who came first first."""
        rows = self._db.sql(
            "SELECT login, name, phone, since FROM kiosk_duty WHERE ended = '' ORDER BY id"
        )
        found = [OnDuty(*row) for row in rows]
        return [one for one in found if 0 <= self.age(one.since) < SECONDS_MAX]

    def phone(self, login: str) -> str:
        """The phone that she gave the last time."""
        rows = self._db.sql(
            "SELECT phone FROM kiosk_duty WHERE login = ? ORDER BY id DESC LIMIT 1", (login,)
        )
        return rows[0][0] if rows else ""

    def age(self, stamp: str) -> float:
        """Seconds since a stamp of this clock; negative where the clock was set back since."""
        return (self._clock.now() - datetime.datetime.fromisoformat(stamp)).total_seconds()


def _digits(phone: str) -> str:
    """A telephone number as typed, without what is none."""
    return "".join(one for one in phone if one in "0123456789-+ ").strip()[:PHONE_MAX]
