"""Hub epochs, and the hub's word for what it stored under them: how a loss is found.

A hub epoch is one start of the hub on its database, or a doubt: its first position is the one
from which positions of earlier epochs may not be trusted. Each reply carries a mark, which only
the hub's key makes; the station shows it with its next request. So a hub that was put back to
an old state learns it from the first station that comes, even where no process was started
anew. Knows the journal's digests; knows no station's rights and no recovery.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Callable

from sync.bundle import HubEpoch, Request
from sync.hub_tables import HubEpochRow
from yizhan import events
from yizhan.journal_tables import NEVER
from yizhan.keys import Signer
from yizhan.record import Node

LATEST = 16
"""So many of the last events stand in a mark: an order that was given twice seldom ends alike."""

TRACE_BYTES = 3
"""Of the digest over them. It need not be beyond guessing: the signature covers it."""

NO_TRACE = bytes(TRACE_BYTES)
"""In a mark over events of which the disk changed one: it says through where, and not what."""

MARK_BYTES = 6
"""Of a signature that is made again to be compared: 48 bits are beyond guessing by requests."""


class Epochs:
    """The hub epochs of one network. Call within the exchange's transaction."""

    def __init__(self, node: Node, signer: Signer) -> None:
        self.node, self.signer, self.db = node, signer, node.db
        self.db.create((HubEpochRow,))

    def begin(self, first: int) -> None:
        """Positions from here on are of a new hub epoch; what was above `first` is in doubt."""
        self.db.sql(
            "INSERT INTO hub_epoch (network, epoch, first) VALUES (?, ?, ?)",
            (self.node.network, secrets.token_urlsafe(6), first),
        )

    def all(self) -> list[HubEpoch]:
        """All hub epochs of the network, oldest first."""
        rows = self.db.sql(
            "SELECT epoch, first FROM hub_epoch WHERE network = ? ORDER BY n", (self.node.network,)
        )
        return [(epoch, first) for epoch, first in rows]

    def mark(self, station: str, epoch: str, stored: int) -> str:
        """Our word that we stored through this position in this hub epoch, and what."""
        return self._signed(station, epoch, stored, self._trace(stored))

    def forgotten(self, station: str, request: Request, behind: Callable[[], bool]) -> str:
        """The hub epoch of which we forgot something, by our own word; empty where we did not.

        On a station's bare word a stolen one could say so, and bring what others never wrote.
        Where we took for sound what stands there, it is in doubt from here on: back to the first
        position of that epoch, for nobody knows to which moment of it we were put back. A mark
        that does not say what was stored leaves it to `behind`: whether we know nothing of the
        ticket that the station shows.
        """
        epoch, stored = request.followed or (request.hub[0], request.cursor)
        trace = _trace_of(request.mark)
        authentic = self._signed(station, epoch, stored, trace) if trace else ""
        if not trace or not hmac.compare_digest(request.mark, authentic):
            return ""
        hubs = self.all()
        names = [name for name, _first in hubs]
        if epoch not in names:
            return epoch
        at = names.index(epoch)
        if stored >= min((first for _name, first in hubs[at + 1 :]), default=NEVER):
            return epoch
        fits = not behind() if trace == NO_TRACE else self._trace(stored) in (trace, NO_TRACE)
        if stored <= self.node.journal.head() and fits:
            return ""
        self.begin(next(first for _name, first in reversed(hubs[: at + 1]) if first <= stored))
        return epoch

    def _signed(self, station: str, epoch: str, stored: int, trace: bytes) -> str:
        said = f"yizhan stored {station} {epoch} {stored} {trace.hex()}"
        return base64.b64encode(trace + self.signer.sign(said.encode())[:MARK_BYTES]).decode()

    def _trace(self, stored: int) -> bytes:
        """What tells the last events through this position from others in their place; nothing
        where the disk changed one of them, for then nobody was put back."""
        rows = self.db.sql(
            "SELECT prev, raw, digest FROM journal WHERE network = ? AND position > ?"
            " AND position <= ? ORDER BY position",
            (self.node.network, stored - LATEST, stored),
        )
        if any(events.digest(bytes(prev), bytes(raw)) != bytes(held) for prev, raw, held in rows):
            return NO_TRACE
        digests = b"".join(bytes(held) for _prev, _raw, held in rows)
        return hashlib.blake2b(digests, digest_size=TRACE_BYTES).digest()


def _trace_of(mark: str) -> bytes:
    try:
        found = base64.b64decode(mark, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return found[:TRACE_BYTES] if len(found) == TRACE_BYTES + MARK_BYTES else b""
