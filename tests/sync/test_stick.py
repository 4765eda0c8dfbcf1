"""桃花's papers travel by ferry: requests on a stick, answers on the way back."""

import shutil

from sync.status import unsent
from sync.stick import rows_of, runs
from tests.sync.road import WANG, place_order, take_ticket
from tests.sync.sticks import at_hub, export, files, numbered, said, settled, take_in, tickets
from yizhan.ids import new_id
from yizhan.services.people import commands as people
from yizhan.services.stations.projection import station as station_row


def test_the_ferry_brings_the_papers_and_takes_the_receipt_home(road, taohua, stick):
    tickets(taohua, 143)
    assert said(export(taohua, stick)) == "共 143 条，已写好，可以拔下"
    assert unsent(taohua.node) == 143, "nobody has said yet that it came"
    result = at_hub(road, stick)
    assert result.good and "读入了 143 条，其中 143 条是新的" in said(result)
    assert [(line.station, line.records, line.new) for line in result.lines] == [
        ("taohua", 143, 143)
    ]
    assert said(take_in(taohua, stick)) == "中心已收到 143 条"
    assert settled(road, taohua) and numbered(road) == 143
    assert files(stick, "up") == files(stick, "down") == []


def test_the_answer_is_understood_after_restarts(road, taohua, stick):
    tickets(taohua, 3)
    export(taohua, stick)
    at_hub(road, stick)
    taohua.db.close()
    again = road.reopen("taohua")
    take_ticket(again, 4)
    assert said(take_in(again, stick)) == "中心已收到 3 条；还有 1 条没有带去：再写一次U盘"
    assert unsent(again.node) == 1
    export(again, stick)
    at_hub(road, stick)
    take_in(again, stick)
    assert settled(road, again) and numbered(road) == 4


def test_what_happened_elsewhere_comes_back_with_the_ferry(road, taohua, stick):
    zhongda = road.station("zhongda")
    road.register_wang()
    road.exchange(zhongda)
    subject = place_order(zhongda)
    road.exchange(zhongda)
    taohua.node.record(new_id(), f"person/{WANG}", lambda: people.meet(WANG, "taohua"))
    export(taohua, stick)
    at_hub(road, stick)
    take_in(taohua, stick)
    assert taohua.node.state("order", WANG, subject).status == "submitted"
    assert settled(road, taohua)


def test_many_files_over_disjoint_rows(road, taohua, stick, small):
    tickets(taohua, 35)
    export(taohua, stick)
    assert len(files(stick, "up")) == 4
    assert said(at_hub(road, stick)).startswith("读入了 35 条，其中 35 条是新的")
    assert said(take_in(taohua, stick)) == "中心已收到 35 条"
    assert settled(road, taohua) and road.hub.watch.branches() == []


def test_nothing_to_send_still_fetches(road, taohua, stick):
    assert "没有没上传的记录" in said(export(taohua, stick))
    road.register_wang("taohua")
    at_hub(road, stick)
    assert said(take_in(taohua, stick)) == "中心的消息已经收到"
    assert taohua.node.state("person", WANG, f"person/{WANG}").called == "王阿姨"
    assert settled(road, taohua)


def test_a_station_that_never_met_the_hub_goes_twice(road, stick):
    taohua = road.station("taohua")
    tickets(taohua, 2)
    assert "还没有和中心通过信" in said(export(taohua, stick))
    at_hub(road, stick)
    assert "再写一次U盘" in said(take_in(taohua, stick))
    export(taohua, stick)
    at_hub(road, stick)
    take_in(taohua, stick)
    assert settled(road, taohua) and numbered(road) == 2


