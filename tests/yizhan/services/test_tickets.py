"""Tickets: the table of legal steps, the commands that keep to it, and the queue."""

import datetime
from typing import Any

import pytest

from tests.yizhan.nodes import DAY, record, take
from tests.yizhan.services.steps import fold_all, fold_one, told
from yizhan.errors import Refusal
from yizhan.events import Data, Draft
from yizhan.record import Node
from yizhan.services.tickets import commands
from yizhan.services.tickets import projection as tickets
from yizhan.services.tickets.model import (
    TYPES,
    Called,
    Declined,
    Finished,
    Left,
    Skipped,
    Taken,
    Undone,
    Withdrawn,
    fold,
)

TAKEN = Taken(7, DAY, "mending", "button", 200, "wang")
DATA: dict[type[Data], Data] = {
    Taken: TAKEN,
    Called: Called(),
    Skipped: Skipped(),
    Finished: Finished(200),
    Left: Left(),
    Declined: Declined("没有这种线"),
    Withdrawn: Withdrawn(),
}
PATHS: dict[str | None, list[Data]] = {
    None: [],
    "waiting": [TAKEN],
    "called": [TAKEN, Called()],
    "left": [TAKEN, Called(), Left()],
    "finished": [TAKEN, Called(), Finished(200)],
    "declined": [TAKEN, Declined("没有这种线")],
    "withdrawn": [TAKEN, Withdrawn()],
}
LEGAL = {
    (None, Taken): "waiting",
    ("waiting", Called): "called",
    ("waiting", Withdrawn): "withdrawn",
    ("waiting", Declined): "declined",
    ("called", Skipped): "waiting",
    ("called", Finished): "finished",
    ("called", Left): "left",
    ("called", Declined): "declined",
    ("left", Finished): "finished",
    ("left", Declined): "declined",
    ("called", Undone): "waiting",
    ("finished", Undone): "called",
    ("left", Undone): "called",
    ("declined", Undone): "waiting",
    ("withdrawn", Undone): "waiting",
}


def step_data(step: type[Data], status: str | None) -> Data:
    """The step's data; what is taken back is the last step on the path to this status."""
    if step is not Undone:
        return DATA[step]
    path = PATHS[status]
    return Undone(path[-1].type if path else Taken.type)


@pytest.mark.parametrize("step", TYPES)
@pytest.mark.parametrize("status", PATHS)
def test_each_step_is_folded_where_it_is_legal_and_set_aside_elsewhere(
    status: str | None, step: type[Data]
) -> None:
    before = fold_all(fold, PATHS[status])
    outcome = fold_one(fold, before, step_data(step, status))
    if (status, step) in LEGAL:
        assert outcome.status == LEGAL[status, step]
    else:
        told(outcome)


COMMANDS: dict[type[Data], Any] = {
    Called: lambda t: commands.call(t, "ticket/7", "zhongda"),
    Skipped: lambda t: commands.skip(t, "ticket/7", "zhongda"),
    Finished: lambda t: commands.finish(t, "ticket/7", "zhongda", 200),
    Left: lambda t: commands.leave(t, "ticket/7", "zhongda"),
    Declined: lambda t: commands.decline(t, "ticket/7", "zhongda", "没有这种线"),
    Withdrawn: lambda t: commands.withdraw(t, "ticket/7", "zhongda"),
    Undone: lambda t: commands.undo(
        t, "ticket/7", "zhongda", t.last if t and t.last else Taken.type, soon(t, 60)
    ),
}


def soon(ticket: Any, seconds: float) -> datetime.datetime:
    """So long after the ticket's last step."""
    since = ticket.since if ticket and ticket.since else "2026-11-23T09:00:00+08:00"
    return datetime.datetime.fromisoformat(since) + datetime.timedelta(seconds=seconds)


@pytest.mark.parametrize("step", COMMANDS)
@pytest.mark.parametrize("status", PATHS)
def test_a_command_offers_what_the_fold_allows_and_says_the_same_otherwise(
    status: str | None, step: type[Data]
) -> None:
    before = fold_all(fold, PATHS[status])
    decision = COMMANDS[step](before)
    if (status, step) in LEGAL:
        assert isinstance(decision, Draft) and type(decision.data) is step
        assert decision.owner == "zhongda"
    else:
        assert str(decision) == told(fold_one(fold, before, step_data(step, status)))


