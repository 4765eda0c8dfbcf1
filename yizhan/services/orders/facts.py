"""What is recorded of an order: one type of event each, and nothing of what may follow what. Pure.

Knows no service, no partner and no price by name; they come with the events.
"""

from typing import ClassVar

from yizhan.events import Data, Name, Whole


class Placed(Data, frozen=True):
    """A resident asked for a service; the price was told first. `serial` counts per station.

    `for_person` is empty where she asked for herself; the order is that person's, the actor
    says who asked.
    """

    type: ClassVar[str] = "order.placed"
    number: Name
    serial: Whole
    station: Name
    service: Name
    choice: Name
    window: Name
    place: str
    note: str = ""
    for_person: Name = ""


class Withdrawn(Data, frozen=True):
    """The resident took the order back before the work was done."""

    type: ClassVar[str] = "order.withdrawn"


class Dispatched(Data, frozen=True):
    """The dispatcher sent the order to a partner."""

    type: ClassVar[str] = "order.dispatched"
    partner: Name


class Accepted(Data, frozen=True):
    """The partner took the order."""

    type: ClassVar[str] = "order.accepted"
    partner: Name


class Declined(Data, frozen=True):
    """The partner gave the order back, and why; it waits for the dispatcher again."""

    type: ClassVar[str] = "order.declined"
    partner: Name
    reason: str


class Scheduled(Data, frozen=True):
    """A day (ISO date), a window and a worker were agreed."""

    type: ClassVar[str] = "order.scheduled"
    partner: Name
    day: Name
    window: Name
    worker: str = ""


class Finished(Data, frozen=True):
    """The partner says it is done; `cost_fen` is what the resident paid."""

    type: ClassVar[str] = "order.finished"
    partner: Name
    result: str
    cost_fen: Whole = 0


class Unfinished(Data, frozen=True):
    """The partner came and could not do it, and why; back to the dispatcher."""

    type: ClassVar[str] = "order.unfinished"
    partner: Name
    reason: str


class Confirmed(Data, frozen=True):
    """The resident says it is done. Nobody else can say so."""

    type: ClassVar[str] = "order.confirmed"


class Disputed(Data, frozen=True):
    """The resident says it is not done; the order is open again."""

    type: ClassVar[str] = "order.disputed"
    said: str = ""


class Undone(Data, frozen=True):
    """The resident takes back her own last step, `step`; both stay visible, neither counts."""

    type: ClassVar[str] = "order.undone"
    step: Name


def note_of(data: Data) -> str:
    """What a line of the order's story says beside its kind: a partner's code, a reason, a day."""
    match data:
        case Dispatched(partner) | Accepted(partner):
            return partner
        case Declined(_, reason) | Unfinished(_, reason):
            return reason
        case Scheduled(_, day, window):
            return f"{day} {window}"
        case Finished(_, result):
            return result
        case Disputed(said):
            return said
    return ""
