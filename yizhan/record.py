"""The one door for what happens here, and the one for what arrives: both fold.

`record()` appends what a command decided and folds it in one durable transaction. `number()`
is the hub taking in what a station sent; `follow()` is a station taking in the hub's stream.
Knows nothing of HTTP, of bundles or of any mechanism.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any, Literal

import msgspec
import peewee

from yizhan import events
from yizhan.clock import Clock
from yizhan.db import Db
from yizhan.errors import N_, Corrupt, Refusal
from yizhan.events import Draft, Event
from yizhan.folding import Key, State
from yizhan.held import SortedOut
from yizhan.journal import TAKEN, Arriving, Held, Journal
from yizhan.keys import Keyring
from yizhan.registry import Registry
from yizhan.settling import settle
from yizhan.view import View
from yizhan.writing import Writer, part_id, refuse_beyond_limits

HUB = "hub"

Decision = Draft | Sequence[Draft] | Refusal

REFOLDED_TOGETHER = 500
"""Subjects; most have a handful of events."""

Verdict = Literal["new", "held", "other"]
"""What became of an event that arrived at the hub: numbered now; known already; another copy
of its id came first."""


class Outcome(msgspec.Struct, frozen=True):
    """What `record()` did. `repeated`: this form had already been recorded, nothing was added."""

    events: tuple[Event, ...]
    repeated: bool = False


class Node:
    """One node of the network: its journal, its view, and who it is.

    `source` is "hub" or the station's code. `awaits`: whether an event of this id is on its way
    back to a hub that lost it, so that no reaction makes it a second time.
    """

    def __init__(self, db: Db, registry: Registry, source: str, clock: Clock) -> None:
        self.db, self.registry, self.source, self.clock = db, registry, source, clock
        self.network = db.network
        self.is_hub = source == HUB
        self.journal = Journal(db)
        self.keys = Keyring(db)
        self.awaits: Callable[[str], bool] = _nothing
        self._writer = Writer(self.journal, registry, self.keys, source, clock)
        self.epoch = self._writer.epoch
        with db.writing():
            self.view = View(db, self.journal, registry)
            self._learn(self.view.learned if self.is_hub else ())
            self.shred()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction in which nobody else gives positions."""
        with self.db.writing():
            self.journal.lock()
            yield

    def state(self, kind: str, owner: str, subject: str) -> State:
        """The state of a subject as screens see it, or None."""
        return self.view.state(self.registry.audience(kind, owner), subject)

    def record(
        self,
        form: str,
        actor: str,
        decide: Callable[[], Decision],
        *,
        asked: object = None,
        cause: str = "",
    ) -> Outcome:
        """Record what `decide` returns, durably, or raise the Refusal that it returns.

        `form` is the idempotency key, made when the form was drawn; `asked` is what the form
        says. The same form with the same content is recorded once; with other content it is
        refused. `decide` is called inside the transaction, so what it reads stays true.
        """
        content = events.digest(b"", msgspec.json.encode(asked, order="sorted"))[:16]
        with self.writing():
            known = self._known(form, content)
            if known is not None:
                return known
            decision = decide()
            if isinstance(decision, Refusal):
                raise decision
            drafts = [decision] if isinstance(decision, Draft) else list(decision)
            self.journal.remember(form, content)
            return Outcome(tuple(self._record(form, actor, drafts, cause)))

    def shred(self) -> None:
        """Destroy the keys of those whose erasing is known here. Call within `writing()`."""
        self.keys.destroy(self.registry.erased(self.db))

    def _known(self, form: str, content: bytes) -> Outcome | None:
        before = self.journal.asked(form)
        copies = self.journal.by_ids([form]).get(form, [])
        if before is None and not copies:
            return None
        if before != content:
            raise Refusal(N_("这一页已经用过了，请回到首页重新开始"))
        return Outcome(tuple(self._batch_of(copies[0]) if copies else ()), repeated=True)

    def _batch_of(self, first: Held) -> list[Event]:
        names = [part_id(first.id, index) for index in range(max(1, first.event.batch_size))]
        copies = self.journal.by_ids(names)
        return [copies[name][0].event for name in names if name in copies]

    def _record(self, form: str, actor: str, drafts: list[Draft], cause: str) -> list[Event]:
        """What we write ourselves must be legal now, or it is refused and not written."""
        rows = self._writer.write(form, actor, drafts, cause, placed=self.is_hub)
        refuse_beyond_limits(rows)
        if self.is_hub:
            aside = self.view.advance(rows)
        else:
            aside = self.view.overlay({row.key for row in rows})
        for row in rows:
            if row.digest in aside:
                raise Refusal(aside[row.digest].reason)
        if self.is_hub:
            self._react(rows)
        self.shred()
        return [row.event for row in rows]

    def _learn(self, positions: Iterable[int]) -> None:
        """Rules have changed: what had been set aside and counts now is answered now."""
        for position in positions:
            self._react(self.journal.placed(position - 1, 1, position))

    def _react(self, placed: Iterable[Held]) -> None:
        """Run the reactions to events that have just been folded, once, at the hub."""
        for row in placed:
            event = row.event
            reaction = self.registry.reaction(event)
            if reaction is None:
                continue
            drafts = list(reaction(event, self.registry.data(event), self.db))
            answer = events.digest(b"reaction", event.id.encode()).hex()[:32]
            if drafts and not self.journal.by_ids([answer]) and not self.awaits(answer):
                self._answer(answer, drafts, event)

    def _answer(self, form: str, drafts: list[Draft], event: Event) -> None:
        """A reaction that has become illegal is kept and set aside, not refused."""
        self._advance(self._writer.write(form, event.actor, drafts, event.id, placed=True))

    def _advance(self, placed: Sequence[Held]) -> None:
        """Fold at the hub, and react to what was not set aside."""
        aside = self.view.advance(placed)
        self._react(row for row in placed if row.digest not in aside)

    def number(self, arriving: Sequence[Arriving]) -> list[Verdict]:
        """The hub takes in events; what became of each of them.

        Call within `writing()`. A digest already held is stored, and adds nothing.
        """
        names = [one.name for one in arriving]
        copies = self.journal.by_ids(names)
        digests = {name: {copy.digest for copy in held} for name, held in copies.items()}
        head = self.journal.head()
        fresh: list[Held] = []
        verdicts: list[Verdict] = []
        for name, one in zip(names, arriving, strict=True):
            held = digests.get(name)
            if held is None:
                digests[name] = {one.digest}
                fresh.append(one.held(head + len(fresh) + 1))
            verdicts.append("new" if held is None else "held" if one.digest in held else "other")
        self.journal.append(fresh)
        self.journal.set_head(head + len(fresh))
        self._advance(fresh)
        others = [
            one for one, verdict in zip(arriving, verdicts, strict=True) if verdict == "other"
        ]
        self.journal.pass_over([(one.source, one.digest, one.prev) for one in others])
        self.shred()
        return verdicts

    def follow(self, stream: Sequence[Arriving], held: Sequence[tuple[int, int]], new: int) -> None:
        """A station takes in a page of the hub's stream, all of it or nothing.

        `held` are (position, local) of events that this station already has; `stream` are
        whole events with positions; `new` is the cursor after the page. Events below the old
        cursor are backfill. Call within `writing()`. Raises Corrupt where a position is taken.
        """
        cursor = self.journal.head()
        found = self._sorted_out(stream)
        try:
            self.journal.give_positions([*held, *found.known])
            self.journal.append([one.held() for one in found.unheld])
        except peewee.IntegrityError as error:
            # Two rows at one position: the one that stands there is not what it was.
            raise Corrupt(TAKEN) from error
        self._continue_chain(found.unheld)
        self.journal.set_head(max(new, cursor))
        orphans = self._drop(found.superseded)
        rest = None if stream else settle(self.db, self.registry, held, cursor, new)
        if rest is None:
            self.view.advance(self.journal.placed(cursor, 1 << 31, new))
        elif rest:
            self.view.advance(self.journal.placed_of(rest, cursor, new))
        placed = [*(position for position, _ in held), *(one.position or 0 for one in stream)]
        below = [position for position in placed if 0 < position <= cursor]
        self.view.refold(self.journal.keys_at(below))
        self.view.overlay(orphans)
        self.shred()

    def give_way(self, locals_: Sequence[int]) -> None:
        """Another copy of these events' ids was numbered first: ours go, if they still wait.

        Where the station may see the other copy, `follow()` has done so already.
        """
        self.view.overlay(self._drop(self.journal.unplaced_among(locals_)))

    def _sorted_out(self, stream: Sequence[Arriving]) -> SortedOut:
        """What of a page is new here, and which copies that are here it settles.

        What was damaged here and is of somebody who became known comes twice.
        """
        copies = self.journal.by_ids([one.name for one in stream])
        found = SortedOut([], [], [])
        for one in {one.digest: one for one in stream}.values():
            same = [copy for copy in copies.get(one.name, []) if copy.digest == one.digest]
            if not same:
                found.unheld.append(one)
            elif same[0].position is None and one.position is not None:
                found.known.append((one.position, same[0].local))
            found.superseded.extend(
                copy
                for copy in copies.get(one.name, [])
                if copy.digest != one.digest and copy.position is None
            )
        return found

    def _continue_chain(self, rows: Sequence[Arriving]) -> None:
        """Our own lost records came back: go on after the last of them, if we are behind it.

        The hub vouches for them: a copy that it passed over may be missing between them.
        """
        mine = [one for one in rows if one.source == self.source]
        self.journal.vouch([one.digest for one in mine], HUB)
        end = before = self.journal.chain(self.source) if mine else b""
        for one in mine:
            end = one.digest if one.prev == end else end
        if end != before:
            self.journal.set_chain(self.source, end)

    def _drop(self, superseded: Sequence[Held]) -> set[Key]:
        """One id is one fact: an unplaced copy goes once any copy of its id is placed.

        Returns what must be folded again without it.
        """
        self.journal.drop([row.local for row in superseded])
        self.journal.pass_over([(row.source, row.digest, row.prev) for row in superseded])
        self.view.forget_aside([row.digest for row in superseded])
        return self._touched(superseded)

    def _touched(self, rows: Sequence[Held]) -> set[Key]:
        """The states that these events are in, and those of the batches they are in."""
        batches = {row.batch for row in rows if row.batch}
        together = (self.journal.of_batches(batches, placed=p) for p in (True, False))
        return {row.key for row in chain(rows, *together)}

    def void(self, after: int) -> None:
        """Positions past this one are void: their events become unplaced again and refold."""
        with self.writing():
            keys = self.journal.keys_past(after)
            self.journal.void(after)
            self.journal.set_head(min(after, self.journal.head()))
            # A hub's epoch may be years: never all of its events in memory at once.
            for start in range(0, len(keys), REFOLDED_TOGETHER):
                self.view.refold(keys[start : start + REFOLDED_TOGETHER])


def _nothing(_name: str) -> bool:
    return False


def opened(node: Node, kind: str, owner: str, subject: str, name: str) -> str:
    """A sealed field of a state in clear: `owner` names the key."""
    state: Any = node.state(kind, owner, subject)
    sealed = state.sealed.get(name, "") if state else ""
    return node.keys.open(owner, name, sealed, subject)
