"""What can be done with a ticket. Each returns an event to record, or a Refusal."""

import datetime

from yizhan.errors import N_, Refusal
from yizhan.events import Data, Draft
from yizhan.services.tickets.model import (
    LEGAL,
    NOTHING_TO_UNDO,
    WORDS,
    Called,
    Declined,
    Finished,
    Left,
    Skipped,
    Taken,
    Ticket,
    Undone,
    Withdrawn,
)

PRICE_MAX_FEN = 100_000
"""No walk-in job costs 1,000 yuan; more is a slip of the finger."""

UNDO_SECONDS = 600
"""A step can be taken back for ten minutes (MIIT: legal and money actions)."""

TOO_LATE = N_("过了十分钟，不能撤销了。有差错请告诉管理员，原来的记录都还在。")


def take(subject: str, station: str, taken: Taken) -> Draft | Refusal:
    """Take a number at a station. `subject` is "ticket/" and the form's id."""
    if not 0 <= taken.price_fen <= PRICE_MAX_FEN:
        return Refusal(N_("价格不对，请找站长看一下"))
    return Draft(subject, taken, owner=station)


def _step(ticket: Ticket | None, subject: str, station: str, data: Data) -> Draft | Refusal:
    status = ticket.status if ticket else None
    if data.type not in LEGAL.get(status, {}):
        return Refusal(WORDS[status])
    return Draft(subject, data, owner=station)


def call(ticket: Ticket | None, subject: str, station: str) -> Draft | Refusal:
    """Call a waiting number to the counter."""
    return _step(ticket, subject, station, Called())


def skip(ticket: Ticket | None, subject: str, station: str) -> Draft | Refusal:
    """Nobody came: the number waits again."""
    return _step(ticket, subject, station, Skipped())


def finish(
    ticket: Ticket | None, subject: str, station: str, paid_fen: int, paid_by: str = "cash"
) -> Draft | Refusal:
    """Done and paid; `paid_fen` is what was really taken, `paid_by` cash or code."""
    if not 0 <= paid_fen <= PRICE_MAX_FEN or paid_by not in ("cash", "code"):
        return Refusal(N_("收款金额不对，请再看一下"))
    return _step(ticket, subject, station, Finished(paid_fen, paid_by))


def leave(ticket: Ticket | None, subject: str, station: str) -> Draft | Refusal:
    """Left at the counter, to be collected later."""
    return _step(ticket, subject, station, Left())


def decline(ticket: Ticket | None, subject: str, station: str, reason: str) -> Draft | Refusal:
    """It cannot be done; a reason is owed."""
    if not reason.strip():
        return Refusal(N_("请写明为什么做不了"))
    return _step(ticket, subject, station, Declined(reason.strip()[:200]))


def withdraw(ticket: Ticket | None, subject: str, station: str) -> Draft | Refusal:
    """The person gives the number back."""
    return _step(ticket, subject, station, Withdrawn())


def undo(
    ticket: Ticket | None, subject: str, station: str, step: str, now: datetime.datetime
) -> Draft | Refusal:
    """Take back the last step, `step`, within ten minutes; it is a further event, not an edit."""
    if ticket is None:
        return Refusal(WORDS[None])
    if ticket.before is None or ticket.last != step:
        return Refusal(NOTHING_TO_UNDO)
    if not undoable(ticket.since, now):
        return Refusal(TOO_LATE)
    return Draft(subject, Undone(step), owner=station)


def undoable(since: str, now: datetime.datetime) -> bool:
    """Whether a step of that time (RFC 3339) may still be taken back.

    A clock that was set back since does not take the right away.
    """
    return (now - datetime.datetime.fromisoformat(since)).total_seconds() <= UNDO_SECONDS
