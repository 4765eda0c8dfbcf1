"""The hub after a loss: what it takes in without a number, whom it lets in again, which keys it
asks for, and what came back as something else.

A hub made anew from its recovery sheet knows no station. It collects: it stores what stations
send and gives no position, until a person says that all have come; then hub/collecting.py
numbers everything. A station that the hub does not know proves that it belongs to the network
with the network's key. Knows bundles and tables; decides no order and folds nothing.
"""

import hmac
from collections.abc import Collection, Iterable, Sequence

import msgspec

from sync import bundle
from sync.bundle import BadBundle, Contents, HubEpoch, Key, Request
from sync.collected import Collected
from sync.hub_tables import (
    BackupRow,
    FlippedRow,
    LostEpochRow,
    RecoveryRow,
    ReturnedRow,
)
from sync.offered import OfferedKeys
from sync.refill import prove
from yizhan import escrow
from yizhan.errors import N_, Refusal
from yizhan.held import Arriving
from yizhan.keys import NETWORK
from yizhan.record import HUB, Node, Verdict
from yizhan.services.stations.commands import CODE
from yizhan.services.stations.projection import stations

CLOSED = N_("中心正在收集各站点的记录，还没有编号：先运行 hub collect off，再办这件事")
ALL_CAME = N_("各站点都补齐了")


class Flip(msgspec.Struct, frozen=True):
    """What was done before the loss and is set aside since: for a person to put right."""

    digest: str
    position: int
    subject: str
    type: str
    actor: str
    time: str
    reason: str


