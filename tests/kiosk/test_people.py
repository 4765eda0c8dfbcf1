"""Who stands here: by card, by phone, for another, and what a found card does not open."""

from typing import Any

import pytest

from kiosk.serving import Kiosk
from tests.kiosk.stations import (
    CARDS,
    Hub,
    at_desk,
    at_screen,
    events,
    lay,
    recognised,
)
from tests.pages import Page, Visitor
from yizhan import pins, registering
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.people import consents
from yizhan.services.people import projection as people

PHONE = "13800000000"
PIN = ("fish", "sun", "fish")


@pytest.fixture
def phones(zhongda: Node, kiosk: Kiosk) -> None:
    """王阿姨 goes by a phone number; so does nobody else."""
    registering.add_handle(zhongda, new_id(), "staff/zhou", "wang", "phone", PHONE)


def dial(visitor: Visitor, digits: str) -> Page:
    visitor.go("/phone")
    for digit in digits:
        visitor.press(digit)
    return visitor.press("下一步")


def draw(visitor: Visitor, pictures: tuple[str, ...]) -> Page:
    for one in pictures:
        form = next(f for f in visitor.page.forms if f.action in ("/proof", "/self/pictures"))
        visitor.send(form, {"key": one})
    return visitor.page


def own_pin(zhongda: Node) -> None:
    pins.set_pin(zhongda, new_id(), "person/wang", "wang", PIN)


def test_her_phone_number_greets_her_and_lets_her_order(
    kiosk: Kiosk, zhongda: Node, phones: None
) -> None:
    visitor = at_screen(kiosk)
    dial(visitor, PHONE)
    assert "王阿姨" in visitor.page and visitor.page.url.endswith("/me")
    assert PHONE not in visitor.page.url
    visitor.follow("家电维修")
    assert "要修什么" in visitor.page


def test_a_phone_number_alone_shows_none_of_her_orders(
    kiosk: Kiosk, zhongda: Node, phones: None
) -> None:
    wang = at_screen(kiosk, "wang")
    wang.follow("家电维修")
    for step in ("水龙头", "上午", "家里", "不说了"):
        wang.follow(step)
    wang.press("下单")
    order = wang.page.url.rpartition("/")[2]
    wang.press("完成")
    dial(wang, PHONE)
    assert "中大-0001" not in wang.page
    for page in (f"/order/{order}", f"/order/{order}/story", "/messages", "/self/cards", "/word"):
        assert "中大-0001" not in wang.go(page), page


def test_digits_stay_out_of_the_page_s_address_and_an_unknown_one_is_told_kindly(
    kiosk: Kiosk, phones: None
) -> None:
    visitor = at_screen(kiosk)
    dial(visitor, "13911112222")
    assert visitor.page.status == 404
    assert "还没有登记" in visitor.page and "接着用" in visitor.page
    assert "1391111" not in visitor.page.url


def test_five_unknown_numbers_are_enough(kiosk: Kiosk, phones: None) -> None:
    visitor = at_screen(kiosk)
    for n in range(5):
        assert dial(visitor, f"1391111222{n}").status == 404
    assert dial(visitor, PHONE).status == 409
    assert "过 5 分钟" in visitor.page


def test_two_who_share_a_number_are_asked_which(kiosk: Kiosk, zhongda: Node, phones: None) -> None:
    registering.add_handle(zhongda, new_id(), "staff/zhou", "yang", "phone", PHONE)
    visitor = at_screen(kiosk)
    dial(visitor, PHONE)
    assert "您是哪一位" in visitor.page
    visitor.press("杨老师")
    assert "杨老师" in visitor.page and visitor.page.url.endswith("/me")


def test_a_found_card_reads_no_story_and_changes_nothing(
    hub: Hub, kiosk: Kiosk, zhongda: Node
) -> None:
    own_pin(zhongda)
    finder = at_screen(kiosk, "wang")
    before = events(zhongda)
    for page in ("/self/cards", "/self/agreed", "/self/pictures", "/self/proxies"):
        assert "请按您的三张图案" in finder.go(page), page
        assert finder.page.url.partition("?")[0].endswith("/proof")
    for n in ("1", "2"):
        visitor_form = {"csrf_token": finder.page.forms[0].fields["csrf_token"], "form": new_id()}
        form = finder.page.forms[0]
        form.fields.update(visitor_form)
        finder.send(type(form)("post", f"/self/cards/{n}/lost", dict(form.fields), []), {})
    assert events(zhongda) == before


def test_her_pictures_open_what_is_hers(kiosk: Kiosk, zhongda: Node) -> None:
    own_pin(zhongda)
    wang = at_screen(kiosk, "wang")
    wang.go("/self/cards")
    draw(wang, PIN)
    assert "尾号" in wang.page or "一张卡" in wang.page
    assert wang.page.url.endswith("/self/cards")
    wang.press("完成")
    lay(kiosk, wang, CARDS["wang"])
    assert "三张图案" in wang.go("/self/cards"), "the next one is asked again"


