"""Every screen of the touchscreen, at three sizes, in both languages, large and larger.

The crawl runs once for each language and size of text; each test then asks one thing of what
it found.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Playwright

from tests.architecture.tree import files, read
from tests.browser.complaints import Complaints
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.crawl.crawler import Found
from tests.browser.crawl.stage import Stage, templates_shown
from tests.browser.crawl.worlds import STATION, World
from tests.kiosk.stations import Hub, running

pytestmark = pytest.mark.crawl

NOT_FOR_RESIDENTS = {"kiosk/base.html", "kiosk/pretend.html"}
TAPS_MAX = 3
REFUSED = re.compile(r"console: Failed to load resource: .* status of 4(00|03|04|09) ")
"""Chromium's own line for a page that says no: the crawl asks for some."""


class Crawled(NamedTuple):
    """What one language's crawl found, showed and complained of."""

    found: Found
    templates: set[str]
    complaints: list[str]


@pytest.fixture(scope="module")
def voice(quick_voice: Path) -> Iterator[None]:
    """The screens show their keys for hearing again and for muting."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YIZHAN_SPEECH", str(quick_voice))
        yield


@pytest.fixture(scope="module", params=["zh_CN", "en", "zh_CN large", "en large"])
def crawled(
    request: pytest.FixtureRequest,
    playwright_driver: Playwright,
    tmp_path_factory: pytest.TempPathFactory,
    voice: None,
) -> Crawled:
    hub = Hub(tmp_path_factory.mktemp("crawl") / "network")
    world = World(hub, hub.station(STATION))
    templates: set[str] = set()
    listener = templates_shown(templates)
    browser = playwright_driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    context = browser.new_context(has_touch=True, locale="zh-CN", reduced_motion="reduce")
    complaints = Complaints()
    complaints.listen(context)
    with running(hub.folder, STATION, idle_seconds=600) as kiosk:
        language, _space, large = request.param.partition(" ")
        found = Stage(context.new_page(), kiosk, world, language, bool(large)).play()
        browser.close()
    del listener
    return Crawled(found, templates, [one for one in complaints.heard if not REFUSED.match(one)])


def test_every_screen_fits_the_hand_and_the_eye(crawled: Crawled) -> None:
    said = crawled.found.told()
    assert not said, f"{len(said)} faults:\n" + "\n".join(said)


def test_no_page_complains_or_asks_outside(crawled: Crawled) -> None:
    assert crawled.complaints == []


def test_every_page_was_looked_at(crawled: Crawled) -> None:
    pages = {
        "kiosk/" + path.name
        for path in files("*.html", "templates/kiosk")
        if '{% extends "kiosk/base.html" %}' in read(path)
    }
    assert pages - NOT_FOR_RESIDENTS - crawled.templates == set()


def test_no_page_is_deeper_than_three_taps_from_home(crawled: Crawled) -> None:
    """Questions at one address are one place: the next question is no deeper menu."""
    ways = crawled.found.taps
    depth = dict.fromkeys(("/", "/me"), 0)
    for taps in range(1, len(ways) + 1):
        for start in [place for place, far in depth.items() if far == taps - 1]:
            for end in ways.get(start, ()):
                depth.setdefault(end, taps)
    assert {place: taps for place, taps in depth.items() if taps > TAPS_MAX} == {}
