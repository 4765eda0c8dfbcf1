"""/style shows every component of the touchscreen: one that is missing there is nobody's."""

import re
from pathlib import Path

from kiosk.room import THEMES
from kiosk.serving import Kiosk
from tests.kiosk.stations import at_screen

ROOT = Path(__file__).parents[2]
PAGES_OF_THEIR_OWN = {
    "style.html",
    "style_parts.html",
    "pretend.html",
    "wall.html",
    "wall_now.html",
}
LAYOUTS = {"main", "middle", "question", "unseen", "icon"}
"""Where a page puts its parts; seen on every page, and no part of one."""


def classes_on(html: str) -> set[str]:
    """Every class that a page or a template writes out, also within a condition."""
    written = re.findall(r'class="([^"]*)"', html)
    return {word for one in written for word in re.findall(r"(?<![\w-])[a-z][\w-]*", one)}


def styled() -> set[str]:
    """The classes that the touchscreen's own sheets speak of."""
    found: set[str] = set()
    for path in (ROOT / "static/css/kiosk").glob("*.css"):
        text = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", path.read_text("utf-8"), flags=re.DOTALL)
        found |= set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"\{[^{}]*\}", " ", text)))
    return found


def test_every_component_that_a_screen_uses_is_shown(kiosk: Kiosk) -> None:
    used: set[str] = set()
    for path in (ROOT / "templates/kiosk").glob("*.html"):
        if path.name not in PAGES_OF_THEIR_OWN:
            used |= classes_on(path.read_text("utf-8"))
    shown = classes_on(at_screen(kiosk).go("/style").html)
    assert len(used & styled()) > 40, "the search finds what there is"
    missing = (used & styled()) - shown - LAYOUTS
    assert missing == set(), "show these in templates/kiosk/style_parts.html"


def test_each_look_and_each_state_is_there(kiosk: Kiosk) -> None:
    html = at_screen(kiosk).go("/style").html
    for theme in THEMES:
        for look in ("normal", "larger", "english"):
            assert f'id="{theme}-{look}"' in html
    for state in ('data-state="pressed"', 'data-state="focused"', "disabled", 'class="busy"'):
        assert html.count(state) >= len(THEMES) * 3, state
    assert "Take a number" in html and "取号" in html


def test_the_english_panels_are_english(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    assert "Get help" in visitor.go("/style")
    assert visitor.page.html.count('lang="en"') >= len(THEMES)
