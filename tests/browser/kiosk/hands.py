"""What a hand and an eye do at the touchscreen, and how a screen is measured.

Sizes are in millimetres of a 10.1" panel of 1280x800; axe looks over the rest.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from kiosk.serving import Kiosk
from tests.kiosk.stations import CARDS, address

ROOT = Path(__file__).parents[3]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
MM = (1280**2 + 800**2) ** 0.5 / (10.1 * 25.4)
HANZI_MM, TILE_MM, TARGET_MM, APART_MM = 8.3, 20.0, 16.0, 3.0
SLACK_MM = 0.05

MEASURE = """() => {
  const box = (one) => { const r = one.getBoundingClientRect();
    return {x: r.x, y: r.y, w: r.width, h: r.height, tile: one.matches('.tile, .face'),
            says: one.innerText.trim().replace(/\\s+/g, ' ') || one.getAttribute('aria-label')}; };
  const root = document.querySelector('dialog[open]') || document.body;
  const seen = (one) => one.checkVisibility() && one.getBoundingClientRect().width > 0;
  const targets = [...root.querySelectorAll('a, button, input:not([type=hidden])')]
    .filter(seen).map(box);
  const texts = [...document.querySelectorAll('body *')].filter(seen)
    .filter((one) => [...one.childNodes].some((n) => n.nodeType === 3 && n.data.trim())
      && !one.closest('.unseen'))
    .map((one) => ({...box(one), em: parseFloat(getComputedStyle(one).fontSize)}));
  const out = texts.filter((one) => one.x < -1 || one.y < -1 || one.x + one.w > innerWidth + 1
    || one.y + one.h > innerHeight + 1);
  const hidden = [...document.querySelectorAll('main, .tile, .button, .matter, .facts, .slip')]
    .filter(seen).filter((one) => one.scrollHeight > one.clientHeight + 2
      || one.scrollWidth > one.clientWidth + 2).map(box);
  return {targets, texts, out, hidden, scrolls: document.body.scrollHeight > innerHeight + 1};
}"""

LOOK_OVER = """async () => {
  const found = await axe.run(document, {
    runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']},
    rules: {'color-contrast-enhanced': {enabled: true}, 'target-size': {enabled: true}},
  });
  const told = (kind) => (one) => ({kind, id: one.id, nodes: one.nodes.map((n) => n.html)});
  return [...found.violations.map(told('violation')),
          ...found.incomplete.filter((one) => one.id.includes('contrast')).map(told('unsure'))];
}"""

Look = Callable[[str], None]


def check(page: Page) -> None:
    """Measure the screen that is shown and have axe look it over."""
    measured = page.evaluate(MEASURE)
    _check_sizes(measured)
    _check_distances(measured["targets"])
    look_over(page)


def look_over(page: Page) -> None:
    """What axe finds wrong, or cannot tell about contrast."""
    page.evaluate(AXE.read_text("utf-8"))
    assert page.evaluate(LOOK_OVER) == []


def _check_sizes(measured: dict[str, Any]) -> None:
    assert not measured["scrolls"]
    assert measured["out"] == []
    assert measured["hidden"] == []
    for one in measured["targets"]:
        least = TILE_MM if one["tile"] else TARGET_MM
        assert min(one["w"], one["h"]) / MM >= least - SLACK_MM, one
    for one in measured["texts"]:
        assert one["em"] / MM >= HANZI_MM - SLACK_MM or one["says"] in ("English", "中文"), one


def _check_distances(targets: list[dict[str, Any]]) -> None:
    for number, one in enumerate(targets):
        for other in targets[number + 1 :]:
            across = max(one["x"], other["x"]) - min(one["x"] + one["w"], other["x"] + other["w"])
            down = max(one["y"], other["y"]) - min(one["y"] + one["h"], other["y"] + other["h"])
            assert max(across, down) / MM >= APART_MM - SLACK_MM, (one, other)


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
