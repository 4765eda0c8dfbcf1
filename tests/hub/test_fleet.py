"""The fleet page: what is to be done today, who is silent, who is behind, the worst first."""

import datetime
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from hub import alarms
from sync.hub_tables import BranchRow, ContactRow, TipRow
from tests.hub import cast
from tests.hub.conftest import Visitor
from tests.sync.road import Road, take_ticket
from yizhan import VERSION
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.orders import commands as orders
from yizhan.services.stations import commands as stations
from yizhan.services.stations.projection import station as station_row

NAMES = [field.name for field in ContactRow._meta.sorted_fields]


def enrol(node: Node, code: str, name: str) -> None:
    """A station that showed its code."""
    node.record(new_id(), "hub", lambda: stations.add(code, name, "00" * 32))
    state = node.state("station", "", f"station/{code}")
    node.record(new_id(), "hub", lambda: stations.enrol(state, "00" * 32, "ab" * 32))


def heard(node: Node, code: str, *, behind: int = 0, **other: object) -> None:
    """The station's last word, now: all is well but for what is said otherwise."""
    now = node.clock.stamp()
    said = {
        "network": node.network, "station": code, "seen": now, "unsent": 0,
        "cursor": node.journal.head() - behind, "version": VERSION, "clock": "synced",
        "skew_s": 0, "rescue": False, "disk_mib": 20_000, "aside": 0, "waiting": None,
        "clear_at": now, **other,
    }  # fmt: skip
    node.db.upsert(ContactRow, [tuple(said[name] for name in NAMES)])


def ago(node: Node, **span: float) -> str:
    """A stamp of some time before now."""
    return (node.clock.now() - datetime.timedelta(**span)).isoformat(timespec="seconds")


def branch(node: Node, code: str, grown: int) -> None:
    """The station's chain branched an hour ago, and so many of its two ends grew since."""
    since = ago(node, hours=1)
    node.db.upsert(BranchRow, [(node.network, code, b"parent", since)])
    moved = [ago(node, minutes=50 if n < grown else 90) for n in range(2)]
    for n, at in enumerate(moved):
        node.db.run(
            TipRow.insert(network=node.network, source=code, digest=bytes([n]), moved=at, head=n)
        )


def set_aside(node: Node) -> None:
    """A record comes that does nothing: 王阿姨 withdraws an order that was never placed."""
    order = cast.place(node)
    cast.step(node, order, "person/wang", orders.withdraw)
    node.db.sql(
        "INSERT INTO set_aside (network, digest, audience, subject, position, type, actor, time,"
        " reason) VALUES (?, ?, 'hub', ?, ?, 'order.withdrawn', 'person/wang', ?, '撤不了')",
        (node.network, order.encode(), f"order/{order}", node.journal.head(), node.clock.stamp()),
    )


@pytest.fixture(autouse=True)
def plenty(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk of the machine that tests is no concern of these stations."""
    monkeypatch.setattr("hub.survey.disk_mib", lambda: 50_000)


@pytest.fixture
def fang(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("fang")


def line(page: str, code: str) -> str:
    """One station's line, without its tags."""
    row = page.partition(f'id="s-{code}"')[2].partition("</tr>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", row).split())


def tasks(page: str) -> str:
    """What the page asks a person to do, without tags."""
    listed = page.partition('class="tasks"')[2].partition("</ol>")[0].partition(">")[2]
    return " ".join(re.sub(r"<[^>]*>", " ", listed).split())


def verdict(page: str) -> str:
    """The one sentence on top."""
    said = page.partition('id="verdict"')[2].partition("</p>")[0].partition(">")[2]
    return " ".join(re.sub(r"<[^>]*>", " ", said).split())


def test_a_station_that_never_called_says_so(node: Node, fang: Visitor) -> None:
    said = line(fang.see("/fleet").text, "east")
    assert "东埠驿站" in said and "等入网" in said and "还没有联系过" in said


def test_a_healthy_station_is_told_in_words(node: Node, fang: Visitor) -> None:
    enrol(node, "east", "东埠驿站")
    heard(node, "east")
    said = line(fang.see("/fleet").text, "east")
    assert "正常" in said and "刚刚" in said and said.count("都到了") == 2 and "0.1.0" in said


def test_a_backlog_a_lag_and_a_wrong_clock_are_counted(node: Node, fang: Visitor) -> None:
    enrol(node, "west", "西塘驿站")
    heard(node, "west", unsent=143, behind=35, skew_s=-400)
    said = line(fang.see("/fleet").text, "west")
    assert "143 条" in said and "35 条" in said and "慢 6 分钟" in said


def test_the_silent_station_comes_before_the_healthy_one(node: Node, fang: Visitor) -> None:
    for code, name in cast.STATIONS.items():
        enrol(node, code, name)
    heard(node, "west")
    cast.later(node, minutes=30)
    heard(node, "east")
    page = fang.see("/fleet").text
    assert page.index('id="s-west"') < page.index('id="s-east"')
    assert "没有消息" in line(page, "west") and "30 分钟前" in line(page, "west")


def test_a_day_of_silence_is_worse(node: Node, fang: Visitor) -> None:
    enrol(node, "west", "西塘驿站")
    heard(node, "west")
    cast.later(node, days=3)
    fresh = fang.log_in("fang")
    assert fresh.status_code == 303
    assert "3 天没有消息" in tasks(fang.see("/fleet").text)


def test_a_revoked_station_is_no_trouble(node: Node, fang: Visitor) -> None:
    enrol(node, "west", "西塘驿站")
    node.record(new_id(), "hub", lambda: stations.revoke("west"))
    page = fang.see("/fleet").text
    assert "已停用" in line(page, "west")
    assert page.index('id="s-east"') < page.index('id="s-west"')


def test_status_json_tells_counts_and_no_people(node: Node, visitor: Visitor) -> None:
    cast.place(node)
    heard(node, "east", unsent=7, behind=2)
    status = visitor.see("/status.json")
    told = status.get_json()
    assert told["network"] == "harbour" and told["head"] == node.journal.head()
    assert told["hub_epoch"]
    assert told["stations"]["east"]["unsent"] == 7
    assert told["stations"]["east"]["behind"] == 2
    assert not [name for name in ("王", "wang", "1380000") if name in status.text]


def test_the_hub_says_that_it_is_up(visitor: Visitor) -> None:
    assert visitor.see("/healthz").status_code == 200


def test_when_all_is_well_one_sentence_says_so(node: Node, fang: Visitor) -> None:
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


def test_a_hub_that_was_never_backed_up_says_so_after_a_day(node: Node, fang: Visitor) -> None:
    assert "备份" not in tasks(fang.see("/fleet").text)
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
