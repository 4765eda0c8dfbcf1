"""Persons' keys that stations send to the hub: kept until it is known whose word they are.

A key comes with the record of a person whom a station registered itself, or, where a hub made
anew asked for it, with all others that a station holds. Knows two tables and the node's keys;
knows no bundle's bytes.
"""

from collections.abc import Sequence

from sync.bundle import Key
from sync.hub_tables import OfferedKeyRow
from yizhan.keys import NETWORK
from yizhan.record import Node

SETTLED = (
    "SELECT owner, key FROM offered_key WHERE network = ? AND (EXISTS (SELECT 1 FROM member"
    " WHERE member.network = offered_key.network AND member.station = offered_key.station"
    " AND member_of = 'person:' || owner AND since > 0) OR EXISTS (SELECT 1 FROM journal"
    " WHERE audience = 'person:' || owner AND subject = 'person/' || owner"
    " AND journal.network = offered_key.network AND source = offered_key.station"
    " AND position IS NOT NULL)) ORDER BY owner, station"
)
"""Whoever holds a person's record, or wrote it, has her key; nobody else's word is taken."""


class OfferedKeys:
    """The keys that wait. Call within the exchange's transaction."""

    def __init__(self, node: Node) -> None:
        self.node, self.db = node, node.db
        self.db.create((OfferedKeyRow,))

    def offer(self, station: str, keys: Sequence[Key]) -> None:
        """Keep what is new here; never the network's key, never one that was erased."""
        fresh = [
            (self.node.network, key.owner, station, key.key)
            for key in keys
            if key.owner != NETWORK
            and self.node.keys.get(key.owner) is None
            and not self.node.keys.is_erased(key.owner)
        ]
        self.db.many(
            "INSERT INTO offered_key (network, owner, station, key) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            fresh,
        )

    def settle(self) -> None:
        """Take each key from a station that holds that person's record or wrote it.

        None is replaced, and none that was erased meanwhile comes back.
        """
        network = self.node.network
        if not self.db.sql("SELECT 1 FROM offered_key WHERE network = ? LIMIT 1", (network,)):
            return
        for owner, key in self.db.sql(SETTLED, (network,)):
            self.node.keys.take(owner, bytes(key))
            self.db.sql("DELETE FROM offered_key WHERE network = ? AND owner = ?", (network, owner))
        self.db.sql(
            "DELETE FROM offered_key WHERE network = ? AND owner IN"
            " (SELECT owner FROM erased_key WHERE erased_key.network = ?)",
            (network, network),
        )
