"""Slips on their way to paper: kept on the disk until the printer says that it printed them.

A durable table of this station alone. Knows jobs, their bytes and their states; knows no
printer and not what a slip says. What was printed is kept for the day, to print it again.
"""

import msgspec

from yizhan.ids import new_id
from yizhan.record import Node

FINAL = ("printed", "unknown", "dropped")
"""States after which a job is not sent to the printer again by itself."""

TABLE = """
CREATE TABLE IF NOT EXISTS kiosk_paper (
    id TEXT PRIMARY KEY, about TEXT NOT NULL, title TEXT NOT NULL, bytes BLOB NOT NULL,
    state TEXT NOT NULL, day TEXT NOT NULL, created TEXT NOT NULL
)"""


class Paper(msgspec.Struct, frozen=True):
    """A print job; `about` is the subject that it is for, `state` a JobState or "dropped"."""

    id: str
    about: str
    title: str
    state: str
    created: str


class Papers:
    """The print jobs of this station."""

    def __init__(self, node: Node) -> None:
        self._db = node.db
        self._clock = node.clock
        with self._db.writing():
            self._db.sql(TABLE)
            self._db.sql(
                f"DELETE FROM kiosk_paper WHERE day < ? AND state IN {FINAL}",
                (self._clock.today(),),
            )

    def keep(self, about: str, title: str, data: bytes) -> str:
        """Keep a new job on the disk; its id."""
        job = new_id()
        with self._db.writing():
            self._db.sql(
                "INSERT INTO kiosk_paper VALUES (?, ?, ?, ?, 'waiting', ?, ?)",
                (job, about, title, data, self._clock.today(), self._clock.stamp()),
            )
        return job

    def became(self, job: str, state: str) -> None:
        """The printer's word about a job; a dropped one stays dropped."""
        with self._db.writing():
            self._db.sql(
                "UPDATE kiosk_paper SET state = ? WHERE id = ? AND state <> 'dropped'",
                (state, job),
            )

    def unfinished(self) -> list[tuple[str, bytes]]:
        """Jobs (id, bytes) that must still be printed, oldest first."""
        rows = self._db.sql(
            f"SELECT id, bytes FROM kiosk_paper WHERE state NOT IN {FINAL} ORDER BY created, id"
        )
        return [(row[0], bytes(row[1])) for row in rows]

    def recent(self, limit: int = 20) -> list[Paper]:
        """The newest jobs, newest first."""
        rows = self._db.sql(
            "SELECT id, about, title, state, created FROM kiosk_paper"
            " ORDER BY created DESC, id DESC LIMIT ?",
            (limit,),
        )
        return [Paper(*row) for row in rows]

    def state_of(self, about: str) -> str:
        """How the newest job for this subject stands; empty where there is none."""
        rows = self._db.sql(
            "SELECT state FROM kiosk_paper WHERE about = ? ORDER BY created DESC, id DESC LIMIT 1",
            (about,),
        )
        return rows[0][0] if rows else ""

    def get(self, job: str) -> tuple[Paper, bytes] | None:
        """One job with its bytes."""
        rows = self._db.sql(
            "SELECT id, about, title, state, created, bytes FROM kiosk_paper WHERE id = ?", (job,)
        )
        return (Paper(*rows[0][:5]), bytes(rows[0][5])) if rows else None
