"""She goes away, or the station does: nothing of her stays on the screen, and a calm page waits."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.complaints import Complaints
from tests.browser.kiosk.hands import greeted, lay, lift, look_over, tap
from tests.kiosk.stations import CARDS, Hub, address, running
from tests.kiosk.test_power_cut import Plug
from yizhan.record import Node

STANDS_BY = """() => new Promise((done) => {
  const worker = navigator.serviceWorker;
  if (worker.controller) done();
  worker.addEventListener('controllerchange', () => done());
})"""

KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const one of await cache.keys()) {
      found.push([new URL(one.url).pathname, await (await cache.match(one)).text()]);
    }
  }
  return found;
}"""


def back(page: Page) -> None:
    """The browser's own way back, as far as it leads."""
    page.evaluate("setTimeout(() => history.back(), 0)")
    page.wait_for_timeout(1500)
    page.wait_for_load_state()


def test_after_the_time_out_no_way_back_shows_anything_of_her(
    hub: Hub, zhongda: Node, page: Page
) -> None:
    with running(hub.folder, "zhongda", idle_seconds=2, warn_seconds=1) as kiosk:
        greeted(kiosk, page)
        tap(page, "家电维修")
        tap(page, "水龙头")
        page.get_by_text("请刷卡").wait_for()
        for _ in range(2):
            back(page)
            page.get_by_text("请刷卡").wait_for()
            assert "王阿姨" not in page.content() and "水龙头" not in page.content()
            assert page.url.rstrip("/") == address(kiosk)
        lay(kiosk, CARDS["wang"])
        page.get_by_text("接着办？").wait_for()
        lift(kiosk)
        page.goto("about:blank")


def test_after_done_the_next_person_finds_no_way_back_either(
    hub: Hub, zhongda: Node, page: Page, complaints: Complaints
) -> None:
    complaints.allow("409")
    with running(hub.folder, "zhongda") as kiosk:
        greeted(kiosk, page)
        tap(page, "缝补")
        tap(page, "缝扣子")
        tap(page, "取号")
        page.get_by_text("小票打好了").wait_for()
        page.get_by_role("button", name="完成").tap()
        page.get_by_text("请刷卡").wait_for()
        greeted(kiosk, page, "yang")
        for _ in range(4):
            back(page)
            assert "王阿姨" not in page.content() and "缝扣子" not in page.content()
        page.goto("about:blank")


def test_links_leave_no_trail(hub: Hub, zhongda: Node, page: Page) -> None:
    with running(hub.folder, "zhongda") as kiosk:
        page.goto(address(kiosk))
        before = page.evaluate("history.length")
        tap(page, "缝补")
        tap(page, "缝扣子")
        tap(page, "返回")
        assert page.evaluate("history.length") == before
        page.goto("about:blank")


def test_somebody_who_says_that_she_is_there_is_asked_as_often_as_needed(
    hub: Hub, zhongda: Node, page: Page
) -> None:
    with running(hub.folder, "zhongda", idle_seconds=1, warn_seconds=2) as kiosk:
        greeted(kiosk, page)
        for _ in range(4):
            page.get_by_role("button", name="我还在").wait_for()
            page.get_by_role("button", name="我还在").tap()
        assert "王阿姨" in page.content()
        page.goto("about:blank")


@pytest.fixture
def plug(hub: Hub, zhongda: Node) -> Iterator[Plug]:
    """The kiosk as a process that can die."""
    zhongda.db.close()
    one = Plug(hub.folder / "zhongda")
    one.put_in()
    yield one
    if one.child and one.child.poll() is None:
        one.pull()


def ready(page: Page, plug: Plug) -> None:
    """The worker stands by."""
    page.goto(plug.url)
    page.evaluate(STANDS_BY)


def test_a_dead_station_leaves_a_calm_page_that_goes_on_by_itself(
    plug: Plug, page: Page, complaints: Complaints, picture: Callable[[Page, str], Path]
) -> None:
    complaints.allow("ERR_CONNECTION_RE(FUSED|SET)|ERR_EMPTY_RESPONSE|ERR_SOCKET_NOT_CONNECTED")
    ready(page, plug)
    tap(page, "缝补")
    plug.pull()
    page.locator("a").filter(has_text="缝扣子").tap()
    page.get_by_role("heading", name="马上就好").wait_for()
    assert page.get_by_text("0580-302-0001").first.is_visible(), "whom to ring"
    assert page.get_by_text("120").first.is_visible()
    page.wait_for_timeout(500)
    picture(page, "kiosk-away")
    look_over(page)
    plug.put_in()
    page.get_by_text("请刷卡").wait_for()


def test_what_was_sent_into_the_void_ends_on_the_calm_page_too(
    plug: Plug, page: Page, complaints: Complaints
) -> None:
    complaints.allow("ERR_CONNECTION_RE(FUSED|SET)|ERR_EMPTY_RESPONSE|ERR_SOCKET_NOT_CONNECTED")
    ready(page, plug)
    tap(page, "缝补")
    tap(page, "缝扣子")
    plug.pull()
    page.get_by_role("button", name="取号").tap()
    page.get_by_role("heading", name="马上就好").wait_for()
    plug.put_in()
    page.get_by_text("请刷卡").wait_for()


def test_the_browser_keeps_nothing_of_anybody(hub: Hub, zhongda: Node, page: Page) -> None:
    with running(hub.folder, "zhongda") as kiosk:
        page.goto(address(kiosk))
        page.evaluate(STANDS_BY)
        greeted(kiosk, page)
        tap(page, "家电维修")
        tap(page, "水龙头")
        kept = page.evaluate(KEPT)
        assert {name for name, _text in kept} == {
            "/away", "/screen.css", "/static/css/tokens.css", "/static/css/kiosk/away.css",
            "/static/js/away.js", "/static/img/boat.svg",
        }  # fmt: skip
        for name, text in kept:
            for word in ("王阿姨", "水龙头", CARDS["wang"], "csrf"):
                assert word not in text, name
        page.goto("about:blank")
