"""The view of the journal: two states per subject, what was set aside, and the tables.

`confirmed` is the fold of a subject's placed events and only ever grows at its end.
`optimistic` is confirmed with the events laid over it that have no position yet; screens read
that one. Everything here can be thrown away and folded again from the journal.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import peewee

from yizhan.db import Db, Row
from yizhan.folding import Folder, Key, SetAside, State, batches
from yizhan.journal import Held, Journal
from yizhan.registry import Projected, Registry


class SubjectRow(Row):
    """The states of one subject; `optimistic` is empty where it equals `confirmed`."""

    confirmed = peewee.BlobField(null=True)
    optimistic = peewee.BlobField(null=True)
    first = peewee.BigIntegerField(default=0)

    class Meta:
        table_name = "subject"


class AsideRow(peewee.Model):
    """An event that was kept but did nothing, and why."""

    network = peewee.TextField()
    digest = peewee.BlobField()
    audience = peewee.TextField()
    subject = peewee.TextField(index=True)
    position = peewee.BigIntegerField(null=True)
    type = peewee.TextField()
    actor = peewee.TextField()
    time = peewee.TextField()
    reason = peewee.TextField()

    class Meta:
        table_name = "set_aside"
        primary_key = peewee.CompositeKey("network", "digest")


class States(msgspec.Struct):
    """The states of one subject while they are being folded."""

    confirmed: State = None
    optimistic: State = None
    first: int = 0


class View:
    """Folds what the journal holds into states and tables."""

    def __init__(self, db: Db, journal: Journal, registry: Registry) -> None:
        self.db, self.journal, self.registry = db, journal, registry
        self.tables: tuple[type[peewee.Model], ...] = tuple(
            dict.fromkeys(
                projection.table
                for kind in registry.kinds.values()
                for projection in kind.projections
            )
        )
        db.create((SubjectRow, AsideRow, *self.tables))

    def state(self, audience: str, subject: str) -> State:
        """The optimistic state of a subject, or None."""
        found = self._load({(audience, subject)}).get((audience, subject))
        return found.optimistic if found else None

    def advance(self, placed: Sequence[Held]) -> None:
        """Fold newly placed events, in the order of their positions, onto `confirmed`."""
        subjects = self._load({row.key for row in placed})
        for row in placed:
            one = subjects.setdefault(row.key, States())
            one.first = one.first or row.position or 0
        self._confirm(subjects, placed)
        self._overlay(subjects)

    def refold(self, keys: Iterable[Key]) -> None:
        """Fold these subjects anew from their first placed event."""
        wanted = set(keys)
        placed = self.journal.of_keys(wanted, placed=True)
        subjects = {key: States() for key in wanted | {row.key for row in placed}}
        for row in placed:
            subjects[row.key].first = subjects[row.key].first or row.position or 0
        self._confirm(subjects, placed)
        self._overlay(subjects)

    def overlay(self, keys: Iterable[Key]) -> None:
        """Lay the unplaced events of these subjects over `confirmed` again."""
        wanted = set(keys)
        subjects = self._load(wanted)
        for key in wanted - subjects.keys():
            subjects[key] = States()
        self._overlay(subjects)

    def clear(self) -> None:
        """Empty every table of the view."""
        for model in (SubjectRow, AsideRow, *self.tables):
            name = model._meta.table_name  # type: ignore[attr-defined]
            self.db.sql(f'DELETE FROM "{name}" WHERE network = ?', (self.db.network,))

    def rebuild(self, size: int = 2000) -> int:
        """Fold the whole journal into empty tables; how many placed events there were."""
        with self.db.writing():
            self.clear()
            after, count = 0, 0
            while rows := self._whole_batches(after, size):
                self.advance(rows)
                after, count = rows[-1].position or 0, count + len(rows)
            self.overlay({row.key for row in self.journal.unplaced()})
            return count

    def _whole_batches(self, after: int, size: int) -> list[Held]:
        """The next placed events, never ending within a batch."""
        rows = self.journal.placed(after, size)
        while len(rows) == size and rows[-1].batch:
            more = self.journal.placed(rows[-1].position or 0, 1)
            if not more or more[0].batch != rows[-1].batch:
                break
            rows += more
            size += 1
        return rows

    def _load(self, keys: set[Key]) -> dict[Key, States]:
        by_audience: dict[str, list[str]] = {}
        for audience, subject in keys:
            by_audience.setdefault(audience, []).append(subject)
        found: dict[Key, States] = {}
        for audience, subjects in by_audience.items():
            rows = self.db.within(
                "SELECT subject, confirmed, optimistic, first FROM subject"
                " WHERE network = ? AND audience = ? AND subject IN ({})",
                (self.db.network, audience),
                subjects,
            )
            for subject, confirmed, optimistic, first in rows:
                placed = self._decode(subject, confirmed)
                laid = self._decode(subject, optimistic) if optimistic is not None else placed
                found[audience, subject] = States(placed, laid, first)
        return found

    def _decode(self, subject: str, raw: bytes | None) -> State:
        kind = self.registry.kinds.get(subject.partition("/")[0])
        if raw is None or kind is None:
            return None
        return self.registry.decode_state(kind, bytes(raw))

    def _confirm(self, subjects: dict[Key, States], placed: Sequence[Held]) -> None:
        states = {key: one.confirmed for key, one in subjects.items()}
        aside = self._fold(states, placed)
        for key, one in subjects.items():
            one.confirmed = states.get(key)
        self._write_aside(placed, aside)

    def _overlay(self, subjects: dict[Key, States]) -> None:
        unplaced: list[Held] = []
        if self.journal.has_unplaced():
            unplaced = self.journal.of_keys(subjects.keys(), placed=False)
            missing = {row.key for row in unplaced} - subjects.keys()
            for key, one in self._load(missing).items():
                subjects[key] = one
            for key in missing - subjects.keys():
                subjects[key] = States()
        states = {key: one.confirmed for key, one in subjects.items()}
        aside = self._fold(states, unplaced)
        for key, one in subjects.items():
            one.optimistic = states.get(key)
        self._write_aside(unplaced, aside)
        self._write(subjects)

    def _fold(self, states: dict[Key, State], rows: Sequence[Held]) -> dict[bytes, SetAside]:
        """Fold rows into `states`; which digests were set aside and why."""
        folder = Folder(states, self.registry.fold_of)
        readable = [(row, event) for row in rows if (event := _read(row)) is not None]
        aside = {row.digest: UNREADABLE for row in rows if _read(row) is None}
        for run in batches([event for _, event in readable]):
            outcome = folder.run([readable[index][1] for index in run])
            if outcome is not None:
                aside.update((readable[index][0].digest, outcome) for index in run)
        return aside

    def _write_aside(self, rows: Sequence[Held], aside: dict[bytes, SetAside]) -> None:
        self.db.many(
            "DELETE FROM set_aside WHERE network = ? AND digest = ?",
            [(self.db.network, row.digest) for row in rows],
        )
        self.db.upsert(AsideRow, [self._aside(row, aside) for row in rows if row.digest in aside])

    def _aside(self, row: Held, aside: dict[bytes, SetAside]) -> tuple[Any, ...]:
        event = _read(row)
        told = (event.type, event.actor, event.time) if event else ("", "", "")
        reason = aside[row.digest].reason
        return (
            self.db.network, row.digest, row.audience, row.subject, row.position, *told, reason,
        )  # fmt: skip

    def _write(self, subjects: dict[Key, States]) -> None:
        rows = []
        for (audience, subject), one in subjects.items():
            confirmed = _encode(one.confirmed)
            optimistic = None if one.optimistic is one.confirmed else _encode(one.optimistic)
            rows.append((self.db.network, audience, subject, confirmed, optimistic, one.first))
        self.db.upsert(SubjectRow, rows)
        self._project(subjects)

    def _project(self, subjects: dict[Key, States]) -> None:
        shown: dict[type[peewee.Model], list[tuple[Any, ...]]] = {}
        hidden: dict[type[peewee.Model], list[tuple[Any, ...]]] = {}
        for (audience, subject), one in subjects.items():
            kind = self.registry.kinds.get(subject.partition("/")[0])
            for projection in kind.projections if kind else ():
                key = (self.db.network, audience, subject)
                at = Projected(audience, subject, one.first)
                row = projection.row(one.optimistic, at) if one.optimistic else None
                if row is None:
                    hidden.setdefault(projection.table, []).append(key)
                else:
                    shown.setdefault(projection.table, []).append((*key, *row))
        for table, rows in shown.items():
            self.db.upsert(table, rows)
        for table, keys in hidden.items():
            name = table._meta.table_name  # type: ignore[attr-defined]
            self.db.many(
                f'DELETE FROM "{name}" WHERE network = ? AND audience = ? AND subject = ?', keys
            )


UNREADABLE = SetAside("这条记录的字节读不懂")


def _read(row: Held) -> Any:
    try:
        return row.event
    except ValueError:
        return None


def _encode(state: State) -> bytes | None:
    return None if state is None else msgspec.json.encode(state)
