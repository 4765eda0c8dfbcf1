"""The station's end of the road: what to send, and what a reply changes here.

Knows bundles and the journal; the bytes are carried by link.py or a stick. The one sending
rule: everything held without a position and without the hub's "stored", in local order,
whoever recorded it.
"""

import secrets
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import msgspec
import peewee

from sync import bundle
from sync.bundle import BadBundle, Contents, HubEpoch, Reply, Request, Whole
from sync.status import unsent
from yizhan import VERSION
from yizhan.keys import Signer
from yizhan.record import HUB, Node

BATCH_BYTES = 512 * 1024
"""Bytes of events in one request, unpacked; beyond 500 records little is gained."""

BATCH_EVENTS = 2000

Progress = Literal["done", "again", "adopted"]
"""All exchanged; more to exchange; the hub's epochs were new to us, so ask again."""


class RoadRow(peewee.Model):
    """The last receipt: positions through which the hub stored, applied and backed up."""

    network = peewee.TextField(primary_key=True)
    time = peewee.TextField()
    hub_time = peewee.TextField()
    stored = peewee.BigIntegerField()
    applied = peewee.BigIntegerField()
    backed_up = peewee.BigIntegerField()

    class Meta:
        table_name = "road"


class KnownHubRow(peewee.Model):
    """The hub epochs that this station knows, oldest first."""

    n = peewee.IntegerField(primary_key=True)
    epoch = peewee.TextField()
    first = peewee.BigIntegerField()

    class Meta:
        table_name = "known_hub"


class Outgoing(msgspec.Struct, frozen=True, gc=False):
    """An event to send, as its row holds it."""

    local: int
    batch: str
    prev: bytes
    digest: bytes
    raw: bytes


class Sent(msgspec.Struct, frozen=True):
    """A request on its way, and what must be known when its reply comes."""

    raw: bytes
    nonce: str
    hub: HubEpoch
    cursor: int
    rows: list[Outgoing]


