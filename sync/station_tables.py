"""The tables of the station's end of the road: columns, and nothing of their use."""

import peewee


class AsideBeforeRow(peewee.Model):
    """An event that was set aside when its position became void: it did nothing before either."""

    network = peewee.TextField()
    digest = peewee.BlobField()

    class Meta:
        table_name = "aside_before"
        primary_key = peewee.CompositeKey("network", "digest")


class RoadRow(peewee.Model):
    """The last receipt: positions through which the hub stored, applied and backed up.

    `ticket` is shown with the next request: whoever shows it had that receipt. `mark` is the
    hub's word that it stored through `marked` in the hub epoch `hub`.
    """

    network = peewee.TextField(primary_key=True)
    time = peewee.TextField()
    hub_time = peewee.TextField()
    stored = peewee.BigIntegerField()
    applied = peewee.BigIntegerField()
    backed_up = peewee.BigIntegerField()
    ticket = peewee.TextField(null=True)
    hub = peewee.TextField(null=True)
    marked = peewee.BigIntegerField(null=True)
    mark = peewee.TextField(null=True)

    class Meta:
        table_name = "road"


class KnownHubRow(peewee.Model):
    """The hub epochs that this station knows, oldest first."""

    n = peewee.IntegerField(primary_key=True)
    epoch = peewee.TextField()
    first = peewee.BigIntegerField()

    class Meta:
        table_name = "known_hub"
