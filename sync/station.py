"""The station's end of the road: what to send, and what a reply changes here.

Knows bundles and the journal; the bytes are carried by link.py or a stick. The one sending
rule: everything held without a position and without the hub's "stored", in local order,
whoever recorded it.
"""

import secrets
import shutil
from itertools import count, pairwise
from pathlib import Path
from typing import Any, Literal

import msgspec

from sync import bundle, refetch
from sync.bundle import BadBundle, Contents, HubEpoch, Passed, Reply, Request
from sync.known_hubs import KnownHubs
from sync.outbox import BATCH_BYTES, COLLECTED, FIRST, Outbox, Place
from sync.receipts import Receipts, mark_of
from sync.refill import Refill
from sync.station_tables import RoadRow
from sync.status import aside, unsent
from yizhan import VERSION
from yizhan.held import in_one_chain
from yizhan.keys import Signer
from yizhan.record import HUB, Node

Progress = Literal["done", "again", "adopted"]
"""All exchanged; more to exchange; the hub's epochs were new to us, so ask again."""


class Numbered(msgspec.Struct, frozen=True, gc=False):
    """An event that the hub has given a position: which row, and its place in the chain."""

    local: int
    prev: bytes
    digest: bytes


class Sent(msgspec.Struct, frozen=True):
    """A request on its way, and what must be known when its reply comes.

    `locals` are the rows that went into it. `cut`: more waits to be sent than these; `last`
    is where that begins, in the order of sending.
    """

    raw: bytes
    nonce: str
    hub: HubEpoch
    cursor: int
    locals: tuple[int, ...] = ()
    cut: bool = False
    last: Place = FIRST


class Answer(msgspec.Struct, frozen=True):
    """The hub's answer to a request: its signature holds, and nothing of it is used yet."""

    sent: Sent
    reply: Reply
    contents: Contents

    @property
    def plain(self) -> bool:
        """Whether all went as it mostly goes, so that the next request can be foreseen."""
        reply = self.reply
        asks = reply.hubs or reply.more or reply.duplicates or reply.refused or reply.keys
        return reply.taken and not asks


