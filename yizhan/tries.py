"""Wrong passwords, counted in durable rows: five lock a log-in for five minutes.

The lock is by log-in, for every request comes from the same few machines. A restart does not
open it, and all processes of a hub share it. No events: nobody folds them.
"""

from yizhan.errors import N_, Refusal
from yizhan.record import Node

TRIES_MAX = 5
LOCK_S = 300
LOGIN_MAX = 32
LOCKED = N_("密码错了五次，请过 %(minutes)s 分钟再试")

TABLE = (
    "CREATE TABLE IF NOT EXISTS login_try (network TEXT NOT NULL, login TEXT NOT NULL,"
    " tries INTEGER NOT NULL, last BIGINT NOT NULL, PRIMARY KEY (network, login))"
)


class Tries:
    """The wrong tries at the log-in pages of one node."""

    def __init__(self, node: Node) -> None:
        self.node, self.db = node, node.db
        with node.writing():
            self.db.sql(TABLE)

    def begin(self, login: str, locked: str = LOCKED) -> None:
        """Count a try before the password is looked at, so that many at once get no more.

        Raises Refusal, with the sentence `locked`, where the log-in is locked.
        """
        with self.node.writing():
            now = int(self.node.clock.now().timestamp())
            tries, last = self._counted(login[:LOGIN_MAX], now)
            if tries >= TRIES_MAX:
                minutes = -(-max(1, last + LOCK_S - now) // 60)
                raise Refusal(locked, minutes=minutes)
            self.db.sql(
                "INSERT INTO login_try (network, login, tries, last) VALUES (?, ?, 1, ?)"
                " ON CONFLICT (network, login) DO UPDATE SET tries = ?, last = ?",
                (self.node.network, login[:LOGIN_MAX], now, tries + 1, now),
            )

    def right(self, login: str) -> None:
        """The password was right: the tries before it are forgotten."""
        with self.node.writing():
            self.db.sql(
                "DELETE FROM login_try WHERE network = ? AND login = ?",
                (self.node.network, login[:LOGIN_MAX]),
            )

    def _counted(self, login: str, now: int) -> tuple[int, int]:
        """Tries so far and the last one's time; a lock ends by itself, or with a clock set back."""
        self.db.sql(
            "DELETE FROM login_try WHERE network = ? AND (last < ? OR last > ?)",
            (self.node.network, now - LOCK_S, now + LOCK_S),
        )
        rows = self.db.sql(
            "SELECT tries, last FROM login_try WHERE network = ? AND login = ?",
            (self.node.network, login),
        )
        return rows[0] if rows else (0, now)