class Recovery:
    """The hub's memory of a loss. Call what changes it within the exchange's transaction."""

    def __init__(self, node: Node) -> None:
        self.node, self.db = node, node.db
        self.collected, self.keys = Collected(node), OfferedKeys(node)
        self.db.create((BackupRow, RecoveryRow, ReturnedRow, FlippedRow, LostEpochRow))

    def begin(self, how: str, *, collecting: bool) -> None:
        """This hub was made anew: "backup", "sheet", or "found" by what a station remembers."""
        network = self.node.network
        with self.node.writing():
            row = (network, self.node.clock.stamp(), how, self.node.journal.head(), collecting)
            self.db.upsert(RecoveryRow, [(*row, self._hub_epoch())])
            self.db.sql(
                "UPDATE returned SET keys_came = ?, complete = ? WHERE network = ?",
                (False, False, network),
            )
            if not collecting:
                escrow.hold_back(self.node)

    def found(self, epoch: str, hubs: Sequence[HubEpoch]) -> None:
        """A station showed that we forgot something of this hub epoch; `hubs` are all we know."""
        row = self.row()
        new = self._is_news(epoch, [name for name, _first in hubs], row)
        if row is None or (new and not row.collecting):
            self.begin(row.how if row else "found", collecting=False)

    def _is_news(self, epoch: str, known: list[str], row: RecoveryRow | None) -> bool:
        """Whether this loss is not yet counted: one of an epoch from before we began anew is,
        and one of an epoch that we do not know, once a station has named it."""
        if epoch in known:
            began = row.epoch if row else None
            return began not in known or known.index(epoch) >= known.index(began)
        where = (self.node.network, epoch)
        seen = self.db.sql("SELECT 1 FROM lost_epoch WHERE network = ? AND epoch = ?", where)
        self.db.sql(
            "INSERT INTO lost_epoch (network, epoch) VALUES (?, ?) ON CONFLICT DO NOTHING", where
        )
        return not seen

    def _hub_epoch(self) -> str:
        rows = self.db.sql(
            "SELECT epoch FROM hub_epoch WHERE network = ? ORDER BY n DESC LIMIT 1",
            (self.node.network,),
        )
        return rows[0][0] if rows else ""

    def row(self) -> RecoveryRow | None:
        """When and how this hub was made anew, or None where it never was."""
        # Asked by each exchange; making peewee's query costs ten times this one.
        if not self.db.sql("SELECT 1 FROM recovery WHERE network = ?", (self.node.network,)):
            return None
        return self.db.one(RecoveryRow, RecoveryRow.network == self.node.network)

    @property
    def collecting(self) -> bool:
        """Whether events are taken in without a number."""
        rows = self.db.sql(
            "SELECT collecting FROM recovery WHERE network = ?", (self.node.network,)
        )
        return bool(rows and rows[0][0])

    def refuse_while_collecting(self) -> None:
        """Raises Refusal where the hub collects: what it records now would come first."""
        if self.collecting:
            raise Refusal(CLOSED)

    def finish(self) -> None:
        """All that was collected has its number."""
        self.db.sql(
            "UPDATE recovery SET collecting = ?, head = ? WHERE network = ?",
            (False, self.node.journal.head(), self.node.network),
        )
        escrow.hold_back(self.node)

    def accept(self, note: str) -> None:
        """The hub gives and spends again: all have come, or a person answers for the rest."""
        if escrow.holds_back(self.node):
            escrow.accept_the_rest(self.node, HUB, note)

    def backed_up(self) -> int:
        """Positions through which the oldest backup holds them that we would restore from."""
        rows = self.db.sql(
            "SELECT MIN(contained) FROM backup WHERE network = ?", (self.node.network,)
        )
        return int(rows[0][0] or 0)

    # Who comes back.

    def admitted(self, station: str) -> bytes | None:
        """The public key of a station that proved while we collect that it is one of ours."""
        row = self._returned(station)
        return bytes.fromhex(row.public_key) if row and row.public_key else None

    def unpack(self, raw: bytes) -> tuple[str, Request, Contents] | None:
        """A request from a station that we do not know; None where it proves nothing yet.

        Raises BadBundle where its proof or its signature is wrong.
        """
        station, request = bundle.stated(raw)
        if not request.public:
            return None
        known = self.admitted(station)
        network_key = self.node.keys.get(NETWORK) or b""
        proof = prove(network_key, station, request.public, request.nonce)
        if (
            not network_key
            or not CODE.fullmatch(station)
            or not hmac.compare_digest(proof.encode(), request.proof.encode())
            or (known and known.hex() != request.public)
        ):
            raise BadBundle("not proven to belong to this network")
        return bundle.unpack(raw, "up", Request, lambda _: _public(request.public))

    def admit(self, station: str, request: Request) -> None:
        """This station has proven that it is one of ours: remember its key."""
        if request.public:
            self._mark(station, public_key=request.public)

    def admissions(self) -> list[tuple[str, str]]:
        """(station, public key) of all that proved while we collected that they are ours."""
        rows = self.db.sql(
            "SELECT station, public_key FROM returned WHERE network = ? AND public_key <> ''"
            " ORDER BY station",
            (self.node.network,),
        )
        return [(station, public) for station, public in rows]

    def heard(self, station: str, request: Request, events: int) -> None:
        """A station's request was taken: has it sent all and followed us to the end?"""
        self.keys.settle()
        row = self.row()
        if row is None:
            return
        if request.cursor >= row.head and request.unsent <= events:
            self._mark(station, complete=True)
        # A second machine may bring back a freeze of an earlier loss after all have come.
        if escrow.holds_back(self.node) and not self.waiting_for():
            self.accept(ALL_CAME)

    def unsure_of(self, request: Request, head: int) -> bool:
        """Whether this station is to ask once more, so that we hear that it has followed."""
        row = self.row()
        return row is not None and request.cursor < min(row.head, head)

    def waiting_for(self) -> list[str]:
        """Stations not written off that have not sent all and followed since the loss."""
        if self.row() is None:
            return []
        complete = self.db.sql(
            "SELECT station FROM returned WHERE network = ? AND complete", (self.node.network,)
        )
        done = {station for (station,) in complete}
        known = (row.code for row in stations(self.db) if row.public_key and not row.revoked)
        return [code for code in known if code not in done]

    def _returned(self, station: str) -> ReturnedRow | None:
        where = (ReturnedRow.network == self.node.network) & (ReturnedRow.station == station)
        return self.db.one(ReturnedRow, where)

    def _mark(self, station: str, **changes: object) -> bool:
        row = self._returned(station)
        before = {
            "public_key": row.public_key if row else "",
            "keys_came": bool(row and row.keys_came),
            "complete": bool(row and row.complete),
        }
        if row is not None and before | changes == before:
            return False
        values = (before | changes).values()
        self.db.upsert(ReturnedRow, [(self.node.network, station, *values)])
        return True

    # Persons' keys.

    def wants_keys(self, station: str) -> bool:
        """Whether this station is still to send the persons' keys that it holds."""
        if self.row() is None:
            return False
        row = self._returned(station)
        return row is None or not row.keys_came

    def offer_keys(self, station: str, request: Request, keys: Sequence[Key]) -> None:
        """A station sends keys: those it made for new persons, or once, where we asked, all."""
        self.keys.offer(station, keys)
        if request.keys and self.wants_keys(station):
            self._mark(station, keys_came=True)

    # What came back as something else.

    def compare(self, came: Iterable[tuple[Arriving, Verdict]], asides: Collection[bytes]) -> None:
        """Which of the events that the lost hub had numbered and done are set aside now."""
        done = [
            one.digest
            for one, verdict in came
            if one.position and verdict == "new" and one.digest not in asides
        ]
        now = self.db.within(
            "SELECT digest FROM set_aside WHERE network = ? AND digest IN ({})",
            (self.node.network,),
            done,
        )
        since = self.node.clock.stamp()
        self.db.many(
            "INSERT INTO flipped (network, digest, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            [(self.node.network, bytes(digest), since) for (digest,) in now],
        )

    def flips(self) -> list[Flip]:
        """All that is set aside since a loss and had been done before, in the new order."""
        rows = self.db.sql(
            "SELECT set_aside.digest, position, subject, type, actor, time, reason"
            " FROM set_aside JOIN flipped ON flipped.network = set_aside.network"
            " AND flipped.digest = set_aside.digest WHERE set_aside.network = ? ORDER BY position",
            (self.node.network,),
        )
        return [Flip(bytes(row[0]).hex(), row[1] or 0, *row[2:]) for row in rows]


def _public(stated: str) -> bytes | None:
    try:
        return bytes.fromhex(stated)
    except ValueError:
        return None