def test_several_stations_on_one_stick(road, taohua, stick):
    xiaogan = road.station("xiaogan")
    road.exchange(xiaogan)
    tickets(taohua, 3)
    tickets(xiaogan, 2)
    export(taohua, stick)
    export(xiaogan, stick)
    result = at_hub(road, stick)
    assert [(line.station, line.new) for line in result.lines] == [("taohua", 3), ("xiaogan", 2)]
    assert said(take_in(taohua, stick)) == "中心已收到 3 条"
    assert said(take_in(xiaogan, stick)) == "中心已收到 2 条"
    for one in (taohua, xiaogan):
        assert settled(road, one)


def test_twice_and_in_any_order_does_no_harm(road, taohua, stick, small):
    tickets(taohua, 35)
    export(taohua, stick)
    first = stick.parent / "copy"
    shutil.copytree(stick, first)
    at_hub(road, stick)
    again = at_hub(road, first)
    assert "读入了 35 条，其中 0 条是新的" in said(again) and again.good
    downs = files(stick, "down")
    for number, path in enumerate(reversed(downs), 1):
        path.rename(path.with_name(f"net-taohua-000000000000-{number}.down"))
    take_in(taohua, stick)
    assert settled(road, taohua) and numbered(road) == 35
    assert said(take_in(taohua, first)) == "U盘上没有给本站的新回信：先拿到中心读入，再拿回来"
    assert settled(road, taohua)


def test_an_answer_after_the_network_was_faster_changes_nothing(road, taohua, stick):
    tickets(taohua, 3)
    export(taohua, stick)
    at_hub(road, stick)
    road.exchange(taohua)
    receipt = taohua.receipt()
    assert receipt is not None
    take_ticket(taohua, 4)
    road.exchange(taohua)
    late = take_in(taohua, stick)
    assert said(late) == "中心已收到 3 条" and late.good
    assert taohua.receipt().stored > receipt.stored
    assert settled(road, taohua) and numbered(road) == 4


def test_a_stick_beside_the_network_is_no_second_machine(road, taohua, stick):
    tickets(taohua, 2)
    desk = road.reopen("taohua")
    export(desk, stick)
    for number in (3, 4, 5):
        take_ticket(taohua, number)
        road.exchange(taohua)
    at_hub(road, stick)
    road.exchange(taohua)
    take_in(desk, stick)
    road.exchange(taohua)
    row = station_row(road.hub.db, "taohua")
    assert row is not None and not row.suspected and road.hub.watch.branches() == []
    assert settled(road, taohua) and numbered(road) == 5


def test_days_on_the_ferry_are_not_a_wrong_clock(road, taohua, stick, monkeypatch):
    tickets(taohua, 1)
    monkeypatch.setattr(taohua.node.clock, "stamp", lambda: "2026-11-20T08:00:00+08:00")
    export(taohua, stick)
    at_hub(road, stick)
    assert [abs(row.skew_s) < 60 for row in road.hub.contacts()] == [True]


def test_a_second_export_leaves_one_set_of_files(road, taohua, stick, small):
    tickets(taohua, 15)
    export(taohua, stick)
    take_ticket(taohua, 16)
    assert said(export(taohua, stick)) == "共 16 条，已写好，可以拔下"
    assert len(files(stick, "up")) == 2
    at_hub(road, stick)
    take_in(taohua, stick)
    assert settled(road, taohua) and numbered(road) == 16


def test_two_sticks_in_turn_each_bring_their_receipt(road, taohua, stick, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    tickets(taohua, 2)
    export(taohua, stick)
    take_ticket(taohua, 3)
    export(taohua, other)
    at_hub(road, other)
    at_hub(road, stick)
    assert said(take_in(taohua, stick)).startswith("中心已收到 2 条")
    assert "中心已收到 3 条" in said(take_in(taohua, other))
    assert settled(road, taohua) and numbered(road) == 3


def test_rows_are_kept_as_runs():
    assert runs([1, 2, 3, 7, 9, 10]) == [(1, 3), (7, 7), (9, 10)]
    assert list(rows_of([(1, 3), (7, 7)])) == [1, 2, 3, 7]
    assert runs([]) == []
