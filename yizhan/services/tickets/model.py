"""A walk-in ticket, from the number to the coin: the table of legal steps and the fold.

Knows nothing of mending; what is done and what it costs comes with the ticket. A ticket
belongs to the station that gave it, which is its single writer. Money is in fen (0.01 yuan).
"""

from typing import Any, ClassVar

import msgspec

from yizhan.errors import N_
from yizhan.events import Data, Event, Name, Whole
from yizhan.folding import SetAside, advance


class Taken(Data, frozen=True):
    """Somebody took a number; the price was told first."""

    type: ClassVar[str] = "ticket.taken"
    number: Whole
    day: Name
    service: Name
    job: Name
    price_fen: Whole
    person: Name = ""


class Called(Data, frozen=True):
    """The number was called to the counter."""

    type: ClassVar[str] = "ticket.called"


class Skipped(Data, frozen=True):
    """Nobody came when the number was called; it waits again, behind the others."""

    type: ClassVar[str] = "ticket.skipped"


class Finished(Data, frozen=True):
    """Done while waiting, and paid in cash or by a code that the keeper saw."""

    type: ClassVar[str] = "ticket.finished"
    paid_fen: Whole
    paid_by: Name = "cash"


class Left(Data, frozen=True):
    """Left for collection later."""

    type: ClassVar[str] = "ticket.left"


class Declined(Data, frozen=True):
    """It cannot be done here, and why."""

    type: ClassVar[str] = "ticket.declined"
    reason: str


class Withdrawn(Data, frozen=True):
    """The person changed their mind before being served."""

    type: ClassVar[str] = "ticket.withdrawn"


class Ticket(msgspec.Struct, frozen=True):
    """A ticket as it stands; `turns` counts how often it was called."""

    number: int
    day: str
    service: str
    job: str
    price_fen: int
    person: str
    status: str
    taken: str
    turns: int = 0
    paid_fen: int = 0
    paid_by: str = ""
    reason: str = ""


TYPES = (Taken, Called, Skipped, Finished, Left, Declined, Withdrawn)

SERVING = {
    "ticket.skipped": "waiting",
    "ticket.finished": "finished",
    "ticket.left": "left",
    "ticket.declined": "declined",
}

LEGAL = {
    None: {"ticket.taken": "waiting"},
    "waiting": {
        "ticket.called": "called",
        "ticket.withdrawn": "withdrawn",
        "ticket.declined": "declined",
    },
    "called": SERVING,
    "left": {"ticket.finished": "finished"},
}

WORDS = {
    None: N_("没有这个号"),
    "waiting": N_("这个号还没有叫到"),
    "called": N_("这个号正在办理"),
    "finished": N_("这个号已经办完了"),
    "left": N_("东西已经留下待取"),
    "declined": N_("这个号已经退回了"),
    "withdrawn": N_("这个号已经取消了"),
}


def fold(state: Ticket | None, event: Event, data: Data) -> Ticket | SetAside:
    """The ticket after one more event, or why that step is not legal."""
    status = advance(LEGAL, state.status if state else None, event, WORDS)
    if isinstance(status, SetAside):
        return status
    match data:
        case Taken(number, day, service, job, price_fen, person):
            return Ticket(number, day, service, job, price_fen, person, status, event.time)
    assert state is not None
    changes: dict[str, Any] = {"status": status}
    match data:
        case Called():
            changes["turns"] = state.turns + 1
        case Finished(paid_fen, paid_by):
            changes |= {"paid_fen": paid_fen, "paid_by": paid_by}
        case Declined(reason):
            changes["reason"] = reason
    return msgspec.structs.replace(state, **changes)
