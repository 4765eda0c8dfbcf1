"""The short way of placing leads to the same view as folding everything anew."""

import random
from unittest import mock

from tests.yizhan.nodes import agree, confirmed, order, place, record, register_wang, take
from tests.yizhan.nodes import exchange as exchange_whole
from yizhan import record as recording
from yizhan.ids import new_id
from yizhan.journal import Arriving
from yizhan.record import Node
from yizhan.services.orders import commands as orders
from yizhan.services.tickets import commands as tickets


def send(station: Node, hub: Node, count: int) -> None:
    """The oldest so many that wait here get their positions, and come back by name."""
    waiting = station.journal.unplaced(0, count)
    with hub.writing():
        hub.number([Arriving.read(row.prev, row.raw) for row in waiting])
    at = {row.digest: row.position for row in hub.journal.placed(station.journal.head(), 1 << 31)}
    held = [(position, row.local) for row in waiting if (position := at.get(row.digest))]
    with station.writing():
        station.follow([], held, hub.journal.head())


def serve(station: Node, subject: str) -> None:
    """裁缝阿姨 calls a number, and the button is sewn on."""
    code = station.source
    for step in (tickets.call, lambda *at: tickets.finish(*at, 200)):
        record(station, step(station.state("ticket", code, subject), subject, code))


def folded(station: Node) -> mock.Mock:
    """A listener at what is folded the long way."""
    return mock.patch.object(station.view, "advance", wraps=station.view.advance)


def test_what_a_station_recorded_alone_is_not_folded_again(hub: Node, zhongda: Node) -> None:
    for number in range(1, 6):
        serve(zhongda, take(zhongda, number))
    with folded(zhongda) as long_way:
        send(zhongda, hub, 100)
    long_way.assert_not_called()
    agree(hub, zhongda)


def test_what_still_waits_is_laid_over_what_was_confirmed(hub: Node, zhongda: Node) -> None:
    subject = take(zhongda)
    serve(zhongda, subject)
    send(zhongda, hub, 2)
    assert confirmed(zhongda, subject) == "called"
    assert zhongda.state("ticket", "zhongda", subject).status == "finished"
    send(zhongda, hub, 1)
    assert confirmed(zhongda, subject) == "finished"
    agree(hub, zhongda)


def test_what_the_hub_numbered_in_another_order_is_folded(hub: Node, zhongda: Node) -> None:
    subject = take(zhongda)
    serve(zhongda, subject)
    rows = zhongda.journal.unplaced()
    swapped = [rows[0], rows[2], rows[1]]
    with hub.writing():
        hub.number([Arriving.read(row.prev, row.raw) for row in swapped])
    with zhongda.writing():
        zhongda.follow([], [(n, row.local) for n, row in enumerate(swapped, 1)], 3)
    assert confirmed(zhongda, subject) == "called", "finished before called does nothing"
    agree(hub, zhongda)


def test_half_a_batch_confirms_nothing(hub: Node, zhongda: Node) -> None:
    register_wang(hub)
    exchange_whole(zhongda, hub)
    both = [place(zhongda, serial=serial) for serial in (1, 2)]
    send(zhongda, hub, 2)
    record(zhongda, [orders.withdraw(order(zhongda, name), name) for name in both], new_id())
    send(zhongda, hub, 1)
    assert [confirmed(zhongda, name) for name in both] == ["submitted", "submitted"]
    send(zhongda, hub, 1)
    assert [confirmed(zhongda, name) for name in both] == ["withdrawn", "withdrawn"]
    agree(hub, zhongda)


def test_days_of_tickets_and_orders_cut_anywhere_are_what_a_rebuild_gives(
    hub: Node, zhongda: Node, seed: int
) -> None:
    chance = random.Random(seed)
    register_wang(hub)
    exchange_whole(zhongda, hub)
    open_orders: list[str] = []
    for number in range(1, 60):
        subject = take(zhongda, number)
        if chance.random() < 0.7:
            serve(zhongda, subject)
        if chance.random() < 0.3:
            open_orders.append(place(zhongda, serial=number))
        if len(open_orders) > 1 and chance.random() < 0.4:
            both = [open_orders.pop(), open_orders.pop()]
            withdrawn = [orders.withdraw(order(zhongda, name), name) for name in both]
            record(zhongda, withdrawn, new_id())
        if chance.random() < 0.3:
            send(zhongda, hub, chance.randint(1, 9))
    send(zhongda, hub, 1000)
    assert not zhongda.journal.unplaced()
    agree(hub, zhongda)


def test_the_long_way_is_there_to_be_compared_with(hub: Node, zhongda: Node) -> None:
    """Without the short way the same days give the same view."""
    with mock.patch.object(recording, "settle", return_value=None), folded(zhongda) as long_way:
        serve(zhongda, take(zhongda))
        send(zhongda, hub, 100)
    long_way.assert_called()
    agree(hub, zhongda)
