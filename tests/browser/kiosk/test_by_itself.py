"""What the screen does by itself, what it does when something is wrong, and the desk beside it."""

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from kiosk.serving import Kiosk
from tests.browser.complaints import Complaints
from tests.browser.kiosk.hands import Look, greeted, lay, lift, look_over, tap
from tests.kiosk.stations import (
    CARDS,
    PASSWORD,
    Hub,
    address,
    at_desk,
    at_screen,
    events,
    eventually,
    running,
)
from tests.kiosk.test_tickets import take_a_number
from yizhan.record import Node


def test_a_called_number_shows_by_itself(
    kiosk: Kiosk, zhongda: Node, page: Page, look: Look
) -> None:
    take_a_number(at_screen(kiosk))
    page.goto(address(kiosk))
    at_desk(kiosk).press("叫下一个")
    page.get_by_text("请 1 号 到 缝补").wait_for()
    look("called")


def test_the_strip_clears_by_itself(hub: Hub, kiosk: Kiosk, zhongda: Node, page: Page) -> None:
    greeted(kiosk, page, "li")
    assert "1 条" in page.locator("#strip .count").inner_text()
    # Among five keys a small screen shows the count alone; the words are there for larger ones.
    assert page.locator("#strip .count").is_visible()
    assert "网通了自动送出" in (page.locator("#strip").text_content() or "")
    hub.take_in(zhongda)
    page.locator("#strip .count").wait_for(state="detached", timeout=3000)
    assert page.locator("#strip .kept").is_visible()
    assert "已全部上传" in (page.locator("#strip").text_content() or "")


def test_cards_that_open_nothing_are_answered_clearly(
    kiosk: Kiosk, page: Page, look: Look, complaints: Complaints
) -> None:
    complaints.allow("404")
    page.goto(address(kiosk))
    lay(kiosk, "0009998887")
    page.get_by_text("还没有登记").wait_for()
    lift(kiosk)
    look("card-unknown")


def test_two_cards_at_once_are_refused_over_the_page(kiosk: Kiosk, page: Page, look: Look) -> None:
    page.goto(address(kiosk))
    tap(page, "缝补")
    lay(kiosk, CARDS["wang"])
    lay(kiosk, CARDS["yang"])
    page.get_by_text("读到两张卡").wait_for()
    lift(kiosk)
    look("card-two")
    page.get_by_role("button", name="知道了").tap()
    assert page.get_by_text("缝扣子").is_visible()


def test_a_shaking_hand_takes_one_number(kiosk: Kiosk, zhongda: Node, page: Page) -> None:
    page.goto(address(kiosk))
    tap(page, "缝补")
    tap(page, "缝扣子")
    take = page.get_by_role("button", name="取号")
    # Within the page, in one go: a touch sent to a page that is already leaving is never
    # answered, and the driver would wait for it for ever.
    take.evaluate("button => { for (let taps = 0; taps < 4; taps++) button.click() }")
    page.wait_for_url("**/ticket/*")
    assert events(zhongda) == ["ticket.taken"]


def test_whoever_is_quiet_is_asked_and_then_forgotten_but_her_draft_is_not(
    hub: Hub, zhongda: Node, page: Page, look: Look
) -> None:
    with running(hub.folder, "zhongda", idle_seconds=1, warn_seconds=3) as kiosk:
        greeted(kiosk, page)
        tap(page, "家电维修")
        tap(page, "水龙头")
        page.get_by_role("button", name="我还在").wait_for()
        look("still-there")
        page.get_by_role("button", name="我还在").tap()
        assert page.get_by_text("什么时候方便").is_visible()
        page.get_by_text("请刷卡").wait_for()
        assert "王阿姨" not in page.content()
        lay(kiosk, CARDS["wang"])
        page.get_by_text("上次没办完的，接着办？").wait_for()
        lift(kiosk)
        look("unfinished")
        tap(page, "接着办")
        assert page.get_by_text("什么时候方便").is_visible()
        page.goto("about:blank")


def test_a_yesterday_page_says_so_and_loses_nothing(
    kiosk: Kiosk, zhongda: Node, page: Page, complaints: Complaints
) -> None:
    complaints.allow("400")
    page.goto(address(kiosk))
    tap(page, "缝补")
    tap(page, "缝扣子")
    page.context.clear_cookies()
    tap(page, "取号")
    assert page.get_by_text("没有东西丢失").is_visible()
    assert events(zhongda) == []


def test_the_pretend_page_lays_a_card_and_shows_the_paper(
    kiosk: Kiosk, page: Page, picture: Callable[[Page, str], Path]
) -> None:
    (kiosk.here.data / "cast.json").write_text(
        json.dumps([{"called": "王阿姨", "card": CARDS["wang"]}]), "utf-8"
    )
    screen = page.context.new_page()
    screen.goto(address(kiosk))
    page.goto(address(kiosk) + "/pretend")
    page.get_by_role("button", name="王阿姨").tap()
    screen.wait_for_url("**/me")
    page.get_by_role("button", name="拿走卡").tap()
    tap(screen, "缝补")
    tap(screen, "缝扣子")
    tap(screen, "取号")
    page.get_by_text("缝扣子").wait_for()
    picture(page, "kiosk-pretend")


def test_every_screen_has_help_in_the_same_place(kiosk: Kiosk, page: Page) -> None:
    places = set()
    for path in ("/", "/service/mend/jobs", "/service/repair/order", "/service/chair/about"):
        page.goto(address(kiosk) + path)
        spot = page.get_by_role("button", name="叫人帮忙").bounding_box()
        assert spot is not None
        places.add((spot["x"], spot["y"], spot["width"], spot["height"]))
    assert len(places) == 1
    x, y, _, height = places.pop()
    assert x < 60
    assert y + height > 800 - 60


def test_the_desk_serves_a_number(
    kiosk: Kiosk, page: Page, picture: Callable[[Page, str], Path]
) -> None:
    take_a_number(at_screen(kiosk, "wang"))
    page.goto(address(kiosk, 1))
    page.get_by_label("登录名").fill("keeper-zhongda")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_text("缝扣子").wait_for()
    picture(page, "desk-queue")
    take_a_number(at_screen(kiosk))
    page.get_by_text("没刷卡").wait_for()
    page.get_by_role("button", name="叫下一个").click()
    page.get_by_label("收了多少").wait_for()
    picture(page, "desk-serve")
    page.get_by_role("button", name="收现金").click()
    page.goto(address(kiosk, 1) + "/today")
    picture(page, "desk-today")
    at_screen(kiosk, "yang").press("叫人帮忙")
    page.get_by_text("杨老师在叫人帮忙").wait_for()
    page.goto(address(kiosk, 1) + "/matters")
    picture(page, "desk-matters")
    look_over(page)


def test_the_slip_is_there_when_the_page_says_so(kiosk: Kiosk, page: Page) -> None:
    page.goto(address(kiosk))
    tap(page, "缝补")
    tap(page, "缝扣子")
    tap(page, "取号")
    page.get_by_text("小票打好了").wait_for()
    eventually(lambda: kiosk.here.papers.recent()[0].state == "printed", "printed")
