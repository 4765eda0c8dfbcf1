"""What a person would see on the paper."""

import pytest

from kiosk.devices.escpos import Slip
from kiosk.devices.paper import Line, Printout, as_text, render

SLIP = bytes(Slip().title("缝补").number("A-012").line("王阿姨").rule().feed(2).cut())


def test_a_slip_as_text_with_its_sizes() -> None:
    shown = as_text(render(SLIP))
    assert shown.splitlines() == [
        "〔2×2〕缝补",
        "〔4×4〕A-012",
        "〔2×2〕王阿姨",
        "-" * 32,
        *[""] * 5,
        "✂",
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_a_slip_in_pieces_is_the_same_slip(size: int) -> None:
    printout = Printout()
    for start in range(0, len(SLIP), size):
        printout.feed(SLIP[start : start + size])
    assert printout.slips[:-1] == render(SLIP)


def test_each_cut_ends_a_slip_and_an_empty_one_is_none() -> None:
    assert render(SLIP + SLIP) == render(SLIP) * 2
    assert render(b"") == []


def test_a_line_without_its_end_does_not_show() -> None:
    assert render(b"\x1b@seen\nunseen") == [[Line("seen")]]
    assert render(b"lost\x1b@seen\n") == [[Line("seen")]]


def test_chinese_needs_chinese_mode() -> None:
    assert render(b"\x1c.\xc4\xe3\x1c&\xc4\xe3\n") == [[Line("??你")]]


def test_a_four_byte_character_prints_junk_as_on_the_real_board() -> None:
    [[line]] = render("𠮷\n".encode("gb18030"))
    assert "𠮷" not in line.text


def test_an_unknown_command_shows_itself() -> None:
    assert render(b"\x1bp\n") == [[Line("‹1b70›")]]


def test_questions_leave_no_trace_on_the_paper() -> None:
    assert render(b"a\x10\x04\x04b\x1dr\x01c\n") == [[Line("abc")]]


def test_a_double_wide_line_takes_twice_the_columns() -> None:
    assert Line("王A", (2, 2)).columns == 6
