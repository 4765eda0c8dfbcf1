"""Two machines on one identity are found: an old image, a clone that writes, one that only asks."""

import itertools
import shutil
from pathlib import Path

import pytest

from tests.sync.road import Road, clone, image, suspected, take_ticket
from yizhan.checking import verify
from yizhan.held import Arriving
from yizhan.ids import new_id


@pytest.fixture
def road(tmp_path: Path) -> Road:
    return Road(tmp_path)


def ends(road: Road, code: str = "zhongda") -> set[bytes]:
    rows = road.hub.db.sql("SELECT digest FROM tip WHERE source = ?", (code,))
    return {bytes(row[0]) for row in rows}


def test_one_machine_with_restarts_and_lost_replies_is_never_suspected(road: Road) -> None:
    zhongda = road.station("zhongda")
    for number in range(1, 8):
        take_ticket(zhongda, number)
        lost = zhongda.request()
        road.hub.exchange(lost.raw)
        if number % 2:
            zhongda = road.reopen("zhongda")
        road.exchange(zhongda)
        road.hub.exchange(lost.raw)
    assert not suspected(road)
    assert road.hub.watch.branches() == []


def test_an_old_image_put_back_is_found_by_its_ticket_and_by_its_branch(road: Road) -> None:
    zhongda = road.station("zhongda")
    take_ticket(zhongda, 1)
    road.exchange(zhongda)
    card = image(zhongda)
    take_ticket(zhongda, 2)
    road.exchange(zhongda)
    road.exchange(zhongda)  # one exchange back could be a lost reply; two cannot
    zhongda.node.db.close()
    for suffix in ("-wal", "-shm"):
        (road.folder / f"zhongda.db{suffix}").unlink(missing_ok=True)
    shutil.copy(card, road.folder / "zhongda.db")
    back = road.reopen("zhongda")
    take_ticket(back, 2)
    road.exchange(back)
    assert suspected(road)
    [branch] = road.hub.watch.branches()
    assert branch.source == "zhongda"
    # added, enrolled and suspected are the hub's own
    assert len(road.hub.node.journal.placed(0)) == len(back.node.journal.placed(0)) + 3
    assert verify(road.hub.node).ok and verify(back.node).ok
    road.hub.one_machine("zhongda")
    take_ticket(back, 3)
    road.exchange(back)
    assert road.hub.watch.branches() == []


def test_a_clone_that_only_asks_is_found(road: Road) -> None:
    zhongda = road.station("zhongda")
    road.exchange(zhongda)
    second = clone(road, "zhongda", image(zhongda))
    road.exchange(second)
    road.exchange(zhongda)
    assert not suspected(road), "a reply could have been lost; nobody can know yet"
    road.exchange(second)
    assert suspected(road)


def test_two_machines_that_both_write_grow_two_ends(road: Road) -> None:
    zhongda = road.station("zhongda")
    road.exchange(zhongda)
    second = clone(road, "zhongda", image(zhongda))
    for number in range(1, 4):
        take_ticket(zhongda, number)
        take_ticket(second, 50 + number)
        road.exchange(zhongda)
        road.exchange(second)
    [branch] = road.hub.watch.branches()
    assert road.hub.watch.grown_since(branch) == 2