class SyncStation:
    """The road's end at a station. `hub_key` is the enrolled hub's public key."""

    def __init__(self, node: Node, signer: Signer, hub_key: bytes) -> None:
        self.node, self.signer, self.hub_key, self.db = node, signer, hub_key, node.db
        self.receipts = Receipts(node)
        refetch.create(self.db)
        self.refill = Refill(node, signer)
        self.hubs = KnownHubs(node, self.refill)
        self.outbox = Outbox(node)
        self._numbers = count(1)
        self._behind = FIRST
        """What waits before this place the hub has refused, in the exchange that goes on now."""
        self.doubted: tuple[int, ...] = ()
        """Rows that were sent without an answer: the next request carries no events and only
        asks which of these the hub holds."""

    def request(self, bytes_max: int = BATCH_BYTES, after: Answer | None = None) -> Sent:
        """The next request, from what this station holds now.

        `after` is a plain answer that is not used yet: the request is made as if it were, so
        that the hub need not wait for us. It counts only once that answer is used.
        `bytes_max` 0: no events at all, only where we are and how much waits.
        """
        bytes_max = 0 if self.doubted else bytes_max
        with self.db.reading():
            known = self.known()
            hub = known[-1] if known else ("", 0)
            after_that = after.sent.last if after else self._behind
            load = self.outbox.load(bytes_max if known else 0, after_that)
            cursor = after.reply.cursor if after else self.node.journal.head()
            mark = (mark_of(hub[0], after.reply) if after else None) or self.receipts.mark()
            told = (mark.hub, mark.stored)
            nonce = secrets.token_urlsafe(6)
            public, proof = self.refill.member(nonce)
            header = Request(
                network=self.node.network,
                epoch=self.node.epoch,
                nonce=nonce,
                hub=hub,
                cursor=cursor,
                time=self.node.clock.stamp(),
                clock=self.node.clock.quality(),
                version=VERSION,
                unsent=unsent(self.node) - (len(after.sent.locals) if after else 0),
                ticket=self.receipts.ticket(),
                mark=mark.text,
                followed=told if mark.text and told != (hub[0], cursor) else None,
                number=0 if after else next(self._numbers),
                disk=self._disk_mib(),
                aside=aside(self.node),
                holds=() if self.refill.collecting else tuple(self._holds()),
                public=public,
                proof=proof,
                keys=self.refill.keys_wanted,
                asides=self.refill.asides([row.digest for row in load.rows]),
                wants=() if after else refetch.wanted(self.db),
                lacks=() if after else self.refill.lacks(),
            )
            keys = self.refill.keys_to_send()
            passed = self.node.journal.passed_over(row.prev for row in load.rows)
        links = bundle.lines_of([*keys, *(Passed(*link) for link in passed.items())])
        lines = [*links, *load.lines]
        raw = bundle.pack("up", self.node.source, self.signer, header, lines)
        locals_ = tuple(row.local for row in load.rows)
        return Sent(raw, header.nonce, hub, cursor, locals_, load.cut, load.last)

    def foresee(self, sent: Sent, bytes_max: int) -> None:
        """Read what the request after this one will carry, while the hub still works on it."""
        if sent.cut:
            with self.db.reading():
                self.outbox.foresee(bytes_max, sent.last)

    def read(self, raw: bytes) -> tuple[Reply, Contents]:
        """A reply that the enrolled hub signed, to whichever request. Raises BadBundle."""
        _sender, reply, contents = bundle.unpack(raw, "down", Reply, self._key_of)
        return reply, contents

    def open(self, sent: Sent, raw: bytes) -> Answer:
        """The answer in these bytes. Raises BadBundle where it is not the hub's, to this."""
        reply, contents = self.read(raw)
        if (reply.network, reply.nonce) != (self.node.network, sent.nonce):
            raise BadBundle("an answer to another request")
        return Answer(sent, reply, contents)

    def use(self, answer: Answer) -> Progress:
        """Use an answer, whole or not at all. Raises BadBundle where it does not fit."""
        sent, reply = answer.sent, answer.reply
        self.doubted = ()
        self.refill.heard(reply)
        with self.node.writing():
            if reply.hubs:
                self.hubs.adopt(reply.hubs)
            known = self.known()
            current = bool(known) and known[-1] == sent.hub
            if not (reply.taken and current and sent.cursor <= self.node.journal.head()):
                self._behind = FIRST
                return "adopted"
            self._follow(sent, reply, answer.contents)
        left = self._goes_on(sent.last if reply.refused else self._behind)
        asked_again = reply.given and refetch.wanted(self.db)
        return "again" if reply.more or reply.keys or asked_again or left else "done"

    def _goes_on(self, behind: Place) -> bool:
        """Whether more is to be sent now. What the hub refused waits for the next exchange, or
        nothing after it would ever be sent."""
        left = self.outbox.waits(behind)
        self._behind = behind if left else FIRST
        return left

    def take(self, sent: Sent, raw: bytes) -> Progress:
        """Open a reply and use it. Raises BadBundle where it is not the hub's, to this."""
        return self.use(self.open(sent, raw))

    def known(self) -> list[HubEpoch]:
        """The hub epochs known here, oldest first."""
        return self.hubs.all()

    def receipt(self) -> RoadRow | None:
        """The last receipt, or None before the first."""
        return self.receipts.last()

    def _disk_mib(self) -> int:
        return shutil.disk_usage(Path(self.db.url).parent).free >> 20

    def _key_of(self, sender: str) -> bytes | None:
        return self.hub_key if sender == HUB else None

    def _holds(self) -> list[tuple[str, int, int, str]]:
        columns = "epoch, seq, prev, digest"
        rows = self.db.sql(
            f"SELECT {columns} FROM journal"
            " WHERE position IS NULL AND stored IS NOT NULL ORDER BY epoch, seq"
        )
        if self.doubted:
            sent = self.db.sql(
                f"SELECT {columns} FROM journal WHERE position IS NULL AND local BETWEEN ? AND ?",
                (min(self.doubted), max(self.doubted)),
            )
            rows = sorted({*rows, *sent})
        runs: list[list[tuple[Any, ...]]] = [[row] for row in rows[:1]]
        for before, row in pairwise(rows):
            if (before[0], before[1] + 1, before[3]) == row[:3]:
                runs[-1].append(row)
            else:
                runs.append([row])
        return [(r[0][0], r[0][1], r[-1][1], bundle.text(bytes(r[-1][3]))) for r in runs]

    def _follow(self, sent: Sent, reply: Reply, contents: Contents) -> None:
        placed = self._placed(contents)
        settled = {sent.locals[n] for n in reply.refused} | {local for _, local in placed}
        stored = [local for local in sent.locals if local not in settled]
        self.node.journal.mark_stored(stored, COLLECTED if reply.collecting else sent.hub[0])
        for key in contents.keys:
            self.node.keys.take(key.owner, key.key)
        self.node.follow(contents.events, placed, reply.cursor)
        self.node.give_way([sent.locals[n] for n in reply.duplicates])
        refetch.given(self.db, reply.given, contents.events)
        if reply.cursor == reply.stored and not reply.collecting:
            self.outbox.collected_and_lost()
        self.receipts.keep(sent.hub[0], reply)

    def _placed(self, contents: Contents) -> list[tuple[int, int]]:
        """(position, local) of each event that the reply says we hold."""
        found: list[tuple[int, int]] = []
        for run in contents.held:
            rows = self.db.sql(
                "SELECT local, prev, digest FROM journal WHERE epoch = ? AND seq BETWEEN ? AND ?"
                " ORDER BY seq",
                (run.epoch, run.seq, run.seq + run.count - 1),
            )
            chain = in_one_chain([Numbered(*row) for row in rows], run.digest)
            if len(chain) != run.count:
                raise BadBundle("the hub names events that are not held here")
            found += [(run.position + n, row.local) for n, row in enumerate(chain)]
        return found
