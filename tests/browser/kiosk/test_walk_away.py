"""Whoever comes next finds nothing of who stood here before: not by 返回, not in any memory.

The browser's own: history, its caches, its stores, the page itself, and the profile on the disk.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from kiosk import away
from kiosk.serving import Kiosk
from tests.browser.complaints import Complaints
from tests.browser.conftest import OpenScreen
from tests.browser.kiosk.hands import greeted, lay, lift, tap
from tests.kiosk.stations import CARDS, CAST, Hub, address, running
from yizhan.record import Node

HERS = ("王阿姨", CARDS["wang"], "滨港路", "13800000000", "水龙头")
"""How she is called, her card, where she lives, her telephone, what is broken at home."""

STORES = """async () => {
  const kept = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const one of await cache.keys()) {
      kept[new URL(one.url).pathname] = await (await cache.match(one)).text();
    }
  }
  return JSON.stringify([
    {...sessionStorage}, {...localStorage}, kept,
    (await indexedDB.databases()).map((one) => one.name),
    (await navigator.serviceWorker.getRegistrations())
      .map((one) => new URL(one.active.scriptURL).pathname),
  ]);
}"""


@pytest.fixture
def quick(hub: Hub, zhongda: Node) -> Iterator[Kiosk]:
    """A touchscreen that asks after a second and clears after two."""
    with running(hub.folder, "zhongda", idle_seconds=1, warn_seconds=1) as one:
        yield one


OURS = {"yizhan.seen", "yizhan.called", "yizhan.speech"}
"""Which event of a device was the last, which number was called aloud, how loud it is."""


def an_order_of_hers(kiosk: Kiosk, page: Page) -> list[str]:
    """She looks at everything that is hers; the addresses that she was at."""
    greeted(kiosk, page)
    page.goto(address(kiosk) + "/service/repair/order?choice=tap&window=morning&place=home")
    addresses = [page.url]
    button = page.get_by_role("button", name="下单")
    if button.count() == 0:
        tap(page, "不说")
        addresses.append(page.url)
    tap(page, "下单")
    addresses.append(page.url)
    tap(page, "看经过")
    addresses += [page.url, address(kiosk) + "/me", address(kiosk) + "/messages"]
    assert "水龙头" in page.content() or "王阿姨" in page.content()
    return addresses


def told_of_her(text: str) -> list[str]:
    return [one for one in HERS if one in text]


def nothing_is_left(kiosk: Kiosk, page: Page, addresses: list[str]) -> None:
    """Nothing of hers on the page, behind it, in the stores or at the addresses she was at."""
    page.get_by_text("请刷卡").wait_for()
    assert told_of_her(page.content()) == []
    assert told_of_her(page.evaluate(STORES)) == []
    seen, caches, databases, workers = _stores(page)
    assert set(seen) <= OURS and databases == []
    assert workers in ([], ["/worker.js"]), "only what shows that the station is gone"
    assert set(caches) <= set(away.shell())
    for _ in range(page.evaluate("history.length")):
        page.go_back(wait_until="load")
        assert told_of_her(page.content()) == [], page.url
    for one in addresses:
        page.goto(one)
        assert told_of_her(page.content()) == [], one


def _stores(page: Page) -> tuple[dict[str, str], dict[str, str], list[str], list[str]]:
    session, local, caches, databases, workers = json.loads(page.evaluate(STORES))
    return session | local, caches, databases, workers


def test_after_finish_nothing_of_hers_is_left(kiosk: Kiosk, page: Page) -> None:
    addresses = an_order_of_hers(kiosk, page)
    page.get_by_role("button", name="完成").tap()
    nothing_is_left(kiosk, page, addresses)


def test_after_the_time_out_nothing_of_hers_is_left(quick: Kiosk, page: Page) -> None:
    addresses = an_order_of_hers(quick, page)
    page.get_by_role("button", name="我还在").wait_for()
    nothing_is_left(quick, page, addresses)


def test_the_profile_on_the_disk_does_not_know_her(
    kiosk: Kiosk, open_screen: OpenScreen, tmp_path: Path
) -> None:
    screen: BrowserContext = open_screen()
    an_order_of_hers(kiosk, screen.pages[0])
    screen.pages[0].get_by_role("button", name="完成").tap()
    screen.pages[0].get_by_text("请刷卡").wait_for()
    screen.close()
    files = [path for path in tmp_path.glob("chromium-*/**/*") if path.is_file()]
    assert any(b"127.0.0.1" in path.read_bytes() for path in files), "there is a profile"
    for path in files:
        content = path.read_bytes()
        for one in HERS:
            found = one.encode() in content or one.encode("utf-16-le") in content
            assert not found, f"{one} in {path.relative_to(tmp_path)}"


def test_the_next_card_shows_nothing_of_the_one_before(
    kiosk: Kiosk, page: Page, complaints: Complaints
) -> None:
    complaints.allow("409")
    addresses = an_order_of_hers(kiosk, page)
    page.goto(address(kiosk))
    lay(kiosk, CARDS["yang"])
    page.get_by_text(CAST["yang"][0]).first.wait_for()
    lift(kiosk)
    for one in (address(kiosk) + "/me", *addresses):
        page.goto(one)
        assert [word for word in told_of_her(page.content()) if word != "水龙头"] == [], one
    for one in [one for one in addresses if "/order/" in one]:
        page.goto(one)
        whose = "是您本人吗" if one.endswith("/story") else "这张单不在这里"
        assert page.get_by_text(whose).is_visible(), one


def test_the_cookie_of_a_visit_is_worth_nothing_once_it_is_over(
    kiosk: Kiosk, page: Page, complaints: Complaints
) -> None:
    addresses = an_order_of_hers(kiosk, page)
    hers = page.context.cookies()
    assert told_of_her(json.dumps(hers)) == []
    assert all(one["httpOnly"] and one["sameSite"] == "Strict" for one in hers)
    page.get_by_role("button", name="完成").tap()
    page.get_by_text("请刷卡").wait_for()
    page.context.clear_cookies()
    page.context.add_cookies(hers)
    for one in addresses[-2:]:
        page.goto(one)
        assert told_of_her(page.content()) == [], one


def test_a_card_begins_a_visit_of_its_own(kiosk: Kiosk, page: Page) -> None:
    """Whoever set a cookie before she came does not share her visit."""
    page.goto(address(kiosk))
    before = page.context.cookies()
    greeted(kiosk, page)
    page.context.clear_cookies()
    page.context.add_cookies(before)
    page.goto(address(kiosk) + "/me")
    assert told_of_her(page.content()) == []
