"""What a hand and an eye do at the touchscreen, and how a screen is measured.

Sizes are in millimetres of a 10.1" panel of 1280x800; axe looks over the rest.
"""

from collections.abc import Callable

from playwright.sync_api import Page

from kiosk.serving import Kiosk
from tests.browser.crawl import axe
from tests.browser.crawl.crawler import MEASURE
from tests.browser.crawl.judge import SIZES, faults
from tests.kiosk.stations import CARDS, address

Look = Callable[[str], None]


def check(page: Page) -> None:
    """Measure the screen that is shown and have axe look it over."""
    found = faults(page.evaluate(MEASURE), SIZES[0]) + axe.look_over(page)
    assert found == [], found


def look_over(page: Page) -> None:
    """What axe finds wrong, or cannot tell."""
    assert axe.look_over(page) == []


def lay(kiosk: Kiosk, number: str) -> None:
    """Lay a card for a moment."""
    pretended = kiosk.here.devices.pretend
    assert pretended is not None
    pretended.card_lay(number)


def lift(kiosk: Kiosk) -> None:
    assert kiosk.here.devices.pretend is not None
    kiosk.here.devices.pretend.card_lift()


def greeted(kiosk: Kiosk, page: Page, person: str = "wang") -> None:
    """She lays her card and is greeted."""
    page.goto(address(kiosk))
    lay(kiosk, CARDS[person])
    page.wait_for_url("**/me")
    lift(kiosk)


def tap(page: Page, words: str) -> None:
    """Tap the tile or button with these words, and wait for the page that follows."""
    one = page.locator("a, button").filter(has_text=words).filter(visible=True).last
    with page.expect_navigation():
        one.tap()
