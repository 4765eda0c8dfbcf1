"""A screen is heard: its clips are named when it is drawn, and played when they are there."""

import json
import re
import time
from html import unescape

from kiosk.serving import Kiosk
from kiosk.speech.speaker import Speaker
from tests.kiosk.stations import Hub, at_desk, at_screen, eventually
from tests.kiosk.test_tickets import take_a_number
from tests.kiosk.uploads import fetch
from tests.pages import Page, Visitor
from yizhan.record import Node


def attribute(page: Page, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', page.html)
    assert found, f"{page.url} has no {name}"
    return unescape(found[1])


def clips_of(page: Page) -> list[str]:
    return attribute(page, "data-clips").split()


def texts_of(page: Page) -> list[str]:
    return attribute(page, "data-say").split("\n")


def calls_on(page: Page) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(attribute(page, "data-calls"))
    return found


def test_a_screen_names_its_clips_and_they_come(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    page = visitor.follow("缝补")
    names = clips_of(page)
    assert texts_of(page)[:3] == ["缝补", "缝扣子", "2 元"]
    assert len(names) == len(texts_of(page))
    eventually(lambda: all(_there(kiosk, name) for name in names), "the clips are made")


def _there(kiosk: Kiosk, name: str) -> bool:
    speaker: Speaker = kiosk.here.speaker
    return speaker.clips.find(name) is not None


def test_a_read_back_reads_everything_back(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    visitor.follow("缝补")
    said = texts_of(visitor.follow("缝扣子"))
    for fact in ("要做", "缝补 · 缝扣子", "多少", "2 元", "前面没有人，请稍等", "取号"):
        assert fact in said


def test_the_first_screen_is_silent_until_somebody_asks(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    assert "data-hush" in visitor.page.html
    assert "data-hush" not in visitor.follow("缝补").html


def test_volume_belongs_to_the_visit(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk, "wang")
    hers = attribute(visitor.page, "data-visit")
    assert attribute(visitor.go("/service/mend/jobs"), "data-visit") == hers
    visitor.press("完成")
    assert attribute(visitor.page, "data-visit") != hers


def test_every_page_can_ask_whether_she_is_still_there(kiosk: Kiosk) -> None:
    page = at_screen(kiosk).follow("缝补")
    assert attribute(page, "data-clips-still").split()
    assert attribute(page, "data-clips-help").split()


def test_a_number_is_called_on_every_screen_in_two_phrases(kiosk: Kiosk) -> None:
    take_a_number(at_screen(kiosk))
    other = at_screen(kiosk)
    assert calls_on(other.page) == []
    at_desk(kiosk).press("叫下一个")
    for path in ("/", "/service/mend/jobs", "/help", "/now"):
        [call] = calls_on(other.go(path))
        assert call["key"] == "1 缝补"
        expected = [kiosk.here.speaker.names(text)[0] for text in ("请一号", "到缝补")]
        assert call["clips"] == expected


def test_the_room_is_called_in_chinese_whatever_the_visitor_reads(kiosk: Kiosk) -> None:
    take_a_number(at_screen(kiosk))
    at_desk(kiosk).press("叫下一个")
    visitor = at_screen(kiosk)
    before = calls_on(visitor.page)
    visitor.press("English")
    assert calls_on(visitor.page) == before
    assert "Mending" in texts_of(visitor.page)


def test_the_wall_calls_too_and_plays_nothing_else(kiosk: Kiosk) -> None:
    take_a_number(at_screen(kiosk))
    wang = at_screen(kiosk, "wang")
    greeting = clips_of(wang.page)[0]
    keeper = at_desk(kiosk)
    wall = Visitor(keeper.at)
    assert calls_on(wall.go("/wall")) == []
    keeper.press("叫下一个")
    [call] = calls_on(wall.go("/wall/now"))
    assert call == calls_on(at_screen(kiosk).page)[0]
    names = kiosk.here.speaker.names("请一号") + kiosk.here.speaker.names("到缝补")
    eventually(lambda: all(_there(kiosk, name) for name in [*names, greeting]), "all are made")
    for name in names:
        assert fetch(wall, f"/speech/{name}")[0] == 200
    assert fetch(wall, f"/speech/{greeting}")[0] == 404


def test_where_two_screens_stand_in_one_room_one_of_them_calls(kiosk: Kiosk) -> None:
    take_a_number(at_screen(kiosk))
    keeper = at_desk(kiosk)
    keeper.press("叫下一个")
    wall = Visitor(keeper.at)
    for place, screens in (("both", (1, 1)), ("screen", (1, 0)), ("wall", (0, 1))):
        keeper.go("/prompts")
        keeper.press("就用这个", calls=place)
        seen = len(calls_on(at_screen(kiosk).page)), len(calls_on(wall.go("/wall/now")))
        assert seen == screens, place


def test_a_page_does_not_wait_for_its_voice(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    kiosk.here.speaker.stop()
    begun = time.monotonic()
    page = visitor.go("/service/mend/jobs")
    assert time.monotonic() - begun < 1
    [first, *_] = clips_of(page)
    with visitor._opener.open(f"{visitor.at}/speech/{first}") as answer:
        assert (answer.status, answer.read()) == (204, b"")


def test_clips_that_greet_stay_in_no_cache(kiosk: Kiosk) -> None:
    wang = at_screen(kiosk, "wang")
    [name, *_] = clips_of(wang.page)
    eventually(lambda: _there(kiosk, name), "the greeting is made")
    with wang._opener.open(f"{wang.at}/speech/{name}") as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Type"] == "audio/ogg"


def test_a_sentence_that_opens_by_itself_is_said(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    form = next(one for one in visitor.page.forms if one.action.endswith("/finish"))
    form.action = "/speech"
    page = visitor.send(form, {"text": "读到两张卡。请把卡都拿开"})
    assert len(json.loads(page.html)["clips"]) == 2
    flood = json.loads(visitor.send(form, {"text": "好。" * 2_000}).html)["clips"]
    assert len(flood) <= 150
    form.fields["csrf_token"] = "x"
    assert visitor.send(form, {"text": "好"}).status == 400


def test_names_of_files_open_nothing(kiosk: Kiosk) -> None:
    visitor = Visitor(at_screen(kiosk).at)
    for name in ("kiosk.secret", "..%2Fkiosk.secret", "f" * 21, "%00"):
        page = visitor.go(f"/speech/{name}")
        assert page.status in (204, 404), name


def test_every_screen_of_a_house_call_is_heard(hub: Hub, zhongda: Node, kiosk: Kiosk) -> None:
    wang = at_screen(kiosk, "wang")
    for step in ("家电维修", "水龙头", "上午", "家里", "不说了"):
        wang.follow(step)
        assert clips_of(wang.page), wang.page.url
    said = texts_of(wang.page)
    assert "水龙头" in said and "上午" in said
    wang.press("下单")
    assert "等中心派师傅" in attribute(wang.page, "data-say")


def test_a_ticket_is_said_as_one_says_it(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    take_a_number(visitor)
    said = texts_of(visitor.page)
    assert "1号" in said and "已保存" in said
    assert not [one for one in said if "待上传" in one], "that is for the keeper's eye"
