"""The table of events: append, find, number, read in order. Bytes in, bytes out.

Knows nothing of what an event means and nothing of mending: it never folds. Rows are written
once; only `position` and `stored` are filled in, by the hub's receipt and stream. A copy of
an id that was superseded by a placed copy is the one thing ever removed.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from yizhan.db import Db
from yizhan.events import GENESIS
from yizhan.folding import Key
from yizhan.held import COLUMNS, Arriving, Held, held, located
from yizhan.journal_tables import (
    INDEXES,
    ChainRow,
    FormRow,
    HeadRow,
    JournalRow,
    PassedOverRow,
    VouchedRow,
)

__all__ = ["COLUMNS", "Arriving", "Held", "Journal", "held", "located"]


TAKEN = (
    "一条记录的位置上已经有另一条：这里有记录被改过。请停下触摸屏和同步，运行 python -m yizhan mend"
)

APPENDED = (
    "network", "position", "id", "source", "epoch", "seq", "audience", "subject", "batch", "prev",
    "digest", "raw",
)  # fmt: skip


def _in_order(rows: Iterable[Held]) -> list[Held]:
    """By position, then those without one by arrival."""
    return sorted(rows, key=lambda row: (row.position is None, row.position or row.local))


_IS = {True: "+position IS NOT NULL", False: "+position IS NULL"}
"""The plus keeps SQLite from walking all events of the network that have no position."""


class Journal:
    """The journal of one network on one node."""

    def __init__(self, db: Db) -> None:
        self.db = db
        db.create((JournalRow, ChainRow, HeadRow, FormRow, PassedOverRow, VouchedRow), INDEXES)
        db.sql(
            "INSERT INTO head (network, head) VALUES (?, 0) ON CONFLICT DO NOTHING", (db.network,)
        )

    def lock(self) -> int:
        """Hold the network's row until the transaction ends; its highest position."""
        self.db.sql("UPDATE head SET head = head WHERE network = ?", (self.db.network,))
        return self.head()

    def head(self) -> int:
        """The highest position known here."""
        rows = self.db.sql("SELECT head FROM head WHERE network = ?", (self.db.network,))
        return int(rows[0][0])

    def set_head(self, head: int) -> None:
        """Set the highest position known here."""
        self.db.sql("UPDATE head SET head = ? WHERE network = ?", (head, self.db.network))

    def chain(self, source: str) -> bytes:
        """The last digest of a source on this node, which its next epoch begins with."""
        rows = self.db.sql(
            "SELECT digest FROM chain WHERE network = ? AND source = ?", (self.db.network, source)
        )
        return bytes(rows[0][0]) if rows else GENESIS

    def set_chain(self, source: str, digest: bytes) -> None:
        """A source's chain ends here now."""
        self.db.sql(
            "INSERT INTO chain (network, source, digest) VALUES (?, ?, ?)"
            " ON CONFLICT (network, source) DO UPDATE SET digest = excluded.digest",
            (self.db.network, source, digest),
        )

    def last_seq(self, epoch: str) -> int:
        """The highest seq in an epoch, 0 where it has no event yet."""
        rows = self.db.sql("SELECT MAX(seq) FROM journal WHERE epoch = ?", (epoch,))
        return int(rows[0][0] or 0)

    def pass_over(self, rows: Sequence[tuple[str, bytes, bytes]]) -> None:
        """Copies (source, digest, prev) that the chain runs through and that are not kept."""
        self.db.many(
            "INSERT INTO passed_over (network, source, digest, prev) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            [(self.db.network, *row) for row in rows],
        )

    def passed_over(self, digests: Iterable[bytes]) -> dict[bytes, bytes]:
        """Those of these digests, and of the ones before them, that were passed over: what
        came before each."""
        found: dict[bytes, bytes] = {}
        wanted = list(digests)
        while wanted:
            fresh = {d: bytes(prev) for d, prev in self._told("passed_over", "prev", wanted)}
            wanted = [prev for digest, prev in fresh.items() if digest not in found]
            found |= fresh
        return found

    def vouch(self, digests: Sequence[bytes], station: str) -> None:
        """A station brought these of others back; only it vouches for them."""
        self.db.many(
            "INSERT INTO vouched (network, digest, station) VALUES (?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            [(self.db.network, digest, station) for digest in digests],
        )

    def own_copy_came(self, digests: Sequence[bytes]) -> None:
        """Their author sent these itself."""
        self.db.many(
            "DELETE FROM vouched WHERE network = ? AND digest = ?",
            [(self.db.network, digest) for digest in digests],
        )

    def vouched(self, digests: Sequence[bytes]) -> dict[bytes, str]:
        """Which station vouches for each of these that its author has not sent itself."""
        return dict(self._told("vouched", "station", digests))

    def _told(self, table: str, column: str, digests: Sequence[bytes]) -> list[tuple[bytes, Any]]:
        """(digest, column) of those in a table that is empty but after a loss: then nothing is
        looked up, for each exchange asks."""
        if not self.db.sql(f"SELECT 1 FROM {table} LIMIT 1"):
            return []
        statement = f"SELECT digest, {column} FROM {table} WHERE network = ? AND digest IN ({{}})"
        rows = self.db.within(statement, (self.db.network,), digests)
        return [(bytes(digest), value) for digest, value in rows]

    def append(self, rows: Sequence[Held]) -> None:
        """Write events at the end. Unreadable bytes get the digest as their name."""
        network = self.db.network
        self.db.insert(
            JournalRow,
            APPENDED,
            [
                (
                    network, row.position, row.id, row.source, row.epoch, row.seq, row.audience,
                    row.subject, row.batch, row.prev, row.digest, row.raw,
                )
                for row in rows
            ],
        )  # fmt: skip

    def _select(self, where: str, values: Sequence[object] = ()) -> list[Held]:
        rows = self.db.sql(
            f"SELECT {COLUMNS} FROM journal WHERE network = ? AND {where}",
            (self.db.network, *values),
        )
        return [held(row) for row in rows]

    def by_ids(self, ids: Sequence[str]) -> dict[str, list[Held]]:
        """All copies held of each id."""
        found: dict[str, list[Held]] = {}
        rows = self.db.within(
            f"SELECT {COLUMNS} FROM journal WHERE network = ? AND id IN ({{}})",
            (self.db.network,),
            ids,
        )
        for row in map(held, rows):
            found.setdefault(row.id, []).append(row)
        return found

    def located(self, epoch: str, first: int, last: int) -> list[Held]:
        """What is held of one epoch, from seq to seq (both included), in order."""
        return self._select("epoch = ? AND seq BETWEEN ? AND ? ORDER BY seq", (epoch, first, last))

    def placed(self, after: int, limit: int = 1000, until: int = 1 << 62) -> list[Held]:
        """Placed events in order, after one position through another."""
        return self._select(
            "position > ? AND position <= ? ORDER BY position LIMIT ?", (after, until, limit)
        )

    def after(self, local: int, limit: int = 1000) -> list[Held]:
        """Everything held, in the order of arrival."""
        return self._select("local > ? ORDER BY local LIMIT ?", (local, limit))

    def unplaced(self, after: int = 0, limit: int = 1 << 31) -> list[Held]:
        """Events without a position, in local order."""
        return self._select("position IS NULL AND local > ? ORDER BY local LIMIT ?", (after, limit))

    def unplaced_among(self, locals_: Sequence[int]) -> list[Held]:
        """Those of these events that have no position."""
        statement = (
            f"SELECT {COLUMNS} FROM journal WHERE network = ? AND position IS NULL"
            " AND local IN ({})"
        )
        return [held(row) for row in self.db.within(statement, (self.db.network,), locals_)]

    def has_unplaced(self) -> bool:
        """Whether anything waits for its position."""
        return bool(self.db.sql("SELECT 1 FROM journal WHERE position IS NULL LIMIT 1"))

    def of_keys(self, keys: Iterable[Key], *, placed: bool) -> list[Held]:
        """All events of these states and of the batches they are in, in folding order."""
        found: dict[int, Held] = {}
        wanted = set(keys)
        seen: set[Key] = set()
        while wanted:
            seen |= wanted
            rows = self._of_keys(wanted, _IS[placed])
            found.update((row.local, row) for row in rows)
            together = self.of_batches({row.batch for row in rows if row.batch}, placed=placed)
            wanted = {row.key for row in together} - seen
        return _in_order(found.values())

    def placed_of(self, keys: Iterable[Key], after: int, until: int) -> list[Held]:
        """Placed events of these states, after one position through another, in order."""
        return _in_order(self._of_keys(keys, "+position > ? AND +position <= ?", after, until))

    def _of_keys(self, keys: Iterable[Key], where: str, *values: object) -> list[Held]:
        by_audience: dict[str, list[str]] = {}
        for audience, subject in keys:
            by_audience.setdefault(audience, []).append(subject)
        rows: list[Held] = []
        for audience, subjects in by_audience.items():
            statement = (
                f"SELECT {COLUMNS} FROM journal WHERE network = ? AND audience = ?"
                f" AND {where} AND subject IN ({{}})"
            )
            found = self.db.within(statement, (self.db.network, audience, *values), subjects)
            rows += map(held, found)
        return rows

    def of_batches(self, batches: Iterable[str], *, placed: bool) -> list[Held]:
        """All events of these batches, in folding order."""
        statement = (
            f"SELECT {COLUMNS} FROM journal WHERE network = ? AND batch <> ''"
            f" AND {_IS[placed]} AND batch IN ({{}})"
        )
        rows = self.db.within(statement, (self.db.network,), sorted(batches))
        return _in_order(map(held, rows))

    def keys_at(self, positions: Sequence[int]) -> set[Key]:
        """Which states the events at these positions belong to."""
        rows = self.db.within(
            "SELECT DISTINCT audience, subject FROM journal WHERE network = ? AND position IN ({})",
            (self.db.network,),
            positions,
        )
        return {(row[0], row[1]) for row in rows}

    def give_positions(self, positions: Sequence[tuple[int, int]]) -> None:
        """Fill in positions: (position, local) each."""
        self.db.many("UPDATE journal SET position = ? WHERE local = ?", positions)

    def mark_stored(self, locals_: Sequence[int], hub_epoch: str) -> None:
        """The hub says that it holds these."""
        self.db.many(
            "UPDATE journal SET stored = ? WHERE local = ?", [(hub_epoch, n) for n in locals_]
        )

    def keys_past(self, after: int) -> list[Key]:
        """The states of all events after this position, and of the batches they are in."""
        past = "FROM journal WHERE network = ? AND position > ?"
        rows = self.db.sql(
            f"SELECT audience, subject {past} UNION SELECT audience, subject FROM journal"
            f" WHERE network = ? AND batch <> '' AND batch IN (SELECT batch {past})"
            " ORDER BY audience, subject",
            (self.db.network, after, self.db.network, self.db.network, after),
        )
        return [(audience, subject) for audience, subject in rows]

    def void(self, after: int) -> None:
        """Take back all positions after this one, but remember them."""
        self.db.sql(
            "UPDATE journal SET was = position, position = NULL, stored = NULL"
            " WHERE network = ? AND position > ?",
            (self.db.network, after),
        )

    def drop(self, locals_: Sequence[int]) -> None:
        """Remove superseded copies."""
        self.db.many("DELETE FROM journal WHERE local = ?", [(n,) for n in locals_])

    def asked(self, form: str) -> bytes | None:
        """What this form asked before, or None."""
        rows = self.db.sql(
            "SELECT asked FROM form WHERE network = ? AND id = ?", (self.db.network, form)
        )
        return bytes(rows[0][0]) if rows else None

    def remember(self, form: str, asked: bytes) -> None:
        """This form has been used, for this."""
        self.db.sql(
            "INSERT INTO form (network, id, asked) VALUES (?, ?, ?)",
            (self.db.network, form, asked),
        )
