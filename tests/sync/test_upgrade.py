"""Old station and new hub, new station and old hub: what one does not know yet is kept."""

import pytest

from sync.station import SyncStation
from tests.sync.road import WANG, Road, place_order, take_ticket
from yizhan.checking import verify
from yizhan.fingerprint import fingerprint
from yizhan.ids import new_id
from yizhan.mechanisms import REGISTRY
from yizhan.record import Node
from yizhan.registry import Registry
from yizhan.services.orders import commands as orders
from yizhan.services.words.commands import give
from yizhan.view import AsideRow

STEPS = (
    (orders.dispatch, ("p01",)),
    (orders.accept, ("p01",)),
    (orders.schedule, ("p01", "2026-11-25", "am", "陈师傅")),
    (orders.finish, ("p01", "换了灯泡", 1000)),
)

OLD = Registry(kind for kind in REGISTRY.kinds.values() if kind.name not in ("ticket", "order"))
"""The rules of a version that knew neither tickets nor orders."""


def set_to(node: Node, registry: Registry) -> Node:
    """The same database, opened by software with these rules."""
    return Node(node.db, registry, node.source, node.clock)


def asides(node: Node) -> list[str]:
    return [row.reason for row in node.db.all(AsideRow.select())]


def agree(road: Road, station: SyncStation) -> None:
    at, code = station.node.journal.head(), station.node.source
    assert fingerprint(road.hub.node, at, code) == fingerprint(station.node, at, code)
    for node in (road.hub.node, station.node):
        report = verify(node)
        assert report.ok, report.sentences


def test_an_old_hub_keeps_what_it_does_not_know_and_folds_it_later(
    road: Road, zhongda: SyncStation
) -> None:
    road.register_wang()
    road.exchange(zhongda)
    road.hub.node = road.hub.stream.node = set_to(road.hub.node, OLD)
    subjects = [take_ticket(zhongda, 1), place_order(zhongda)]
    road.exchange(zhongda)
    assert [row.position for row in zhongda.node.journal.unplaced()] == []
    assert zhongda.node.state("ticket", "zhongda", subjects[0]) is not None
    assert asides(zhongda.node) == []
    assert asides(road.hub.node) == ["这台设备还不认识这种记录，升级后会重新处理"] * 2
    take_ticket(zhongda, 2)
    road.exchange(zhongda)
    road.hub.node = road.hub.stream.node = set_to(road.hub.node, REGISTRY)
    assert asides(road.hub.node) == []
    assert road.hub.node.state("order", WANG, subjects[1]).status == "submitted"
    agree(road, zhongda)


def test_an_old_station_keeps_what_it_does_not_know_and_folds_it_later(
    road: Road, zhongda: SyncStation, xiaogan: SyncStation
) -> None:
    road.register_wang(home="xiaogan")
    road.exchange(zhongda)
    road.exchange(xiaogan)
    zhongda.node.journal.db.close()
    xiaogan.node = set_to(xiaogan.node, OLD)
    order = place_order(zhongda)
    road.exchange(zhongda)
    road.exchange(xiaogan)
    assert asides(xiaogan.node) == ["这台设备还不认识这种记录，升级后会重新处理"]
    with pytest.raises(KeyError):
        xiaogan.node.state("order", WANG, order)
    xiaogan.node = set_to(xiaogan.node, REGISTRY)
    assert asides(xiaogan.node) == []
    assert xiaogan.node.state("order", WANG, order).status == "submitted"
    agree(road, xiaogan)


def test_a_record_that_no_rule_accepts_delays_nothing_and_is_judged_again(
    road: Road, zhongda: SyncStation
) -> None:
    """Half a batch from a version whose kind is unknown stands or falls as a whole."""
    road.exchange(zhongda)
    road.hub.node = road.hub.stream.node = set_to(road.hub.node, OLD)
    for number in (1, 2, 3):
        take_ticket(zhongda, number)
    assert road.exchange(zhongda) <= 2
    assert road.hub.node.journal.head() == zhongda.node.journal.head()
    assert len(asides(road.hub.node)) == 3
    agree_later = set_to(road.hub.node, REGISTRY)
    road.hub.node = road.hub.stream.node = agree_later
    agree(road, zhongda)


def test_what_an_old_hub_could_not_answer_is_answered_after_the_upgrade(
    road: Road, zhongda: SyncStation
) -> None:
    """王阿姨 says at another station that it is fixed; the hub learns of such words later."""
    without_words = Registry(kind for kind in REGISTRY.kinds.values() if kind.name != "word")
    road.register_wang()
    road.exchange(zhongda)
    subject = place_order(zhongda)
    road.exchange(zhongda)
    hub = road.hub.node
    for command, given in STEPS:
        state = hub.state("order", WANG, subject)
        hub.record(new_id(), "hub", lambda c=command, s=state, g=given: c(s, subject, *g))
    road.exchange(zhongda)
    road.hub.node = road.hub.stream.node = set_to(hub, without_words)
    number = zhongda.node.state("order", WANG, subject).number
    zhongda.node.record(
        new_id(), f"person/{WANG}", lambda: give(f"word/{number}", "zhongda", WANG, number, True)
    )
    road.exchange(zhongda)
    assert road.hub.node.state("order", WANG, subject).status == "provider_done"
    for _ in range(2):
        road.hub.node = road.hub.stream.node = set_to(road.hub.node, REGISTRY)
        assert road.hub.node.state("order", WANG, subject).status == "closed"
    road.exchange(zhongda)
    agree(road, zhongda)
