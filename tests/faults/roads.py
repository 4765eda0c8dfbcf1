"""The road between the stations and the hub, and what it does to bundles on their way.

Every call is the product's own: the station's request, the hub's exchange, the loop that makes
a whole exchange of them. Knows no disk and no plug.
"""

from collections.abc import Sequence
from typing import Any
from unittest import mock

import sync.loop
import sync.stream
from sync.bundle import BadBundle, Unsigned
from sync.link import TooLarge
from sync.station import Sent
from sync.trouble import Rejected, Trouble
from tests.faults.disks import Disks
from tests.faults.faults import Crash, damaged
from tests.faults.life import Life
from tests.faults.town import Box, Post, once
from yizhan.errors import Corrupt, Refusal, Unreachable

Move = tuple[Any, ...]

Moment = tuple[str, int]
"""A process and how often it has asked and been answered: over HTTP it waits for one at a time,
and what comes after it has asked again is never read."""


class Roads(Life):
    """The town with its roads."""

    def __init__(self, disks: Disks) -> None:
        super().__init__(disks)
        self.late: list[tuple[Box, Moment, Sent]] = []
        self.replies: list[tuple[Box, Moment, Sent, bytes]] = []
        self.page = self.batch = self.moves_made = 0
        self.rounds = set[str]()
        """Computers in the middle of a round: another process of theirs would wait for its end."""

    def make(self, move: Sequence[Any]) -> None:
        """Make one move, and look what the hub holds then."""
        name, *values = move
        self.moves_made += 1
        getattr(self, name)(*values)
        self.oracle.hub_changed()

    def post(self, where: str, raw: bytes) -> bytes:
        """A body reaches one of the hub's addresses; its answer. Raises what link.py would."""
        before = self.oracle.snapshot(self.hub)
        try:
            return self.hub.roads[where](raw)
        except Crash as crash:
            self.restart(crash.name)
            raise Trouble("cut", "the hub's plug was pulled") from crash
        except BadBundle as error:
            assert self.oracle.snapshot(self.hub) == before, "a bad bundle changed something"
            kind = "key" if isinstance(error, Unsigned) else "refused"
            raise Rejected(kind, str(error)) from error
        except (Corrupt, Unreachable) as error:
            assert self.oracle.snapshot(self.hub) == before, "half a request was stored"
            raise Trouble("hub", str(error)) from error
        finally:
            self.oracle.hub_changed()

    def give(self, box: Box, sent: Sent, raw: bytes) -> None:
        """An answer reaches a station."""
        before = self.oracle.snapshot(box)
        try:
            box.end.take(sent, raw)
        except (BadBundle, Unreachable) as error:
            assert self.oracle.snapshot(box) == before, "half an answer was used"
            if isinstance(error, BadBundle):
                raise
        box.answers += 1
        self.oracle.check_claims(box)

    def talk(self, where: str, fault: str, x: int) -> None:
        """One request and its answer, on a road with a fault."""
        box = self.boxes.get(where)
        if box is None or box.code == "hub":
            return
        sent = box.end.request()
        box.answers += 1
        match fault.partition(" "):
            case ("request", _, "lost"):
                return
            case ("request", _, "late"):
                self.late.append((box, _moment(box), sent))
                return
            case ("request", _, how) if how:
                self._damaged_request(box, damaged(sent.raw, how, x))
                return
        try:
            for _ in range(2 if fault == "twice" else 1):
                raw = self.post("exchange", sent.raw)
        except Unreachable:
            return
        except Refusal as refusal:
            self._refused(box, refusal)
            return
        self._answer(box, sent, raw, fault, x)

    def _answer(self, box: Box, sent: Sent, raw: bytes, fault: str, x: int) -> None:
        match fault.partition(" "):
            case ("reply", _, "lost"):
                return
            case ("reply", _, "late"):
                self.replies.append((box, _moment(box), sent, raw))
                return
            case ("reply", _, how) if how:
                self._damaged_reply(box, sent, damaged(raw, how, x))
                return
        self.give(box, sent, raw)
        if fault == "reply-twice":
            self.give(box, sent, raw)

    def _damaged_request(self, box: Box, raw: bytes) -> None:
        """Refused; a hub that collects answers a stranger unread, and stores nothing."""
        try:
            self.post("exchange", raw)
        except (Refusal, Unreachable):
            return
        stranger = self.hub.end.key_of(box.code) is None
        assert self.collecting and stranger, "the hub took damaged bytes"

    def _damaged_reply(self, box: Box, sent: Sent, raw: bytes) -> None:
        try:
            self.give(box, sent, raw)
        except BadBundle:
            return
        raise AssertionError("a station took damaged bytes")

    def _refused(self, box: Box, refusal: Refusal) -> None:
        """The hub refuses only whom it has not enrolled (it was lost, or put back)."""
        known = self.hub.end.key_of(box.code)
        assert known != box.signer.public, f"the hub refused what was sound: {refusal}"

    def arrive(self, which: int, what: str) -> None:
        """A request that was under way for long arrives; its answer goes back, or is lost."""
        if not self.late:
            return
        box, moment, sent = self.late.pop(which % len(self.late))
        try:
            raw = self.post("exchange", sent.raw)
        except (Refusal, Unreachable):
            return
        if what != "lost":
            self._late_answer(box, moment, sent, raw)

    def deliver(self, which: int) -> None:
        """An answer that was under way for long reaches the process that asked."""
        if self.replies:
            self._late_answer(*self.replies.pop(which % len(self.replies)))

    def _late_answer(self, box: Box, moment: Moment, sent: Sent, raw: bytes) -> None:
        """Over HTTP it counts only for the process that still waits for it."""
        if self.boxes.get(box.name) is box and _moment(box) == moment:
            self.give(box, sent, raw)

    def limits(self, page: int, batch: int) -> None:
        """From here on the hub's pages have so many events, a request so many bytes."""
        self.page, self.batch = page, batch

    def pipeline(self, where: str, at: int, fault: str, move: Move) -> None:
        """A round as the product's loop makes it; at one request, to whichever of the hub's
        addresses, something happens."""
        box = self.boxes.get(where)
        if box is None or box.code == "hub":
            return
        asked = 0

        def post(road: str, raw: bytes) -> bytes:
            nonlocal asked
            asked += 1
            if asked == at and fault == "before":
                self.make(move)
            if asked == at and fault == "too large":
                raise TooLarge("413")
            if asked == at and fault == "lost":
                raise Trouble("cut")
            answer = self.post(road, raw)
            if asked == at and fault == "after":
                self.make(move)
            if asked == at and fault == "reply lost":
                raise Trouble("cut")
            if asked == at and fault == "portal":
                return damaged(answer, "portal", 0)
            return answer

        try:
            self.round(box, post)
        except Unreachable:
            pass
        except Refusal as refusal:
            self._refused(box, refusal)
        box.answers += 1
        if self.boxes.get(where) is box:
            self.oracle.check_claims(box)

    def round(self, box: Box, post: Post) -> None:
        """A round of the product's loop, with what the hub and this road carry at once."""
        if box.name in self.rounds:
            return
        self.rounds.add(box.name)
        with (
            mock.patch.object(sync.loop, "BATCH_BYTES_MIN", 1),
            mock.patch.object(
                sync.stream, "PAGE_EVENTS_MAX", self.page or sync.stream.PAGE_EVENTS_MAX
            ),
        ):
            try:
                once(box, post, self.batch)
            finally:
                self.rounds.discard(box.name)


def _moment(box: Box) -> Moment:
    return box.node.epoch, box.answers
