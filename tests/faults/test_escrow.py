"""What is divided is never spent twice, whatever the road and the machines do.

YIZHAN_RUNS is how many random runs each test makes; YIZHAN_SEED repeats them.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.faults.disks_of_pools import CODES, SECOND, Machines
from tests.faults.pools import POOLS, Pools
from yizhan import escrow
from yizhan.services.escrow import projection as rows

RUNS = int(os.environ.get("YIZHAN_RUNS", "6"))
MEMORY = Path("/dev/shm")
"""These runs pull no plug, so they need no disk."""

POINTS = POOLS[0]
FAULTS = ("", "", "", "request lost", "reply lost", "request late", "request twice")
code, fault = st.sampled_from(("zhongda", *CODES)), st.sampled_from(FAULTS)
anywhere = st.sampled_from(("hub", "zhongda", *CODES))
copied = st.sampled_from(("zhongda", SECOND, SECOND, *CODES))
pool, amount, number = (
    st.integers(0, 1),
    st.sampled_from((1, 1, 2, 3, 5, 8, 12)),
    st.integers(0, 41),
)


def life(where: Any) -> tuple[Any, ...]:
    """What people do at these machines, and how these machines talk."""
    common = (
        st.tuples(st.just("spend"), where, pool, amount),
        st.tuples(st.just("spend_all"), where, pool),
        st.tuples(st.just("ask"), where, pool, amount, fault),
        st.tuples(st.just("talk"), where, fault),
    )
    return (
        *common,
        *common,
        st.tuples(st.just("earn"), where, pool, amount),
        st.tuples(st.just("move"), where, anywhere, pool, amount),
        st.tuples(st.just("tidy"), where),
        st.tuples(st.just("share"), pool, amount, code) | st.tuples(st.just("meet"), code),
        st.tuples(st.just("arrive"), number),
        st.tuples(st.just("restart"), where),
    )


UNDO = st.tuples(st.just("undo"), anywhere, pool)
HUBS = (
    st.tuples(st.just("image"), st.just("hub")),
    st.tuples(st.just("put_back"), st.just("hub")),
    st.tuples(st.just("exchange_all")),
)
IMAGES = (
    st.tuples(st.just("image"), code),
    st.tuples(st.just("put_back"), code),
    st.tuples(st.just("relapse"), code, pool, st.integers(0, 3)),
)
COPIES = (st.tuples(st.just("image"), code), st.tuples(st.just("copy"), code))

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
    return st.lists(st.one_of(*kinds), min_size=20, max_size=60)


@cache
def founded() -> tempfile.TemporaryDirectory[str]:
    """The disks of a network as every run finds it; gone with the process."""
    folder = tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)
    Pools(Path(folder.name)).close()
    return folder


@contextmanager
def network() -> Iterator[Pools]:
    """A network of its own for one run."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        shutil.copytree(founded().name, folder, dirs_exist_ok=True)
        one = Pools(Path(folder))
        yield one
        one.close()


def live(one: Pools, run: list[tuple[Any, ...]]) -> None:
    """Make these moves, look after each, then let the road be good."""
    for name, *values in run:
        getattr(one, name)(*values)
        one.look()
    one.exchange_all()
    one.check()


@random_runs
@given(moves(*life(anywhere), UNDO))
def test_nobody_is_below_zero_and_nothing_is_lost_on_a_bad_road(run: list[Any]) -> None:
    with network() as one:
        live(one, run)
        one.check_nothing_lost()
        assert rows.frozen_holders(one.hub.db) == {}, "nobody is frozen for a bad road"


@random_runs
@given(moves(*life(anywhere), UNDO, *HUBS))
def test_nobody_is_below_zero_when_the_hub_is_put_back_and_waits(run: list[Any]) -> None:
    with network() as one:
        live(one, run)
        assert rows.frozen_holders(one.hub.db) == {}, "all have come back, so it goes on"


