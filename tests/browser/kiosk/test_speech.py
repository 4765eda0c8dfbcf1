"""The browser speaks: after a tap, never over itself, quiet at a tap, and calls to the room."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from kiosk.serving import Kiosk
from kiosk.speech.clips import recorded_name
from kiosk.speech.speaker import Chosen
from tests.browser.conftest import MICROPHONE, OpenScreen
from tests.browser.kiosk.hands import tap
from tests.kiosk.stations import PASSWORD, Hub, address, at_desk, at_screen, running
from tests.kiosk.test_tickets import take_a_number
from tests.voices import stand_in, tone
from yizhan.record import Node

PLAYED = "() => performance.getEntriesByName('speech').map((one) => one.detail)"


@pytest.fixture
def kiosk(
    hub: Hub, zhongda: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Kiosk]:
    """The station 中大, with a voice that is quick."""
    monkeypatch.setenv("YIZHAN_SPEECH", str(stand_in(tmp_path / "voice")))
    with running(hub.folder, "zhongda") as one:
        yield one


def clips_of(page: Page) -> list[str]:
    return str(page.evaluate("() => document.body.dataset.clips")).split()


def played(page: Page) -> list[Any]:
    found: list[Any] = page.evaluate(PLAYED)
    return found


def hears(page: Page, count: int) -> list[Any]:
    """What was played, once it is so many."""
    page.wait_for_function(
        "(count) => performance.getEntriesByName('speech').length >= count", arg=count
    )
    return played(page)


def test_the_first_screen_is_silent_and_the_next_one_speaks_by_itself(
    kiosk: Kiosk, page: Page
) -> None:
    page.goto(address(kiosk))
    page.wait_for_timeout(700)
    assert played(page) == []
    tap(page, "缝补")
    assert hears(page, 3) == clips_of(page)[:3]


def test_any_tap_ends_the_sentence_at_once(kiosk: Kiosk, page: Page) -> None:
    page.goto(address(kiosk))
    tap(page, "缝补")
    hears(page, 1)
    page.locator(".top .clock").tap()
    before = len(played(page))
    page.wait_for_timeout(1000)
    assert len(played(page)) == before


def test_hear_again_is_louder_and_the_next_person_begins_as_usual(kiosk: Kiosk, page: Page) -> None:
    page.goto(address(kiosk))
    tap(page, "缝补")
    hears(page, 1)
    page.locator("#hear").tap()
    page.locator("#mute").tap()
    kept = json.loads(page.evaluate("() => sessionStorage['yizhan.speech']"))
    assert (kept["step"], kept["muted"]) == (1, True)
    assert page.locator("#mute").get_attribute("aria-pressed") == "true"
    tap(page, "缝扣子")
    page.wait_for_timeout(700)
    assert played(page) == [], "muted for the whole visit"
    page.goto(address(kiosk) + "/help")
    page.get_by_role("button", name="完成").tap()
    page.wait_for_url("**/")
    kept = json.loads(page.evaluate("() => sessionStorage['yizhan.speech']"))
    assert (kept["step"], kept["muted"]) == (0, False)


def test_a_called_number_rings_and_is_said_twice(kiosk: Kiosk, page: Page) -> None:
    take_a_number(at_screen(kiosk))
    page.goto(address(kiosk))
    page.locator("#hear").tap()
    hears(page, 1)
    page.locator(".top .clock").tap()
    before = len(played(page))
    at_desk(kiosk).press("叫下一个")
    page.wait_for_function("() => performance.getEntriesByName('bell').length === 1")
    call = [kiosk.here.speaker.names(text)[0] for text in ("请一号", "到缝补")]
    assert hears(page, before + 4)[before:] == call * 2
    page.reload()
    page.wait_for_timeout(1000)
    assert played(page) == [], "a screen that comes up again does not call again"


def test_a_clip_that_comes_late_is_played_late_and_nothing_stands_still(
    kiosk: Kiosk, page: Page
) -> None:
    page.goto(address(kiosk))
    page.route("**/speech/*", lambda route: route.fulfill(status=204))
    tap(page, "缝补")
    page.wait_for_timeout(500)
    assert played(page) == []
    page.unroute("**/speech/*")
    assert hears(page, 1) == clips_of(page)[:1]


def test_the_question_of_the_time_out_is_asked_aloud(kiosk: Kiosk, hub: Hub, page: Page) -> None:
    page.goto(address(kiosk))
    tap(page, "缝补")
    hears(page, 1)
    page.evaluate("() => document.getElementById('still').showModal()")
    still = page.evaluate("() => document.body.dataset.clipsStill")
    page.wait_for_function(
        "(still) => performance.getEntriesByName('speech').some((one) => one.detail === still)",
        arg=still,
    )


def test_what_the_keeper_recorded_sounds_first(kiosk: Kiosk, page: Page) -> None:
    kiosk.here.speaker.choose(Chosen(dialect=True))
    tone(kiosk.here.speaker.clips.recorded / f"{recorded_name('缝补')}.wav")
    page.goto(address(kiosk))
    tap(page, "缝补")
    assert hears(page, 1)[0] == recorded_name("缝补")


def test_a_keeper_speaks_a_prompt_and_the_next_one_comes_up(
    kiosk: Kiosk, open_screen: OpenScreen
) -> None:
    page = open_screen("kiosk", MICROPHONE).pages[0]
    page.goto(address(kiosk, 1) + "/login")
    page.locator("[name=login]").fill("keeper-zhongda")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.goto(address(kiosk, 1) + "/prompts")
    first = page.locator(".words").inner_text()
    stop = page.get_by_role("button", name="录好了")
    assert not stop.is_visible()
    page.get_by_role("button", name="开始录").click()
    stop.wait_for()
    page.wait_for_timeout(600)
    stop.click()
    page.wait_for_url("**/prompts?group=**")
    assert page.locator(".words").inner_text() != first
    assert kiosk.here.speaker.recorded(first) == [recorded_name(first)]


def test_the_wall_rings_and_calls_by_itself(kiosk: Kiosk, open_screen: OpenScreen) -> None:
    """The wall's Chromium is started so that nobody has to tap it."""
    take_a_number(at_screen(kiosk))
    page = open_screen("kiosk", ("--autoplay-policy=no-user-gesture-required",)).pages[0]
    page.goto(address(kiosk, 1) + "/wall")
    page.wait_for_function("() => sessionStorage['yizhan.called'] !== undefined")
    at_desk(kiosk).press("叫下一个")
    call = [kiosk.here.speaker.names(text)[0] for text in ("请一号", "到缝补")]
    assert hears(page, 4) == call * 2
    assert page.evaluate("() => performance.getEntriesByName('bell').length") == 1
