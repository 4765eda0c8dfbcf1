"""A real Chromium in front of the pages, as a resident's touchscreen has it.

Knows the browser and nothing of the product. Nothing is downloaded: the browser is Debian's.
A page that complains on its console, or that asks a host outside this machine, fails its test.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from tests.browser.complaints import Complaints
from tests.voices import stand_in

ROOT = Path(__file__).parents[2]
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing outside is looked up: a page that needs it fails at once, not after a time-out.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
"""A microphone that beeps, and nobody who is asked for permission."""
SCREENS = {"kiosk": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}

OpenScreen = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def quick_voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A voice that is there at once, so that screens show their keys for hearing and muting."""
    return stand_in(tmp_path_factory.mktemp("speech") / "voice")


@pytest.fixture(autouse=True)
def heard(quick_voice: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every kiosk in front of a browser has it."""
    monkeypatch.setenv("YIZHAN_SPEECH", str(quick_voice))


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    """Playwright's own process, one for the whole run."""
    if not CHROMIUM.exists():
        pytest.fail(
            f"no {CHROMIUM}: `make setup-test` says how to install it; or set NO_BROWSER=1",
            pytrace=False,
        )
    with sync_playwright() as driver:
        yield driver


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """What the pages complain of; looked at when the test is over."""
    heard = Complaints()
    yield heard
    assert heard.unexpected() == []


@pytest.fixture
def open_screen(
    playwright_driver: Playwright, complaints: Complaints, tmp_path: Path
) -> Iterator[OpenScreen]:
    """Opens a browser of its own, with a profile of its own: `open_screen("phone")`."""
    opened: list[BrowserContext] = []

    def open_one(screen: str = "kiosk", flags: tuple[str, ...] = ()) -> BrowserContext:
        context = playwright_driver.chromium.launch_persistent_context(
            tmp_path / f"chromium-{len(opened)}",
            executable_path=CHROMIUM,
            args=(*FLAGS, *flags),
            has_touch=True,
            viewport=SCREENS[screen],
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        context.set_default_timeout(10_000)
        complaints.listen(context)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture
def screen(request: pytest.FixtureRequest, open_screen: OpenScreen) -> BrowserContext:
    """A kiosk's browser, 1280x800 with touch; a phone's by
    `@pytest.mark.parametrize("screen", ["phone"], indirect=True)`."""
    return open_screen(getattr(request, "param", "kiosk"))


@pytest.fixture
def page(screen: BrowserContext) -> Page:
    """The one page of that browser."""
    return screen.pages[0]


BLANK_ICONS = """[...document.querySelectorAll("svg:has(use)")]
    .filter(svg => svg.checkVisibility() && svg.querySelector("use").getBBox().width === 0)
    .map(svg => svg.querySelector("use").getAttribute("href"))"""


def blank_icons(page: Page) -> list[str]:
    """The addresses of icons that still show nothing once the sprite had its time to come."""
    for _ in range(20):
        if not page.evaluate(BLANK_ICONS):
            return []
        page.wait_for_timeout(50)
    return list(page.evaluate(BLANK_ICONS))


def small(path: Path) -> None:
    """The same picture in a third of the bytes: flat colours need no more than 256."""
    with Image.open(path) as full:
        full.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


@pytest.fixture
def picture() -> Callable[[Page, str], Path]:
    """Takes a picture of what the page shows now: for docs/pictures under `make pictures`,
    else into test-results, where one looks after a failure. An icon that is not in the sprite
    would be blank in it and fails the test."""

    def take(page: Page, name: str) -> Path:
        folder = ROOT / os.environ.get("YIZHAN_PICTURES", "test-results/pictures")
        path = folder / f"{name}.png"
        blank = blank_icons(page)
        page.screenshot(path=path, animations="disabled")
        if "YIZHAN_PICTURES" in os.environ:
            small(path)
        assert blank == []
        return path

    return take
