"""The hub epochs that a station knows, and what becomes void where the hub's are others.

Knows positions; knows no bundle's bytes and no receipt.
"""

from collections.abc import Sequence

from sync.bundle import HubEpoch
from sync.refill import Refill
from sync.station_tables import KnownHubRow
from yizhan.blobs import BlobRow
from yizhan.journal_tables import NEVER
from yizhan.record import Node


class KnownHubs:
    """The hub epochs known at a station."""

    def __init__(self, node: Node, refill: Refill) -> None:
        self.node, self.db, self.refill = node, node.db, refill
        self.db.create((KnownHubRow, BlobRow))

    def all(self) -> list[HubEpoch]:
        """All of them, oldest first."""
        return [(e, f) for e, f in self.db.sql("SELECT epoch, first FROM known_hub ORDER BY n")]

    def adopt(self, hubs: Sequence[HubEpoch]) -> None:
        """Keep the longest common prefix with the hub's; positions past it are void.

        Where they part, the hub was put back to some moment of the last common one, and nobody
        knows which: all positions of it are void too.
        """
        ours = self.all()
        common = ours.index(hubs[0]) if hubs[0] in ours else -1
        theirs = list(hubs[1:]) if common >= 0 else list(hubs)
        while common + 1 < len(ours) and theirs and ours[common + 1] == theirs[0]:
            common, theirs = common + 1, theirs[1:]
        beyond = [first for _epoch, first in (*ours[common + 1 :], *theirs)]
        ahead = min(beyond, default=NEVER) <= self.node.journal.head()
        if ahead or len(ours) > common + 1:
            last = [first for _epoch, first in ours[common : common + 1]]
            self._void(min([*beyond, *last]) - 1)
        self.db.sql("UPDATE journal SET stored = NULL WHERE position IS NULL")
        self.db.sql("DELETE FROM known_hub")
        self.db.many(
            "INSERT INTO known_hub (n, epoch, first) VALUES (?, ?, ?)",
            [(n, *entry) for n, entry in enumerate((*ours[: common + 1], *theirs))],
        )

    def _void(self, after: int) -> None:
        self.refill.remember_aside(after)
        self.node.void(after)
        # What it said of photos may be from after the moment that it was put back to.
        self.db.sql("UPDATE blob SET hub = '' WHERE network = ?", (self.node.network,))
