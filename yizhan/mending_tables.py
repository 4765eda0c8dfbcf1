"""The tables of a mended node: what was damaged, and what the hub is asked for again."""

import peewee


class DamagedRow(peewee.Model):
    """An event whose bytes were damaged or gone, as far as anything still told of it.

    `state` is "healed" (one wrong byte, put right here), "wanted" (the hub has it and is asked
    again), "returned" (the hub gave it back) or "lost" (it had not been uploaded: `octets` are
    kept for a person). `byte` is the first wrong byte of `wrong_column`, counted from 0.
    """

    n = peewee.BigAutoField()
    network = peewee.TextField()
    local = peewee.BigIntegerField()
    position = peewee.BigIntegerField(null=True)
    id = peewee.TextField()
    source = peewee.TextField()
    audience = peewee.TextField()
    subject = peewee.TextField()
    octets = peewee.BlobField(column_name="raw")
    state = peewee.TextField()
    wrong_column = peewee.TextField(default="")
    byte = peewee.IntegerField(null=True)
    found = peewee.TextField()

    class Meta:
        table_name = "damaged"


class WantedRow(peewee.Model):
    """Positions of which this station asks the hub again, from one through another."""

    network = peewee.TextField()
    first = peewee.BigIntegerField()
    last = peewee.BigIntegerField()

    class Meta:
        table_name = "wanted"
        primary_key = peewee.CompositeKey("network", "first")
