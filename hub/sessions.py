"""Who is signed in: rows that outlive a restart.

They are no events: nobody folds them, no station receives them. The cookie carries a random
token, the table its hash, so that logging out ends the session everywhere and a copied
database opens nothing. All processes of the hub share the tables.
"""

import hashlib
import secrets

from yizhan.record import Node

IDLE_S = 12 * 3600
TOUCH_S = 300
"""A session's last use is written at most this often; each write is a durable commit."""

TABLE = (
    "CREATE TABLE IF NOT EXISTS hub_session (network TEXT NOT NULL, token TEXT NOT NULL,"
    " login TEXT NOT NULL, mark TEXT NOT NULL, seen BIGINT NOT NULL,"
    " PRIMARY KEY (network, token))"
)


class Sessions:
    """The sessions of one network's hub."""

    def __init__(self, node: Node) -> None:
        self.node, self.db = node, node.db
        with node.writing():
            self.db.sql(TABLE)

    def begin(self, login: str, mark: str) -> str:
        """A new session's token. `mark` changes with the password, and ends the session then."""
        token = secrets.token_urlsafe(32)
        with self.db.writing():
            self.db.sql(
                "DELETE FROM hub_session WHERE network = ? AND seen < ?",
                (self.node.network, self._now() - IDLE_S),
            )
            self.db.sql(
                "INSERT INTO hub_session (network, token, login, mark, seen)"
                " VALUES (?, ?, ?, ?, ?)",
                (self.node.network, _hidden(token), login, mark, self._now()),
            )
        return token

    def find(self, token: str, *, used: bool) -> tuple[str, str] | None:
        """Login and mark of a session that is not over; `used` says that a person did something."""
        rows = self.db.sql(
            "SELECT login, mark, seen FROM hub_session WHERE network = ? AND token = ?",
            (self.node.network, _hidden(token)),
        )
        if not rows or self._now() - rows[0][2] > IDLE_S:
            return None
        if used and self._now() - rows[0][2] > TOUCH_S:
            with self.db.writing():
                self.db.sql(
                    "UPDATE hub_session SET seen = ? WHERE network = ? AND token = ?",
                    (self._now(), self.node.network, _hidden(token)),
                )
        return rows[0][0], rows[0][1]

    def end(self, token: str) -> None:
        """The session is over, whoever still has its cookie."""
        with self.db.writing():
            self.db.sql(
                "DELETE FROM hub_session WHERE network = ? AND token = ?",
                (self.node.network, _hidden(token)),
            )

    def _now(self) -> int:
        return int(self.node.clock.now().timestamp())


def _hidden(token: str) -> str:
    return hashlib.blake2b(token.encode(), digest_size=20).hexdigest()
