"""A station on stage: scene after scene, each crawled in one language.

Knows the kiosk's process and its pages' few fixed points (the card's form, the dialogs).
"""

from collections.abc import Callable
from typing import Any

import flask
import msgspec
from playwright.sync_api import Page, Request

from kiosk.serving import Kiosk
from tests.browser.crawl.crawler import Crawl, Found
from tests.browser.crawl.judge import Size
from tests.browser.crawl.worlds import LISTED, World
from tests.kiosk.stations import CARDS, LOST_CARD, SERVICES, STRANGE_CARD, address

LAY = "token => greet(token)"
"""What the page does itself when it hears of a card."""

SIZE_AGAIN = """inches => new Promise((done) => {
  const old = document.querySelector('link[href^="/screen.css"]');
  const fresh = old.cloneNode();
  fresh.href = `/screen.css?${inches}`;
  fresh.addEventListener("load", () => { old.remove(); done(); });
  old.after(fresh);
})"""

ASK = """([id, count]) => {
  const dialog = document.getElementById(id);
  if (count) document.getElementById("still-count").textContent = count;
  dialog.showModal();
}"""

COLOURED = (
    "/service/mend/jobs",
    "/service/repair/order",
    "/service/repair/order?choice=tap&window=morning&place=home&voice=no",
    "/service/chair/about",
    "/help",
)
"""Pages that have every colour between them."""

DOORS = {"ticket": "jobs", "order": "order", "info": "about"}


class Stage:
    """One browser page in front of one station, in one language and one size of text."""

    def __init__(
        self, page: Page, kiosk: Kiosk, world: World, language: str, large: bool = False
    ) -> None:
        self.page, self.kiosk, self.world = page, kiosk, world
        self.language, self.large, self.found = language, large, Found()
        self._size: Size | None = None
        self._asked_by_get = True
        page.on("request", self._note_method)

    def play(self) -> Found:
        """All scenes, the quiet ones first."""
        for scene in (
            self._nobody,
            self._other_stations,
            self._wang,
            self._strangers,
            self._cards,
            self._notices,
            self._troubles,
            self._refusals,
            self._looks,
        ):
            scene()
        return self.found

    def enter(self, person: str = "") -> Callable[[], None]:
        """Begins a visit: the language, and the card where a person is named."""

        def begin() -> None:
            self.page.context.clear_cookies()
            self.page.goto(address(self.kiosk))
            if self.language != "zh_CN":
                with self.page.expect_navigation():
                    self.page.locator("button[name=language]").tap()
            if self.large:
                with self.page.expect_navigation():
                    self.page.locator("header button[name=large]").tap()
                self.page.goto(address(self.kiosk))
            if person:
                self.lay(CARDS[person])

        return begin

    def lay(self, number: str) -> None:
        """A card is read; the page does with it what it does."""
        with self.page.expect_navigation():
            self.page.evaluate(LAY, self.kiosk.here.visits.token(number))

    def resize(self, size: Size, redraw: bool = True) -> None:
        """Another screen hangs on the wall; the page is drawn for it now, or at the next tap."""
        if size == self._size:
            return
        self._size = size
        self.page.set_viewport_size({"width": size.width, "height": size.height})
        here = self.kiosk.here
        here._screen = msgspec.structs.replace(here._screen, inches=size.inches)
        if not redraw:
            return
        if self._asked_by_get and not self._has_dialog():
            self.page.reload()
        else:
            self.page.evaluate(SIZE_AGAIN, size.inches)

    def _note_method(self, request: Request) -> None:
        if request.is_navigation_request():
            self._asked_by_get = request.method == "GET"

    def _has_dialog(self) -> bool:
        return bool(self.page.evaluate("!!document.querySelector('dialog[open]')"))

    def crawl(self, person: str = "") -> Crawl:
        """A crawl of one visit."""
        return Crawl(self.page, self.found, self.enter(person), self.resize)

    def _nobody(self) -> None:
        doors = [
            f"/service/{code}/{DOORS[row['flow']]}"
            for code, row in SERVICES.items()
            if row["flow"] in DOORS
        ]
        self.crawl().run("/", *doors)

    def _other_stations(self) -> None:
        for code in LISTED:
            self.world.tiles(code)
            self.enter()()
            self.crawl().look(f"home of {code}")
        self.world.tiles("zhongda")

    def _wang(self) -> None:
        self.world.furnish(self.kiosk)
        self.crawl("wang").run()

    def _strangers(self) -> None:
        for person in ("yang", "li"):
            self.crawl(person).run()

    def _cards(self) -> None:
        for number in (STRANGE_CARD, LOST_CARD):
            self.enter()()
            self.lay(number)
            self.crawl().look("card")
        with self.page.expect_navigation():
            self.page.evaluate(LAY, "an old token")
        self.crawl().look("card read too late")

    def _notices(self) -> None:
        events = self.kiosk.here.devices.events
        for kind, data in (
            ("card_two", {}),
            ("card_left", {}),
            ("device", {"device": "card", "state": "reader_wrong"}),
        ):
            self.enter()()
            events.put(kind, data, keep=1)
            self.page.locator("#notice[open]").wait_for()
            self.crawl().look(f"notice {kind}")
        self.enter()()
        self.page.evaluate(ASK, ["still", "30"])
        self.crawl().look("still there")

    def _troubles(self) -> None:
        """The clock unsure, no paper, a number called, and the hub away."""
        assert self.kiosk.here.devices.pretend is not None
        self.kiosk.here.devices.pretend.printer_out()
        clock: Any = self.kiosk.here.node.clock
        clock.quality = lambda: "unsure"
        self.world.called_to_the_counter()
        for person in ("", "wang"):
            self.enter(person)()
            self.crawl().look("in trouble")
        self.page.goto(address(self.kiosk) + "/service/mend/jobs/button")
        with self.page.expect_navigation():
            self.page.locator("main button[type=submit]").tap()
        self.crawl().look("a number without paper")
        self.world.paused("chair")
        self.enter()()
        self.crawl().look("home with something paused")
        self.page.goto(address(self.kiosk) + "/service/chair/paused")
        self.crawl().look("paused")
        self.kiosk.here.desk_asks()
        self.page.goto(address(self.kiosk) + "/help")
        self.crawl().look("help that comes")
        del clock.quality
        self.kiosk.here.devices.pretend.printer_in()

    def _refusals(self) -> None:
        for path in ("/no/such/page", "/ticket/none", "/service/none/jobs"):
            self.page.goto(address(self.kiosk) + path)
            self.crawl().look("refusal")

    def _looks(self) -> None:
        """Larger text, black on white, a dark room: what each does to the colours."""
        with self.page.expect_navigation():
            self.page.locator("header button[name=large]").tap()
        self.crawl().look("larger")
        for theme in ("contrast", "dark"):
            self.enter("wang")()
            self.page.goto(address(self.kiosk) + "/ease")
            with self.page.expect_navigation():
                self.page.locator(f"button[name=theme][value={theme}]").tap()
            for path in ("/ease", "/me", *COLOURED):
                self.page.goto(address(self.kiosk) + path)
                self.crawl().look(theme)


def templates_shown(seen: set[str]) -> Callable[..., None]:
    """A listener that notes every page that is rendered, for as long as it is kept."""

    def note(_app: flask.Flask, template: Any, **_more: Any) -> None:
        seen.add(str(template.name))

    flask.template_rendered.connect(note)
    return note
