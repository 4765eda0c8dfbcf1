"""The tables of the journal: their columns and indexes, and nothing of their use."""

from typing import Any

import peewee

NEVER = 1 << 62
"""Above every position: for what no hub has numbered, in the order of sending and numbering."""


class ArrivalField(peewee.BigAutoField):
    """A number that is never given twice; without the word, SQLite gives the last one again."""

    def ddl(self, ctx: Any) -> Any:
        """The column's definition."""
        sqlite = ctx.state.field_types.get(self.field_type) == "INTEGER"
        return peewee.NodeList((super().ddl(ctx), peewee.SQL("AUTOINCREMENT" if sqlite else "")))


class JournalRow(peewee.Model):
    """One event held here. `local` is the order of arrival; `position` the hub's number.

    `was` is the position that a hub gave before it was lost: its decisions go first again.
    """

    local = ArrivalField()
    network = peewee.TextField()
    position = peewee.BigIntegerField(null=True)
    stored = peewee.TextField(null=True)
    was = peewee.BigIntegerField(null=True)
    id = peewee.TextField(index=True)
    source = peewee.TextField()
    epoch = peewee.TextField()
    seq = peewee.IntegerField()
    audience = peewee.TextField()
    subject = peewee.TextField()
    batch = peewee.TextField()
    prev = peewee.BlobField()
    digest = peewee.BlobField()
    octets = peewee.BlobField(column_name="raw")

    class Meta:
        table_name = "journal"
        # No whole index begins with the network: it is the same in most rows, and SQLite
        # would prefer such an index to the one that finds the row.
        indexes = (
            (("epoch", "seq"), False),
            (("audience", "subject"), False),
        )


INDEXES = (
    # Not over the unplaced, or SQLite would look for a subject among all of them.
    "CREATE UNIQUE INDEX IF NOT EXISTS journal_position ON journal (network, position)"
    " WHERE position IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS journal_unplaced ON journal (network, local)"
    " WHERE position IS NULL",
    # Stored by the hub and not yet placed: next to nothing, and looked for at each exchange.
    "CREATE INDEX IF NOT EXISTS journal_stored ON journal (epoch, seq)"
    " WHERE position IS NULL AND stored IS NOT NULL",
    # What is to be sent, in the order of sending.
    "CREATE INDEX IF NOT EXISTS journal_unsent ON journal"
    f" (COALESCE(was, {NEVER}), local) WHERE position IS NULL AND stored IS NULL",
    "CREATE INDEX IF NOT EXISTS journal_batch ON journal (batch) WHERE batch <> ''",
)
"""Indexes over a part of the journal, which peewee cannot state for every database."""


class ChainRow(peewee.Model):
    """Where a source's chain ends on this node."""

    network = peewee.TextField()
    source = peewee.TextField()
    digest = peewee.BlobField()

    class Meta:
        table_name = "chain"
        primary_key = peewee.CompositeKey("network", "source")


class HeadRow(peewee.Model):
    """The network's highest position; locked by whoever writes."""

    network = peewee.TextField(primary_key=True)
    head = peewee.BigIntegerField()

    class Meta:
        table_name = "head"


class FormRow(peewee.Model):
    """What each form asked, so that its retry is known from another request."""

    network = peewee.TextField()
    id = peewee.TextField()
    asked = peewee.BlobField()

    class Meta:
        table_name = "form"
        primary_key = peewee.CompositeKey("network", "id")


class PassedOverRow(peewee.Model):
    """A copy of which another came first: not kept, but its source's chain runs through it."""

    network = peewee.TextField()
    source = peewee.TextField()
    digest = peewee.BlobField()
    prev = peewee.BlobField()

    class Meta:
        table_name = "passed_over"
        primary_key = peewee.CompositeKey("network", "digest")


class VouchedRow(peewee.Model):
    """An event that another station than its author brought back after the hub lost it."""

    network = peewee.TextField()
    digest = peewee.BlobField()
    station = peewee.TextField()

    class Meta:
        table_name = "vouched"
        primary_key = peewee.CompositeKey("network", "digest")
