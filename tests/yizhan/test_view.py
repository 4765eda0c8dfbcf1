"""The two states of a subject, the tables, and that a rebuild gives the same bytes."""

import random

import msgspec
import pytest

from tests.yizhan.nodes import (
    BUTTON,
    WANG,
    aside,
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
from tests.yizhan.test_folding import event
from yizhan import events
from yizhan.errors import Refusal
from yizhan.events import GENESIS, Draft
from yizhan.fingerprint import fingerprint
from yizhan.ids import new_id
from yizhan.journal import Arriving
from yizhan.record import Node
from yizhan.services.orders import commands as orders
from yizhan.services.people import commands as people
from yizhan.services.tickets.model import Called, Finished


def agree(hub: Node, station: Node) -> None:
    """Both have the same fingerprint, and each one's tables are what a rebuild gives."""
    at = station.journal.head()
    assert fingerprint(hub, at, station.source) == fingerprint(station)
    for node in (hub, station):
        before = dump(node)
        node.view.rebuild(7)
        assert dump(node) == before


def confirmed(node: Node, subject: str) -> object:
    rows = node.db.sql("SELECT confirmed FROM subject WHERE subject = ?", (subject,))
    return msgspec.json.decode(rows[0][0])["status"] if rows and rows[0][0] else None


def withdraw_and_dispatch(hub: Node, zhongda: Node) -> str:
    """王阿姨 withdraws at her station while the hub sends the order to 李师傅."""
    register_wang(hub)
    pull(zhongda, hub)
    subject = place(zhongda)
    exchange(zhongda, hub)
    step(hub, orders.dispatch, subject, "li")
    step(zhongda, orders.withdraw, subject)
    assert (order(hub, subject).status, order(zhongda, subject).status) == (
        "dispatched",
        "withdrawn",
    )
    return subject


def test_she_withdraws_offline_and_the_hub_dispatched_first(hub: Node, zhongda: Node) -> None:
    subject = withdraw_and_dispatch(hub, zhongda)
    pull(zhongda, hub)
    assert confirmed(zhongda, subject) == "dispatched"
    assert order(zhongda, subject).status == "withdrawn", "a dispatched order may be withdrawn"
    exchange(zhongda, hub)
    assert order(hub, subject).status == order(zhongda, subject).status == "withdrawn"
    agree(hub, zhongda)


def test_she_withdraws_offline_and_her_word_reaches_the_hub_first(hub: Node, zhongda: Node) -> None:
    subject = withdraw_and_dispatch(hub, zhongda)
    hub.db.sql("UPDATE journal SET position = NULL WHERE position = 3")
    hub.journal.set_head(2)
    [dispatched] = hub.journal.unplaced()
    hub.journal.drop([dispatched.local])
    hub.view.rebuild()
    push(zhongda, hub)
    with hub.writing():
        hub.number([Arriving.read(dispatched.prev, dispatched.raw)])
    pull(zhongda, hub)
    assert order(hub, subject).status == order(zhongda, subject).status == "withdrawn"
    assert aside(hub) == aside(zhongda) == ["这张单已经撤回了"]
    agree(hub, zhongda)


def test_an_unplaced_step_that_became_illegal_is_set_aside_and_told(
    hub: Node, zhongda: Node, xiaogan: Node
) -> None:
    register_wang(hub)
    record(xiaogan, people.meet(WANG, "xiaogan"))
    subject = place(zhongda)
    for station in (zhongda, xiaogan, zhongda, xiaogan):
        exchange(station, hub)
    step(zhongda, orders.withdraw, subject)
    step(xiaogan, orders.withdraw, subject)
    exchange(zhongda, hub)
    pull(xiaogan, hub)
    assert aside(xiaogan) == ["这张单已经撤回了"], "while it still waits for its position"
    exchange(xiaogan, hub)
    rows = xiaogan.db.sql("SELECT reason, position, actor FROM set_aside")
    assert rows == [("这张单已经撤回了", hub.journal.head(), "staff/li")]
    for station in (zhongda, xiaogan):
        pull(station, hub)
        agree(hub, station)


def test_screens_see_what_has_no_position_yet(hub: Node, zhongda: Node) -> None:
    subject = take(zhongda)
    assert confirmed(zhongda, subject) is None
    assert zhongda.state("ticket", "zhongda", subject).status == "waiting"
    exchange(zhongda, hub)
    assert confirmed(zhongda, subject) == "waiting"
    record(zhongda, Draft(subject, Called(), owner="zhongda"))
    assert confirmed(zhongda, subject) == "waiting"
    assert zhongda.state("ticket", "zhongda", subject).status == "called"


def test_one_id_is_one_fact(hub: Node, zhongda: Node, xiaogan: Node) -> None:
    register_wang(hub)
    record(xiaogan, people.meet(WANG, "xiaogan"))
    for station in (zhongda, xiaogan, zhongda):
        exchange(station, hub)
    form = new_id()
    place(zhongda, form, 1)
    place(xiaogan, form, 2)
    assert push(zhongda, hub) == [True]
    assert push(xiaogan, hub) == [False], "another copy of this id came first"
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
    assert push(xiaogan, hub) == [False, False]
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


def test_a_dropped_copy_leaves_no_reason_behind(
    hub: Node, zhongda: Node, xiaogan: Node
) -> None:
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
    assert zhongda.void(2) == 1
    assert confirmed(zhongda, subject) == "submitted"
    assert order(zhongda, subject).status == "dispatched", "still shown, no longer confirmed"
    assert zhongda.journal.head() == 2 and len(zhongda.journal.unplaced()) == 1
    exchange(zhongda, hub)
    assert dump(zhongda) == before
    zhongda.void(0)
    exchange(zhongda, hub)
    assert dump(zhongda) == before
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


def poison() -> list[bytes]:
    """Bytes that some future or broken station may send."""
    return [
        b"",
        b"not json",
        b"\xff\xfe",
        b"[]",
        b'{"type":"order.placed"}',
        events.encode(event(5, subject="chair/1", type="chair.booked")),
        events.encode(event(6, type="ticket.sung")),
        events.encode(event(7, audience="network")),
        events.encode(event(8, data=msgspec.Raw(b'{"number":[1]}'))),
        events.encode(event(9, subject="ticket/a\0b")),
        events.encode(event(10, subject="ticket/" + "x" * 3000)),
        events.encode(event(11, seq=1 << 40)),
        events.encode(event(12, data=msgspec.Raw(b"[" * 3000 + b"]" * 3000))),
        events.encode(event(13, batch="b", size=1 << 60)),
        events.encode(event(14)).replace(b'"v"', b'"w"')[:-1] + b',"colour":"red"}',
    ]


def number_all(node: Node, raws: list[bytes]) -> None:
    """The hub takes in these bytes, one after the other in a chain."""
    prev = GENESIS
    with node.writing():
        for raw in raws:
            one = Arriving.read(prev, raw)
            assert node.number([one]) == [True]
            prev = one.digest


def test_whatever_bytes_come_are_kept_numbered_and_set_aside(hub: Node, zhongda: Node) -> None:
    raws = poison()
    number_all(hub, raws)
    assert hub.journal.head() == len(raws)
    assert [row.raw for row in hub.journal.placed(0)] == raws
    assert len(aside(hub)) == len(raws) - 1, "a field that nobody knows yet does no harm"
    assert zhongda.state("ticket", "zhongda", "ticket/14") is None
    pull(zhongda, hub)
    assert zhongda.state("ticket", "zhongda", "ticket/14").number == 1
    agree(hub, zhongda)


def test_a_rebuild_gives_the_same_bytes_at_a_station_with_unplaced_events(
    hub: Node, zhongda: Node, chance: random.Random
) -> None:
    register_wang(hub)
    pull(zhongda, hub)
    subjects = [place(zhongda, serial=n) for n in range(6)]
    for _ in range(60):
        node, subject = chance.choice((hub, zhongda)), chance.choice(subjects)
        command = chance.choice((orders.withdraw, orders.confirm, orders.dispute))
        with_partner = chance.choice((orders.dispatch, orders.accept))
        try:
            if node is hub and chance.random() < 0.7:
                step(hub, with_partner, subject, "li")
            else:
                step(node, command, subject)
        except Refusal:
            pass
        if chance.random() < 0.15:
            chance.choice((push, pull, exchange))(zhongda, hub)
    agree(hub, zhongda)


def test_an_old_illegal_step_does_not_come_alive_by_a_rebuild(hub: Node, zhongda: Node) -> None:
    subject = take(zhongda)
    exchange(zhongda, hub)
    with zhongda.writing():
        draft = Draft(subject, Finished(200), owner="zhongda")
        zhongda._writer.write(new_id(), "staff/li", [draft], "", placed=False)
    record(zhongda, Draft(subject, Called(), owner="zhongda"))
    exchange(zhongda, hub)
    assert aside(hub) == ["这个号还没有叫到"]
    agree(hub, zhongda)


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_a_rebuild_in_pages_of_any_size_is_the_same(hub: Node, zhongda: Node, size: int) -> None:
    for number in range(3):
        record(zhongda, drafts_of([f"{number}{letter}" for letter in "abc"], "zhongda"))
    exchange(zhongda, hub)
    before = dump(hub)
    assert hub.view.rebuild(size) == 9
    assert dump(hub) == before
    assert BUTTON.number == 1
