"""Orders: who may take which step when, and what each of them leaves in the order."""

import datetime
from typing import Any

import pytest

from tests.yizhan.nodes import WANG, order, place, record, step
from tests.yizhan.services.steps import fold_all, fold_one, told
from yizhan.errors import Refusal
from yizhan.events import Data, Draft
from yizhan.record import Node
from yizhan.services.orders import commands
from yizhan.services.orders import projection as orders
from yizhan.services.orders.model import (
    OPEN,
    TYPES,
    WAITING,
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
    fold,
    last_step,
)
from yizhan.services.orders.photos import PHOTOS_MAX, Attached
from yizhan.services.orders.voices import NOTES_MAX, Spoken

HERS = f"person:{WANG}"
DAY = "2026-11-24"
PLACED = Placed("zhongda-0001", 1, "zhongda", "repair", "lamp", "am", "home")
DATA: dict[type[Data], Data] = {
    Placed: PLACED,
    Withdrawn: Withdrawn(),
    Dispatched: Dispatched("li"),
    Accepted: Accepted("li"),
    Declined: Declined("li", "太远"),
    Scheduled: Scheduled("li", DAY, "am", "李师傅"),
    Finished: Finished("li", "换了灯泡", 1500),
    Unfinished: Unfinished("li", "没人在家"),
    Confirmed: Confirmed(),
    Disputed: Disputed("还是不亮"),
    Attached: Attached("ab" * 32, "image/jpeg", 900_000),
    Spoken: Spoken("cd" * 32, "audio/webm", 60_000, 12),
    Undone: Undone("order.confirmed"),
}
SENT: list[Data] = [PLACED, Dispatched("li")]
TAKEN: list[Data] = [*SENT, Accepted("li")]
DONE: list[Data] = [*TAKEN, Finished("li", "换了灯泡", 1500)]
PATHS: dict[str | None, list[Data]] = {
    None: [],
    "submitted": [PLACED],
    "dispatched": SENT,
    "declined": [*SENT, Declined("li", "太远")],
    "taken": TAKEN,
    "scheduled": [*TAKEN, DATA[Scheduled]],
    "unfinished": [*TAKEN, Unfinished("li", "没人在家")],
    "provider_done": DONE,
    "reopened": [*DONE, Disputed("还是不亮")],
    "closed": [*DONE, Confirmed()],
    "withdrawn": [PLACED, Withdrawn()],
}
BY_THE_DISPATCHER = ("submitted", "declined", "unfinished", "reopened", "dispatched")
AT_WORK = ("taken", "scheduled")
LEGAL: dict[tuple[str | None, type[Data]], str] = {
    (None, Placed): "submitted",
    ("dispatched", Accepted): "taken",
    ("dispatched", Declined): "declined",
    ("provider_done", Confirmed): "closed",
    ("provider_done", Disputed): "reopened",
    ("closed", Disputed): "reopened",
    ("reopened", Confirmed): "closed",
    ("closed", Undone): "provider_done",
    **{(status, Dispatched): "dispatched" for status in BY_THE_DISPATCHER},
    **{(status, Withdrawn): "withdrawn" for status in (*BY_THE_DISPATCHER, *AT_WORK)},
    **{(status, Scheduled): "scheduled" for status in AT_WORK},
    **{(status, Finished): "provider_done" for status in AT_WORK},
    **{(status, Unfinished): "unfinished" for status in AT_WORK},
    **{(status, Declined): "declined" for status in AT_WORK},
    **{(status, beside): status for status in OPEN for beside in (Attached, Spoken)},
}


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("status", PATHS)
def test_each_step_is_folded_where_it_is_legal_and_set_aside_elsewhere(
    status: str | None, kind: type[Data]
) -> None:
    before = fold_all(fold, PATHS[status], HERS)
    outcome = fold_one(fold, before, DATA[kind], HERS)
    if (status, kind) in LEGAL:
        assert outcome.status == LEGAL[status, kind]
        assert [one.type for one in outcome.steps][-1] == kind.type
    else:
        told(outcome)


@pytest.mark.parametrize("kind", [Accepted, Declined, Scheduled, Finished, Unfinished])
@pytest.mark.parametrize("status", ["dispatched", "taken", "scheduled"])
def test_another_partner_takes_no_step(status: str, kind: type[Data]) -> None:
    before = fold_all(fold, PATHS[status], HERS)
    data = type(DATA[kind])(**{**_fields(DATA[kind]), "partner": "zhang"})
    told(fold_one(fold, before, data, HERS))


def _fields(data: Data) -> dict[str, Any]:
    return {name: getattr(data, name) for name in data.__struct_fields__}


