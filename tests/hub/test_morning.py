"""What the fleet page asks of a person each morning, and what settles it."""

import datetime
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from hub import alarms
from tests.hub import cast
from tests.hub.conftest import Visitor
from tests.hub.seen import ago, backed_up, branch, enrol, heard, line, set_aside, tasks, verdict
from tests.sync.road import Road, take_ticket
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.stations import commands as stations
from yizhan.services.stations.projection import station as station_row

pytestmark = pytest.mark.usefixtures("plenty")


def test_when_all_is_well_one_sentence_says_so(node: Node, fang: Visitor) -> None:
    backed_up(node)
    for code, name in cast.STATIONS.items():
        enrol(node, code, name)
        heard(node, code)
    page = fang.see("/fleet").text
    assert verdict(page).startswith("全部正常 2 个站点 · 没有积压")
    assert tasks(page) == ""


def test_an_old_backlog_says_how_much_since_when_and_what_to_do(node: Node, fang: Visitor) -> None:
    enrol(node, "west", "西塘驿站")
    heard(node, "west", unsent=143, clear_at=ago(node, days=3))
    page = fang.see("/fleet").text
    day = "一二三四五六日"[(node.clock.now() - datetime.timedelta(days=3)).weekday()]
    assert verdict(page).startswith("1 件事要处理 2 个站点 · 143 条还没有上传")
    assert f"西塘驿站：143 条从周{day}起没有上传" in tasks(page)
    assert "用 U 盘带回来" in tasks(page)
    assert f"143 条 从周{day}起" in line(page, "west") and "积压" in line(page, "west")


def test_what_came_with_the_last_word_waits_no_more(node: Node, fang: Visitor) -> None:
    enrol(node, "west", "西塘驿站")
    heard(node, "west", unsent=143, waiting=0)
    assert line(fang.see("/fleet").text, "west").count("都到了") == 2


def test_two_machines_come_before_everything_and_only_the_street_may_settle_it(
    node: Node, fang: Visitor, signed_in: Callable[[str], Visitor]
) -> None:
    enrol(node, "west", "西塘驿站")
    heard(node, "west", disk_mib=3, version="0.0.1")
    branch(node, "west", grown=2)
    page = fang.see("/fleet").text
    assert verdict(page).startswith("2 件事要处理")
    assert tasks(page).startswith("西塘驿站的记录从")
    assert "有两台设备在用这个站点的身份" in tasks(page) and "关掉另一台" in tasks(page)
    assert "请街道管理员在这里确认" in tasks(page) and "只有一台" not in tasks(page)
    assert fang.send("/fleet", "/fleet/one-machine", station="west").status_code == 403
    assert "我查过了，只有一台" in tasks(signed_in("admin").see("/fleet").text)


def test_an_answered_suspicion_is_recorded_under_the_name_and_goes(
    node: Node, app: Flask, signed_in: Callable[[str], Visitor]
) -> None:
    backed_up(node)
    enrol(node, "west", "西塘驿站")
    heard(node, "west")
    node.record(new_id(), "hub", lambda: stations.suspect("west", "出示的凭据不是最近的"))
    branch(node, "west", grown=1)
    admin = signed_in("admin")
    assert "装回了旧系统或旧卡" in tasks(admin.see("/fleet").text)
    hidden = admin.hidden("/fleet")
    for _twice in range(2):
        answer = admin.client.post("/fleet/one-machine", data={**hidden, "station": "west"})
        assert answer.status_code == 303
    page = admin.see("/fleet").text
    assert "西塘驿站只有一台设备" in page and verdict(page).startswith("全部正常")
    row = station_row(node.db, "west")
    assert row is not None and row.suspected == ""
    assert app.extensions["sync_hub"].watch.branches() == []
    cleared = [row.event for row in node.journal.placed(0) if row.event.type == "station.cleared"]
    assert [event.actor for event in cleared] == ["staff/admin"]


def test_a_suspicion_that_is_settled_already_is_refused_in_words(
    node: Node, signed_in: Callable[[str], Visitor]
) -> None:
    enrol(node, "west", "西塘驿站")
    head = node.journal.head()
    admin = signed_in("admin")
    hidden = {**admin.hidden("/fleet"), "form": new_id()}
    for code in ("west", "nowhere"):
        answer = admin.client.post("/fleet/one-machine", data={**hidden, "station": code})
        assert answer.status_code == 409 and "已经有人处理过了" in answer.text
    assert node.journal.head() == head


