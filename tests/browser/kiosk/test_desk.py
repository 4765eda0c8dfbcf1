"""The desk in a browser, on a tablet and on a PC: every page whole, legible and without a fault."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kiosk.serving import Kiosk
from tests.browser.crawl import axe
from tests.kiosk.stations import PASSWORD, address, at_screen, lay
from tests.kiosk.test_desk_news import left
from tests.kiosk.test_orders import placed
from tests.kiosk.test_tickets import take_a_number

PAGES = {
    "queue": "/",
    "today": "/today",
    "closing": "/today/closing",
    "people": "/people",
    "registration": "/people/new",
    "person": "/people/wang",
    "pin": "/people/wang/pin",
    "new-card": "/people/wang/card",
    "message": "/people/wang/message",
    "news": "/news",
    "call": "/news/wang",
    "matters": "/matters",
    "devices": "/devices",
    "duty": "/duty",
    "practice": "/practice",
}
SIZES = {"tablet": (1024, 768), "pc": (1280, 800)}
SMALL = """() => {
  const every = "main :is(a, button, input, summary), .bell :is(a, button)";
  const all = document.querySelectorAll(every);
  const seen = [...all].filter(one => one.checkVisibility() && !one.closest("[popover]"));
  const box = one => (one.closest("label") ?? one).getBoundingClientRect();
  const small = seen.filter(one => box(one).height < 35 || box(one).width < 24);
  return small.map(one => one.outerHTML.slice(0, 90));
}"""
"""Half a finger: on a tablet nothing that is touched is lower."""


def signed_in(kiosk: Kiosk, page: Page) -> str:
    """The desk, with a day's work on it."""
    left(kiosk)
    take_a_number(at_screen(kiosk, "yang"))
    placed(kiosk)
    lay(kiosk, at_screen(kiosk), "0009998887")
    desk = address(kiosk, 1)
    page.goto(desk)
    page.get_by_label("登录名").fill("keeper-zhongda")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_text("今天收了").wait_for()
    return desk


@pytest.mark.parametrize("size", SIZES)
def test_every_page_fits_and_axe_finds_nothing(
    kiosk: Kiosk, page: Page, size: str, picture: Callable[[Page, str], Path]
) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    desk = signed_in(kiosk, page)
    for name, path in PAGES.items():
        page.goto(desk + path)
        page.get_by_role("navigation").wait_for()
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{path}: {wide} px wide"
        assert page.evaluate(SMALL) == [], path
        picture(page, f"desk-{name}-{size}")
        found = axe.look_over(page)
        assert found == [], (path, found)


def test_a_keeper_works_with_keys_alone(kiosk: Kiosk, page: Page) -> None:
    desk = signed_in(kiosk, page)
    page.goto(desk)
    page.keyboard.press("n")
    page.get_by_label("收了多少").wait_for()
    page.keyboard.type("10")
    page.get_by_text("找 8 元").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("收了 2 元，找 8 元").wait_for()
    page.keyboard.press("u")
    page.get_by_text("上一步撤销了").wait_for()


def test_the_bell_rings_over_a_half_filled_form_and_leaves_it_alone(
    kiosk: Kiosk, page: Page
) -> None:
    desk = signed_in(kiosk, page)
    page.goto(desk + "/people/new")
    page.get_by_label("姓名").fill("陈玉珍")
    at_screen(kiosk).press("叫人帮忙")
    page.get_by_text("有人在叫人帮忙").wait_for()
    page.get_by_role("button", name="我来了").click()
    page.get_by_text("有人在叫人帮忙").wait_for(state="detached")
    assert page.get_by_label("姓名").input_value() == "陈玉珍"


def test_the_suggested_form_of_address_fills_itself_in(kiosk: Kiosk, page: Page) -> None:
    desk = signed_in(kiosk, page)
    page.goto(desk + "/people/new")
    page.get_by_label("姓名").fill("陈玉珍")
    page.get_by_label("女", exact=True).check()
    page.get_by_label("出生年份").fill("1948")
    page.get_by_label("出生年份").press("Tab")
    expect(page.locator("#called")).to_have_value("陈奶奶")


def test_the_search_answers_while_one_types(kiosk: Kiosk, page: Page) -> None:
    desk = signed_in(kiosk, page)
    page.goto(desk + "/people")
    page.get_by_label("名字、拼音").press_sequentially("way")
    page.locator("#results").get_by_text("王阿姨").first.wait_for()
    assert page.url == desk + "/people"
