"""The fingerprint: equal where two nodes agree, different where anything differs."""

import pytest

from tests.yizhan.nodes import (
    WANG,
    exchange,
    place,
    pull,
    push,
    record,
    register_wang,
    step,
    take,
)
from yizhan.errors import Refusal
from yizhan.fingerprint import audiences, fingerprint
from yizhan.journal import Arriving
from yizhan.record import Node
from yizhan.services.orders import commands as orders
from yizhan.services.people import commands as people


def test_a_station_and_the_hub_agree_on_what_the_station_sees(
    hub: Node, zhongda: Node, xiaogan: Node
) -> None:
    register_wang(hub)
    take(xiaogan)
    for station in (zhongda, xiaogan):
        exchange(station, hub)
    place(zhongda)
    exchange(zhongda, hub)
    own = fingerprint(zhongda)
    assert own == fingerprint(hub, own.at, "zhongda")
    assert own.subjects == 2 and fingerprint(hub).subjects == 3
    assert own.digest != fingerprint(xiaogan).digest


def test_it_can_be_taken_at_a_position_that_is_past(hub: Node, zhongda: Node) -> None:
    register_wang(hub)
    pull(zhongda, hub)
    at_first = fingerprint(zhongda)
    subject = place(zhongda)
    exchange(zhongda, hub)
    step(hub, orders.dispatch, subject, "li")
    pull(zhongda, hub)
    assert fingerprint(zhongda, 1) == fingerprint(hub, 1, "zhongda") == at_first
    digests = {fingerprint(hub, at).digest for at in range(4)}
    assert len(digests) == 4


def test_who_joins_later_agrees_at_the_positions_after_joining(hub: Node, xiaogan: Node) -> None:
    register_wang(hub)
    place(hub)
    pull(xiaogan, hub)
    assert audiences(xiaogan, "xiaogan", 2) == {"network", "station:xiaogan"}
    record(xiaogan, people.meet(WANG, "xiaogan"))
    exchange(xiaogan, hub)
    for at in range(4):
        assert fingerprint(xiaogan, at) == fingerprint(hub, at, "xiaogan")
    assert audiences(hub, "xiaogan", 3) == {"network", "station:xiaogan", f"person:{WANG}"}


def test_what_has_no_position_does_not_count(hub: Node, zhongda: Node) -> None:
    before = fingerprint(zhongda)
    take(zhongda)
    assert fingerprint(zhongda) == before


def test_what_was_set_aside_counts(hub: Node, zhongda: Node) -> None:
    subject = take(zhongda)
    exchange(zhongda, hub)
    before = fingerprint(hub).digest
    with hub.writing():
        [row] = zhongda.journal.after(0)
        raw = row.raw.replace(row.id.encode(), b"f" * 32, 1)
        hub.number([Arriving.read(row.digest, raw)])
    assert hub.state("ticket", "zhongda", subject).status == "waiting"
    assert fingerprint(hub, 1).digest == before != fingerprint(hub).digest


def test_it_carries_the_versions_of_the_folds(hub: Node) -> None:
    assert fingerprint(hub).shown()["folds"]["ticket"] == hub.registry.kinds["ticket"].version > 1


@pytest.mark.parametrize("at", [-1, 2])
def test_a_position_that_is_not_here_is_refused(hub: Node, zhongda: Node, at: int) -> None:
    take(zhongda)
    push(zhongda, hub)
    with pytest.raises(Refusal, match="只到第 1 条"):
        fingerprint(hub, at)
