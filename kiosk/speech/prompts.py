"""The fixed prompts: what a screen can say that is known before anybody stands there.

Three sources: the sentences of the catalogue that stand on the touchscreen's pages, the pack's
names and texts, and the words that numbers, days and times are put together of. Knows where
they are written; knows no clip.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec
from babel.messages.pofile import read_po

from kiosk.speech import numbers, saying
from kiosk.speech.assets import ROOT

CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "messages.po"
SCREENS = re.compile(
    r"templates/kiosk/(?!pretend)|kiosk/(?!desk/|devices/|pretend_page)[a-z_/]+\.py"
)
COUNT = re.compile(r"%\((?:n|count)\)[sd]")
PLACE = re.compile(r"%\(\w+\)[sd]|<[^>]+>")
COUNTS = range(1, 13)
"""So many may stand before her: each is a sentence of its own."""

SAID = {"name", "spoken", "text", "hours", "keeper", "price", "roster"}
"""The fields of a pack that a screen says."""

NUMBERS = range(1, 201)
WORDS = (
    *numbers.DIGITS, "幺", "十", "百", "两", "月", "日", "号", "点", "分", "半", "年", "第", "请",
    "到", "位", "元", "今天", "明天", "后天", "昨天", "上午", "中午", "下午", "晚上",
)  # fmt: skip

Group = Literal["screen", "pack", "number"]
FOR_RECORDING = 13
"""Numbers up to here are recorded whole; a larger one is put together."""


class Prompt(msgspec.Struct, frozen=True):
    """One phrase, and what it is for."""

    text: str
    group: Group


def prompts(pack: Path | None = None) -> list[Prompt]:
    """Every fixed prompt in Chinese, each once, what is heard most first."""
    sources: list[tuple[Group, Iterable[str]]] = [
        ("screen", of_screens()),
        ("pack", of_pack(pack) if pack else ()),
        ("number", of_numbers()),
    ]
    found: dict[str, Prompt] = {}
    for group, texts in sources:
        for text in texts:
            for phrase in saying.phrases(text):
                found.setdefault(phrase, Prompt(phrase, group))
    return list(found.values())


def to_record(pack: Path | None = None) -> list[Prompt]:
    """What a keeper records: without the numbers that are put together of others."""
    return [
        one
        for one in prompts(pack)
        if one.group != "number" or one.text in WORDS or one.text in _SMALL
    ]


def of_screens(catalogue: Path = CATALOGUE) -> Iterator[str]:
    """The sentences of the touchscreen's pages; one with a count is several."""
    with catalogue.open("rb") as file:
        for message in read_po(file, locale="en"):
            places = [str(place) for place, _line in message.locations]
            text = str(message.id)
            if text and any(SCREENS.match(place) for place in places):
                yield from _filled(text)


def _filled(text: str) -> Iterator[str]:
    counted = [COUNT.sub(str(count), text) for count in COUNTS] if COUNT.search(text) else [text]
    for one in counted:
        if not PLACE.search(one):
            yield one


def of_pack(pack: Path) -> Iterator[str]:
    """Names and texts of the pack's services and stations."""
    for name in ("services.toml", "network.toml"):
        path = pack / name
        if path.exists():
            written = tomllib.loads(path.read_text("utf-8"))
            yield from _said(written)
            # Where a number is called to.
            tickets = (one for one in written.get("service", ()) if one.get("flow") == "ticket")
            yield from (f"到{one['name']}" for one in tickets)


def _said(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _said(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in SAID and isinstance(item, str):
                yield item
            elif key == "price_fen" and isinstance(item, int):
                yield f"{item / 100:g} 元"
            yield from _said(item)


def of_numbers() -> Iterator[str]:
    """Calls and counts up to 200, and the words for everything else."""
    yield from WORDS
    for number in NUMBERS:
        yield f"请{number}号"
    for number in NUMBERS:
        yield str(number)


_SMALL = {numbers.cardinal(number) for number in range(FOR_RECORDING)}
