"""Finding somebody: pinyin both ways, numbers, telephones; in memory alone."""

import logging

import pytest

from kiosk.finder import Finder
from tests.kiosk.stations import Hub
from yizhan import registering
from yizhan.honorifics import suggest
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.registering import NewPerson
from yizhan.services.people import commands

ACTOR = "staff/keeper-zhongda"


def write(node: Node, called: str, name: str, phone: str = "") -> str:
    """Register somebody at this station; her id."""
    new = NewPerson(called, node.source, name=name, phone=phone, born=1950)
    return registering.register(node, new_id(), ACTOR, new, "中大").person


@pytest.fixture
def finder(zhongda: Node) -> Finder:
    write(zhongda, "王奶奶", "王秀兰", "13800001234")
    write(zhongda, "单师傅", "单雄")
    write(zhongda, "曾阿姨", "曾国英")
    write(zhongda, "吕大伯", "吕布")
    return Finder(zhongda)


@pytest.mark.parametrize(
    ("asked", "called"),
    [
        ("wnn", "王奶奶"),
        ("WNN", "王奶奶"),
        ("wxl", "王秀兰"),
        ("wangxiu", "王奶奶"),
        ("王秀", "王奶奶"),
        ("奶奶", "王奶奶"),
        ("1234", "王奶奶"),
        ("0001", "王奶奶"),
        ("中大-居0002", "单师傅"),
        ("ssf", "单师傅"),
        ("dsf", "单师傅"),
        ("shanxiong", "单师傅"),
        ("cay", "曾阿姨"),
        ("zay", "曾阿姨"),
        ("lvbu", "吕大伯"),
        ("lb", "吕大伯"),
    ],
)
def test_she_is_found_first(finder: Finder, asked: str, called: str) -> None:
    found = finder.find(asked)
    assert found and called in (found[0].called, found[0].name), [one.called for one in found]


@pytest.mark.parametrize("asked", ["", "   ", "xyz", "9999", "%", "_", "'", "李四"])
def test_nobody_is_found(finder: Finder, asked: str) -> None:
    assert finder.find(asked) == []


def test_who_was_just_written_is_found_and_a_new_name_counts(zhongda: Node) -> None:
    finder = Finder(zhongda)
    assert finder.find("zxq") == []
    person = write(zhongda, "赵阿姨", "赵雪琴")
    assert [one.person for one in finder.find("zxq")] == [person]
    state = zhongda.state("person", person, f"person/{person}")
    draft = commands.correct(state, person, {"called": "钱阿姨"}, {"name": "钱雪琴"})
    zhongda.record(new_id(), ACTOR, lambda: draft)
    assert finder.find("zxq") == []
    assert [one.called for one in finder.find("qay")] == ["钱阿姨"]


def test_only_who_this_station_holds(hub: Hub, zhongda: Node) -> None:
    found = {one.person for one in Finder(zhongda).find("li")}
    assert "li" not in found, "李师傅 is known at the other station"
    assert [one.person for one in Finder(zhongda).find("yls")] == ["yang"]


def test_a_name_whose_key_comes_later_opens_then(hub: Hub) -> None:
    node = hub.station("zhongda")
    key = node.keys.get("wang")
    assert key is not None
    with node.db.writing():
        node.db.sql("DELETE FROM seal_key WHERE owner = 'wang'")
    finder = Finder(node)
    assert [one.name for one in finder.find("wayi")] == []
    assert finder.find("way")[0].name == ""
    node.keys.take("wang", key)
    assert finder.find("way")[0].name == "王阿姨"


def test_names_and_questions_come_into_no_log(
    finder: Finder, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert finder.find("王秀兰")
        finder.find("1234")
    for secret in ("王秀兰", "wxl", "王奶奶", "1234", "13800001234"):
        assert secret not in caplog.text


@pytest.mark.parametrize(
    ("name", "gender", "born", "said"),
    [
        ("王秀兰", "female", "1950", "王奶奶"),
        ("王秀兰", "female", "", "王阿姨"),
        ("欧阳锋", "male", "1950", "欧阳爷爷"),
        ("李明", "male", "1975", "李师傅"),
        ("李明", "", "1975", ""),
        ("", "female", "1950", ""),
        ("李明", "male", "19x5", "李师傅"),
    ],
)
def test_how_to_call_somebody_is_suggested(name: str, gender: str, born: str, said: str) -> None:
    assert suggest(name, gender, born, 2026) == said
