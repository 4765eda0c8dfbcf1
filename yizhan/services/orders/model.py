"""An order from the tap to the resident's own word: legal steps, fold, and who owns each state.

Knows no service, no partner and no price by name; they come with the events. The order goes
to the hub and the stations that hold the person's record. Only the resident's word closes it.
"""

import msgspec

from yizhan.errors import N_
from yizhan.events import Data, Event
from yizhan.folding import SetAside, advance
from yizhan.services.orders import photos as pictures
from yizhan.services.orders import voices as notes
from yizhan.services.orders.facts import (
    Accepted,
    Confirmed,
    Declined,
    Dispatched,
    Disputed,
    Finished,
    Placed,
    Scheduled,
    Undone,
    Unfinished,
    Withdrawn,
    note_of,
)
from yizhan.services.orders.photos import Attached, Photo
from yizhan.services.orders.voices import Spoken, Voice

__all__ = [
    "BESIDE",
    "HERS",
    "LEGAL",
    "NOTHING_TO_UNDO",
    "NOT_YOURS",
    "OPEN",
    "STEPS",
    "TYPES",
    "WAITING",
    "WORDS",
    "Accepted",
    "Confirmed",
    "Declined",
    "Dispatched",
    "Disputed",
    "Finished",
    "Order",
    "Placed",
    "Scheduled",
    "Step",
    "Undone",
    "Unfinished",
    "Withdrawn",
    "fold",
    "last_step",
    "no_room",
    "theirs",
    "undoable",
]


class Step(msgspec.Struct, frozen=True):
    """One line of the order's story; `note` is a partner's code, a reason or a day."""

    type: str
    time: str
    actor: str
    note: str = ""


class Order(msgspec.Struct, frozen=True):
    """An order as it stands. `partner` is empty while it waits for the dispatcher.

    `before` is the status before its last step, where she can take that step back.
    """

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
    voices: tuple[Voice, ...] = ()
    before: str = ""


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
    Spoken,
    Undone,
)

HERS = ("order.withdrawn", "order.confirmed", "order.disputed")
"""The steps that she herself takes, and may take back while nobody went on from there."""

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

BESIDE = (Attached.type, Spoken.type)
"""A photo or a word more is welcome while the order is open, and moves nothing."""

LEGAL = STEPS | {status: {**STEPS[status], **dict.fromkeys(BESIDE, status)} for status in OPEN}

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

NOTHING_TO_UNDO = N_("别人已经接着办了，撤不回来。有事请按“叫人帮忙”")
NOT_YOURS = N_("这张单现在不在这家单位手里")


def fold(state: Order | None, event: Event, data: Data) -> Order | SetAside:
    """The order after one more event, or why that step is not legal."""
    if isinstance(data, Undone):
        return _undo(state, event, data)
    status = advance(LEGAL, state.status if state else None, event, WORDS)
    if isinstance(status, SetAside):
        return status
    if isinstance(data, Placed):
        return _place(event, data, status)
    assert state is not None
    if not theirs(state, data):
        return SetAside(NOT_YOURS)
    if isinstance(data, Attached | Spoken):
        return _beside(state, event, data)
    step = Step(event.type, event.time, event.actor, note_of(data))
    changes = _changes(state, data)
    before = state.status if event.type in HERS else ""
    return msgspec.structs.replace(
        state,
        status=status,
        since=event.time,
        steps=(*state.steps, step),
        before=before,
        **changes,
    )


def _undo(state: Order | None, event: Event, data: Undone) -> Order | SetAside:
    """As it stood before her last step, if that is still the last."""
    if state is None:
        return SetAside(WORDS[None])
    if not undoable(state, data.step):
        return SetAside(NOTHING_TO_UNDO)
    return msgspec.structs.replace(
        state,
        status=state.before,
        since=event.time,
        steps=(*state.steps, Step(event.type, event.time, event.actor)),
        before="",
        reopened=state.reopened - (data.step == "order.disputed"),
    )


def undoable(state: Order, step: str) -> bool:
    """Whether the order's last step is this one of hers, and nobody went on from there."""
    return bool(state.before) and last_step(state).type == step


def theirs(state: Order, data: Data) -> bool:
    """Whether a partner's step comes from the partner that has the order."""
    partner = getattr(data, "partner", state.partner)
    return isinstance(data, Dispatched) or partner == state.partner


def last_step(state: Order) -> Step:
    """The step that brought the order where it stands; a photo, or what was undone, did not."""
    undone = 0
    for step in reversed(state.steps):
        if step.type == Undone.type:
            undone += 1
        elif step.type not in BESIDE:
            if not undone:
                return step
            undone -= 1
    return state.steps[0]


def no_room(state: Order, data: Attached | Spoken) -> str:
    """Why the order takes no such photo or note any more; empty where it does."""
    if isinstance(data, Attached):
        return pictures.no_room(state.photos, data)
    return notes.no_room(state.voices, data)


def _beside(state: Order, event: Event, data: Attached | Spoken) -> Order | SetAside:
    """One more photo or note: the order stands as it stood, and since when it stood."""
    full = no_room(state, data)
    if full:
        return SetAside(full)
    steps = (*state.steps, Step(event.type, event.time, event.actor))
    said = (data.digest, data.media, data.size, event.actor, event.time)
    if isinstance(data, Attached):
        return msgspec.structs.replace(state, photos=(*state.photos, Photo(*said)), steps=steps)
    voices = (*state.voices, Voice(*said, data.seconds))
    return msgspec.structs.replace(state, voices=voices, steps=steps)


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
