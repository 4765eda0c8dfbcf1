"""Ratings: a face is asked for once, and a rate is read with its denominators."""

import datetime
from typing import Any

import pytest

from tests.yizhan.nodes import DAY, record, take
from tests.yizhan.services.steps import fold_all, fold_one, told
from yizhan.errors import Refusal
from yizhan.events import Data, Draft
from yizhan.record import Node
from yizhan.services.ratings import commands
from yizhan.services.ratings import projection as ratings
from yizhan.services.ratings.model import TYPES, Answered, Offered, Passed, Rating, Undone, fold
from yizhan.services.tickets.model import Called, Finished

OFFERED = Offered("ticket/7", "mending", DAY)
DATA: dict[type[Data], Data] = {
    Offered: OFFERED,
    Answered: Answered(3),
    Passed: Passed(),
    Undone: Undone(),
}
PATHS: dict[str | None, list[Data]] = {
    None: [],
    "offered": [OFFERED],
    "answered": [OFFERED, Answered(3)],
    "passed": [OFFERED, Passed()],
}
LEGAL = {
    (None, Offered): "offered",
    ("offered", Answered): "answered",
    ("offered", Passed): "passed",
    ("passed", Answered): "answered",
    ("answered", Undone): "offered",
}


def since(rating: Rating | None, minutes: int = 0) -> datetime.datetime:
    """So many minutes after the rating came to stand as it does."""
    begun = datetime.datetime.fromisoformat(rating.since if rating else DAY)
    return begun + datetime.timedelta(minutes=minutes)


COMMANDS: dict[type[Data], Any] = {
    Offered: lambda r: commands.offer(r, "zhongda", OFFERED),
    Answered: lambda r: commands.answer(r, "ticket/7", "zhongda", 3),
    Passed: lambda r: commands.skip(r, "ticket/7", "zhongda"),
    Undone: lambda r: commands.undo(r, "ticket/7", "zhongda", since(r)),
}


def test_a_face_is_taken_back_for_ten_minutes_and_counts_no_more() -> None:
    answered = fold_all(fold, [OFFERED, Answered(1)])
    assert isinstance(commands.undo(answered, "ticket/7", "zhongda", since(answered, 9)), Draft)
    late = commands.undo(answered, "ticket/7", "zhongda", since(answered, 11))
    assert isinstance(late, Refusal) and "叫人帮忙" in str(late)
    undone = fold_one(fold, answered, Undone())
    assert (undone.status, undone.face) == ("offered", 0)
    assert fold_one(fold, undone, Answered(3)).face == 3


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("status", PATHS)
def test_fold_and_command_agree_on_each_step(status: str | None, kind: type[Data]) -> None:
    before = fold_all(fold, PATHS[status])
    outcome, decision = fold_one(fold, before, DATA[kind]), COMMANDS[kind](before)
    if (status, kind) in LEGAL:
        assert outcome.status == LEGAL[status, kind]
        assert isinstance(decision, Draft) and decision.data == DATA[kind]
        assert decision.subject == "rating/ticket/7"
    else:
        assert str(decision) == told(outcome)


@pytest.mark.parametrize("face", [0, 4, -1])
def test_there_are_three_faces(face: int) -> None:
    offered = fold_all(fold, PATHS["offered"])
    assert isinstance(commands.answer(offered, "ticket/7", "zhongda", face), Refusal)


def test_a_face_that_is_none_of_the_three_is_set_aside_too() -> None:
    told(fold_one(fold, fold_all(fold, PATHS["offered"]), Answered(9)))


def serve(node: Node, number: int, face: int | None) -> None:
    """One ticket served; rated with a face, passed over (0), or never asked (None)."""
    name = take(node, number)
    record(node, Draft(name, Called(), owner=node.source))
    record(node, Draft(name, Finished(200), owner=node.source))
    if face is not None:
        record(node, commands.offer(None, node.source, Offered(name, "mending", DAY)))
        rating = node.state("rating", node.source, f"rating/{name}")
        if face:
            record(node, commands.answer(rating, name, node.source, face))
        else:
            record(node, commands.skip(rating, name, node.source))


def test_a_rate_comes_with_everything_it_must_be_read_with(zhongda: Node) -> None:
    for number, face in enumerate((3, 3, 1, 0, None)):
        serve(zhongda, number, face)
    take(zhongda, 9)
    [rate] = ratings.rates(zhongda.db, DAY, "zhongda")
    assert (rate.served, rate.offered, rate.answered, rate.passed) == (5, 4, 3, 1)
    assert (rate.satisfied, rate.percent) == (2, 67)
    assert ratings.rates(zhongda.db, "2026-11-24") == []
    assert ratings.rates(zhongda.db, DAY, "xiaogan") == []


def test_no_answers_give_no_per_cent(zhongda: Node) -> None:
    serve(zhongda, 1, 0)
    [rate] = ratings.rates(zhongda.db, DAY)
    assert (rate.answered, rate.percent) == (0, None)


def test_the_rating_of_a_ticket_is_found(zhongda: Node) -> None:
    serve(zhongda, 1, 2)
    [row] = zhongda.db.sql("SELECT about FROM rating")
    found = ratings.of(zhongda.db, row[0])
    assert found is not None and (found.face, found.status) == (2, "answered")
    assert ratings.of(zhongda.db, "ticket/none") is None
