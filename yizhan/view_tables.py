"""The tables of the view that belong to no mechanism: their columns, and nothing of their use."""

import peewee

from yizhan.db import Row


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


class VersionRow(peewee.Model):
    """Which folds and which tables a network's view was made with."""

    network = peewee.TextField(primary_key=True)
    version = peewee.TextField()

    class Meta:
        table_name = "view_version"