@random_runs
@given(moves(*life(anywhere), *IMAGES))
def test_an_old_image_is_bounded_found_booked_and_frozen(run: list[Any]) -> None:
    with network() as one:
        live(one, run)
        one.check_debts()


@random_runs
@given(moves(*life(copied), *COPIES))
def test_a_copied_station_is_bounded_found_booked_and_frozen(run: list[Any]) -> None:
    with network() as one:
        live(one, run)
        one.check_debts()


def held(one: Pools, where: str) -> dict[str, int]:
    """What everybody holds of her points, in the eyes of a node."""
    found = rows.pool(one.node(where).db, POINTS)
    assert found is not None
    return found.holdings


def test_two_machines_spend_one_share_and_the_debt_is_exactly_that() -> None:
    with network() as one:
        one.spend("hub", 0, 20)
        one.image("zhongda")
        one.copy("zhongda")
        for name in ("zhongda", SECOND):
            one.spend(name, 0, 10)
        one.talk("zhongda", "")
        one.talk(SECOND, "")
        [debt] = rows.debts(one.hub.db)
        assert (debt.holder, debt.amount) == ("zhongda", -10)
        one.exchange_all()
        one.check()
        one.check_debts()


def test_a_lost_machine_is_frozen_and_its_stick_proves_what_it_used() -> None:
    with network() as one:
        one.spend("zhongda", 0, 7)
        stick = one.machines["zhongda"].request()
        one.spend("xiaogan", 1, 4)
        escrow.freeze(one.hub.node, "zhongda", escrow.LOST, "设备丢了", "staff/li")
        one.earn("hub", 0, 5)
        assert held(one, "hub") == {"hub": 25, "zhongda": 10}, "nobody counts on what it holds"
        one.hub.exchange(stick.raw)
        assert held(one, "hub") == {"hub": 25, "zhongda": 3}
        replace(one, "zhongda")
        one.exchange_all()
        assert escrow.spendable(one.node("zhongda"), POINTS) == 0, "not released yet"
        escrow.release(one.hub.node, "zhongda", escrow.LOST, "staff/li", "U 盘里的记录都到了")
        one.exchange_all()
        one.check()
        assert held(one, "zhongda") == {"hub": 18, "zhongda": 10}
        assert escrow.spendable(one.node("zhongda"), POINTS) == 10


def replace(one: Pools, code: str) -> None:
    """A new machine with an empty disk takes the place of a lost one."""
    one.node(code).db.close()
    for path in one.folder.glob(f"{code}.db*"):
        path.unlink()
    one.machines[code] = one.reopen(code)
    one.hub.one_machine(code)


def test_a_grant_that_comes_back_after_its_ask_is_still_the_grant() -> None:
    """Both have been lost; on a road that carries one event at a time the ask comes alone."""
    with network() as one:
        one.image("hub")
        one.ask("xiaogan", 0, 20, "")
        one.spend("xiaogan", 0, 20)
        one.put_back("hub")
        machine = one.machines["xiaogan"]
        for _ in range(60):
            sent = machine.request(1)
            if machine.take(sent, one.hub.exchange(sent.raw)) == "done":
                break
            one.look()
        one.exchange_all()
        one.check()
        assert held(one, "hub") == {"zhongda": 10}


def test_a_restore_that_nobody_declared_costs_at_most_what_the_hub_gave_meanwhile() -> None:
    """What a hub gives before the first station tells it that it has forgotten something."""
    with network() as one:
        one.image("hub")
        one.ask("xiaogan", 0, 20, "")
        assert held(one, "hub") == {"xiaogan": 20, "zhongda": 10}
        Machines.put_back(one, "hub")
        one.spend("hub", 0, 15)
        one.exchange_all()
        [debt] = rows.debts(one.hub.db)
        assert (debt.holder, debt.amount) == ("hub", -15)
        assert debt.frozen and debt.cause.startswith("中心用出了它没有的额度")
        one.spend("xiaogan", 0, 20)
        one.exchange_all()
        assert held(one, "hub") == {"hub": -15, "zhongda": 10}
