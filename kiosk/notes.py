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
    since TEXT NOT NULL, times INTEGER NOT NULL, done_by TEXT NOT NULL, done_at TEXT NOT NULL,
    answered_by TEXT NOT NULL DEFAULT '', last TEXT NOT NULL DEFAULT ''
)"""
LATER = ("answered_by", "last")
"""Columns that a table may lack which was made before calls were answered by name."""

COLUMNS = "id, kind, about, called, since, times"


class Note(msgspec.Struct, frozen=True):
    """An open note; `times` counts how often it was left while open."""

    id: str
    kind: str
    about: str
    called: str
    since: str
    times: int


class Call(msgspec.Struct, frozen=True):
    """The newest call for help: when it was last made, who answered (empty: nobody yet).

    `done`: ticked off, whether or not somebody said that she comes.
    """

    last: str
    answered_by: str
    done: bool


class Notes:
    """The notes of this station."""

    def __init__(self, node: Node) -> None:
        self._db = node.db
        self._clock = node.clock
        with self._db.writing():
            self._db.sql(TABLE)
            columns = {row[1] for row in self._db.sql("PRAGMA table_info(kiosk_note)")}
            for name in set(LATER) - columns:
                self._db.sql(f"ALTER TABLE kiosk_note ADD COLUMN {name} TEXT NOT NULL DEFAULT ''")

    def leave(self, kind: str, about: str, called: str = "") -> None:
        """Leave a note, on the disk when this returns; the same open note counts once more."""
        with self._db.writing():
            now = self._clock.stamp()
            same = self._db.sql(
                "UPDATE kiosk_note SET times = times + 1, last = ?"
                " WHERE kind = ? AND about = ? AND called = ? AND done_at = '' RETURNING id",
                (now, kind, about, called),
            )
            if not same:
                self._db.sql(
                    "INSERT INTO kiosk_note VALUES (?, ?, ?, ?, ?, 1, '', '', '', ?)",
                    (new_id(), kind, about, called, now, now),
                )

    def open(self) -> list[Note]:
        """What nobody has ticked off yet, oldest first."""
        rows = self._db.sql(
            f"SELECT {COLUMNS} FROM kiosk_note WHERE done_at = '' ORDER BY since, id"
        )
        return [Note(*row) for row in rows]

    def call(self) -> Call | None:
        """The newest call for help from this touchscreen."""
        rows = self._db.sql(
            "SELECT last, answered_by, done_at FROM kiosk_note WHERE kind = ?"
            " ORDER BY last DESC, id DESC LIMIT 1",
            (HELP,),
        )
        return Call(rows[0][0], rows[0][1], bool(rows[0][2])) if rows else None

    def done(self, note: str, keeper: str, says: str = "") -> bool:
        """A keeper saw to it; whether she was the first. Ticking twice changes nothing.

        `says` is her name, where she said that she comes: the touchscreen shows it.
        """
        with self._db.writing():
            first = self._db.sql(
                "UPDATE kiosk_note SET done_by = ?, done_at = ?, answered_by = ?"
                " WHERE id = ? AND done_at = '' RETURNING id",
                (keeper, self._clock.stamp(), says, note),
            )
        return bool(first)
