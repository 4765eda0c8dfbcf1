"""What can be done with an order. Each returns an event to record, or a Refusal."""

import datetime

from yizhan.errors import N_, Refusal
from yizhan.events import Data, Draft
from yizhan.services.orders.model import (
    LEGAL,
    NOT_YOURS,
    NOTHING_TO_UNDO,
    WORDS,
    Accepted,
    Confirmed,
    Declined,
    Dispatched,
    Disputed,
    Finished,
    Order,
    Placed,
    Scheduled,
    Undone,
    Unfinished,
    Withdrawn,
    last_step,
    no_room,
    theirs,
    undoable,
)
from yizhan.services.orders.photos import Attached
from yizhan.services.orders.voices import Spoken
from yizhan.services.undo import UNDO_IS_OVER, undo_is_open

TEXT_MAX = 200
COST_MAX_FEN = 10_000_000


def place(subject: str, person: str, placed: Placed) -> Draft | Refusal:
    """Place an order for a person. `subject` is "order/" and the form's id."""
    if not person:
        return Refusal(N_("请先刷卡，我们才知道是谁要修"))
    return Draft(subject, placed, owner=person)


def _step(order: Order | None, subject: str, data: Data) -> Draft | Refusal:
    status = order.status if order else None
    if order is None or data.type not in LEGAL.get(status, {}):
        return Refusal(WORDS[status])
    if not theirs(order, data):
        return Refusal(NOT_YOURS)
    return Draft(subject, data, owner=order.person)


def withdraw(order: Order | None, subject: str) -> Draft | Refusal:
    """The resident takes the order back."""
    return _step(order, subject, Withdrawn())


def dispatch(order: Order | None, subject: str, partner: str) -> Draft | Refusal:
    """Send the order to a partner."""
    if not partner:
        return Refusal(N_("请选一家单位"))
    return _step(order, subject, Dispatched(partner))


def accept(order: Order | None, subject: str, partner: str) -> Draft | Refusal:
    """The partner takes the order."""
    return _step(order, subject, Accepted(partner))


def decline(order: Order | None, subject: str, partner: str, reason: str) -> Draft | Refusal:
    """The partner gives the order back; a reason is owed."""
    if not reason.strip():
        return Refusal(N_("请写明退单的原因"))
    return _step(order, subject, Declined(partner, reason.strip()[:TEXT_MAX]))


def schedule(
    order: Order | None, subject: str, partner: str, day: str, window: str, worker: str
) -> Draft | Refusal:
    """Agree on a day (ISO date), a window and who comes."""
    try:
        datetime.date.fromisoformat(day)
    except ValueError:
        return Refusal(N_("请选一个日期"))
    if not window:
        return Refusal(N_("请选一个时段"))
    return _step(order, subject, Scheduled(partner, day, window, worker.strip()[:TEXT_MAX]))


def finish(
    order: Order | None, subject: str, partner: str, result: str, cost_fen: int
) -> Draft | Refusal:
    """The work is done, with its result and what was paid; nobody closes without a result."""
    if not result.strip():
        return Refusal(N_("请写明做了什么"))
    if not 0 <= cost_fen <= COST_MAX_FEN:
        return Refusal(N_("收款金额不对，请再看一下"))
    return _step(order, subject, Finished(partner, result.strip()[:TEXT_MAX], cost_fen))


def give_up(order: Order | None, subject: str, partner: str, reason: str) -> Draft | Refusal:
    """The partner came and could not do it; a reason is owed."""
    if not reason.strip():
        return Refusal(N_("请写明为什么没有办成"))
    return _step(order, subject, Unfinished(partner, reason.strip()[:TEXT_MAX]))


def confirm(order: Order | None, subject: str) -> Draft | Refusal:
    """The resident's word that it is done."""
    return _step(order, subject, Confirmed())


def dispute(order: Order | None, subject: str, said: str = "") -> Draft | Refusal:
    """The resident's word that it is not done."""
    return _step(order, subject, Disputed(said.strip()[:TEXT_MAX]))


def undo(
    order: Order | None, subject: str, step: str, actor: str, now: datetime.datetime
) -> Draft | Refusal:
    """She takes her own last step back, within ten minutes of it; a further event, no edit."""
    if order is None:
        return Refusal(WORDS[None])
    if not undoable(order, step) or last_step(order).actor != actor:
        return Refusal(NOTHING_TO_UNDO)
    if not undo_is_open(last_step(order).time, now):
        return Refusal(UNDO_IS_OVER)
    return Draft(subject, Undone(step), owner=order.person)


def attach(order: Order | None, subject: str, attached: Attached) -> Draft | Refusal:
    """A member of staff adds a photo to an open order."""
    return _beside(order, subject, attached)


def speak(order: Order | None, subject: str, spoken: Spoken) -> Draft | Refusal:
    """What the resident said goes with her open order."""
    return _beside(order, subject, spoken)


def _beside(order: Order | None, subject: str, data: Attached | Spoken) -> Draft | Refusal:
    step = _step(order, subject, data)
    full = no_room(order, data) if order and isinstance(step, Draft) else ""
    return Refusal(full) if full else step
