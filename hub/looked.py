"""What of the set-asides somebody has looked at: how far, who and when.

A set-aside stays for ever; without this mark its alarm would too. No events: nobody folds them.
Knows counts and positions, and nothing of what was set aside.
"""

from yizhan.record import Node

TABLE = (
    "CREATE TABLE IF NOT EXISTS hub_looked (network TEXT NOT NULL, station TEXT NOT NULL,"
    " upto BIGINT NOT NULL, who TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (network, station))"
)


class Looked:
    """The marks of one network: of the hub ("") a position, of a station how many."""

    def __init__(self, node: Node) -> None:
        self.node, self.db = node, node.db
        with node.writing():
            self.db.sql(TABLE)

    def mark(self, station: str, upto: int, who: str) -> None:
        """This person has looked at all up to here."""
        with self.db.writing():
            self.db.sql(
                "INSERT INTO hub_looked (network, station, upto, who, at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (network, station) DO UPDATE"
                " SET upto = excluded.upto, who = excluded.who, at = excluded.at",
                (self.node.network, station, upto, who, self.node.clock.stamp()),
            )

    def all(self) -> dict[str, int]:
        """How far was looked, by station; "" is the hub."""
        rows = self.db.sql(
            "SELECT station, upto FROM hub_looked WHERE network = ?", (self.node.network,)
        )
        return dict(rows)

    def new(self, after: int) -> int:
        """How many records of the hub were set aside after this position."""
        rows = self.db.sql(
            "SELECT COUNT(*) FROM set_aside WHERE network = ? AND position > ?",
            (self.node.network, after),
        )
        return int(rows[0][0])