def test_which_ends_grew_since_a_branch_is_told_within_one_second(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = road.hub.node.clock.stamp()
    monkeypatch.setattr(road.hub.node.clock, "stamp", lambda: now)
    zhongda = road.station("zhongda")
    second = clone(road, "zhongda", image(zhongda))
    for number, machine in enumerate((zhongda, second), start=1):
        take_ticket(machine, number)
        road.exchange(machine)
    [branch] = road.hub.watch.branches()
    assert road.hub.watch.grown_since(branch) == 1, "the other end grew before"
    take_ticket(zhongda, 3)
    road.exchange(zhongda)
    assert road.hub.watch.grown_since(branch) == 2


def test_a_fork_right_behind_a_copy_that_gave_way_is_named(road: Road) -> None:
    xiaogan, zhongda = road.station("xiaogan"), road.station("zhongda")
    form = new_id()
    for machine in (xiaogan, zhongda):
        take_ticket(machine, 1, form)
    second = clone(road, "zhongda", image(zhongda))
    road.exchange(xiaogan)
    road.exchange(second)
    take_ticket(zhongda, 2)
    road.exchange(zhongda)
    assert road.hub.watch.branches() == []
    take_ticket(second, 3)
    road.exchange(second)
    [branch] = road.hub.watch.branches()
    [copy] = road.hub.db.sql("SELECT digest FROM passed_over WHERE source = 'zhongda'")
    assert (branch.source, branch.parent) == ("zhongda", copy[0])


def test_while_two_ends_are_open_no_request_goes_through_the_whole_journal(road: Road) -> None:
    zhongda = road.station("zhongda")
    second = clone(road, "zhongda", image(zhongda))
    for number, machine in enumerate((zhongda, second), start=1):
        take_ticket(machine, number)
        road.exchange(machine)
    assert len(ends(road)) == 2
    asked: list[str] = []
    connection = road.hub.db._peewee.connection()
    connection.set_trace_callback(asked.append)
    for number, machine in enumerate((zhongda, second), start=3):
        take_ticket(machine, number)
        road.exchange(machine)
    connection.set_trace_callback(None)
    asked = [one for one in asked if "FROM journal" in one and one.startswith("SELECT")]
    plans = {one: road.hub.db.sql(f"EXPLAIN QUERY PLAN {one}") for one in asked}
    assert plans
    assert not [
        one for one, plan in plans.items() if (0, "SCAN journal") in {row[2:] for row in plan}
    ]


@pytest.mark.parametrize("order", [*itertools.permutations(range(4))])
def test_in_whichever_order_one_chain_comes_it_has_one_end_and_no_branch(
    road: Road, order: tuple[int, ...]
) -> None:
    zhongda = road.station("zhongda")
    for number in range(4):
        take_ticket(zhongda, number)
    rows = zhongda.node.journal.after(0)
    for n in (*order, order[0]):
        one = Arriving.read(rows[n].prev, rows[n].raw)
        with road.hub.node.writing():
            [verdict] = road.hub.node.number([one])
            road.hub.attribute("zhongda", [(one, verdict)], {})
    assert ends(road) == {rows[-1].digest}
    assert road.hub.watch.branches() == []


def test_a_fork_that_came_before_its_parent_is_named_though_the_parent_is_no_end(
    road: Road,
) -> None:
    zhongda = road.station("zhongda")
    take_ticket(zhongda, 1)
    second = clone(road, "zhongda", image(zhongda))
    take_ticket(zhongda, 2)
    take_ticket(second, 3)
    parent, child = zhongda.node.journal.after(0)
    other = second.node.journal.after(0)[-1]
    for row in (child, parent, other):
        one = Arriving.read(row.prev, row.raw)
        with road.hub.node.writing():
            [verdict] = road.hub.node.number([one])
            road.hub.attribute("zhongda", [(one, verdict)], {})
    assert [branch.parent for branch in road.hub.watch.branches()] == [parent.digest]
    assert ends(road) == {child.digest, other.digest}


def test_a_link_of_a_neighbour_s_chain_is_no_branch_of_who_brings_it(road: Road) -> None:
    """Both chains begin at nothing; xiaogan's first event gave way to another copy of its id."""
    zhongda, xiaogan = road.station("zhongda"), road.station("xiaogan")
    for number in (1, 2):
        take_ticket(xiaogan, number)
    take_ticket(zhongda, 1)
    [mine] = zhongda.node.journal.after(0)
    first, second = xiaogan.node.journal.after(0)
    came = [Arriving.read(row.prev, row.raw) for row in (second, mine)]
    with road.hub.node.writing():
        verdicts = road.hub.node.number(came)
        brought = list(zip(came, verdicts, strict=True))
        road.hub.attribute("zhongda", brought, {first.digest: first.prev})
    assert road.hub.watch.branches() == []
    [(source,)] = road.hub.db.sql("SELECT source FROM passed_over")
    assert source == "xiaogan"


def test_two_processes_of_one_station_write_one_chain(road: Road) -> None:
    zhongda = road.station("zhongda")
    other = road.reopen("zhongda")
    for number in range(1, 9):
        take_ticket(zhongda if number % 3 else other, number)
    road.exchange(zhongda)
    assert road.hub.watch.branches() == []
    assert verify(road.hub.node).ok
