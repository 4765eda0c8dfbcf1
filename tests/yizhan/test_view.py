"""The two states of a subject, the tables, and that a rebuild gives the same bytes."""

import random

import msgspec
import pytest

from tests.yizhan.nodes import (
    BUTTON,
    WANG,
    agree,
    aside,
    confirmed,
    drafts_of,
    dump,
    exchange,
    order,
    place,
    pull,
    push,
    record,
    register_wang,
    step,
    take,
)
from tests.yizhan.test_folding import event
from yizhan import events
from yizhan.errors import Refusal
from yizhan.events import GENESIS, Draft
from yizhan.ids import new_id
from yizhan.journal import Arriving
from yizhan.record import Node
from yizhan.services.orders import commands as orders
from yizhan.services.people import commands as people
from yizhan.services.tickets.model import Called, Finished


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
            assert node.number([one]) == ["new"]
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
