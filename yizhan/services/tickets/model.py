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


class Undone(Data, frozen=True):
    """The last step was a slip of the finger and counts no more; `step` is its type.

    Both stay visible: the step, and that it was taken back.
    """

    type: ClassVar[str] = "ticket.undone"
    step: Name


class Ticket(msgspec.Struct, frozen=True):
    """A ticket as it stands; `turns` counts how often it was called.

    `last` is the type of the step that brought it here and `since` its time, `before` the ticket
    as it stood until then: what taking the step back leads to. Empty where nothing can be.
    """

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
    last: str = ""
    since: str = ""
    before: "Ticket | None" = None


TYPES = (Taken, Called, Skipped, Finished, Left, Declined, Withdrawn, Undone)

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
    "left": {"ticket.finished": "finished", "ticket.declined": "declined"},
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


NOTHING_TO_UNDO = N_("这一步已经不能撤销了，请看一下这个号现在怎样")


def fold(state: Ticket | None, event: Event, data: Data) -> Ticket | SetAside:
    """The ticket after one more event, or why that step is not legal."""
    if isinstance(data, Undone):
        return _undo(state, data)
    status = advance(LEGAL, state.status if state else None, event, WORDS)
    if isinstance(status, SetAside):
        return status
    match data:
        case Taken(number, day, service, job, price_fen, person):
            return Ticket(number, day, service, job, price_fen, person, status, event.time)
    assert state is not None
    before = msgspec.structs.replace(state, before=None, last="")
    changes: dict[str, Any] = {
        "status": status,
        "last": event.type,
        "since": event.time,
        "before": before,
    }
    match data:
        case Called():
            changes["turns"] = state.turns + 1
        case Finished(paid_fen, paid_by):
            changes |= {"paid_fen": paid_fen, "paid_by": paid_by}
        case Declined(reason):
            changes["reason"] = reason
    return msgspec.structs.replace(state, **changes)


def _undo(state: Ticket | None, data: Undone) -> Ticket | SetAside:
    """As it stood before its last step; only one step goes back, and only the one that is named."""
    if state is None:
        return SetAside(WORDS[None])
    if state.before is None or state.last != data.step:
        return SetAside(NOTHING_TO_UNDO)
    return state.before