def test_twenty_wrong_pictures_open_nothing_and_a_keeper_unlocks(
    kiosk: Kiosk, zhongda: Node
) -> None:
    own_pin(zhongda)
    finder = at_screen(kiosk, "wang")
    finder.go("/self/cards")
    for n in range(20):
        draw(finder, ("cat", "cat", "cat"))
        assert finder.page.status == 409
        assert ("按错了五次" in finder.page) == (n >= 5), n
    draw(finder, PIN)
    assert finder.page.status == 409, "the right ones do not help now"
    pins.unlock(zhongda, "wang")
    assert draw(finder, PIN).status == 200
    assert finder.page.url.endswith("/self/cards")


def test_a_restart_does_not_open_the_lock(kiosk: Kiosk, zhongda: Node) -> None:
    own_pin(zhongda)
    finder = at_screen(kiosk, "wang")
    finder.go("/proof")
    for _n in range(6):
        draw(finder, ("cat", "cat", "cat"))
    kiosk.here.visits.__init__()  # type: ignore[misc]
    again = at_screen(kiosk, "wang")
    again.go("/proof")
    assert draw(again, PIN).status == 409


def test_the_pictures_are_in_no_page_and_in_no_event(kiosk: Kiosk, zhongda: Node) -> None:
    wang = at_screen(kiosk, "wang")
    recognised(kiosk, wang, "/self/pictures")
    draw(wang, PIN[:2])
    assert not [form for form in wang.page.forms if {"sun", "fish"} & set(form.fields.values())]
    draw(wang, PIN[2:])
    assert "再按一遍" in wang.page
    draw(wang, PIN)
    assert "三张图案记下了" in wang.page
    raw = b"".join(row.raw for row in zhongda.journal.unplaced())
    assert b"argon2" not in raw and b"fish" not in raw
    pins.check(zhongda, "wang", PIN)


def test_two_different_threes_are_not_kept(kiosk: Kiosk, zhongda: Node) -> None:
    wang = at_screen(kiosk, "wang")
    recognised(kiosk, wang, "/self/pictures")
    draw(wang, PIN)
    draw(wang, ("cat", "cat", "cat"))
    assert "不一样" in wang.page
    assert not pins.has_pin(zhongda, "wang")


def test_the_keeper_who_says_no_opens_nothing(kiosk: Kiosk, zhongda: Node) -> None:
    finder = at_screen(kiosk, "wang")
    finder.go("/self/cards")
    finder.press("请站长看一眼")
    keeper = at_desk(kiosk)
    keeper.go("/matters")
    assert "王阿姨 在触摸屏前等着" in keeper.page
    keeper.press("不是")
    assert "认出您了" not in finder.go("/proof/keeper")
    assert events(zhongda) == []


def test_who_vouched_for_whom_is_recorded(kiosk: Kiosk, zhongda: Node) -> None:
    wang = at_screen(kiosk, "wang")
    recognised(kiosk, wang)
    [row] = [row.event for row in zhongda.journal.unplaced() if row.event.type == "look.made"]
    assert (row.actor, row.audience) == ("staff/keeper-zhongda", "hub")


def test_she_reports_her_card_lost_by_phone_and_pictures(
    kiosk: Kiosk, zhongda: Node, phones: None
) -> None:
    own_pin(zhongda)
    wang = at_screen(kiosk)
    dial(wang, PHONE)
    wang.follow("我的")
    wang.follow("我的卡")
    draw(wang, PIN)
    wang.follow("丢了")
    wang.press("丢了，挂失")
    assert "已挂失" in wang.page
    card = people.card(zhongda.db, zhongda.keys.hash("card", CARDS["wang"]))
    assert card is not None and card.blocked
    wang.press("完成")
    lay(kiosk, wang, CARDS["wang"])
    assert wang.page.status == 403 and "已经挂失了" in wang.page


def test_she_agrees_and_takes_it_back_with_one_tap_each(kiosk: Kiosk, zhongda: Node) -> None:
    own_pin(zhongda)
    wang = at_screen(kiosk, "wang")
    wang.go("/self/agreed")
    draw(wang, PIN)
    for said, given in (("同意", True), ("不同意", False), ("不同意", False)):
        wang.follow("留语音")
        assert consents.WORDINGS["voice"].text in wang.page
        wang.press(said)
        state: Any = zhongda.state("consent", "wang", consents.subject_of("wang", "voice"))
        assert state.given is given
    assert [one.given for one in state.said] == [True, False], (
        "what is so already is not said again"
    )
    assert state.said[0].station == "zhongda" and state.said[0].actor == "person/wang"
