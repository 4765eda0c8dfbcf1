"""Wrong passwords, counted in durable rows: five lock a login for five minutes.

The lock is by login, for every request comes from the same few machines. A restart does not
open it.
"""

from yizhan.errors import N_, Refusal
from yizhan.record import Node

TRIES_MAX = 5
LOCK_SECONDS = 300
LOGIN_MAX = 32

TABLE = "CREATE TABLE IF NOT EXISTS kiosk_try (login TEXT NOT NULL, at REAL NOT NULL)"


class Tries:
    """The wrong tries of this station's desk."""

    def __init__(self, node: Node) -> None:
        self._db, self._clock = node.db, node.clock
        with self._db.writing():
            self._db.sql(TABLE)

    def begin(self, login: str) -> None:
        """Count a try before it is checked, so that many at once get no more. Raises Refusal."""
        login, now = login[:LOGIN_MAX], self._clock.now().timestamp()
        with self._db.writing():
            self._forget(now - LOCK_SECONDS)
            rows = self._db.sql("SELECT COUNT(*), MAX(at) FROM kiosk_try WHERE login = ?", (login,))
            count, last = rows[0]
            if count < TRIES_MAX:
                self._db.sql("INSERT INTO kiosk_try VALUES (?, ?)", (login, now))
                return
        minutes = int((LOCK_SECONDS - (now - last)) // 60) + 1
        raise Refusal(N_("密码错了五次，请过 %(minutes)s 分钟再试"), minutes=minutes)

    def right(self, login: str) -> None:
        """The password was right: the count begins anew."""
        with self._db.writing():
            self._db.sql("DELETE FROM kiosk_try WHERE login = ?", (login[:LOGIN_MAX],))

    def _forget(self, before: float) -> None:
        """Tries of logins that have been quiet for the time of a lock."""
        self._db.sql(
            "DELETE FROM kiosk_try WHERE login IN"
            " (SELECT login FROM kiosk_try GROUP BY login HAVING MAX(at) < ?)",
            (before,),
        )
