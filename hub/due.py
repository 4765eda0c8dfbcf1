"""When the next step of an order is due, and who owes it. Derived when read, never stored.

Knows the states of an order and a time; asks no clock and writes no word.
"""

import datetime

import msgspec

from yizhan.services.orders import model
from yizhan.services.orders.projection import OrderRow

DISPATCH_WITHIN = datetime.timedelta(hours=4)
ACCEPT_WITHIN = datetime.timedelta(hours=4)
FINISH_WITHIN = datetime.timedelta(days=3)
CONFIRM_WITHIN = datetime.timedelta(days=7)
"""After this long without her word, somebody should ask her."""

OWNERS = {
    **dict.fromkeys(model.WAITING, "dispatcher"),
    **dict.fromkeys(("dispatched", "taken", "scheduled"), "partner"),
    "provider_done": "resident",
}
WITHIN = {
    **dict.fromkeys(model.WAITING, DISPATCH_WITHIN),
    "dispatched": ACCEPT_WITHIN,
    "taken": FINISH_WITHIN,
    "scheduled": FINISH_WITHIN,
    "provider_done": CONFIRM_WITHIN,
}


class Due(msgspec.Struct, frozen=True):
    """Who owes the next step (empty: nobody) and when; `at` is None where that is unknown."""

    owner: str
    at: datetime.datetime | None

    def over(self, now: datetime.datetime) -> bool:
        """Whether the time has passed."""
        return self.at is not None and now > self.at


def due(row: OrderRow, now: datetime.datetime) -> Due:
    """Who owes the next step of this order, and when. An agreed day is due when it ends."""
    owner = OWNERS.get(row.status, "")
    since = when(row.since, now)
    if not owner or since is None:
        return Due(owner, None)
    if row.status == "scheduled" and (day := _day(row.day)) is not None:
        midnight = datetime.datetime.combine(day, datetime.time.max, now.tzinfo)
        return Due(owner, midnight)
    return Due(owner, since + WITHIN[row.status])


def when(stamp: str, now: datetime.datetime) -> datetime.datetime | None:
    """The moment that an event carries, in the network's zone; None where it is no time.

    A stamp is whatever the station's clock wrote; a page must not fall over it.
    """
    try:
        found = datetime.datetime.fromisoformat(stamp)
    except ValueError:
        return None
    return found.astimezone(now.tzinfo) if found.tzinfo else found.replace(tzinfo=now.tzinfo)


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None
