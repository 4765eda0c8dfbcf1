"""What is wrong with a screen that was measured, as sentences that name element and millimetres.

The measure is that of hands that shake and eyes that tire. Knows numbers; no browser, no page.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import hypot
from typing import Any

MAIN_MM, TARGET_MM, APART_MM = 20.0, 16.0, 3.0
HANZI_MM, CAPITAL_MM = 8.3, 4.8
"""A hanzi's em at 50 cm; a capital anywhere."""
SLACK_MM = 0.05


@dataclass(frozen=True)
class Size:
    """A touchscreen: its pixels, its diagonal in inches, and how far the eye is from it."""

    width: int
    height: int
    inches: float
    distance_cm: int

    @property
    def mm(self) -> float:
        """CSS pixels in a millimetre."""
        return hypot(self.width, self.height) / (self.inches * 25.4)

    def __str__(self) -> str:
        return f'{self.inches}" {self.width}x{self.height}'


SIZES = (Size(1280, 800, 10.1, 50), Size(1920, 1080, 15.6, 60), Size(1080, 1920, 21.5, 60))
LARGER = 1.2
"""The one larger step of text."""


def faults(measured: dict[str, Any], size: Size, large: bool = False) -> list[str]:
    """Everything that is too small, too near, cut off or out of reach."""
    step = LARGER if large else 1
    mm = size.mm
    return [
        *_ruler(measured["millimetre"], mm),
        *_small(measured["targets"], mm),
        *_near(measured["targets"], mm),
        *_fine_print(measured["texts"], mm, HANZI_MM * size.distance_cm / 50 * step),
        *(f"“{one['says']}” {one['how']} by {one['by'] / mm:.1f} mm" for one in measured["cut"]),
    ]


def _ruler(found: float, mm: float) -> Iterator[str]:
    if abs(found - mm) > 0.02:
        yield f"a millimetre has {found:.2f} px here, and should have {mm:.2f}"


def _small(targets: list[dict[str, Any]], mm: float) -> Iterator[str]:
    for one in targets:
        least = MAIN_MM if one["main"] else TARGET_MM
        if min(one["w"], one["h"]) / mm < least - SLACK_MM:
            box = f"{one['w'] / mm:.1f} x {one['h'] / mm:.1f} mm"
            yield f"“{one['says']}” is {box}; at least {least:.0f}"


def _near(targets: list[dict[str, Any]], mm: float) -> Iterator[str]:
    for number, one in enumerate(targets):
        for other in targets[number + 1 :]:
            apart = max(_gap(one, other, "x", "w"), _gap(one, other, "y", "h")) / mm
            if apart < APART_MM - SLACK_MM:
                said = f"“{one['says']}” and “{other['says']}”"
                yield f"{said} are {apart:.1f} mm apart; at least {APART_MM:.0f}"


def _gap(one: dict[str, Any], other: dict[str, Any], start: str, length: str) -> float:
    ends = one[start] + one[length], other[start] + other[length]
    return float(max(one[start], other[start]) - min(ends))


def _fine_print(texts: list[dict[str, Any]], mm: float, hanzi_mm: float) -> Iterator[str]:
    for one in texts:
        if one["hanzi"]:
            high, least, what = one["em"] / mm, round(hanzi_mm, 2), "hanzi"
        else:
            high, least, what = one["capital"] / mm, CAPITAL_MM, "capitals"
        if high < least - SLACK_MM:
            yield f"“{one['says']}” has {what} of {high:.2f} mm; at least {least}"
