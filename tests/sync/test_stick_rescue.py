"""Sticks that the hub's new epoch makes old, and the rescue of a dead machine's stick."""

from pathlib import Path

from hub import collecting
from sync.status import unsent
from tests.sync.road import WANG, take_ticket
from tests.sync.sticks import at_hub, export, files, numbered, said, settled, take_in, tickets
from yizhan.ids import new_id
from yizhan.keys import NETWORK
from yizhan.services.stations import commands as stations


def test_a_hub_that_started_again_asks_for_another_trip(road, taohua, stick):
    tickets(taohua, 2)
    export(taohua, stick)
    road.hub.begin_epoch()
    result = at_hub(road, stick)
    assert "请这个站读入U盘，再写一次" in said(result) and numbered(road) == 0
    home = take_in(taohua, stick)
    assert "再写一次U盘带去" in said(home) and not home.good
    assert unsent(taohua.node) == 2
    export(taohua, stick)
    at_hub(road, stick)
    take_in(taohua, stick)
    assert settled(road, taohua) and numbered(road) == 2


def test_an_answer_from_before_another_start_of_the_hub_voids_nothing(road, taohua, stick):
    tickets(taohua, 2)
    export(taohua, stick)
    road.hub.begin_epoch()
    at_hub(road, stick)
    road.hub.begin_epoch()
    take_ticket(taohua, 3)
    road.exchange(taohua)
    head = taohua.node.journal.head()
    take_in(taohua, stick)
    assert taohua.node.journal.head() == head and settled(road, taohua)


def test_a_dead_machines_stick_comes_in_only_on_a_persons_word(road, taohua, stick):
    tickets(taohua, 3)
    export(taohua, stick)
    taohua.db.close()
    road.hub.begin_epoch()
    assert "已经坏了的，请管理员用“救回”" in said(at_hub(road, stick))
    assert numbered(road) == 0
    result = at_hub(road, stick, by="staff/admin")
    assert [(line.new, *map(str, line.remarks)) for line in result.lines] == [
        (3, "救回了 1 个文件")
    ]
    assert numbered(road) == 3
    rescued = road.hub.node.journal.placed(0, 1000)[-1].event
    assert (rescued.type, rescued.actor) == ("station.rescued", "staff/admin")
    at_hub(road, stick, by="staff/admin")
    assert numbered(road) == 3
    assert road.hub.node.journal.placed(0, 1000)[-1].event.id == rescued.id


def test_a_station_that_was_shut_out_needs_the_rescue_too(road, taohua, stick):
    tickets(taohua, 3)
    export(taohua, stick)
    road.hub.node.record(new_id(), "hub", lambda: stations.revoke("taohua"))
    assert "这个站点已停用" in said(at_hub(road, stick))
    assert numbered(road) == 0 and files(stick, "down") == []
    at_hub(road, stick, by="staff/admin")
    assert numbered(road) == 3 and files(stick, "down") == []


def test_a_rescued_station_that_lives_after_all_is_settled_by_its_next_trip(road, taohua, stick):
    tickets(taohua, 3)
    export(taohua, stick)
    road.hub.begin_epoch()
    at_hub(road, stick, by="staff/admin")
    take_in(taohua, stick)
    take_ticket(taohua, 4)
    export(taohua, stick)
    at_hub(road, stick)
    take_in(taohua, stick)
    assert settled(road, taohua) and numbered(road) == 4
    assert road.hub.watch.branches() == []


def test_the_old_stick_of_a_dead_machine_is_not_cleared_by_its_successor(road, taohua, stick):
    tickets(taohua, 3)
    export(taohua, stick)
    taohua.db.close()
    Path(taohua.db.url).unlink()
    successor = road.reopen("taohua")
    road.exchange(successor)
    export(successor, stick)
    assert len(files(stick, "up")) == 2
    at_hub(road, stick)
    assert numbered(road) == 3


def test_a_hub_made_anew_collects_from_sticks_alone(road, taohua, stick):
    road.register_wang("taohua")
    key = road.hub.node.keys.get(NETWORK)
    taohua.node.keys.take(NETWORK, key)
    tickets(taohua, 3)
    road.exchange(taohua)
    take_ticket(taohua, 4)
    road.hub.db.close()
    road.hub = road.open_hub("anew")
    road.hub.db.sql("DELETE FROM seal_key")
    road.hub.node.keys.take(NETWORK, key)
    collecting.start(road.hub)
    for _trip in range(4):
        taohua = road.reopen("taohua")
        export(taohua, stick)
        at_hub(road, stick)
        take_in(taohua, stick)
        taohua.db.close()
    assert collecting.number_all(road.hub).stations == ("taohua",)
    taohua = road.reopen("taohua")
    for _trip in range(2):
        export(taohua, stick)
        at_hub(road, stick)
        take_in(taohua, stick)
    assert settled(road, taohua) and numbered(road) == 4
    assert road.hub.node.keys.get(WANG) == taohua.node.keys.get(WANG)
