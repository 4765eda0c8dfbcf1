"""New software on old data: what changed in folds or tables is folded anew at the first start."""

from pathlib import Path

import pytest

from tests.yizhan.nodes import DAY, drafts_of, dump, exchange, make_node, place, push, record, take
from yizhan.checking import verify
from yizhan.clock import Clock
from yizhan.db import Db
from yizhan.fingerprint import fingerprint
from yizhan.mechanisms import REGISTRY
from yizhan.record import Node
from yizhan.registry import Kind, Registry
from yizhan.services.tickets import projection as tickets
from yizhan.view import View


def opened_with(node: Node, kinds: list[Kind]) -> Node:
    """The same database under other software."""
    return Node(Db(node.db.url, "net"), Registry(kinds), node.source, Clock())


def without(name: str) -> list[Kind]:
    return [kind for kind in REGISTRY.kinds.values() if kind.name != name]


def test_a_hub_that_learns_a_mechanism_folds_what_it_had_kept(hub: Node, zhongda: Node) -> None:
    old = opened_with(hub, without("ticket"))
    subject = take(zhongda)
    push(zhongda, old)
    assert old.db.sql("SELECT reason FROM set_aside") == [
        ("这台设备还不认识这种记录，升级后会重新处理",)
    ]
    new = opened_with(hub, list(REGISTRY.kinds.values()))
    assert new.state("ticket", "zhongda", subject).status == "waiting"
    assert new.db.sql("SELECT reason FROM set_aside") == []
    exchange(zhongda, new)
    assert fingerprint(new, station="zhongda") == fingerprint(zhongda)


@pytest.mark.parametrize("damage", ["DROP TABLE ticket", "ALTER TABLE ticket DROP COLUMN job"])
def test_a_table_of_another_shape_is_made_anew(zhongda: Node, tmp_path: Path, damage: str) -> None:
    """As if the older software had had no such table or column."""
    take(zhongda)
    place(zhongda)
    before = dump(zhongda)
    zhongda.db.sql(damage)
    zhongda.db.sql("UPDATE view_version SET version = 'older'")
    zhongda.db.close()
    later = make_node(tmp_path, "zhongda")
    assert dump(later) == before and verify(later).ok
    assert tickets.next_number(later.db, "zhongda", DAY) == 2


def test_nothing_is_folded_anew_where_nothing_changed(
    zhongda: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(zhongda)
    monkeypatch.setattr(View, "rebuild", lambda *_: pytest.fail("rebuilt for nothing"))
    make_node(tmp_path, "zhongda")


def test_two_networks_on_one_database_are_each_renewed_once(hub: Node, tmp_path: Path) -> None:
    take(hub)
    east = Node(Db(hub.db.url, "east"), REGISTRY, "hub", Clock())
    record(east, drafts_of(["east"], "hub"))
    hub.db.sql("UPDATE view_version SET version = 'older'")
    for network in ("net", "east"):
        later = Node(Db(hub.db.url, network), REGISTRY, "hub", Clock())
        assert verify(later).ok
        assert len(tickets.of_day(later.db, "hub", DAY)) == 1
