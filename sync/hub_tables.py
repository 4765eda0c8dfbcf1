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
    """A station's last word: when (hub time), what it said of itself."""

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

    class Meta:
        table_name = "contact"
        primary_key = peewee.CompositeKey("network", "station")