class SyncStation:
    """The road's end at a station. `hub_key` is the enrolled hub's public key."""

    def __init__(self, node: Node, signer: Signer, hub_key: bytes) -> None:
        self.node, self.signer, self.hub_key, self.db = node, signer, hub_key, node.db
        self.db.create((RoadRow, KnownHubRow))

    def request(self, bytes_max: int = BATCH_BYTES) -> Sent:
        """The next request, from what this station holds now."""
        with self.db.reading():
            known = self.known()
            hub = known[-1] if known else ("", 0)
            rows = self._to_send(bytes_max) if known else []
            cursor = self.node.journal.head()
            header = Request(
                network=self.node.network,
                epoch=self.node.epoch,
                nonce=secrets.token_urlsafe(9),
                hub=hub,
                cursor=cursor,
                time=self.node.clock.stamp(),
                clock=self.node.clock.quality(),
                version=VERSION,
                unsent=unsent(self.node),
                holds=tuple(self._holds()),
            )
        items = [Whole(row.prev, row.digest, row.raw) for row in rows]
        raw = bundle.pack("up", self.node.source, self.signer, header, items)
        return Sent(raw, header.nonce, hub, cursor, rows)

    def take(self, sent: Sent, raw: bytes) -> Progress:
        """Use a reply, whole or not at all.

        Raises BadBundle where it is not the hub's answer to this request.
        """
        _sender, reply, contents = bundle.unpack(raw, "down", Reply, self._key_of)
        with self.node.writing():
            if (reply.network, reply.nonce) != (self.node.network, sent.nonce):
                raise BadBundle("an answer to another request")
            if reply.hubs:
                self._adopt(reply.hubs)
            known = self.known()
            current = bool(known) and known[-1] == sent.hub
            if not (reply.taken and current and sent.cursor <= self.node.journal.head()):
                return "adopted"
            self._follow(sent, reply, contents)
        left = unsent(self.node) > len(reply.refused)
        return "again" if reply.more or left else "done"

    def known(self) -> list[HubEpoch]:
        """The hub epochs known here."""
        return [(e, f) for e, f in self.db.sql("SELECT epoch, first FROM known_hub ORDER BY n")]

    def receipt(self) -> RoadRow | None:
        """The last receipt, or None before the first."""
        row: RoadRow | None = self.db.first(RoadRow.select())
        return row

    def _key_of(self, sender: str) -> bytes | None:
        return self.hub_key if sender == HUB else None

    def _to_send(self, bytes_max: int) -> list[Outgoing]:
        found = self.db.sql(
            "SELECT local, batch, prev, digest, raw FROM journal"
            " WHERE position IS NULL AND stored IS NULL ORDER BY local LIMIT ?",
            (BATCH_EVENTS + 1,),
        )
        rows = [Outgoing(*row) for row in found]
        if len(rows) > BATCH_EVENTS:
            rows = _whole_batches(rows[:-1], rows[-1])
        total = 0
        for index, row in enumerate(rows):
            total += len(row.raw)
            if total > bytes_max and index:
                return _whole_batches(rows[:index], rows[index])
        return rows

    def _holds(self) -> list[tuple[str, int, int, str]]:
        rows = self.db.sql(
            "SELECT epoch, seq, digest FROM journal WHERE position IS NULL AND stored IS NOT NULL"
            " ORDER BY epoch, seq"
        )
        runs: list[list[tuple[str, int, bytes]]] = [[row] for row in rows[:1]]
        for before, row in pairwise(rows):
            if (before[0], before[1] + 1) == (row[0], row[1]):
                runs[-1].append(row)
            else:
                runs.append([row])
        return [(r[0][0], r[0][1], r[-1][1], bundle.text(bytes(r[-1][2]))) for r in runs]

    def _adopt(self, hubs: Sequence[HubEpoch]) -> None:
        """Keep the longest common prefix of hub epochs; positions past it are void."""
        ours = self.known()
        common = ours.index(hubs[0]) if hubs[0] in ours else -1
        theirs = list(hubs[1:]) if common >= 0 else list(hubs)
        while common + 1 < len(ours) and theirs and ours[common + 1] == theirs[0]:
            common, theirs = common + 1, theirs[1:]
        after = [first for _epoch, first in (*ours[common + 1 : common + 2], *theirs[:1])]
        if after and min(after) - 1 < self.node.journal.head():
            self.node.void(min(after) - 1)
        self.db.sql("UPDATE journal SET stored = NULL WHERE position IS NULL")
        self.db.sql("DELETE FROM known_hub")
        self.db.many(
            "INSERT INTO known_hub (n, epoch, first) VALUES (?, ?, ?)",
            [(n, *entry) for n, entry in enumerate((*ours[: common + 1], *theirs))],
        )

    def _follow(self, sent: Sent, reply: Reply, contents: Contents) -> None:
        placed = self._placed(contents)
        settled = {sent.rows[n].local for n in reply.refused} | {local for _, local in placed}
        stored = [row.local for row in sent.rows if row.local not in settled]
        self.node.journal.mark_stored(stored, sent.hub[0])
        for key in contents.keys:
            self.node.keys.take(key.owner, key.key)
        self.node.follow(contents.events, placed, reply.cursor)
        self.node.give_way([sent.rows[n].local for n in reply.duplicates])
        self.db.upsert(
            RoadRow,
            [(
                self.node.network, self.node.clock.stamp(), reply.time,
                reply.stored, reply.applied, reply.backed_up,
            )],
        )  # fmt: skip

    def _placed(self, contents: Contents) -> list[tuple[int, int]]:
        """(position, local) of each event that the reply says we hold."""
        found: list[tuple[int, int]] = []
        for run in contents.held:
            rows = self.db.sql(
                "SELECT local, digest FROM journal WHERE epoch = ? AND seq BETWEEN ? AND ?"
                " ORDER BY seq",
                (run.epoch, run.seq, run.seq + run.count - 1),
            )
            if len(rows) != run.count or bytes(rows[-1][1]) != run.digest:
                raise BadBundle("the hub names events that are not held here")
            found += [(run.position + n, local) for n, (local, _) in enumerate(rows)]
        return found


def _whole_batches(rows: list[Outgoing], following: Outgoing) -> list[Outgoing]:
    """The rows without a batch that goes on in the next one, unless it is all there is."""
    if not following.batch or rows[-1].batch != following.batch:
        return rows
    whole = [row for row in rows if row.batch != following.batch]
    return whole or rows