COMMANDS: dict[type[Data], Any] = {
    Withdrawn: lambda o: commands.withdraw(o, "order/1"),
    Dispatched: lambda o: commands.dispatch(o, "order/1", "li"),
    Accepted: lambda o: commands.accept(o, "order/1", "li"),
    Declined: lambda o: commands.decline(o, "order/1", "li", "太远"),
    Scheduled: lambda o: commands.schedule(o, "order/1", "li", DAY, "am", "李师傅"),
    Finished: lambda o: commands.finish(o, "order/1", "li", "换了灯泡", 1500),
    Unfinished: lambda o: commands.give_up(o, "order/1", "li", "没人在家"),
    Confirmed: lambda o: commands.confirm(o, "order/1"),
    Disputed: lambda o: commands.dispute(o, "order/1", "还是不亮"),
    Attached: lambda o: commands.attach(o, "order/1", DATA[Attached]),  # type: ignore[arg-type]
    Spoken: lambda o: commands.speak(o, "order/1", DATA[Spoken]),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("kind", COMMANDS)
@pytest.mark.parametrize("status", PATHS)
def test_a_command_offers_what_the_fold_allows_and_says_the_same_otherwise(
    status: str | None, kind: type[Data]
) -> None:
    before = fold_all(fold, PATHS[status], HERS)
    decision = COMMANDS[kind](before)
    if (status, kind) in LEGAL:
        assert isinstance(decision, Draft)
        assert decision.owner == WANG
        assert fold_one(fold, before, decision.data, HERS).status == LEGAL[status, kind]
    else:
        assert str(decision) == told(fold_one(fold, before, DATA[kind], HERS))


@pytest.mark.parametrize(
    "decide",
    [
        lambda o: commands.dispatch(o, "order/1", ""),
        lambda o: commands.decline(o, "order/1", "li", " "),
        lambda o: commands.schedule(o, "order/1", "li", "明天", "am", ""),
        lambda o: commands.schedule(o, "order/1", "li", DAY, "", ""),
        lambda o: commands.finish(o, "order/1", "li", " ", 0),
        lambda o: commands.finish(o, "order/1", "li", "好了", -1),
        lambda o: commands.finish(o, "order/1", "li", "好了", commands.COST_MAX_FEN + 1),
        lambda o: commands.give_up(o, "order/1", "li", ""),
        lambda o: commands.place("order/1", "", PLACED),
        lambda o: commands.accept(o, "order/1", "zhang"),
    ],
)
def test_what_is_missing_is_asked_for(decide: Any) -> None:
    assert isinstance(decide(fold_all(fold, TAKEN, HERS)), Refusal)


def test_an_order_that_went_back_carries_nothing_of_the_last_partner() -> None:
    before = fold_all(fold, PATHS["scheduled"], HERS)
    assert (before.partner, before.worker, before.day) == ("li", "李师傅", DAY)
    after = fold_one(fold, before, Declined("li", "太远"), HERS)
    assert (after.partner, after.worker, after.day, after.agreed_window) == ("", "", "", "")
    assert [(one.type, one.note) for one in after.steps][-2:] == [
        ("order.scheduled", f"{DAY} am"),
        ("order.declined", "太远"),
    ]


def test_a_photo_moves_nothing_and_says_who_attached_it_when() -> None:
    before = fold_all(fold, PATHS["declined"], HERS)
    after = fold_one(fold, before, DATA[Attached], HERS)
    assert (after.status, after.since, after.partner) == ("declined", before.since, before.partner)
    photo = after.photos[0]
    assert (photo.digest, photo.media, photo.size) == ("ab" * 32, "image/jpeg", 900_000)
    assert photo.actor and photo.time
    assert last_step(after) == last_step(before) == before.steps[-1]


def test_an_order_takes_each_photo_once_and_only_so_many() -> None:
    photos: list[Data] = [Attached(f"{n:064x}", "image/jpeg", 1000) for n in range(PHOTOS_MAX + 1)]
    state = fold_all(fold, [PLACED, *photos[:-1]], HERS)
    assert len(state.photos) == PHOTOS_MAX
    for one, sentence in ((photos[-1], "最多 6 张"), (photos[0], "已经附在单上")):
        assert sentence in told(fold_one(fold, state, one, HERS))
        decision = commands.attach(state, "order/1", one)  # type: ignore[arg-type]
        assert isinstance(decision, Refusal) and sentence in str(decision)


@pytest.mark.parametrize(
    ("path", "step"),
    [
        ([PLACED, Withdrawn()], "order.withdrawn"),
        ([*TAKEN, Withdrawn()], "order.withdrawn"),
        ([*DONE, Confirmed()], "order.confirmed"),
        ([*DONE, Disputed("还是不亮")], "order.disputed"),
        ([*DONE, Disputed("还是不亮"), DATA[Attached]], "order.disputed"),
    ],
)
def test_her_last_word_is_taken_back_once_and_all_stands_as_before(
    path: list[Data], step: str
) -> None:
    index = max(n for n, one in enumerate(path) if one.type == step)
    before, after = fold_all(fold, path[:index], HERS), fold_all(fold, path, HERS)
    undone = fold_one(fold, after, Undone(step), HERS)
    same = ("status", "partner", "day", "worker", "reopened")
    assert [getattr(undone, one) for one in same] == [getattr(before, one) for one in same]
    assert last_step(undone).type == last_step(before).type
    told(fold_one(fold, undone, Undone(step), HERS))
    told(fold_one(fold, after, Undone("order.placed"), HERS))


def test_nobody_else_takes_her_word_back_and_not_after_ten_minutes() -> None:
    closed = fold_all(fold, [*DONE, Confirmed()], HERS)
    then = datetime.datetime.fromisoformat(last_step(closed).time)
    actor = last_step(closed).actor
    soon, late = (then + datetime.timedelta(minutes=n) for n in (9, 11))
    assert isinstance(commands.undo(closed, "order/1", "order.confirmed", actor, soon), Draft)
    for who, when in (("staff/li", soon), (actor, late)):
        refused = commands.undo(closed, "order/1", "order.confirmed", who, when)
        assert isinstance(refused, Refusal)


def test_an_order_takes_each_note_once_and_only_so_many() -> None:
    notes: list[Data] = [Spoken(f"{n:064x}", "audio/webm", 900, 5) for n in range(NOTES_MAX + 1)]
    state = fold_all(fold, [PLACED, *notes[:-1]], HERS)
    assert [one.seconds for one in state.voices] == [5] * NOTES_MAX
    for one, sentence in ((notes[-1], "最多 3 段"), (notes[0], "已经在单上")):
        assert sentence in told(fold_one(fold, state, one, HERS))
        decision = commands.speak(state, "order/1", one)  # type: ignore[arg-type]
        assert isinstance(decision, Refusal) and sentence in str(decision)


def test_a_station_s_open_orders_are_listed_newest_first(hub: Node) -> None:
    names = [place(hub, serial=serial) for serial in (1, 2, 3)]
    record(hub, commands.withdraw(order(hub, names[1]), names[1]))
    assert [row.subject for row in orders.open_of_station(hub.db, "hub")] == [names[2], names[0]]
    assert orders.open_of_station(hub.db, "zhongda") == []


def test_each_dispute_counts() -> None:
    again = [*DONE, Disputed(), Dispatched("li"), *DONE[2:], Confirmed(), Disputed()]
    assert fold_all(fold, again, HERS).reopened == 2


def test_every_state_has_one_owner() -> None:
    ended = {"closed", "withdrawn"}
    assert set(OPEN) | ended == set(PATHS) - {None}
    assert set(WAITING) < set(OPEN)


def test_the_dispatcher_sees_what_waits_and_the_partner_what_is_theirs(hub: Node) -> None:
    names = [place(hub, serial=serial) for serial in (1, 2, 3)]
    for name in names[1:]:
        step(hub, commands.dispatch, name, "li")
    step(hub, commands.accept, names[2], "li")
    assert [row.subject for row in orders.waiting(hub.db)] == [names[0]]
    assert {row.subject for row in orders.under_way(hub.db)} == set(names[1:])
    assert {row.subject for row in orders.of_partner(hub.db, "li")} == set(names[1:])
    assert (orders.load(hub.db, "li"), orders.load(hub.db, "zhang")) == (2, 0)
    step(hub, commands.finish, names[2], "li", "换了灯泡", 1500)
    assert orders.load(hub.db, "li") == 1
    record(hub, commands.withdraw(order(hub, names[1]), names[1]))
    assert [row.subject for row in orders.of_partner(hub.db, "li")] == [names[2]]


def test_an_order_is_found_by_its_number_and_its_person(hub: Node) -> None:
    name = place(hub, serial=4)
    row = orders.by_number(hub.db, "hub-0004")
    assert row is not None and row.subject == name and row.person == WANG
    assert orders.by_number(hub.db, "hub-0005") is None
    assert [row.subject for row in orders.of_person(hub.db, WANG)] == [name]
    assert orders.next_serial(hub.db, "hub") == 5 and orders.next_serial(hub.db, "x") == 1
