"""She says with her order what is broken: a tap begins, a tap ends, and it is heard again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kiosk.serving import Kiosk
from tests.browser.conftest import MICROPHONE, OpenScreen
from tests.browser.kiosk.hands import check, greeted, lay, lift, tap
from tests.kiosk.stations import CARDS, Hub, address, events
from yizhan import voices, webm
from yizhan.record import Node

ASK = "/service/repair/order?choice=tap&window=morning&place=home"
Picture = Callable[[Page, str], Path]

PLAYED = """async () => {
  const heard = document.getElementById('voice-heard');
  const ended = new Promise((done) => heard.addEventListener('ended', done));
  document.querySelector('[data-do=hear]').click();
  await ended;
  return heard.duration;
}"""


@pytest.fixture
def page(open_screen: OpenScreen) -> Page:
    """A touchscreen with a microphone that beeps."""
    return open_screen("kiosk", MICROPHONE).pages[0]


def start(page: Page) -> None:
    page.get_by_role("button", name="开始说").tap()
    page.get_by_text("请说，我在听").wait_for()


def test_she_speaks_hears_it_again_and_orders(
    kiosk: Kiosk, zhongda: Node, page: Page, picture: Picture
) -> None:
    greeted(kiosk, page)
    page.goto(address(kiosk) + ASK)
    picture(page, "kiosk-voice-ask")
    check(page)
    start(page)
    page.wait_for_timeout(2500)
    picture(page, "kiosk-voice-recording")
    check(page)
    assert 55 <= int(page.locator(".left b").inner_text()) < 60
    assert (
        float(page.locator(".level span").evaluate("one => one.style.getPropertyValue('--heard')"))
        >= 0
    )
    page.get_by_role("button", name="说好了").tap()
    page.get_by_text("您说的话，已保存").wait_for()
    picture(page, "kiosk-voice-kept")
    check(page)
    assert 1.5 < page.evaluate(PLAYED) < 6
    kept = kiosk.here.drafts.voice("wang", "repair")
    assert kept is not None
    content = voices.unsealed(zhongda.keys, "wang", "draft/wang/repair", kept.sealed)
    assert content is not None and webm.written(webm.read(content)) == content
    tap(page, "好了，下一步")
    page.get_by_text("您说的话").wait_for()
    picture(page, "kiosk-voice-read-back")
    check(page)
    tap(page, "下单")
    page.get_by_text("中大-0001").wait_for()
    assert events(zhongda) == ["order.placed", "order.spoken"]


def test_it_ends_by_itself_and_what_was_said_is_kept(
    kiosk: Kiosk, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voices, "SECONDS_MAX", 2)
    greeted(kiosk, page)
    page.goto(address(kiosk) + ASK)
    start(page)
    page.get_by_text("您说的话，已保存").wait_for()


def test_she_changes_her_mind_while_speaking(kiosk: Kiosk, page: Page) -> None:
    greeted(kiosk, page)
    page.goto(address(kiosk) + ASK)
    start(page)
    page.get_by_role("button", name="不说了").tap()
    expect(page.get_by_role("button", name="开始说")).to_be_visible()
    assert kiosk.here.drafts.voice("wang", "repair") is None


def test_a_card_laid_while_she_speaks_keeps_what_she_said(kiosk: Kiosk, page: Page) -> None:
    greeted(kiosk, page)
    page.goto(address(kiosk) + ASK)
    page.wait_for_timeout(1200)
    start(page)
    page.wait_for_timeout(1500)
    lay(kiosk, CARDS["yang"])
    page.get_by_text("杨老师").wait_for()
    lift(kiosk)
    assert kiosk.here.drafts.voice("wang", "repair") is not None


def test_without_a_microphone_she_is_told_kindly_and_goes_on(
    hub: Hub, kiosk: Kiosk, open_screen: OpenScreen, picture: Picture
) -> None:
    page = open_screen("kiosk", ("--deny-permission-prompts",)).pages[0]
    greeted(kiosk, page)
    page.goto(address(kiosk) + ASK)
    page.get_by_role("button", name="开始说").tap()
    page.get_by_text("这里的话筒现在用不了").wait_for()
    picture(page, "kiosk-voice-no-microphone")
    check(page)
    tap(page, "下一步")
    assert page.get_by_text("对就下单").is_visible()


def test_whoever_taps_done_while_speaking_finds_what_she_said_again(
    kiosk: Kiosk, page: Page
) -> None:
    greeted(kiosk, page)
    page.goto(address(kiosk) + ASK)
    start(page)
    page.wait_for_timeout(1500)
    page.get_by_role("button", name="完成").tap()
    page.get_by_text("请刷卡").wait_for()
    assert kiosk.here.drafts.voice("wang", "repair") is not None
