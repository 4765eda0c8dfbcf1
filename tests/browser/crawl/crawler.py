"""Finds every screen that a finger can reach, and looks at each in every size.

It follows links first and presses each kind of button once, since a press changes the world.
Knows the browser and the addresses that it meets; no screen by name, but for those that end
a visit or change its language.
"""

import re
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as NothingCame

from tests.browser.crawl.axe import look_over
from tests.browser.crawl.judge import SIZES, faults

HERE = Path(__file__).parent
MEASURE = (HERE / "measure.js").read_text("utf-8")
WAYS = (HERE / "ways.js").read_text("utf-8")

ID = re.compile(r"[0-9a-f-]{16,}")
DIGITS = re.compile(r"[0-9]+")
STEPS_OUT = {"/finish", "/language", "/ease"}
"""What ends a visit or changes how it looks and speaks: a crawl would lose its place."""

ALIKE_MAX = {"/order/*": 12, "/ticket/*": 6}
"""How many screens of one shape are looked at, where each may stand in another state."""
ALIKE_OTHERS_MAX = 2


def shape(address: str) -> str:
    """An address without what differs between people: ids, answers, typed digits."""
    parts = urlsplit(address)
    words = ["*" if ID.fullmatch(one) else one for one in parts.path.split("/")]
    path = "/".join(words[:4] + ["*" for _ in words[4:]])
    query = sorted(
        f"{key}={value}" if key == "page" else key
        for key, value in parse_qsl(parts.query, keep_blank_values=True)
    )
    return path + ("?" + "&".join(query) if query else "")


def like(ways: dict[str, Any]) -> str:
    """What makes a screen one that was seen before: its shape, and what it asks."""
    alike = shape(ways["here"])
    return alike if "*" in alike else f"{alike} {DIGITS.sub('#', ways['title'])}"


def _many(ways: dict[str, Any]) -> int:
    alike = like(ways)
    return ALIKE_MAX.get(alike, ALIKE_OTHERS_MAX if "*" in alike else 1)


def place(address: str) -> str:
    """Where on the map a screen is: questions and pages at one address are one place."""
    return shape(address).partition("?")[0]


@dataclass
class Found:
    """What crawls found: faults by screen, the map of taps, and how many screens were looked at."""

    faults: dict[str, list[str]] = field(default_factory=dict)
    taps: dict[str, set[str]] = field(default_factory=dict)
    looked: Counter[str] = field(default_factory=Counter)

    def tap(self, start: str, end: str) -> None:
        """One tap leads from here to there."""
        self.taps.setdefault(place(start), set()).add(place(end))

    def fault(self, said: str, screen: str) -> None:
        """Something is wrong on a screen."""
        self.faults.setdefault(said, []).append(screen)

    def told(self) -> list[str]:
        """Each fault once, with the first screen that has it and how many others have."""
        return [
            f"{screens[0]}: {said}" + (f" (and {more} more)" if (more := len(screens) - 1) else "")
            for said, screens in self.faults.items()
        ]


@dataclass(frozen=True)
class Press:
    """A button on a screen, to be pressed later."""

    address: str
    index: int
    says: str


class Crawl:
    """One visit's crawl. `enter` begins the visit anew, `resize` makes the screen another one."""

    def __init__(
        self,
        page: Page,
        found: Found,
        enter: Callable[[], None],
        resize: Callable[..., None],
    ) -> None:
        self.page, self.found = page, found
        self._enter, self._resize = enter, resize
        self._links: deque[str] = deque()
        self._presses: deque[Press] = deque()
        self._known: set[str] = set()

    def run(self, *starts: str) -> None:
        """Look at every screen that can be reached from these addresses."""
        self._enter()
        if not starts:
            self._take_in(always=True)
        for start in starts:
            self._add_link(start)
        while self._links or self._presses:
            if self._links:
                self._visit(self._links.popleft())
            else:
                self._press(self._presses.popleft())

    def look(self, name: str = "") -> dict[str, Any]:
        """Measure the screen that is shown in every size; the ways on from it."""
        ways = self._ways()
        self.found.looked[like(ways)] += 1
        for size in SIZES:
            self._resize(size)
            measured = self.page.evaluate(MEASURE)
            large = measured["large"]
            # Larger letters have the same colours and names: axe would find what it found before.
            said = faults(measured, size, large) + ([] if large else look_over(self.page))
            screen = f"{name or ways['title']} [{ways['here']}] · {size} · {ways['language']}"
            for one in said:
                self.found.fault(one, screen)
        self._resize(SIZES[0], redraw=False)
        return ways

    def _ways(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate(WAYS)
        return found

    def _open(self, address: str) -> None:
        """Go there; a visit that an earlier press ended begins again first."""
        root = "{0.scheme}://{0.netloc}".format(urlsplit(self.page.url))
        self.page.goto(root + address)
        if place(self._ways()["here"]) == "/" != place(address):
            self._enter()
            self.page.goto(root + address)

    def _visit(self, address: str) -> None:
        self._open(address)
        self._take_in()

    def _take_in(self, always: bool = False) -> None:
        """Look at the screen that is shown unless its like is known, and note the ways on."""
        ways = self._ways()
        if self.found.looked[like(ways)] >= _many(ways) and not always:
            return
        here = ways["here"]
        self.look()
        for link in ways["links"]:
            self.found.tap(here, link)
            self._add_link(link)
        for button in ways["buttons"]:
            self._add_press(here, button)

    def _add_link(self, address: str) -> None:
        if address not in self._known and not address.startswith("/static/"):
            self._known.add(address)
            self._links.append(address)

    def _add_press(self, here: str, button: dict[str, Any]) -> None:
        action = place(button["action"])
        if action in STEPS_OUT:
            self.found.tap(here, "/ease" if action == "/ease" else "/")
            return
        value = "0" if button["value"].isdigit() else button["value"]
        key = f"{place(here)} {action} {button['name']}={value}"
        if key not in self._known:
            self._known.add(key)
            self._presses.append(Press(here, button["index"], button["says"]))

    def _press(self, press: Press) -> None:
        self._open(press.address)
        before = self._ways()
        button = next((one for one in before["buttons"] if one["index"] == press.index), None)
        if button is None or button["says"] != press.says:
            return
        try:
            with self.page.expect_navigation(timeout=5000):
                self.page.locator("button").nth(press.index).tap()
        except NothingCame:
            self.found.fault(f"“{press.says}” leads nowhere", press.address)
            return
        self.found.tap(before["here"], self._ways()["here"])
        self._take_in()
