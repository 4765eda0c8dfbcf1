"""An order from the tap to the resident's own word: legal steps, fold, and who owns each state.

Knows no service, no partner and no price by name; they come with the events. The order goes
to the hub and the stations that hold the person's record. Only the resident's word closes it.
"""

from typing import ClassVar

import msgspec

from yizhan.errors import N_
from yizhan.events import Data, Event, Name, Whole
from yizhan.folding import SetAside, advance
from yizhan.services.orders.photos import Attached, Photo, no_room


class Placed(Data, frozen=True):
    """A resident asked for a service; the price was told first. `serial` counts per station."""

    type: ClassVar[str] = "order.placed"
    number: Name
    serial: Whole
    station: Name
    service: Name
    choice: Name
    window: Name
    place: str
    note: str = ""


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


class Step(msgspec.Struct, frozen=True):
    """One line of the order's story; `note` is a partner's code, a reason or a day."""

    type: str
    time: str
    actor: str
    note: str = ""


class Order(msgspec.Struct, frozen=True):
    """An order as it stands. `partner` is empty while it waits for the dispatcher."""

    number: str
    serial: int
    station: str
    person: str
    service: str
    choice: str
    window: str
    place: str
    note: str
    status: str
    placed: str
    since: str
    partner: str = ""
    worker: str = ""
    day: str = ""
    agreed_window: str = ""
    result: str = ""
    cost_fen: int = 0
    reopened: int = 0
    steps: tuple[Step, ...] = ()
    photos: tuple[Photo, ...] = ()


TYPES = (
    Placed,
    Withdrawn,
    Dispatched,
    Accepted,
    Declined,
    Scheduled,
    Finished,
    Unfinished,
    Confirmed,
    Disputed,
    Attached,
)

BACK = {"order.withdrawn": "withdrawn", "order.dispatched": "dispatched"}

WORKING = {
    "order.withdrawn": "withdrawn",
    "order.scheduled": "scheduled",
    "order.finished": "provider_done",
    "order.unfinished": "unfinished",
    "order.declined": "declined",
}

STEPS = {
    None: {"order.placed": "submitted"},
    "submitted": BACK,
    "declined": BACK,
    "unfinished": BACK,
    "reopened": {**BACK, "order.confirmed": "closed"},
    "dispatched": {
        **BACK,
        "order.accepted": "taken",
        "order.declined": "declined",
    },
    "taken": WORKING,
    "scheduled": WORKING,
    "provider_done": {"order.confirmed": "closed", "order.disputed": "reopened"},
    "closed": {"order.disputed": "reopened"},
}

WAITING = ("submitted", "declined", "unfinished", "reopened")
"""The states that the dispatcher owns."""

OPEN = (*WAITING, "dispatched", "taken", "scheduled", "provider_done")

LEGAL = STEPS | {status: {**STEPS[status], "order.attached": status} for status in OPEN}
"""A photo is welcome while the order is open, and moves nothing."""

WORDS = {
    None: N_("没有这张单"),
    "submitted": N_("这张单还在等派单"),
    "declined": N_("这张单已退回，等着改派"),
    "unfinished": N_("上次没有办成，等着改派"),
    "reopened": N_("这张单已经重新打开"),
    "dispatched": N_("这张单已经派出去了"),
    "taken": N_("这张单已经有人接了"),
    "scheduled": N_("这张单已经约好时间了"),
    "provider_done": N_("师傅说已经做好了，请您看看好不好"),
    "closed": N_("这张单已经办结了"),
    "withdrawn": N_("这张单已经撤回了"),
}

NOT_YOURS = N_("这张单现在不在这家单位手里")


def fold(state: Order | None, event: Event, data: Data) -> Order | SetAside:
    """The order after one more event, or why that step is not legal."""
    status = advance(LEGAL, state.status if state else None, event, WORDS)
    if isinstance(status, SetAside):
        return status
    if isinstance(data, Placed):
        return _place(event, data, status)
    assert state is not None
    if not theirs(state, data):
        return SetAside(NOT_YOURS)
    if isinstance(data, Attached):
        return _attach(state, event, data)
    step = Step(event.type, event.time, event.actor, _note(data))
    changes = _changes(state, data)
    return msgspec.structs.replace(
        state, status=status, since=event.time, steps=(*state.steps, step), **changes
    )


def theirs(state: Order, data: Data) -> bool:
    """Whether a partner's step comes from the partner that has the order."""
    partner = getattr(data, "partner", state.partner)
    return isinstance(data, Dispatched) or partner == state.partner


def last_step(state: Order) -> Step:
    """The step that brought the order where it stands; a photo brings it nowhere."""
    return next(step for step in reversed(state.steps) if step.type != Attached.type)


def _attach(state: Order, event: Event, data: Attached) -> Order | SetAside:
    """One more photo: the order stands as it stood, and since when it stood."""
    full = no_room(state.photos, data)
    if full:
        return SetAside(full)
    photo = Photo(data.digest, data.media, data.size, event.actor, event.time)
    step = Step(event.type, event.time, event.actor)
    return msgspec.structs.replace(state, photos=(*state.photos, photo), steps=(*state.steps, step))


def _place(event: Event, data: Placed, status: str) -> Order:
    return Order(
        number=data.number,
        serial=data.serial,
        station=data.station,
        person=event.audience.partition(":")[2],
        service=data.service,
        choice=data.choice,
        window=data.window,
        place=data.place,
        note=data.note,
        status=status,
        placed=event.time,
        since=event.time,
        steps=(Step(event.type, event.time, event.actor),),
    )


def _note(data: Data) -> str:
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


def _changes(state: Order, data: Data) -> dict[str, str | int]:
    match data:
        case Dispatched(partner):
            return {"partner": partner, "worker": "", "day": "", "agreed_window": ""}
        case Declined() | Unfinished():
            return {"partner": "", "worker": "", "day": "", "agreed_window": ""}
        case Scheduled(_, day, window, worker):
            return {"day": day, "agreed_window": window, "worker": worker}
        case Finished(_, result, cost_fen):
            return {"result": result, "cost_fen": cost_fen}
        case Disputed():
            return {"reopened": state.reopened + 1}
    return {}
