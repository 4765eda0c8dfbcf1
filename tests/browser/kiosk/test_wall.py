"""The wall in a real browser: it looks again by itself, and says when nobody answers."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.complaints import Complaints
from tests.kiosk.stations import Hub, address, at_desk, at_screen, running
from tests.kiosk.test_tickets import take_a_number
from yizhan.record import Node

CUT = """() => [...document.querySelectorAll('.wall-call, .wall-top, .wall-lines p, .wall-today')]
  .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
  .map((one) => one.innerText)"""


def test_a_called_number_appears_by_itself_and_a_silent_station_is_told(
    hub: Hub, zhongda: Node, page: Page, picture: Callable[[Page, str], Path],
    complaints: Complaints,
) -> None:  # fmt: skip
    complaints.allow("ERR_CONNECTION_REFUSED")
    page.set_viewport_size({"width": 1920, "height": 1080})
    with running(hub.folder, "zhongda") as kiosk:
        for _ in range(5):
            take_a_number(at_screen(kiosk))
        page.goto(address(kiosk, 1) + "/wall")
        expect(page.get_by_text("请稍坐")).to_be_visible()
        at_desk(kiosk).press("叫下一个")
        expect(page.get_by_text("请到 缝补")).to_be_visible(timeout=5000)
        assert page.evaluate(CUT) == []
        high = page.locator(".wall-call b").evaluate(
            "b => parseFloat(getComputedStyle(b).fontSize)"
        )
        mm = (1920**2 + 1080**2) ** 0.5 / (43 * 25.4)
        assert high / mm > 150, "a called number is read from across the room"
        picture(page, "wall")
        expect(page.locator("#stale")).to_be_hidden()
    expect(page.locator("#stale")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("请到 缝补")).to_be_visible()
    page.goto("about:blank")
