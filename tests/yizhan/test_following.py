"""follow() and void(): what the hub's stream and a new hub epoch change at a station."""

import pytest

import yizhan.record
from tests.yizhan.nodes import (
    WANG,
    agree,
    aside,
    confirmed,
    counted,
    drafts_of,
    dump,
    exchange,
    make_node,
    order,
    place,
    pull,
    push,
    record,
    register_wang,
    step,
    stream,
    take,
)
from yizhan.checking import verify
from yizhan.errors import Corrupt
from yizhan.events import Draft
from yizhan.ids import new_id
from yizhan.journal import Arriving
from yizhan.record import Node
from yizhan.services.orders import commands as orders
from yizhan.services.people import commands as people


def test_one_id_is_one_fact(hub: Node, zhongda: Node, xiaogan: Node) -> None:
    register_wang(hub)
    record(xiaogan, people.meet(WANG, "xiaogan"))
    for station in (zhongda, xiaogan, zhongda):
        exchange(station, hub)
    form = new_id()
    place(zhongda, form, 1)
    place(xiaogan, form, 2)
    assert push(zhongda, hub) == ["new"]
    assert push(xiaogan, hub) == ["other"], "another copy of this id came first"
    pull(xiaogan, hub)
    assert order(xiaogan, f"order/{form}").serial == 1
    assert counted(xiaogan) == len(stream(hub, xiaogan, hub.journal.head())[0]) + 3
    assert not xiaogan.journal.unplaced()
    agree(hub, xiaogan)


def test_the_whole_batch_of_a_second_copy_is_dropped(
    hub: Node, zhongda: Node, xiaogan: Node
) -> None:
    """The same form at both stations, about her: only the hub's first copy counts."""
    register_wang(hub)
    record(xiaogan, people.meet(WANG, "xiaogan"))
    one = place(zhongda)
    for station in (zhongda, xiaogan, zhongda, xiaogan):
        exchange(station, hub)
    two, form = place(zhongda, serial=2), new_id()
    exchange(zhongda, hub)
    pull(xiaogan, hub)
    for station in (zhongda, xiaogan):
        both = [orders.withdraw(order(station, name), name) for name in (one, two)]
        record(station, both, form)
    exchange(zhongda, hub)
    assert push(xiaogan, hub) == ["other", "other"]
    pull(xiaogan, hub)
    assert not xiaogan.journal.unplaced() and aside(xiaogan) == []
    agree(hub, xiaogan)


def test_a_dropped_copy_takes_its_batch_and_its_reason_with_it(hub: Node, zhongda: Node) -> None:
    """Only the first event of our batch has a twin: the rest waits, and is told so."""
    register_wang(hub)
    one, two = place(zhongda), place(zhongda, serial=2)
    exchange(zhongda, hub)
    form = new_id()
    both = [orders.withdraw(order(zhongda, name), name) for name in (one, two)]
    record(zhongda, both, form)
    record(hub, orders.withdraw(order(hub, one), one), form)
    pull(zhongda, hub)
    assert order(zhongda, one).status == "withdrawn"
    assert order(zhongda, two).status == "submitted"
    assert aside(zhongda) == ["这批记录不完整"]
    agree(hub, zhongda)
    exchange(zhongda, hub)
    assert aside(hub) == ["这批记录不完整"]
    agree(hub, zhongda)


def test_a_dropped_copy_leaves_no_reason_behind(hub: Node, zhongda: Node, xiaogan: Node) -> None:
    """It was set aside here already, when another copy of it came."""
    register_wang(hub)
    record(xiaogan, people.meet(WANG, "xiaogan"))
    subject, form = place(zhongda), new_id()
    for station in (zhongda, xiaogan, zhongda, xiaogan):
        exchange(station, hub)
    for station in (zhongda, xiaogan):
        record(station, orders.withdraw(order(station, subject), subject), form)
    step(hub, orders.withdraw, subject)
    pull(xiaogan, hub)
    assert aside(xiaogan) == ["这张单已经撤回了"]
    push(zhongda, hub)
    exchange(xiaogan, hub)
    assert aside(xiaogan) == aside(hub) == ["这张单已经撤回了"]
    agree(hub, xiaogan)


def test_a_lost_record_of_ours_comes_back_and_the_chain_goes_on_after_it(
    hub: Node, zhongda: Node, tmp_path
) -> None:
    take(zhongda, 1)
    take(zhongda, 2)
    exchange(zhongda, hub)
    restored = make_node(tmp_path, "zhongda", "old-image")
    pull(restored, hub)
    assert dump(restored) == dump(zhongda)
    assert restored.journal.chain("zhongda") == zhongda.journal.chain("zhongda")
    take(restored, 3)
    exchange(restored, hub)
    agree(hub, restored)


def test_the_same_page_twice_changes_nothing(hub: Node, zhongda: Node) -> None:
    register_wang(hub)
    subject = place(zhongda)
    push(zhongda, hub)
    page, cursor = stream(hub, zhongda)
    step(zhongda, orders.withdraw, subject)
    for _ in range(2):
        with zhongda.writing():
            zhongda.follow(page, [], cursor)
        assert order(zhongda, subject).status == "withdrawn"
    agree(hub, zhongda)


