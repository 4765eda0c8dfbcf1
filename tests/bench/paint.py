"""From a tap to what she sees, in a browser as slow as a Pi; and what a screen weighs.

    python -m tests.bench.paint [ROUNDS=5] [SLOWER=6]

A scripted journey at the real touchscreen of 10.1": a number without a card, then her card and
an order up to its reading back. Two times are told of each tap: `tap`, Event Timing of the
browser (INP's measure: from the finger to the next frame), and `page`, from the finger to the
first frame of the page that follows. The browser's processor is slowed down; the station's is
not. Weights are bytes on the wire: a first visit with an empty cache, then each tap's own.
"""

import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS, SCREENS
from tests.network import WANG_CARD, Network, Station

P75_MS, WORST_MS, SCREEN_KB, TAP_KB = 100, 200, 150, 15

WATCH = """(() => {
  const keep = (name, value) => {
    const kept = JSON.parse(sessionStorage.getItem(name) || "[]");
    sessionStorage.setItem(name, JSON.stringify([...kept, value]));
  };
  const slowest = new Map();
  const take = (entries) => {
    for (const one of entries) {
      if (one.interactionId) {
        slowest.set(one.interactionId, Math.max(one.duration, slowest.get(one.interactionId) || 0));
      }
    }
  };
  const observer = new PerformanceObserver((list) => take(list.getEntries()));
  observer.observe({type: "event", durationThreshold: 16, buffered: true});
  addEventListener("pointerup", (event) => {
    sessionStorage.setItem("finger", performance.timeOrigin + event.timeStamp);
  }, true);
  addEventListener("pagehide", () => {
    take(observer.takeRecords());
    for (const duration of slowest.values()) keep("taps", duration);
  });
  new PerformanceObserver((list) => {
    const finger = Number(sessionStorage.getItem("finger"));
    const first = list.getEntriesByName("first-contentful-paint")[0];
    if (!finger || !first) return;
    sessionStorage.removeItem("finger");
    keep("pages", performance.timeOrigin + first.startTime - finger);
  }).observe({type: "paint", buffered: true});
})()"""

TAKEN = """name => { const kept = JSON.parse(sessionStorage.getItem(name) || "[]");
  sessionStorage.removeItem(name); return kept; }"""

NUMBER = (
    'a[href*="/service/mend/jobs"]',
    'a[href*="/jobs/button"]',
    "main button[type=submit]",
    'form[action="/finish"] button',
)
ORDER = (
    'a[href*="/service/repair/order"]',
    'a[href*="choice="]',
    'a[href*="window="]',
    'a[href*="place="]',
    'a[href*="voice="]',
)


class Weigher:
    """Bytes that came over the wire since the last question; read from the browser itself."""

    def __init__(self, browser: CDPSession) -> None:
        self._bytes = 0
        browser.send("Network.enable")
        browser.on("Network.loadingFinished", self._came)

    def _came(self, told: dict[str, float]) -> None:
        self._bytes += int(told["encodedDataLength"])

    def weigh(self) -> float:
        """Kilobytes since the last question."""
        found, self._bytes = self._bytes / 1000, 0
        return found


@contextmanager
def station_in(folder: Path) -> Iterator[Station]:
    """A station of the sample network, without its road."""
    network = Network(folder)
    try:
        network.found()
        station = network.station("zhongda")
        station.start(road=False)
        yield station
    finally:
        network.stop()


def tap(page: Page, where: str) -> bool:
    """Tap and wait for the page that follows; whether there was such a thing to tap."""
    one = page.locator(where).filter(visible=True).first
    if one.count() == 0:
        return False
    with page.expect_navigation():
        one.tap()
    page.wait_for_timeout(400)
    return True


def lay(page: Page, station: Station) -> None:
    """Her card, laid and taken away."""
    station.card("lay", WANG_CARD)
    page.wait_for_url("**/me")
    station.card("lift")
    page.wait_for_timeout(1200)


def journey(page: Page, station: Station, weigher: Weigher) -> list[tuple[str, float]]:
    """A number, then an order up to its reading back; each tap with its kilobytes."""
    page.goto(station.url)
    page.wait_for_timeout(400)
    weights = []
    for step in NUMBER:
        weigher.weigh()
        if tap(page, step):
            weights.append((step, weigher.weigh()))
    lay(page, station)
    for step in ORDER:
        weigher.weigh()
        if tap(page, step):
            weights.append((step, weigher.weigh()))
    tap(page, 'form[action$="/order/drop"] button')
    tap(page, 'form[action="/finish"] button')
    return weights


def fresh(page: Page, browser: CDPSession, station: Station, weigher: Weigher) -> list[float]:
    """Kilobytes of four screens, each with an empty cache."""
    found = []
    for path in ("/", "/service/mend/jobs", "/service/mend/jobs/button", "/service/chair/about"):
        browser.send("Network.clearBrowserCache")
        weigher.weigh()
        page.goto(station.url + path)
        page.wait_for_timeout(600)
        found.append(weigher.weigh())
    return found


def told(name: str, times: list[float]) -> None:
    """Print a row."""
    quarters = statistics.quantiles(times, n=4)
    print(
        f"{name:<34} n {len(times):3}   p50 {quarters[1]:6.0f}   "
        f"p75 {quarters[2]:6.0f}   worst {max(times):6.0f} ms"
    )


def measure(page: Page, station: Station, rounds: int, slower: float) -> None:
    """Walk the journey and print what was seen."""
    browser = page.context.new_cdp_session(page)
    weigher = Weigher(browser)
    kilobytes = fresh(page, browser, station, weigher)
    browser.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.add_init_script(WATCH)
    taps: list[float] = []
    pages: list[float] = []
    weights: list[tuple[str, float]] = []
    for number in range(rounds + 1):
        walked = journey(page, station, weigher)
        page.goto(station.url)
        for kept, name in ((taps, "taps"), (pages, "pages")):
            seen = page.evaluate(TAKEN, name)
            kept += seen if number else []
        weights = max(weights, walked, key=lambda one: sum(kb for _step, kb in one))
    told(f"tap, Event Timing, CPU x{slower:g}", taps)
    told(f"page, finger to first frame, x{slower:g}", pages)
    step, heaviest = max(weights, key=lambda one: one[1])
    print(f"a screen with an empty cache: {max(kilobytes):.0f} kB (at most {SCREEN_KB})")
    print(f"heaviest tap: {heaviest:.1f} kB, {step} (at most {TAP_KB})")
    print(f"wanted of a tap: p75 {P75_MS} ms, worst {WORST_MS} ms")


def main(rounds: int, slower: float) -> None:
    """Measure and print."""
    with (
        tempfile.TemporaryDirectory() as name,
        sync_playwright() as driver,
        station_in(Path(name)) as station,
    ):
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(has_touch=True, viewport=SCREENS["kiosk"], locale="zh-CN")
        context.set_default_timeout(20_000)
        measure(context.new_page(), station, rounds, slower)
        browser.close()


if __name__ == "__main__":
    arguments = [float(word) for word in sys.argv[1:]]
    main(int(arguments[0]) if arguments else 5, arguments[1] if len(arguments) > 1 else 6)
