"""Notes that the touchscreen leaves at the desk until a keeper ticks them off.

Somebody called for help; a card that nobody knows was laid. A durable table of this station
alone. Holds how a person is called and the end of a card's number, nothing more.
"""

import msgspec

from yizhan.ids import new_id
from yizhan.record import Node

HELP, CARD = "help", "card"
TABLE = """
CREATE TABLE IF NOT EXISTS kiosk_note (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, about TEXT NOT NULL, called TEXT NOT NULL,
    since TEXT NOT NULL, times INTEGER NOT NULL, done_by TEXT NOT NULL, done_at TEXT NOT NULL
)"""
COLUMNS = "id, kind, about, called, since, times"


class Note(msgspec.Struct, frozen=True):
    """An open note; `times` counts how often it was left while open."""

    id: str
    kind: str
    about: str
    called: str
    since: str
    times: int


class Notes:
    """The notes of this station."""

    def __init__(self, node: Node) -> None:
        self._db = node.db
        self._clock = node.clock
        with self._db.writing():
            self._db.sql(TABLE)

    def leave(self, kind: str, about: str, called: str = "") -> None:
        """Leave a note, on the disk when this returns; the same open note counts once more."""
        with self._db.writing():
            same = self._db.sql(
                "UPDATE kiosk_note SET times = times + 1"
                " WHERE kind = ? AND about = ? AND called = ? AND done_at = '' RETURNING id",
                (kind, about, called),
            )
            if not same:
                self._db.sql(
                    "INSERT INTO kiosk_note VALUES (?, ?, ?, ?, ?, 1, '', '')",
                    (new_id(), kind, about, called, self._clock.stamp()),
                )

    def open(self) -> list[Note]:
        """What nobody has ticked off yet, oldest first."""
        rows = self._db.sql(
            f"SELECT {COLUMNS} FROM kiosk_note WHERE done_at = '' ORDER BY since, id"
        )
        return [Note(*row) for row in rows]

    def done(self, note: str, keeper: str) -> None:
        """A keeper saw to it. Ticking twice changes nothing."""
        with self._db.writing():
            self._db.sql(
                "UPDATE kiosk_note SET done_by = ?, done_at = ? WHERE id = ? AND done_at = ''",
                (keeper, self._clock.stamp(), note),
            )
