"""How much room a screen has: its size in millimetres, the size of its text, what fits on a page.

Pure. The pages themselves are laid out by the browser; this says only how many things a page of
a list may hold, so that nothing is cut off. Knows no service and no words.
"""

import math

import msgspec

THEMES = ("day", "contrast", "dark")
"""As it is by day; black on white; a dark room. They are the variants of tokens.css."""

MM_AN_INCH = 25.4
HANZI_AT_CM = 8.3 / 50
"""Touchscreen.md: a hanzi is 8.3 mm high at 50 cm and 10 mm at 60 cm."""
LARGER = 1.2
WALL_MM_A_METRE = 6.4

TOP_MM, TOOLS_MM, BOTTOM_MM, EDGE_MM = 19.0, 21.2, 24.0, 5.0
CALLED_MM = 20.0
TITLE, LINE, LEADING = 1.54, 1.3, 1.25
"""In hanzi: a page's title with its air, a line of running text, a line of a card."""


class Screen(msgspec.Struct, frozen=True):
    """How this touchscreen is: diagonal in inches, seconds until it asks and then clears.

    `portrait` and `distance_cm` may stay open: panels from 20 inches stand upright, and one
    stands farther from what is larger than a tablet. `theme` is how it usually looks;
    `help_seconds`: how long the bell at the desk may ring before she is given a number.
    `card_stays`: the card lies on the reader for as long as she stands here, and ends her visit
    when it is taken away. `wall_inches`, `wall_metres`: the screen on the wall, and how far off
    it is read.
    """

    inches: float = 10.1
    idle_seconds: int = 60
    warn_seconds: int = 30
    help_seconds: int = 45
    card_stays: bool = False
    wall_inches: float = 43
    wall_metres: float = 5
    portrait: bool | None = None
    distance_cm: int = 0
    theme: str = THEMES[0]

    @property
    def upright(self) -> bool:
        """Whether it is higher than wide."""
        return self.inches >= 20 if self.portrait is None else self.portrait

    @property
    def hanzi_mm(self) -> float:
        """How high a hanzi is drawn: 10 mm at 60 cm, and in proportion."""
        distance = self.distance_cm or (50 if self.inches < 13 else 60)
        return round(distance * HANZI_AT_CM, 1)

    @property
    def wall_hanzi_mm(self) -> float:
        """How high a hanzi on the wall is: static/css/wall.css says why."""
        return round(self.wall_metres * WALL_MM_A_METRE, 1)

    @property
    def sides_mm(self) -> tuple[float, float]:
        """Width and height. Small panels are 16:10, large ones 16:9."""
        ratio = 16 / 10 if self.inches < 13 else 16 / 9
        high = self.inches * MM_AN_INCH / math.hypot(ratio, 1)
        return (high, high * ratio) if self.upright else (high * ratio, high)


class Room(msgspec.Struct, frozen=True):
    """What fits on one page of this screen in this size of text."""

    picks: int
    matters: int
    steps: int
    notices: int
    lines: int
    characters: int


def room(screen: Screen, large: bool = False) -> Room:
    """The room of a screen, for normal or for larger text."""
    wide, high = screen.sides_mm
    hanzi = screen.hanzi_mm * (LARGER if large else 1)
    body = high - TOP_MM - BOTTOM_MM - (TOOLS_MM if screen.upright else 0) - EDGE_MM
    under_title = body - TITLE * hanzi - 3
    columns = 2 if screen.upright else 3
    return Room(
        picks=columns
        * _between(2, int(under_title // (3.4 * hanzi + 7)), 5 if columns == 2 else 3),
        # Larger lines cannot draw closer together while a number is called: its place is kept.
        matters=_between(
            2 if large else 3,
            int((body - (CALLED_MM if large else 0)) // (2 * LEADING * hanzi + 6)),
            5 if large else 6,
        ),
        steps=_between(3, int(under_title // (LEADING * hanzi + 1.2)), 6),
        notices=_between(2, int(under_title // (3 * LEADING * hanzi + 9)), 7),
        lines=max(3, int((under_title - LINE * hanzi - 14) / (LINE * hanzi))),
        characters=int((wide - 2 * EDGE_MM - 14) / hanzi),
    )


def _between(least: int, wanted: int, most: int) -> int:
    return max(least, min(wanted, most))