def test_a_set_aside_calls_until_somebody_looked_and_a_new_one_calls_again(
    node: Node, fang: Visitor
) -> None:
    backed_up(node)
    set_aside(node)
    page = fang.see("/fleet").text
    assert "中心有 1 条记录收下了，但没有起作用" in tasks(page)
    upto = re.search(r'name="upto" value="(\d+)"', page)
    assert upto
    sent = fang.send("/fleet", "/fleet/looked", station="", upto=upto[1])
    assert sent.status_code == 303
    assert tasks(fang.see("/fleet").text) == ""
    set_aside(node)
    assert "中心有 1 条记录" in tasks(fang.see("/fleet").text)
    assert fang.send("/fleet", "/fleet/looked", station="", upto="all").status_code == 400
    who = node.db.sql("SELECT who FROM hub_looked")
    assert who == [("staff/fang",)]


def test_what_a_station_set_aside_is_looked_at_by_its_count(node: Node, fang: Visitor) -> None:
    backed_up(node)
    enrol(node, "west", "西塘驿站")
    heard(node, "west", aside=2)
    assert "没有急事，1 件有空时看看" in verdict(fang.see("/fleet").text)
    fang.send("/fleet", "/fleet/looked", station="west", upto="2")
    assert verdict(fang.see("/fleet").text).startswith("全部正常")
    heard(node, "west", aside=3)
    assert "西塘驿站有 1 条记录收下了" in tasks(fang.see("/fleet").text)


def test_many_stations_silent_at_once_are_one_task(node: Node, fang: Visitor) -> None:
    for number in range(1, 15):
        enrol(node, f"s{number:02d}", f"{number}号站")
        heard(node, f"s{number:02d}", seen=ago(node, days=2))
    page = fang.see("/fleet").text
    assert verdict(page).startswith("1 件事要处理")
    assert "14 个站点没有消息：" in tasks(page) and "12号站等。" in tasks(page)


def test_a_new_hub_reminds_of_backup_and_sheet_and_calls_for_it_after_a_day(
    node: Node, fang: Visitor
) -> None:
    page = fang.see("/fleet").text
    assert verdict(page).startswith("没有急事，1 件有空时看看")
    assert "打印恢复单" in tasks(page) and "从来没有备份过" not in tasks(page)
    cast.later(node, hours=27)
    assert fang.log_in("fang").status_code == 303
    assert "中心用了 27 小时，还从来没有备份过" in tasks(fang.see("/fleet").text)


def test_a_hub_made_anew_names_who_has_not_come_back_and_what_flipped(
    app: Flask, node: Node, fang: Visitor
) -> None:
    enrol(node, "west", "西塘驿站")
    heard(node, "west")
    app.extensions["sync_hub"].recovery.begin("backup", collecting=False)
    set_aside(node)
    set_aside(node)
    node.db.sql(
        "INSERT INTO flipped (network, digest, since) SELECT network, digest, time FROM set_aside"
        " ORDER BY position LIMIT 1"
    )
    said = tasks(fang.see("/fleet").text)
    assert "还有 1 个站点没有把记录补齐：西塘驿站。" in said
    assert "中心重建以前办成的 1 件事，现在没有起作用" in said and "中心有 1 条记录收下了" in said
    fang.send("/fleet", "/fleet/looked", station="", upto=str(node.journal.head()))
    said = tasks(fang.see("/fleet").text)
    assert "补齐" in said and "没有起作用" not in said


def test_status_json_counts_the_alarms_by_kind(node: Node, visitor: Visitor) -> None:
    backed_up(node)
    for code, name in cast.STATIONS.items():
        enrol(node, code, name)
        heard(node, code, disk_mib=100)
    heard(node, "west", disk_mib=100, skew_s=-400)
    told = visitor.see("/status.json").get_json()
    assert told["alarms"] == {"disk_low": 2, "clock_off": 1}


def test_since_when_nothing_came_is_known_from_the_exchanges_alone(tmp_path: Path) -> None:
    """Heartbeats that bring nothing keep the moment at which all had come."""
    road = Road(tmp_path)
    zhongda = road.station("zhongda")
    clock = road.hub.node.clock

    def told() -> tuple[int, str]:
        (row,) = road.hub.contacts()
        return alarms.waiting(row), row.clear_at

    road.exchange(zhongda)
    began = clock.stamp()
    for number in (1, 2, 3):
        take_ticket(zhongda, number)
    cast.later(road.hub.node, hours=5)
    road.hub.exchange(zhongda.request(bytes_max=1).raw)
    assert told()[0] == 2 and told()[1] <= began
    cast.later(road.hub.node, hours=5)
    road.exchange(zhongda)
    assert told() == (0, clock.stamp())


def test_two_hundred_stations_are_answered_well_within_a_poll(node: Node, fang: Visitor) -> None:
    for number in range(200):
        enrol(node, f"s{number:03d}", f"{number}号站")
        heard(node, f"s{number:03d}", unsent=number % 7, seen=ago(node, minutes=number))
    began = time.process_time()
    page = fang.see("/fleet", **{"HX-Request": "true"}).text
    assert page.count('id="s-') == 202
    assert time.process_time() - began < 1
