"""From what a command decided to bytes at the end of the journal, in this node's own chain.

Knows limits, sealing and the chain; folds nothing. One writer belongs to one node and to one
start of its process (the epoch).
"""

import hashlib
from collections.abc import Sequence

import msgspec

from yizhan import events
from yizhan.clock import Clock
from yizhan.errors import N_, Refusal
from yizhan.events import Draft, Event
from yizhan.ids import new_epoch
from yizhan.journal import Arriving, Held, Journal
from yizhan.keys import NETWORK, Keyring
from yizhan.registry import Registry

EVENT_BYTES_MAX = 16 * 1024
BATCH_EVENTS_MAX = 64
NO_KEY = N_("这位居民的资料还没有传到这里，联网以后再办")


class Writer:
    """Writes events as one source. Call within a transaction that holds the network's row."""

    def __init__(
        self, journal: Journal, registry: Registry, keys: Keyring, source: str, clock: Clock
    ) -> None:
        self.journal, self.registry, self.keys = journal, registry, keys
        self.source, self.clock = source, clock
        self.epoch = new_epoch()

    def write(
        self, form: str, actor: str, drafts: Sequence[Draft], cause: str, *, placed: bool
    ) -> list[Held]:
        """Append these drafts as one batch; with the next positions where `placed`."""
        seq, prev = self.journal.last_seq(self.epoch), self.journal.chain(self.source)
        made = self._events(form, actor, drafts, cause, seq)
        head = self.journal.head()
        rows = []
        for index, event in enumerate(made):
            position = head + index + 1 if placed else None
            rows.append(Arriving.read(prev, events.encode(event), position).held())
            prev = rows[-1].digest
        self.journal.append(rows)
        self.journal.set_chain(self.source, prev)
        if placed:
            self.journal.set_head(head + len(rows))
        return rows

    def _events(
        self, form: str, actor: str, drafts: Sequence[Draft], cause: str, seq: int
    ) -> list[Event]:
        stamp, quality = self.clock.stamp(), self.clock.quality()
        together = len(drafts) > 1
        made = [
            Event(
                type=draft.data.type,
                source=self.source,
                epoch=self.epoch,
                audience=self._audience(draft),
                actor=actor,
                clock=quality,
                time=stamp,
                seq=seq + index + 1,
                id=part_id(form, index),
                subject=draft.subject,
                data=msgspec.Raw(msgspec.json.encode(draft.data)),
                sealed=self._sealed(draft),
                batch=form if together else "",
                batch_size=len(drafts) if together else 0,
                cause=cause,
            )
            for index, draft in enumerate(drafts)
        ]
        if len({event.audience for event in made}) > 1:
            raise ValueError("a batch has one audience, or nodes would fold it differently")
        return made

    def _sealed(self, draft: Draft) -> dict[str, str]:
        """The draft's private fields under its key, which must be here unless she is fresh."""
        if draft.makes_key:
            self.keys.make(draft.seal)
        if draft.sealed and draft.seal != NETWORK and self.keys.get(draft.seal) is None:
            raise Refusal(NO_KEY)
        return self.keys.seal(draft.seal, draft.sealed, draft.subject)

    def _audience(self, draft: Draft) -> str:
        found = self.registry.audience(draft.subject.partition("/")[0], draft.owner)
        if found.endswith(":"):
            raise ValueError(f"{draft.subject} needs an owner: without one nobody receives it")
        return found


def refuse_beyond_limits(rows: Sequence[Held]) -> None:
    """Limits refuse: what is too much, too long or cannot be kept is not recorded."""
    if not 1 <= len(rows) <= BATCH_EVENTS_MAX:
        raise Refusal(N_("一次要办的事太多，请分几次办"))
    if any(len(row.raw) > EVENT_BYTES_MAX for row in rows):
        raise Refusal(N_("写的内容太长了，请写短一些"))
    if any(row.readable is None for row in rows):
        raise Refusal(N_("写的内容里有不能保存的字符，请改一改"))


def part_id(form: str, index: int) -> str:
    """The id of each event of a form: its own for the first, made from it for the others.

    So the same form sent by two roads is the same events, the whole batch of them.
    """
    if index == 0:
        return form
    return hashlib.blake2b(f"{form}/{index}".encode(), digest_size=16).hexdigest()
