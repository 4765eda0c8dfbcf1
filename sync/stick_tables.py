"""A station's tables for the road by stick: the requests under way, and what the hub asked."""

import peewee

from yizhan.journal_tables import ArrivalField


class StickRequestRow(peewee.Model):
    """One request written to a stick, kept until its answer came back.

    `n` is never given twice at a station; `hub` and `first` are the hub epoch that the
    request names, `cursor` how far the station had followed then. `runs` are the rows that
    went into it: pairs (first local, last local) as JSON.
    """

    n = ArrivalField()
    nonce = peewee.TextField(unique=True)
    hub = peewee.TextField()
    first = peewee.BigIntegerField()
    cursor = peewee.BigIntegerField()
    runs = peewee.BlobField()
    name = peewee.TextField(null=True)

    class Meta:
        table_name = "stick_request"


class StickAskedRow(peewee.Model):
    """What the last answer asked of the next request: it is made by another process, days later."""

    network = peewee.TextField(primary_key=True)
    collecting = peewee.BooleanField()
    keys = peewee.BooleanField()

    class Meta:
        table_name = "stick_asked"
