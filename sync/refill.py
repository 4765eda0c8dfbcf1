"""What a station does for a hub that lost something: prove that it belongs to the network, send
the persons' keys that it holds, and say what had been set aside before.

Only where the hub asks for it in a reply. Knows the journal's marks; knows no road and no
meaning.
"""

import hashlib
import hmac
from collections.abc import Sequence

from sync.bundle import Key, Reply
from sync.station_tables import AsideBeforeRow
from yizhan.keys import NETWORK, Signer
from yizhan.record import Node

FRESH = (
    " AND made_here AND EXISTS (SELECT 1 FROM journal WHERE audience = 'person:' || owner"
    " AND subject = 'person/' || owner AND position IS NULL AND stored IS NULL)"
)
LACKED = (
    "SELECT person FROM person WHERE network = ? AND NOT EXISTS (SELECT 1 FROM seal_key"
    " WHERE seal_key.network = person.network AND owner = person) AND NOT EXISTS (SELECT 1"
    " FROM erased_key WHERE erased_key.network = person.network AND owner = person)"
    " ORDER BY person LIMIT ?"
)
LACKS_MAX = 8

Member = tuple[str, str]
"""A public key and the proof that its holder belongs to the network, both hex."""


def prove(network_key: bytes, station: str, public_key: str, nonce: str) -> str:
    """The proof that whoever signs with this public key knows the network's key."""
    said = f"member {station} {public_key} {nonce}".encode()
    return hmac.digest(network_key, said, hashlib.sha256).hex()


class Refill:
    """A station's side of a refilling. Remembers what the last reply asked for."""

    def __init__(self, node: Node, signer: Signer) -> None:
        self.node, self.signer, self.db = node, signer, node.db
        self.collecting = self.keys_wanted = False
        self._lacked: tuple[int, tuple[str, ...]] | None = None
        self.db.create((AsideBeforeRow,))

    def heard(self, reply: Reply) -> None:
        """What the hub asks for from now on."""
        self.collecting, self.keys_wanted = reply.collecting, reply.keys
        self._lacked = None if self._lacked and self._lacked[1] else self._lacked

    def member(self, nonce: str) -> Member:
        """What a hub that may not know us needs, empty where it does not collect."""
        network_key = self.node.keys.get(NETWORK)
        if not self.collecting or network_key is None:
            return "", ""
        public = self.signer.public.hex()
        return public, prove(network_key, self.node.source, public, nonce)

    def keys_to_send(self) -> list[Key]:
        """The persons' keys to send: all that are held here where the hub asks for them, else
        those that were made here and whose record the hub has not said it holds.

        Such a key goes with every request until then, so it comes no later than the record.
        """
        rows = self.db.sql(
            "SELECT owner, key FROM seal_key WHERE network = ? AND owner <> ?"
            + ("" if self.keys_wanted else FRESH)
            + " ORDER BY owner",
            (self.node.network, NETWORK),
        )
        return [Key(owner, bytes(key)) for owner, key in rows]

    def lacks(self) -> tuple[str, ...]:
        """Persons whose record is held here and whose key is not, though nobody erased it."""
        head = self.node.journal.head()
        if self._lacked is None or self._lacked[0] != head:
            rows = self.db.sql(LACKED, (self.node.network, LACKS_MAX))
            self._lacked = head, tuple(person for (person,) in rows)
        return self._lacked[1]

    def remember_aside(self, after: int) -> None:
        """The positions past this one are about to be void: which of them did nothing."""
        where = (self.node.network, after)
        self.db.sql(
            "DELETE FROM aside_before WHERE network = ? AND digest IN"
            " (SELECT digest FROM journal WHERE position > ?)",
            where,
        )
        self.db.sql(
            "INSERT INTO aside_before (network, digest)"
            " SELECT network, digest FROM set_aside WHERE network = ? AND position > ?",
            where,
        )

    def asides(self, digests: Sequence[bytes]) -> tuple[int, ...]:
        """Which of these events had been set aside before, by index."""
        if not self.db.sql("SELECT 1 FROM aside_before LIMIT 1"):
            return ()
        rows = self.db.within(
            "SELECT digest FROM aside_before WHERE network = ? AND digest IN ({})",
            (self.node.network,),
            digests,
        )
        before = {bytes(digest) for (digest,) in rows}
        return tuple(n for n, digest in enumerate(digests) if digest in before)
