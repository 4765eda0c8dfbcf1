"""Escrow's rules: the commands guard, the fold counts whatever comes in whatever order."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.yizhan.nodes import WANG
from tests.yizhan.test_folding import event
from yizhan import escrow
from yizhan.errors import Refusal
from yizhan.events import Data, Draft
from yizhan.folding import SetAside
from yizhan.mechanisms import REGISTRY
from yizhan.services.escrow import commands
from yizhan.services.escrow import projection as pools
from yizhan.services.escrow.model import (
    DEBT,
    HOLDER_TYPES,
    LOST,
    POOL_TYPES,
    SUSPECTED,
    Ask,
    Asked,
    Credited,
    Debt,
    Declined,
    Freeze,
    Frozen,
    Holder,
    Moved,
    Opened,
    Owed,
    Pool,
    Reclaimed,
    Released,
    Returned,
    Used,
    Withdrawn,
    fold,
    fold_holder,
)

POINTS = escrow.purse(WANG, "points")
SEATS = escrow.stock("calligraphy")
ANN = "staff/li"


def told(source: str, data: Data, state: Any = None, name: str = "e1") -> Any:
    """What the fold makes of an event of this source."""
    folds = fold_holder if isinstance(data, HOLDER_TYPES) else fold
    return folds(state, event(type=data.type, source=source, id=name, actor=ANN), data)


OPEN = Pool("分", {"zhongda": 5}, {"hub": 20, "zhongda": 5}, credited=25)
SPENT = Pool("分", {"zhongda": 5}, {"hub": 20}, credited=25, used=5)
BELOW = Pool("分", {}, {"hub": 20, "zhongda": -3}, 17, 0, {}, {"zhongda": Debt(3, "两台")})
ASKING = Pool("分", {}, {"hub": 20}, 20, 0, {"xiaogan": Ask("a1", 4)})
STATES = {"nothing": None, "open": OPEN, "spent": SPENT, "below": BELOW, "asking": ASKING}

COUNTED: list[tuple[str, Data, dict[str, int], int, int]] = [
    ("zhongda", Credited(7), {"zhongda": 7}, 7, 0),
    ("hub", Credited(7), {"hub": 7}, 7, 0),
    ("zhongda", Used(6), {"zhongda": -6}, 0, 6),
    ("hub", Used(6), {"hub": -6}, 0, 6),
    ("zhongda", Returned(2), {"zhongda": 2}, 0, -2),
    ("zhongda", Moved("hub", 9), {"zhongda": -9, "hub": 9}, 0, 0),
    ("hub", Moved("xiaogan", 4, "a1"), {"hub": -4, "xiaogan": 4}, 0, 0),
    ("hub", Reclaimed("zhongda", 5), {"zhongda": -5, "hub": 5}, 0, 0),
    ("xiaogan", Asked(4), {}, 0, 0),
    ("xiaogan", Withdrawn("a1"), {}, 0, 0),
    ("hub", Declined("a1", "不够"), {}, 0, 0),
    ("hub", Owed("zhongda", 3, "两台"), {}, 0, 0),
    ("hub", Opened("张", {"xiaogan": 2}), {}, 0, 0),
]
FOR_OTHERS: list[tuple[str, Data]] = [
    ("zhongda", Opened("分", {})),
    ("zhongda", Declined("a1", "不够")),
    ("zhongda", Owed("xiaogan", 3, "两台")),
    ("zhongda", Reclaimed("xiaogan", 5)),
    ("hub", Reclaimed("hub", 5)),
    ("hub", Asked(4)),
    ("hub", Withdrawn("a1")),
    ("zhongda", Moved("zhongda", 1)),
    ("zhongda", Frozen(LOST, "丢了")),
    ("zhongda", Released(("e1",))),
    ("hub", Released(("other",))),
]


def test_every_type_is_tried() -> None:
    tried = {type(data) for _, data, *_ in COUNTED} | {type(data) for _, data in FOR_OTHERS}
    assert tried == {*POOL_TYPES, *HOLDER_TYPES}


@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize(("source", "data", "changes", "credited", "used"), COUNTED)
def test_the_fold_counts_in_every_state(
    name: str, source: str, data: Data, changes: dict[str, int], credited: int, used: int
) -> None:
    before = STATES[name] or Pool()
    after = told(source, data, STATES[name])
    assert isinstance(after, Pool), after
    holders = before.holdings.keys() | after.holdings.keys() | changes.keys()
    for holder in holders:
        now = before.holdings.get(holder, 0) + changes.get(holder, 0)
        assert after.holdings.get(holder, 0) == now
    assert 0 not in after.holdings.values()
    assert (after.credited, after.used) == (before.credited + credited, before.used + used)
    assert after.debts.keys() <= {h for h, amount in after.holdings.items() if amount < 0}


@pytest.mark.parametrize(("source", "data"), FOR_OTHERS)
@pytest.mark.parametrize("name", STATES)
def test_what_another_would_have_to_say_is_set_aside(name: str, source: str, data: Data) -> None:
    state = None if isinstance(data, HOLDER_TYPES) else STATES[name]
    outcome = told(source, data, state)
    assert isinstance(outcome, SetAside) and len(outcome.reason) >= 5


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (("hub", Moved("xiaogan", 4, "a1")), "granted"),
        (("hub", Declined("a1", "不够")), "declined"),
        (("xiaogan", Withdrawn("a1")), "withdrawn"),
        (("xiaogan", Withdrawn("a0")), "waiting"),
        (("zhongda", Withdrawn("a1")), "waiting"),
        (("hub", Moved("xiaogan", 4)), "waiting"),
    ],
)
def test_an_ask_has_one_answer_and_only_its_own(answer: tuple[str, Data], status: str) -> None:
    assert told(*answer, ASKING).asks["xiaogan"].status == status


def test_a_newer_ask_takes_the_place_of_the_older() -> None:
    newer = told("xiaogan", Asked(2), ASKING, "a2")
    assert newer.asks == {"xiaogan": Ask("a2", 2)}
    assert told("hub", Declined("a1", "不够"), newer) == newer


def test_a_debt_lasts_until_the_holder_is_at_zero_again() -> None:
    less = told("hub", Moved("zhongda", 2), BELOW)
    assert less.debts == BELOW.debts
    assert told("hub", Moved("zhongda", 1), less).debts == {}


def test_a_pool_opened_again_has_the_newer_shares_and_keeps_what_it_holds() -> None:
    again = told("hub", Opened("分", {"xiaogan": 9}), OPEN)
    assert (again.allotments, again.holdings) == ({"xiaogan": 9}, OPEN.holdings)


def test_a_release_ends_only_the_freezes_that_it_names() -> None:
    once = told("hub", Frozen(LOST, "丢了"), None, "f1")
    twice = told("hub", Frozen(SUSPECTED, "两台"), once, "f2")
    assert twice.freezes == {"f1": Freeze(LOST, "丢了"), "f2": Freeze(SUSPECTED, "两台")}
    assert told("hub", Released(("f1",)), twice).freezes.keys() == {"f2"}
    assert told("hub", Released(("f1", "f2")), twice) == Holder()


GUARDED: dict[str, Callable[..., Any]] = {
    "use": lambda state, amount, frozen: commands.use(
        POINTS, state, "zhongda", amount, "x", frozen
    ),
    "move": lambda state, amount, frozen: commands.move(
        POINTS, state, "zhongda", "hub", amount, frozen
    ),
}


@pytest.mark.parametrize("way", GUARDED)
@pytest.mark.parametrize(
    ("state", "amount", "frozen", "words"),
    [
        (None, 1, False, "不够了，还有 0"),
        (OPEN, 6, False, "这里现在能用 5分，一共有 25分，其余的联网后才能用"),
        (OPEN, 26, False, "不够了，还有 25分"),
        (OPEN, 5, True, commands.FROZEN_HERE),
        (OPEN, 0, False, "数量要是 1 或更多的整数"),
        (OPEN, -1, False, "数量要是 1 或更多的整数"),
        (OPEN, 1 << 31, False, "数量要是 1 或更多的整数"),
        (BELOW, 1, False, "这里现在能用 0分，一共有 17分，其余的联网后才能用"),
        (SPENT, 1, False, "这里现在能用 0分，一共有 20分，其余的联网后才能用"),
    ],
)
def test_every_way_out_is_guarded(
    way: str, state: Pool | None, amount: int, frozen: bool, words: str
) -> None:
    assert str(GUARDED[way](state, amount, frozen)) == words


@pytest.mark.parametrize("way", GUARDED)
def test_what_is_held_may_be_spent_to_the_last(way: str) -> None:
    draft = GUARDED[way](OPEN, 5, False)
    assert isinstance(draft, Draft) and draft.data.amount == 5  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("state", "here", "amount", "frozen", "beyond"),
    [
        (None, "chawan", 3, False, 3),
        (SPENT, "zhongda", 3, False, 0),
        (OPEN, "zhongda", 3, False, 3),
        (SPENT, "zhongda", 8, False, 3),
        (OPEN, "zhongda", 3, True, 0),
        (OPEN, "hub", 3, False, 0),
        (BELOW, "zhongda", 2, False, 0),
    ],
)
def test_what_is_earned_beyond_the_share_goes_to_the_hub(
    state: Pool | None, here: str, amount: int, frozen: bool, beyond: int
) -> None:
    drafts = commands.credit(POINTS, state, here, amount, "hours/1", frozen)
    assert isinstance(drafts, list)
    moved = [Moved("hub", beyond)] if beyond else []
    assert [draft.data for draft in drafts] == [Credited(amount, "hours/1"), *moved]


@pytest.mark.parametrize(
    "refused",
    [
        commands.give_back(POINTS, None, 1, "x", False),
        commands.give_back(POINTS, SPENT, 6, "x", False),
        commands.give_back(POINTS, SPENT, 5, "x", True),
        commands.ask(POINTS, "hub", 1, False),
        commands.ask(POINTS, "zhongda", 1, True),
        commands.ask(POINTS, "zhongda", 0, False),
        commands.credit(POINTS, OPEN, "zhongda", 0, "x", False),
        commands.start(POINTS, "分", {"zhongda": -1}),
        commands.move(POINTS, OPEN, "hub", "hub", 1, False),
        commands.reclaim(POINTS, OPEN, "zhongda", False),
        commands.reclaim(POINTS, OPEN, "hub", True),
        commands.reclaim(POINTS, BELOW, "zhongda", True),
        commands.release("zhongda", None, (LOST,)),
        commands.release("zhongda", Holder({"f1": Freeze(LOST, "丢了")}), (SUSPECTED, DEBT)),
    ],
)
def test_what_makes_no_sense_is_refused(refused: object) -> None:
    assert isinstance(refused, Refusal) and len(str(refused)) >= 5


def test_the_hub_fills_up_as_far_as_it_reaches() -> None:
    shares, holdings = {"a": 5, "b": 5, "c": 5}, {"hub": 6, "a": 1, "b": 7}
    given = commands.keep_up(POINTS, shares, holdings, {"a", "b", "c"})
    assert [draft.data for draft in given] == [Moved("a", 4), Moved("c", 2)]
    assert commands.keep_up(POINTS, shares, holdings, {"b"}) == []


def test_both_kinds_of_pool_share_one_fold_and_differ_in_who_receives_them() -> None:
    purse, stock = REGISTRY.kinds["purse"], REGISTRY.kinds["stock"]
    assert (purse.scope, stock.scope) == ("person", "network")
    assert purse.fold is stock.fold and purse.types == stock.types
    assert (POINTS.audience, SEATS.audience) == (f"person:{WANG}", "network")
    assert pools.id_of(POINTS.audience, POINTS.subject) == POINTS
    assert pools.id_of(SEATS.audience, SEATS.subject) == SEATS
