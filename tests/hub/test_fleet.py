"""The fleet page: who is silent, who is behind, the worst first; and the same for machines."""

import pytest

from tests.hub import cast
from tests.hub.conftest import Visitor
from tests.hub.seen import enrol, heard, line, tasks
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.stations import commands as stations

pytestmark = pytest.mark.usefixtures("plenty")


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


def test_a_station_that_is_not_in_use_yet_stands_below_those_that_are(
    node: Node, fang: Visitor
) -> None:
    enrol(node, "west", "西塘驿站")
    heard(node, "west")
    page = fang.see("/fleet").text
    assert page.index('id="s-west"') < page.index('id="s-east"')
