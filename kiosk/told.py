"""Which words for her she has read, so that they are not said again.

A durable table of this station alone, of digests of set-aside events.
"""

from yizhan.record import Node

TABLE = "CREATE TABLE IF NOT EXISTS kiosk_told (digest BLOB PRIMARY KEY)"


class Told:
    """The set-aside steps that their maker was told about here."""

    def __init__(self, node: Node) -> None:
        self._db = node.db
        with self._db.writing():
            self._db.sql(TABLE)

    def mark(self, digests: list[bytes]) -> None:
        """She read these."""
        self._db.many("INSERT OR IGNORE INTO kiosk_told VALUES (?)", [(one,) for one in digests])

    def among(self, digests: list[bytes]) -> set[bytes]:
        """Those of these that she has read."""
        rows = self._db.within("SELECT digest FROM kiosk_told WHERE digest IN ({})", (), digests)
        return {bytes(row[0]) for row in rows}
