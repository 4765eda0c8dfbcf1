"""The fixed prompts: what a screen can say that is known before anybody stands there.

Three sources: the sentences of the catalogue that stand on the touchscreen's pages, the pack's
names and texts, and the words that numbers, days and times are put together of. Knows where
they are written; knows no clip.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from kiosk import menu
from kiosk.speech import numbers, saying
from kiosk.speech.assets import ROOT

CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "messages.po"
SCREENS = re.compile(
    r"templates/kiosk/(?!pretend)|kiosk/(?!desk/|devices/|speech/|pretend_page)[a-z_/]+\.py"
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
SMALL = 13
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
    return _once(sources)


def _once(sources: Iterable[tuple[Group, Iterable[str]]]) -> list[Prompt]:
    found: dict[str, Prompt] = {}
    for group, texts in sources:
        for text in texts:
            for phrase in saying.phrases(text):
                found.setdefault(phrase, Prompt(phrase, group))
    return list(found.values())


def to_record(services: Iterable[menu.Service]) -> list[Prompt]:
    """What a keeper records for these services: numbers only as far as others are made of them."""
    sources: list[tuple[Group, Iterable[str]]] = [
        ("screen", of_screens()),
        ("pack", of_services(services)),
        ("number", (*WORDS, *map(str, range(SMALL)))),
    ]
    return _once(sources)


@cache
def of_screens() -> tuple[str, ...]:
    """The sentences of the touchscreen's pages; one with a count is several."""
    # A kiosk that nobody records at has no use for it.
    from babel.messages.pofile import read_po

    found: list[str] = []
    with CATALOGUE.open("rb") as file:
        for message in read_po(file, locale="en"):
            places = [str(place) for place, _line in message.locations]
            text = str(message.id)
            if text and any(SCREENS.match(place) for place in places):
                found += _filled(text)
    return tuple(found)


def _filled(text: str) -> Iterator[str]:
    counted = [COUNT.sub(str(count), text) for count in COUNTS] if COUNT.search(text) else [text]
    for one in counted:
        if not PLACE.search(one):
            yield one
        else:
            # "王阿姨，早上好" is put together of her name and what follows it.
            yield from (part for part in one.split("，") if not PLACE.search(part))


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


def of_services(services: Iterable[menu.Service]) -> Iterator[str]:
    """Names and texts of a station's services, as its registers have them."""
    for one in services:
        yield one.name
        if one.flow == "ticket":
            yield f"到{one.name}"
        for pick in (*one.picks, *one.windows):
            yield pick.name
            if pick.price_fen is not None:
                yield f"{pick.price_fen / 100:g} 元"
        yield from (one.price, one.hours, one.text, one.keeper)


def of_numbers() -> Iterator[str]:
    """Calls and counts up to 200, and the words for everything else."""
    yield from WORDS
    for number in NUMBERS:
        yield f"请{number}号"
    for number in NUMBERS:
        yield str(number)
