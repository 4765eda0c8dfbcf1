"""The one door for what happens here, and the one for what arrives: both fold.

`record()` appends what a command decided and folds it in one durable transaction. `number()`
is the hub taking in what a station sent; `follow()` is a station taking in the hub's stream.
Knows nothing of HTTP, of bundles or of any mechanism.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec

from yizhan import events
from yizhan.clock import Clock
from yizhan.db import Db
from yizhan.errors import N_, Refusal
from yizhan.events import Draft, Event
from yizhan.folding import Key, SetAside, State
from yizhan.ids import new_epoch, new_id
from yizhan.journal import Arriving, Held, Journal
from yizhan.keys import Keyring, SealKeyRow
from yizhan.registry import Registry
from yizhan.view import View

HUB = "hub"
EVENT_BYTES_MAX = 16 * 1024
BATCH_EVENTS_MAX = 64

Decision = Draft | Sequence[Draft] | Refusal


class Outcome(msgspec.Struct, frozen=True):
    """What `record()` did. `repeated`: this form had already been recorded, nothing was added."""

    events: tuple[Event, ...]
    repeated: bool = False


class Node:
    """One node of the network: its journal, its view, and who it is.

    `source` is "hub" or the station's code.
    """

    def __init__(self, db: Db, registry: Registry, source: str, clock: Clock) -> None:
        self.db, self.registry, self.source, self.clock = db, registry, source, clock
        self.network = db.network
        self.epoch = new_epoch()
        self.journal = Journal(db)
        db.create((SealKeyRow,))
        self.keys = Keyring(db)
        self.view = View(db, self.journal, registry)
        self.is_hub = source == HUB

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

    def _known(self, form: str, content: bytes) -> Outcome | None:
        before = self.journal.asked(form)
        if before is None:
            return None
        if before != content:
            raise Refusal(N_("这一页已经用过了，请回到首页重新开始"))
        copies = self.journal.by_ids([form]).get(form, [])
        return Outcome(tuple(copy.event for copy in copies[:1]), repeated=True)

    def _record(self, form: str, actor: str, drafts: list[Draft], cause: str) -> list[Event]:
        written = self._write(form, actor, drafts, cause)
        rows = self._append(written)
        if self.is_hub:
            self.view.advance(rows)
        else:
            self.view.overlay({row.key for row in rows})
        self._refuse_if_aside(rows)
        made = [row.event for row in rows]
        if self.is_hub:
            self._react(made)
        return made

    def _write(
        self, form: str, actor: str, drafts: list[Draft], cause: str
    ) -> list[tuple[Event, bytes]]:
        if not 1 <= len(drafts) <= BATCH_EVENTS_MAX:
            raise Refusal(N_("一次要办的事太多，请分几次办"))
        seq, stamp = self.journal.seq(self.epoch), self.clock.stamp()
        quality = self.clock.quality()
        together = len(drafts) > 1
        written = []
        for index, draft in enumerate(drafts):
            event = Event(
                type=draft.data.type,
                source=self.source,
                epoch=self.epoch,
                audience=self.registry.audience(draft.subject.partition("/")[0], draft.owner),
                actor=actor,
                clock=quality,
                time=stamp,
                seq=seq + index + 1,
                id=draft.id or (form if index == 0 else new_id()),
                subject=draft.subject,
                data=msgspec.Raw(msgspec.json.encode(draft.data)),
                sealed=self.keys.seal(draft.seal, draft.sealed, draft.subject),
                batch=form if together else "",
                batch_size=len(drafts) if together else 0,
                cause=cause,
            )
            raw = events.encode(event)
            if len(raw) > EVENT_BYTES_MAX:
                raise Refusal(N_("写的内容太长了，请写短一些"))
            written.append((event, raw))
        if len({event.audience for event, _ in written}) > 1:
            raise ValueError("a batch has one audience, or nodes would fold it differently")
        return written

    def _append(self, written: list[tuple[Event, bytes]]) -> list[Held]:
        prev = self.journal.chain(self.source)
        head = self.journal.head()
        rows = []
        for index, (event, raw) in enumerate(written):
            position = head + index + 1 if self.is_hub else None
            one = Arriving(prev, events.digest(prev, raw), raw, event, position)
            rows.append(one)
            prev = one.digest
        self.journal.append(rows)
        self.journal.set_chain(self.source, prev)
        if self.is_hub:
            self.journal.set_head(head + len(rows))
        return self._held(rows)

    def _held(self, rows: Sequence[Arriving]) -> list[Held]:
        """The rows as the journal holds them now."""
        by_digest = {
            copy.digest: copy
            for copies in self.journal.by_ids([_name(row) for row in rows]).values()
            for copy in copies
        }
        return [by_digest[row.digest] for row in rows]

    def _refuse_if_aside(self, rows: Sequence[Held]) -> None:
        """What we write ourselves must be legal now, or it is refused and not written."""
        for row in rows:
            found = self.db.sql(
                "SELECT reason FROM set_aside WHERE network = ? AND digest = ?",
                (self.network, row.digest),
            )
            if found:
                raise Refusal(found[0][0])

    def _react(self, placed: Iterable[Event]) -> None:
        """Run the reactions to newly placed events, once, at the hub."""
        for event in placed:
            kind = self.registry.kinds.get(event.kind)
            reaction = kind.reactions.get(event.type) if kind else None
            if reaction is None or isinstance(self.registry.fold_of(event), SetAside):
                continue
            drafts = list(reaction(event, self.registry.data(event), self.db))
            if drafts:
                answer = events.digest(b"reaction", event.id.encode()).hex()[:32]
                if not self.journal.by_ids([answer]):
                    self._record_reaction(answer, drafts, event)

    def _record_reaction(self, form: str, drafts: list[Draft], event: Event) -> None:
        """A reaction that has become illegal is kept and set aside, not refused."""
        written = self._write(form, event.actor, drafts, event.id)
        rows = self._append(written)
        self.view.advance(rows)
        self._react(row.event for row in rows)

    def number(self, arriving: Sequence[Arriving]) -> list[bool]:
        """The hub takes in events: True where stored, False where another copy came first.

        Call within `writing()`. A digest already held is stored, and adds nothing.
        """
        names = [_name(one) for one in arriving]
        copies = self.journal.by_ids(names)
        head = self.journal.head()
        fresh: list[Arriving] = []
        taken: dict[str, bytes] = {}
        verdicts = []
        for name, one in zip(names, arriving, strict=True):
            first = taken.get(name) or next((c.digest for c in copies.get(name, [])), None)
            verdicts.append(first is None or first == one.digest)
            if first is None:
                taken[name] = one.digest
                fresh.append(msgspec.structs.replace(one, position=head + len(fresh) + 1))
        self.journal.append(fresh)
        self.journal.set_head(head + len(fresh))
        rows = self.journal.placed(head, len(fresh))
        self.view.advance(rows)
        self._react(event for one in fresh if (event := one.event) is not None)
        return verdicts

    def follow(self, stream: Sequence[Arriving], held: Sequence[tuple[int, int]], new: int) -> None:
        """A station takes in a page of the hub's stream, all of it or nothing.

        `held` are (position, local) of events that this station already has; `stream` are
        whole events with positions; `new` is the cursor after the page. Events below the old
        cursor are backfill. Call within `writing()`.
        """
        cursor = self.journal.head()
        fresh = self._unheld(stream)
        self.journal.give_positions([*held, *fresh.known])
        self.journal.append(fresh.rows)
        self._continue_chain(fresh.rows)
        self.journal.set_head(max(new, cursor))
        below = [one.position for one in stream if one.position and one.position <= cursor]
        dropped = self._drop_superseded(cursor, below)
        self.view.advance(self.journal.placed(cursor, 1 << 31, new))
        self.view.refold(self._keys_at(below))
        self.view.overlay(dropped)

    def _unheld(self, stream: Sequence[Arriving]) -> "Unheld":
        copies = self.journal.by_ids([_name(one) for one in stream])
        rows, known = [], []
        for one in stream:
            same = next((c for c in copies.get(_name(one), []) if c.digest == one.digest), None)
            if same is None:
                rows.append(one)
            elif same.position is None and one.position is not None:
                known.append((one.position, same.local))
        return Unheld(rows, known)

    def _continue_chain(self, rows: Sequence[Arriving]) -> None:
        """Our own lost records came back: go on after the last of them, if we are behind it."""
        for one in rows:
            if one.event and one.event.source == self.source:
                if one.prev == self.journal.chain(self.source):
                    self.journal.set_chain(self.source, one.digest)

    def _drop_superseded(self, cursor: int, below: Sequence[int | None]) -> set[Key]:
        """One id is one fact: an unplaced copy goes once any copy of its id is placed."""
        unplaced = self.db.sql(
            f"SELECT u.local, u.audience, u.subject FROM journal u JOIN journal p ON p.id = u.id"
            f" WHERE u.position IS NULL AND p.position IS NOT NULL AND u.network = ?",
            (self.network,),
        ) if self.journal.has_unplaced() else []  # fmt: skip
        self.journal.drop([row[0] for row in unplaced])
        return {(row[1], row[2]) for row in unplaced}

    def _keys_at(self, positions: Sequence[int | None]) -> set[Key]:
        rows = self.db.within(
            "SELECT DISTINCT audience, subject FROM journal WHERE network = ? AND position IN ({})",
            (self.network,),
            positions,
        )
        return {(row[0], row[1]) for row in rows}

    def void(self, after: int) -> int:
        """Positions past this one are void: their events become unplaced again and refold."""
        with self.writing():
            rows = self.journal.void(after)
            self.journal.set_head(min(after, self.journal.head()))
            self.view.refold({row.key for row in rows})
            return len(rows)


class Unheld(msgspec.Struct, frozen=True):
    """Of a page of the stream: what is new here, and what was here without a position."""

    rows: list[Arriving]
    known: list[tuple[int, int]]


def _name(one: Arriving) -> str:
    return one.event.id if one.event else one.digest.hex()


def opened(node: Node, kind: str, owner: str, subject: str, name: str) -> str:
    """A sealed field of a state in clear: `owner` names the key."""
    state: Any = node.state(kind, owner, subject)
    sealed = state.sealed.get(name, "") if state else ""
    return node.keys.open(owner, name, sealed, subject)
