"""How much room a screen has: three panels, two sizes of text."""

import math

import pytest

from kiosk.room import Screen, room

SMALL, WIDE, TALL = Screen(10.1), Screen(15.6), Screen(21.5)


def test_a_panel_is_as_large_as_its_diagonal() -> None:
    for one in (SMALL, WIDE, TALL):
        assert math.hypot(*one.sides_mm) == pytest.approx(one.inches * 25.4)
    assert SMALL.sides_mm == pytest.approx((217.5, 136), abs=0.1)
    assert WIDE.sides_mm == pytest.approx((345.4, 194.3), abs=0.1)
    assert TALL.sides_mm == pytest.approx((267.7, 476), abs=0.1), "it stands upright"


def test_a_hanzi_grows_with_the_distance() -> None:
    assert (SMALL.hanzi_mm, WIDE.hanzi_mm, TALL.hanzi_mm) == (8.3, 10, 10)
    assert Screen(15.6, distance_cm=50).hanzi_mm == 8.3
    assert Screen(10.1, distance_cm=60).hanzi_mm == 10


def test_a_keeper_may_hang_any_panel_either_way() -> None:
    assert not Screen(21.5, portrait=False).upright
    assert Screen(10.1, portrait=True).sides_mm[0] < Screen(10.1, portrait=True).sides_mm[1]


@pytest.mark.parametrize("one", [SMALL, WIDE, TALL])
def test_larger_text_never_finds_more_room(one: Screen) -> None:
    normal, large = room(one), room(one, large=True)
    assert large.picks <= normal.picks
    assert large.lines <= normal.lines
    assert large.characters < normal.characters


def test_a_larger_screen_tells_more_of_a_thing() -> None:
    assert room(SMALL).picks == 6
    assert room(SMALL).lines < room(WIDE).lines < room(TALL).lines
    assert room(TALL).picks == 10