@pytest.mark.parametrize(
    "path", [path for path in PATHS.values() if len(path) > 1] + [[TAKEN, Called(), Skipped()]]
)
def test_a_step_taken_back_leaves_the_ticket_as_it_was(path: list[Data]) -> None:
    before, after = fold_all(fold, path[:-1]), fold_all(fold, path)
    back = fold_one(fold, after, Undone(path[-1].type))
    for name in ("status", "turns", "paid_fen", "paid_by", "reason", "number", "taken"):
        assert getattr(back, name) == getattr(before, name), name
    assert told(fold_one(fold, back, Undone(path[-1].type))), "one step, and no further"


def test_only_the_step_that_the_keeper_saw_is_taken_back() -> None:
    finished = fold_all(fold, PATHS["finished"])
    assert told(fold_one(fold, finished, Undone("ticket.called")))
    refused = commands.undo(finished, "ticket/7", "zhongda", "ticket.called", soon(finished, 1))
    assert isinstance(refused, Refusal)


@pytest.mark.parametrize(("seconds", "may"), [(-60, True), (600, True), (601, False)])
def test_a_step_can_be_taken_back_for_ten_minutes(seconds: int, may: bool) -> None:
    finished = fold_all(fold, PATHS["finished"])
    now = soon(finished, seconds)
    decision = commands.undo(finished, "ticket/7", "zhongda", "ticket.finished", now)
    assert isinstance(decision, Draft) is may
    if not may:
        assert "十分钟" in str(decision)


def test_what_was_told_is_kept(zhongda: Node) -> None:
    done = fold_all(fold, [TAKEN, Called(), Skipped(), Called(), Finished(150, "code")])
    assert (done.number, done.price_fen, done.paid_fen, done.paid_by) == (7, 200, 150, "code")
    assert (done.turns, done.person) == (2, "wang")
    assert fold_all(fold, PATHS["declined"]).reason == "没有这种线"


@pytest.mark.parametrize("fen", [-1, commands.PRICE_MAX_FEN + 1])
def test_a_slip_of_the_finger_is_no_price(fen: int) -> None:
    called = fold_all(fold, PATHS["called"])
    for decision in (
        commands.take("ticket/7", "zhongda", Taken(1, DAY, "mending", "button", fen)),
        commands.finish(called, "ticket/7", "zhongda", fen),
        commands.finish(called, "ticket/7", "zhongda", 200, "promise"),
        commands.decline(called, "ticket/7", "zhongda", "  "),
    ):
        assert isinstance(decision, Refusal)


def test_a_number_that_was_skipped_waits_behind_the_others(zhongda: Node) -> None:
    names = [take(zhongda, number) for number in (1, 2, 3)]
    record(zhongda, Draft(names[0], Called(), owner="zhongda"))
    record(zhongda, Draft(names[0], Skipped(), owner="zhongda"))
    record(zhongda, Draft(names[1], Called(), owner="zhongda"))
    rows = tickets.queue(zhongda.db, "zhongda", DAY, "mending")
    assert [(row.number, row.status) for row in rows] == [
        (2, "called"),
        (3, "waiting"),
        (1, "waiting"),
    ]
    assert tickets.queue(zhongda.db, "zhongda", DAY, "knife") == []


def test_numbers_begin_at_one_each_day_at_each_station(zhongda: Node) -> None:
    assert tickets.next_number(zhongda.db, "zhongda", DAY) == 1
    take(zhongda, 4)
    assert tickets.next_number(zhongda.db, "zhongda", DAY) == 5
    assert tickets.next_number(zhongda.db, "zhongda", "2026-11-24") == 1
    assert tickets.next_number(zhongda.db, "xiaogan", DAY) == 1


def test_the_days_takings_are_what_was_paid(zhongda: Node) -> None:
    names = [take(zhongda, number) for number in (1, 2, 3)]
    for name in names:
        record(zhongda, Draft(name, Called(), owner="zhongda"))
    record(zhongda, Draft(names[0], Finished(250), owner="zhongda"))
    record(zhongda, Draft(names[1], Left(), owner="zhongda"))
    assert tickets.takings(zhongda.db, "zhongda", DAY) == 250
    assert [row.subject for row in tickets.to_collect(zhongda.db, "zhongda")] == [names[1]]
    record(zhongda, Draft(names[1], Finished(200), owner="zhongda"))
    assert tickets.takings(zhongda.db, "zhongda", DAY) == 450
    assert tickets.to_collect(zhongda.db, "zhongda") == []
    assert [row.number for row in tickets.of_day(zhongda.db, "zhongda", DAY)] == [3, 2, 1]
