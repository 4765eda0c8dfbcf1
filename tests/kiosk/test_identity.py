"""Cards at the touchscreen: greeted by surname, refused clearly, forgotten at 完成."""

import json
import urllib.request

from kiosk.serving import Kiosk
from kiosk.visits import TOKEN_SECONDS, Visits
from tests.kiosk.stations import (
    CARDS,
    LOST_CARD,
    STRANGE_CARD,
    address,
    at_desk,
    at_screen,
    events,
    lay,
)
from yizhan.record import Node


def test_she_is_greeted_by_surname_and_honorific_only(kiosk: Kiosk) -> None:
    wang = at_screen(kiosk, "wang")
    assert "王阿姨" in wang.page
    assert "滨港路" not in wang.page.html
    assert CARDS["wang"] not in wang.page.html
    assert "wang" not in wang.page.url


def test_done_forgets_her_at_once(kiosk: Kiosk) -> None:
    wang = at_screen(kiosk, "wang")
    wang.press("完成")
    assert "请刷卡" in wang.page
    assert "王阿姨" not in wang.go("/me")


def test_a_restart_forgets_her(kiosk: Kiosk) -> None:
    wang = at_screen(kiosk, "wang")
    kiosk.here.visits.__init__()  # type: ignore[misc]
    assert "王阿姨" not in wang.go("/me")


def test_another_card_takes_over_and_sees_nothing_of_hers(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk, "wang")
    visitor.follow("缝补")
    visitor.follow("缝扣子")
    visitor.press("取号")
    lay(kiosk, visitor, CARDS["yang"])
    assert "杨老师" in visitor.page
    assert "王阿姨" not in visitor.page
    assert "第 1 号" not in visitor.page


def test_an_unknown_card_is_told_what_to_do_and_leaves_a_note(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    lay(kiosk, visitor, STRANGE_CARD)
    assert visitor.page.status == 404
    assert "还没有登记" in visitor.page
    notes = at_desk(kiosk).go("/matters")
    assert "尾号 8887" in notes
    assert STRANGE_CARD not in notes.html


def test_a_lost_card_opens_nothing(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    lay(kiosk, visitor, LOST_CARD)
    assert visitor.page.status == 403
    assert "已经挂失了" in visitor.page
    assert "杨老师" not in visitor.go("/me")


def test_a_token_opens_once_and_only_for_three_seconds() -> None:
    now = 100.0
    visits = Visits(lambda: now)
    token = visits.token("0003887558")
    assert visits.card(token) == "0003887558"
    assert visits.card(token) is None
    late = visits.token("0003887558")
    now += TOKEN_SECONDS
    assert visits.card(late) is None


def test_a_late_token_is_told_to_lay_the_card_again(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    form = next(one for one in visitor.page.forms if "token" in one.fields)
    assert "再放一次" in visitor.send(form, {"token": "0" * 32})


def test_two_cards_are_told_apart_by_nobody(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    after = kiosk.here.devices.events.last
    pretended = kiosk.here.devices.pretend
    assert pretended is not None
    pretended.card_lay(CARDS["wang"])
    pretended.card_lay(CARDS["yang"])
    told = json.loads(visitor.read(f"/events?after={after}"))
    while not told["events"] or "title" not in told["events"][-1]:
        told = json.loads(visitor.read(f"/events?after={told['last']}"))
    assert told["events"][-1]["title"] == "读到两张卡"


def test_the_browser_never_hears_a_card_number(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    after = kiosk.here.devices.events.last
    assert kiosk.here.devices.pretend is not None
    kiosk.here.devices.pretend.card_lay(CARDS["wang"])
    said = visitor.read(f"/events?after={after}")
    assert "token" in said
    assert CARDS["wang"] not in said


def test_somebody_from_another_station_becomes_known_here(kiosk: Kiosk, zhongda: Node) -> None:
    at_screen(kiosk, "li")
    at_screen(kiosk, "li")
    assert events(zhongda) == ["person.met"]


def test_a_card_laid_on_a_page_that_asked_for_it_leads_back_there(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    visitor.follow("家电维修")
    assert "请先刷卡" in visitor.page
    lay(kiosk, visitor, CARDS["wang"], "/service/repair/order?")
    assert "要修什么" in visitor.page


def test_no_page_outside_can_be_the_way_on(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    lay(kiosk, visitor, CARDS["wang"], "//elsewhere.example/service/")
    assert visitor.page.url.endswith("/me")


def test_a_question_of_the_page_before_does_not_take_her_visit_away(kiosk: Kiosk) -> None:
    """The clock was asked for while her card was being read; its answer comes last."""
    visitor = at_screen(kiosk)
    before = next(one.value for one in visitor.cookies if one.name.startswith("yizhan_kiosk"))
    lay(kiosk, visitor, CARDS["wang"])
    late = urllib.request.Request(
        address(kiosk) + "/now",
        headers={"Cookie": f"yizhan_kiosk_zhongda={before}", "Sec-Fetch-Mode": "cors"},
    )
    with urllib.request.urlopen(late) as answer:
        assert answer.headers["Set-Cookie"] is None
        assert "王阿姨" not in answer.read().decode()
    assert "王阿姨" in visitor.go("/me")
