"""The look: larger text and every variant on three screens; nothing is cut off or too near."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from kiosk.room import THEMES
from tests.browser.crawl.axe import look_over
from tests.browser.crawl.judge import SIZES, Size, faults
from tests.browser.kiosk.hands import MEASURE
from tests.kiosk.stations import Hub, address, running
from yizhan.record import Node

Picture = Callable[[Page, str], Path]
SCREENS = ("/", "/service/mend/jobs", "/service/mend/jobs/button", "/service/chair/about",
           "/service/repair/order", "/ease", "/today", "/help")  # fmt: skip


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_larger_text_fits_every_screen(
    hub: Hub, zhongda: Node, page: Page, picture: Picture, size: Size
) -> None:
    page.set_viewport_size({"width": size.width, "height": size.height})
    with running(hub.folder, "zhongda", inches=size.inches) as kiosk:
        page.goto(address(kiosk))
        page.get_by_role("button", name="大字").tap()
        page.get_by_text("这样看得清吗").wait_for()
        wrong: dict[str, list[str]] = {}
        for path in SCREENS:
            page.goto(address(kiosk) + path)
            picture(page, f"large-{size.inches}-{path.strip('/').replace('/', '-') or 'home'}")
            wrong[path] = faults(page.evaluate(MEASURE), size)
        page.goto("about:blank")
    assert {path: said for path, said in wrong.items() if said} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_every_variant_stands_out_on_the_page_itself(
    hub: Hub, zhongda: Node, page: Page, theme: str
) -> None:
    with running(hub.folder, "zhongda", theme=theme) as kiosk:
        for path in ("/", "/service/mend/jobs/button", "/ease"):
            page.goto(address(kiosk) + path)
            assert look_over(page) == [], path
        page.goto("about:blank")


def test_upright_all_that_is_touched_is_in_the_lower_half(
    hub: Hub, zhongda: Node, page: Page
) -> None:
    tall = SIZES[-1]
    page.set_viewport_size({"width": tall.width, "height": tall.height})
    with running(hub.folder, "zhongda", inches=tall.inches) as kiosk:
        for path in SCREENS:
            page.goto(address(kiosk) + path)
            for one in page.locator("a:visible, button:visible").all():
                box = one.bounding_box()
                assert box and box["y"] >= tall.height * 0.42, (path, one.text_content())
        page.goto("about:blank")


def test_each_look_of_the_living_page_shows_whole_words(
    hub: Hub, zhongda: Node, page: Page
) -> None:
    with running(hub.folder, "zhongda") as kiosk:
        page.goto(address(kiosk) + "/style")
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        page.goto("about:blank")
    assert wide <= 0
