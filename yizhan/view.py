"""The view of the journal: two states per subject, what was set aside, and the tables.

`confirmed` is the fold of a subject's placed events and only ever grows at its end.
`optimistic` is confirmed with the events laid over it that have no position yet; screens read
that one. Everything here can be thrown away and folded again from the journal.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from yizhan.db import Db, Table, shape_of, table_of
from yizhan.errors import N_
from yizhan.folding import INCOMPLETE, Folder, Key, SetAside, State, runs
from yizhan.journal import Held, Journal
from yizhan.registry import Projected, Projection, Registry
from yizhan.view_tables import AsideRow, SubjectRow, VersionRow

__all__ = ["AsideRow", "States", "SubjectRow", "Values", "View"]

Values = tuple[Any, ...]


class States(msgspec.Struct):
    """The states of one subject while they are being folded."""

    confirmed: State = None
    optimistic: State = None
    first: int = 0
    shown: tuple[State, int] | None = None
    """What the tables show already: `optimistic` and `first` as loaded, None if not known."""


class View:
    """Folds what the journal holds into states and tables."""

    def __init__(self, db: Db, journal: Journal, registry: Registry) -> None:
        self.db, self.journal, self.registry = db, journal, registry
        self.tables: tuple[Table, ...] = tuple(
            dict.fromkeys(
                projection.table
                for kind in registry.kinds.values()
                for projection in kind.projections
            )
        )
        self.everything: tuple[Table, ...] = (SubjectRow, AsideRow, *self.tables)
        self.learned = self._renew()
        """Positions of events that older rules had set aside and that these do not."""

    def _renew(self) -> list[int]:
        """A new fold, column or mechanism is a rebuild: make the tables anew, and fold."""
        kinds = sorted((kind.name, kind.version) for kind in self.registry.kinds.values())
        shapes = [shape_of(table) for table in self.everything]
        version = hashlib.blake2b(repr((kinds, shapes)).encode(), digest_size=16).hexdigest()
        self.db.create((VersionRow,))
        row = self.db.one(VersionRow, VersionRow.network == self.db.network)
        if row is not None and row.version == version:
            return []
        with self.db.writing():
            before = self._set_aside()
            shared = self.db.sql("SELECT 1 FROM view_version WHERE version = ?", (version,))
            if not shared:
                self.db.drop(self.everything)
                self.db.sql("DELETE FROM view_version")
            self.db.create(self.everything)
            self.rebuild()
            self.db.upsert(VersionRow, [(self.db.network, version)])
            return sorted(before - self._set_aside())

    def _set_aside(self) -> set[int]:
        """Positions of all that is set aside now."""
        if not self.db.has_table("set_aside"):
            return set()
        statement = "SELECT position FROM set_aside WHERE network = ? AND position IS NOT NULL"
        return {position for (position,) in self.db.sql(statement, (self.db.network,))}

    def state(self, audience: str, subject: str) -> State:
        """The optimistic state of a subject, or None."""
        found = self._load({(audience, subject)}).get((audience, subject))
        return found.optimistic if found else None

    def advance(self, placed: Sequence[Held]) -> dict[bytes, SetAside]:
        """Fold newly placed events, in the order of their positions, onto `confirmed`.

        Returns what was set aside, by digest.
        """
        rows = self.with_waiting(placed)
        subjects = self._load({row.key for row in rows})
        aside = self._confirm(subjects, rows)
        halves = {row.batch for row in rows if row.batch and aside.get(row.digest) == INCOMPLETE}
        others = {row.key for row in self.journal.of_batches(halves, placed=False)}
        self._overlay(subjects | self._load_all(others - subjects.keys()))
        return aside

    def refold(self, keys: Iterable[Key]) -> None:
        """Fold these subjects, and those that share a batch with them, anew from the start."""
        wanted = set(keys)
        if not wanted:
            return
        placed = self.journal.of_keys(wanted, placed=True)
        subjects = {key: States() for key in wanted}
        self._confirm(subjects, placed)
        self._overlay(subjects)

    def overlay(self, keys: Iterable[Key]) -> dict[bytes, SetAside]:
        """Lay the unplaced events of these subjects over `confirmed` again.

        Returns what was set aside, by digest.
        """
        wanted = set(keys)
        if not wanted:
            return {}
        return self._overlay(self._load_all(wanted))

    def with_waiting(self, placed: Sequence[Held]) -> list[Held]:
        """These rows, after those before them whose batches wait for one of these."""
        members = [row for row in placed if row.batch and row.readable]
        short = {members[run[0]].batch for run in _incomplete(members)}
        if not short:
            return list(placed)
        before = [
            row
            for row in self.journal.of_batches(short, placed=True)
            if row.readable and (row.position or 0) < (placed[0].position or 0)
        ]
        return [*(before[index] for run in _incomplete(before) for index in run), *placed]

    def fold(self, states: dict[Key, State], rows: Sequence[Held]) -> dict[bytes, SetAside]:
        """Fold rows into `states`; which digests were set aside and why."""
        folder = Folder(states, self.registry.fold_of)
        readable = [row for row in rows if row.readable is not None]
        aside = {row.digest: UNREADABLE for row in rows if row.readable is None}
        if not any(row.batch for row in readable):
            alone = ((row.digest, folder.one(row.event)) for row in readable)
            aside.update((digest, outcome) for digest, outcome in alone if outcome)
            return aside
        for run in runs([row.event for row in readable]):
            outcome = folder.run([readable[index].event for index in run])
            if outcome is not None:
                aside.update((readable[index].digest, outcome) for index in run)
        return aside

    def clear(self) -> None:
        """Empty every table of the view."""
        for model in self.everything:
            self.db.sql(f"DELETE FROM {table_of(model)} WHERE network = ?", (self.db.network,))

    def rebuild(self, size: int = 2000) -> int:
        """Fold the whole journal into empty tables; how many placed events there were."""
        with self.db.writing():
            self.journal.lock()
            self.clear()
            after, count = 0, 0
            while rows := self.journal.placed(after, size):
                self.advance(rows)
                after, count = rows[-1].position or 0, count + len(rows)
            self.overlay({row.key for row in self.journal.unplaced()})
            return count

    def _load_all(self, keys: set[Key]) -> dict[Key, States]:
        return {key: States() for key in keys} | self._load(keys)

    def _load(self, keys: set[Key]) -> dict[Key, States]:
        rows = self.db.within(
            "SELECT audience, subject, confirmed, optimistic, first FROM subject"
            " WHERE network = ? AND subject IN ({})",
            (self.db.network,),
            sorted({subject for _, subject in keys}),
        )
        found: dict[Key, States] = {}
        for audience, subject, confirmed, optimistic, first in rows:
            if (audience, subject) in keys:
                placed = self._decode(subject, confirmed)
                laid = self._decode(subject, optimistic) if optimistic is not None else placed
                found[audience, subject] = States(placed, laid, first, (laid, first))
        return found

    def _decode(self, subject: str, raw: bytes | None) -> State:
        kind = self.registry.kinds.get(subject.partition("/")[0])
        if raw is None or kind is None:
            return None
        return self.registry.decode_state(kind, bytes(raw))

    def _confirm(
        self, subjects: dict[Key, States], placed: Sequence[Held]
    ) -> dict[bytes, SetAside]:
        for row in placed:
            one = subjects.get(row.key) or subjects.setdefault(row.key, States())
            one.first = one.first or row.position or 0
        states = {key: one.confirmed for key, one in subjects.items()}
        aside = self.fold(states, placed)
        for key, one in subjects.items():
            one.confirmed = states[key]
        self._write_aside(placed, aside)
        return aside

    def _overlay(self, subjects: dict[Key, States]) -> dict[bytes, SetAside]:
        unplaced: list[Held] = []
        if self.journal.has_unplaced():
            unplaced = self.journal.of_keys(subjects.keys(), placed=False)
            missing = {row.key for row in unplaced} - subjects.keys()
            subjects.update(self._load_all(missing))
        states = {key: one.confirmed for key, one in subjects.items()}
        aside = self.fold(states, unplaced)
        for key, one in subjects.items():
            one.optimistic = states[key]
        self._write_aside(unplaced, aside)
        self._write(subjects)
        return aside

    def _write_aside(self, rows: Sequence[Held], aside: dict[bytes, SetAside]) -> None:
        if self.db.sql("SELECT 1 FROM set_aside WHERE network = ? LIMIT 1", (self.db.network,)):
            before = self.db.within(
                "SELECT digest FROM set_aside WHERE network = ? AND digest IN ({})",
                (self.db.network,),
                [row.digest for row in rows if row.local],
            )
            self.forget_aside([bytes(digest) for (digest,) in before])
        self.db.upsert(AsideRow, [self._aside(row, aside) for row in rows if row.digest in aside])

    def forget_aside(self, digests: Sequence[bytes]) -> None:
        """These events are set aside no more."""
        self.db.many(
            "DELETE FROM set_aside WHERE network = ? AND digest = ?",
            [(self.db.network, digest) for digest in digests],
        )

    def _aside(self, row: Held, aside: dict[bytes, SetAside]) -> tuple[Any, ...]:
        event = row.readable
        told = (event.type, event.actor, event.time) if event else ("", "", "")
        reason = aside[row.digest].reason
        return (
            self.db.network, row.digest, row.audience, row.subject, row.position, *told, reason,
        )  # fmt: skip

    def rows_of(self, key: Key, one: States) -> Iterator[tuple[Table, Values | None]]:
        """What each table shows of a subject: the values after its key, or None for no row."""
        audience, subject = key
        laid = None if one.optimistic is one.confirmed else _encode(one.optimistic)
        nothing = one.confirmed is None and one.optimistic is None and not one.first
        yield SubjectRow, None if nothing else (_encode(one.confirmed), laid, one.first)
        kind = self.registry.kinds.get(subject.partition("/")[0])
        at = Projected(audience, subject, one.first)
        for projection in kind.projections if kind else ():
            if not _shown(one, projection):
                row = projection.row(one.optimistic, at) if one.optimistic else None
                yield projection.table, row

    def _write(self, subjects: dict[Key, States]) -> None:
        shown: dict[Table, list[Values]] = {}
        hidden: dict[Table, list[Values]] = {}
        for key, one in subjects.items():
            for table, row in self.rows_of(key, one):
                if row is None:
                    hidden.setdefault(table, []).append((self.db.network, *key))
                else:
                    shown.setdefault(table, []).append((self.db.network, *key, *row))
        for table, rows in shown.items():
            self.db.upsert(table, rows)
        for table, keys in hidden.items():
            self.db.many(
                f"DELETE FROM {table_of(table)} WHERE network = ? AND audience = ? AND subject = ?",
                keys,
            )


UNREADABLE = SetAside(N_("这条记录的字节读不懂"))


def _shown(one: States, projection: Projection) -> bool:
    """Whether the table shows this already."""
    if one.shown is None:
        return False
    state, first = one.shown
    return bool(state == one.optimistic) and (first == one.first or not projection.dated)


def _incomplete(rows: Sequence[Held]) -> list[list[int]]:
    """Those runs of readable rows that wait for the rest of their batch."""
    return [
        run for run in runs([row.event for row in rows]) if len(run) < rows[run[0]].event.batch_size
    ]


def _encode(state: State) -> bytes | None:
    return None if state is None else msgspec.json.encode(state)