def test_positions_of_what_is_held_come_without_bytes(hub: Node, zhongda: Node) -> None:
    subject = take(zhongda)
    push(zhongda, hub)
    [row] = zhongda.journal.unplaced()
    with zhongda.writing():
        zhongda.follow([], [(1, row.local)], 1)
    assert confirmed(zhongda, subject) == "waiting"
    agree(hub, zhongda)


def test_what_lay_below_the_cursor_is_folded_with_what_is_here(hub: Node, xiaogan: Node) -> None:
    """She becomes known at a station that has already recorded something about her order."""
    register_wang(hub)
    subject = place(hub)
    step(hub, orders.dispatch, subject, "li")
    page, cursor = stream(hub, xiaogan)
    with xiaogan.writing():
        xiaogan.follow(page, [], cursor)
    assert order(xiaogan, subject) is None
    draft = Draft(subject, orders.Withdrawn(), owner=WANG)
    with xiaogan.writing():
        rows = xiaogan._writer.write(new_id(), f"person/{WANG}", [draft], "", placed=False)
        xiaogan.view.overlay({row.key for row in rows})
    assert aside(xiaogan) == ["没有这张单"]
    record(xiaogan, people.meet(WANG, "xiaogan"))
    exchange(xiaogan, hub)
    assert order(xiaogan, subject).status == order(hub, subject).status == "withdrawn"
    assert aside(xiaogan) == []
    agree(hub, xiaogan)


def test_void_takes_positions_back_and_the_records_stay(hub: Node, zhongda: Node) -> None:
    register_wang(hub)
    subject = place(zhongda)
    exchange(zhongda, hub)
    step(hub, orders.dispatch, subject, "li")
    exchange(zhongda, hub)
    before = dump(zhongda)
    zhongda.void(2)
    assert confirmed(zhongda, subject) == "submitted"
    assert order(zhongda, subject).status == "dispatched", "still shown, no longer confirmed"
    assert zhongda.journal.head() == 2 and len(zhongda.journal.unplaced()) == 1
    exchange(zhongda, hub)
    assert dump(zhongda) == before
    zhongda.void(0)
    exchange(zhongda, hub)
    assert dump(zhongda) == before
    agree(hub, zhongda)


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_void_takes_back_any_number_together(
    hub: Node, zhongda: Node, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Batches go across what is folded together: the fold is that of the whole."""
    monkeypatch.setattr(yizhan.record, "REFOLDED_TOGETHER", size)
    for number in range(3):
        record(zhongda, drafts_of([f"{number}{letter}" for letter in "abc"], "zhongda"))
    exchange(zhongda, hub)
    zhongda.void(4)
    assert [confirmed(zhongda, f"ticket/{name}") for name in ("0c", "1a", "2a")] == [
        "waiting", None, None
    ]  # fmt: skip
    after = dump(zhongda)
    zhongda.view.rebuild()
    assert dump(zhongda) == after
    assert len(zhongda.journal.unplaced()) == 5
    exchange(zhongda, hub)
    agree(hub, zhongda)


def test_void_within_a_batch_takes_the_batch_back(hub: Node, zhongda: Node) -> None:
    record(zhongda, drafts_of(["one", "two"], "zhongda"))
    exchange(zhongda, hub)
    zhongda.void(1)
    assert confirmed(zhongda, "ticket/one") is None
    agree_after = dump(zhongda)
    zhongda.view.rebuild()
    assert dump(zhongda) == agree_after


def test_a_batch_that_arrives_in_two_pages_is_applied_when_it_is_whole(
    hub: Node, zhongda: Node, xiaogan: Node
) -> None:
    record(zhongda, drafts_of(["one", "two", "three"], "zhongda"))
    rows = [Arriving.read(row.prev, row.raw) for row in zhongda.journal.unplaced()]
    take(xiaogan)
    with hub.writing():
        hub.number(rows[:2])
    assert aside(hub) == ["这批记录不完整"] * 2
    pull(zhongda, hub)
    push(xiaogan, hub)
    agree(hub, zhongda)
    with hub.writing():
        hub.number(rows[2:])
    assert aside(hub) == [] and confirmed(hub, "ticket/one") == "waiting"
    pull(zhongda, hub)
    assert aside(zhongda) == []
    agree(hub, zhongda)


def test_where_a_row_was_changed_what_arrives_for_its_place_finds_it_damaged(
    hub: Node, xiaogan: Node
) -> None:
    """xiaogan becomes known to her record and holds it; its digest flips; it arrives again."""
    register_wang(hub)
    record(xiaogan, people.meet(WANG, "xiaogan"))
    for _ in range(2):
        exchange(xiaogan, hub)
    head = xiaogan.journal.head()
    [placed] = xiaogan.journal.placed(0, 1)
    again = Arriving.read(placed.prev, placed.raw, placed.position)
    xiaogan.db.sql("UPDATE journal SET digest = ? WHERE local = ?", (b"x" * 32, placed.local))
    with pytest.raises(Corrupt, match="yizhan mend"), xiaogan.writing():
        xiaogan.follow([again], [], head)
    assert counted(xiaogan) == xiaogan.db.sql("SELECT COUNT(*) FROM journal")[0][0]
    assert not verify(xiaogan).ok
