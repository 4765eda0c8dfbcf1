"""The tables of the hub's end of the road: its epochs, and each station's last word."""

import peewee


class HubEpochRow(peewee.Model):
    """One start of the hub on its database, and the first position given after it."""

    n = peewee.BigAutoField()
    network = peewee.TextField()
    epoch = peewee.TextField()
    first = peewee.BigIntegerField()

    class Meta:
        table_name = "hub_epoch"


class ContactRow(peewee.Model):
    """A station's last word: when (hub time), what it said of itself.

    `unsent` is what it said; `waiting` what of that did not come with the same word.
    `clear_at` is when (hub time) nothing waited for the last time, as far as the hub knows.
    """

    network = peewee.TextField()
    station = peewee.TextField()
    seen = peewee.TextField()
    unsent = peewee.IntegerField()
    cursor = peewee.BigIntegerField()
    version = peewee.TextField()
    clock = peewee.TextField()
    skew_s = peewee.IntegerField()
    rescue = peewee.BooleanField()
    disk_mib = peewee.IntegerField(null=True)
    aside = peewee.IntegerField(null=True)
    waiting = peewee.IntegerField(null=True)
    clear_at = peewee.TextField(null=True)

    class Meta:
        table_name = "contact"
        primary_key = peewee.CompositeKey("network", "station")


class BackupRow(peewee.Model):
    """A backup that we may restore from; `contained`: positions of this network through which
    it holds them, which is less than its head where the hub has lost some since."""

    network = peewee.TextField()
    path = peewee.TextField()
    made = peewee.TextField()
    head = peewee.BigIntegerField()
    contained = peewee.BigIntegerField()

    class Meta:
        table_name = "backup"
        primary_key = peewee.CompositeKey("network", "path")


class RecoveryRow(peewee.Model):
    """The hub was made anew: since when (hub time), how ("backup", "sheet"), at which head.

    `collecting`: events are taken in without a number. `epoch` was the last hub epoch then.
    """

    network = peewee.TextField(primary_key=True)
    since = peewee.TextField()
    how = peewee.TextField()
    head = peewee.BigIntegerField()
    collecting = peewee.BooleanField()
    epoch = peewee.TextField(null=True)

    class Meta:
        table_name = "recovery"


class LostEpochRow(peewee.Model):
    """A hub epoch that a station followed and that this hub does not remember."""

    network = peewee.TextField()
    epoch = peewee.TextField()

    class Meta:
        table_name = "lost_epoch"
        primary_key = peewee.CompositeKey("network", "epoch")


class ReturnedRow(peewee.Model):
    """A station that came back to a hub made anew.

    `public_key` (hex) is set where the hub did not know the station; `complete`: it has sent
    all and followed past the head of the recovery.
    """

    network = peewee.TextField()
    station = peewee.TextField()
    public_key = peewee.TextField()
    keys_came = peewee.BooleanField()
    complete = peewee.BooleanField()

    class Meta:
        table_name = "returned"
        primary_key = peewee.CompositeKey("network", "station")


class CollectedRow(peewee.Model):
    """An event that a collecting hub holds without a number, in the order of arrival.

    `was`: the lost hub's position, or a number above all where it had none; `aside`: it was
    set aside there.
    """

    n = peewee.BigAutoField()
    network = peewee.TextField()
    digest = peewee.BlobField()
    station = peewee.TextField()
    source = peewee.TextField()
    id = peewee.TextField(index=True)
    was = peewee.BigIntegerField()
    aside = peewee.BooleanField()
    prev = peewee.BlobField()
    octets = peewee.BlobField(column_name="raw")

    class Meta:
        table_name = "collected"
        indexes = ((("network", "digest"), True), (("network", "was", "n"), False))


class OfferedKeyRow(peewee.Model):
    """A person's key that a station sent to a hub made anew, until it is known to be hers."""

    network = peewee.TextField()
    owner = peewee.TextField()
    station = peewee.TextField()
    key = peewee.BlobField()

    class Meta:
        table_name = "offered_key"
        primary_key = peewee.CompositeKey("network", "owner", "station")


class FlippedRow(peewee.Model):
    """An event that was done before the hub was lost and was set aside when it came back."""

    network = peewee.TextField()
    digest = peewee.BlobField()
    since = peewee.TextField()

    class Meta:
        table_name = "flipped"
        primary_key = peewee.CompositeKey("network", "digest")


class TicketRow(peewee.Model):
    """The last ticket issued to a station and the last one that it showed.

    `hub` is the hub epoch of the issue: after a restore, what was issued meanwhile is not
    known.
    """

    network = peewee.TextField()
    station = peewee.TextField()
    hub = peewee.TextField()
    issued = peewee.TextField()
    shown = peewee.TextField()

    class Meta:
        table_name = "ticket_of_station"
        primary_key = peewee.CompositeKey("network", "station")


class SeenRow(peewee.Model):
    """The newest request of each process of a station: its epoch and its number in it."""

    n = peewee.BigAutoField()
    network = peewee.TextField()
    station = peewee.TextField()
    epoch = peewee.TextField()
    number = peewee.IntegerField()

    class Meta:
        table_name = "seen_request"
        indexes = ((("network", "station", "epoch"), True),)


class TipRow(peewee.Model):
    """An end of a station's chain, and when it last grew: hub time, and the head then.

    `begun` is the digest that its strand goes on from, which was no end when the strand came.
    """

    network = peewee.TextField()
    source = peewee.TextField()
    digest = peewee.BlobField()
    moved = peewee.TextField()
    head = peewee.BigIntegerField()
    begun = peewee.BlobField(null=True)

    class Meta:
        table_name = "tip"
        primary_key = peewee.CompositeKey("network", "source", "digest")


class BranchRow(peewee.Model):
    """A second child of one digest: which source, the digest, since when (hub time, and head)."""

    network = peewee.TextField()
    source = peewee.TextField()
    parent = peewee.BlobField()
    since = peewee.TextField()
    head = peewee.BigIntegerField(null=True)

    class Meta:
        table_name = "branch"
        primary_key = peewee.CompositeKey("network", "source", "parent")
