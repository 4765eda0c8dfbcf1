"""Stations and hub agree, whatever was recorded where and whatever the road did.

YIZHAN_RUNS is how many random runs each test makes; YIZHAN_SEED repeats them.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.faults.town import CODES, Town
from tests.sync.road import WANG
from yizhan.services.orders import commands as orders

RUNS = int(os.environ.get("YIZHAN_RUNS", "20"))

MEMORY = Path("/dev/shm")
"""These runs pull no plug, so they need no disk (tests/yizhan/test_db.py does)."""

FAULTS = ("", "", "request lost", "reply lost", "request late", "request twice")
code = st.sampled_from(CODES)
number = st.integers(0, 41)

LIFE = (
    st.tuples(st.just("place"), code),
    st.tuples(st.just("step"), st.sampled_from(("hub", "hub", *CODES)), number, number),
    st.tuples(st.just("step"), st.sampled_from(("hub", "hub", *CODES)), number, number),
    st.tuples(st.just("both"), code, number, number),
    st.tuples(st.just("at_two_stations"), code, code),
    st.tuples(st.just("take_ticket"), code),
    st.tuples(st.just("serve"), number, number),
    st.tuples(st.just("meet"), code),
    st.tuples(st.just("give_word"), code, number, number),
)
ROAD = (
    st.tuples(st.just("talk"), code, st.sampled_from(FAULTS)),
    st.tuples(st.just("talk"), code, st.sampled_from(FAULTS)),
    st.tuples(st.just("arrive"), number),
)
RESTARTS = (st.tuples(st.just("restart"), st.sampled_from(("hub", *CODES))),)
OLD_STATIONS = (
    st.tuples(st.just("image"), code),
    st.tuples(st.just("put_back"), code),
)
OLD_HUBS = (
    st.tuples(st.just("image"), st.just("hub")),
    st.tuples(st.just("put_back"), st.just("hub")),
)

random_runs = settings(
    max_examples=RUNS,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    print_blob=False,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)


def moves(*kinds: Any) -> Any:
    """A list of moves of these kinds."""
    return st.lists(st.one_of(*kinds), min_size=30, max_size=90)


@contextmanager
def town() -> Iterator[Town]:
    """A town of its own for one run."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        one = Town(Path(folder))
        yield one
        one.close()


def live(one: Town, run: list[tuple[Any, ...]]) -> None:
    """Make these moves, then let the road be good."""
    for name, *values in run:
        getattr(one, name)(*values)
    one.settle()
    one.check()


@random_runs
@given(moves(*LIFE, *ROAD, *RESTARTS))
def test_everybody_agrees_and_nothing_is_lost_on_a_bad_road(run: list[tuple[Any, ...]]) -> None:
    with town() as one:
        live(one, run)
        one.check_nothing_lost()


@random_runs
@given(moves(*LIFE, *ROAD, *RESTARTS, *OLD_STATIONS))
def test_everybody_agrees_when_stations_are_put_back_to_old_images(
    run: list[tuple[Any, ...]],
) -> None:
    with town() as one:
        live(one, run)


@random_runs
@given(moves(*LIFE, *ROAD, *RESTARTS, *OLD_HUBS))
def test_everybody_agrees_when_the_hub_is_put_back_to_an_old_backup(
    run: list[tuple[Any, ...]],
) -> None:
    with town() as one:
        live(one, run)


@pytest.mark.parametrize("first", ["hub", "station"])
def test_wang_withdraws_offline_while_the_hub_dispatches(first: str, tmp_path: Path) -> None:
    """In both orders of arrival she is right: what was dispatched may still be withdrawn."""
    one = Town(tmp_path)
    zhongda, hub = one.stations["zhongda"], one.hub.node
    one.place("zhongda")
    one.exchange(zhongda)
    [name] = one.orders
    one.do("zhongda", lambda node: orders.withdraw(node.state("order", WANG, name), name))
    if first == "station":
        one.exchange(zhongda)
    dispatched = one.do(
        "hub", lambda node: orders.dispatch(node.state("order", WANG, name), name, "li")
    )
    assert dispatched == (first == "hub"), "what she has withdrawn is not sent to anybody"
    one.settle()
    one.check()
    one.check_nothing_lost()
    for node in (hub, zhongda.node):
        assert node.state("order", WANG, name).status == "withdrawn"
        steps = [step.type for step in node.state("order", WANG, name).steps]
        assert ("order.dispatched" in steps) == (first == "hub")


def test_two_stations_withdraw_one_order_and_one_of_them_is_told(tmp_path: Path) -> None:
    one = Town(tmp_path)
    zhongda, xiaogan = one.stations["zhongda"], one.stations["xiaogan"]
    one.meet("xiaogan")
    one.place("zhongda")
    one.settle()
    [name] = one.orders
    for code in ("zhongda", "xiaogan"):
        assert one.do(code, lambda node: orders.withdraw(node.state("order", WANG, name), name))
    one.exchange(xiaogan)
    one.settle()
    one.check()
    for station in (zhongda, xiaogan):
        told = station.db.sql("SELECT reason, actor FROM set_aside")
        assert told == [("这张单已经撤回了", f"person/{WANG}")]
