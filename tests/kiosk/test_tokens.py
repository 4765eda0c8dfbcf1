"""The colours of all variants, computed: text 7:1, edges 3:1, on each ground they are used on."""

import re
from pathlib import Path

import pytest

from kiosk.room import THEMES

CSS = Path(__file__).parents[2] / "static" / "css"
TEXT = [
    *((one, ground) for one in ("ink", "ink-soft") for ground in ("paper", "sheet", "sand")),
    *((one, "paper") for one in ("sea-deep", "sea", "lantern", "leaf")),
    *((one, "sheet") for one in ("sea-deep", "sea", "lantern", "leaf")),
    *(("ink", f"{one}-light") for one in ("sea", "sail", "lantern", "leaf")),
    ("lantern-deep", "lantern-light"), ("leaf-deep", "leaf-light"),
    ("on-sea", "sea"), ("on-water", "water"), ("on-water", "water-light"), ("glow", "water"),
    ("on-sail", "sail"), ("on-lantern", "lantern"), ("on-leaf", "leaf"),
]  # fmt: skip
EDGES = [("edge", ground) for ground in ("paper", "sheet", "sand")]


def variants() -> dict[str, dict[str, str]]:
    """The colours of each variant; what one does not name it has from the first."""
    text = re.sub(r"/\*.*?\*/", "", (CSS / "tokens.css").read_text("utf-8"), flags=re.DOTALL)
    found: dict[str, dict[str, str]] = {}
    for names, body in re.findall(r"([^{}]+)\{([^}]*)\}", text):
        name = re.findall(r'data-theme="(\w+)"', names)[-1]
        own = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", body))
        found[name] = found.get("day", {}) | own
    return found


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_variants_are_those_that_a_visitor_may_choose() -> None:
    assert tuple(variants()) == THEMES


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_stands_out(theme: str) -> None:
    colours = variants()[theme]
    for least, pairs in ((7, TEXT), (3, EDGES)):
        weak = {
            f"{one} on {ground}": round(contrast(colours[one], colours[ground]), 2)
            for one, ground in pairs
            if contrast(colours[one], colours[ground]) < least
        }
        assert weak == {}


def test_no_other_sheet_of_the_touchscreen_names_a_colour() -> None:
    for path in (CSS / "kiosk").glob("*.css"):
        assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(", path.read_text("utf-8")) == [], path.name
