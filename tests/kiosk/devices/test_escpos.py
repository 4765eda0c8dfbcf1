"""Slips as bytes and status bytes as words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices import escpos
from kiosk.devices.escpos import Health, Slip, encode, width, wrap
from kiosk.devices.paper import LEADS, Line, render


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("幸福驿站", "D0 D2 B8 A3 E6 E4 D5 BE"),
        ("你好", "C4 E3 BA C3"),
        ("䶮", "FE 9F"),
        ("\U00020bb7", "A1 FE"),  # four bytes long: the boards print junk, so 〓
        ("\uff0c\u3002\uff1a", "A3 AC A1 A3 A3 BA"),
        ("①＊", "A2 D9 A3 AA"),
        ("\xa52", "A3 A4 32"),
        ("😀", "A1 FE"),
        ("\ud800", "3F"),
    ],
)
def test_text_as_the_printer_knows_it(text: str, code: str) -> None:
    assert encode(text) == bytes.fromhex(code)


def test_a_name_cannot_command_the_printer() -> None:
    assert encode("王\x1b@\x1dV\x00阿姨\u200d") == "王 @ V 阿姨".encode("gb18030")


@given(st.text())
def test_no_text_makes_a_command_or_a_four_byte_character(text: str) -> None:
    code = encode(text)
    assert not LEADS & set(code)
    assert all(byte >= 0x20 for byte in code)
    rest = code
    while rest:
        length = 2 if rest[0] > 0x80 else 1
        assert length == 1 or not 0x30 <= rest[1] <= 0x39
        rest = rest[length:]


def test_the_bytes_of_a_slip() -> None:
    plain = b"\x1cW\x00\x1d!\x00\x1ba\x00\x1bE\x00"
    double = b"\x1cW\x01\x1d!\x11\x1ba\x01\x1bE\x01"
    assert bytes(Slip().title("缝补").small("A").feed(2).cut()) == (
        b"\x1b@\x1c&" + double + b"\xb7\xec\xb2\xb9\n" + plain + b"A\n"
        b"\x1bd\x02" + b"\x1bd\x03\x1dVB\x00"
    )


def test_a_slip_for_tired_eyes() -> None:
    slip = Slip().title("缝补").number("012").line("前面还有3位").rule().small("2元").cut()
    assert render(bytes(slip)) == [
        [
            Line("缝补", (2, 2), centred=True, bold=True),
            Line("012", (4, 4), centred=True, bold=True),
            Line("前面还有3位", (2, 2)),
            Line("-" * 32),
            Line("2元"),
            *[Line("")] * 3,
        ]
    ]


@pytest.mark.parametrize(
    ("number", "columns", "size"),
    [
        ("12", 32, 4),
        ("缝-0412", 32, 4),
        ("缝补-0412", 32, 3),
        ("一二三四五六七八", 32, 2),
        ("", 32, 4),
        ("123456789012345678901234567890123", 32, 1),
        ("缝补-0412", 48, 4),
    ],
)
def test_a_number_is_as_large_as_one_line_allows(number: str, columns: int, size: int) -> None:
    [slip] = render(bytes(Slip(columns).number(number)))
    assert slip[0].size == (size, size)


@given(st.text(), st.sampled_from([escpos.COLUMNS_58MM, escpos.COLUMNS_80MM]))
def test_nothing_is_wider_than_the_paper_and_nothing_is_lost(text: str, columns: int) -> None:
    slip = Slip(columns).title(text).number(text).line(text).small(text).rule()
    [lines] = render(bytes(slip))
    assert all(line.columns <= columns for line in lines)
    given = encode("".join(text.splitlines())).replace(b" ", b"")
    small = [line.text for line in lines[:-1] if line.size == (1, 1) and not line.centred]
    assert encode("".join(small)).replace(b" ", b"") == given


def test_no_line_begins_with_a_closing_mark() -> None:
    assert wrap("李师傅明天上门\uff0c修水管", 14) == ["李师傅明天上", "门\uff0c修水管"]


def test_a_latin_word_stays_whole_where_it_fits() -> None:
    assert wrap("massage chair", 10) == ["massage ", "chair"]
    assert wrap("wheelchairs", 8) == ["wheelcha", "irs"]


def test_lines_given_are_lines_printed() -> None:
    assert wrap("一\n\n二\r\n三", 16) == ["一", "", "二", "三"]
    assert wrap("", 16) == [""]


def test_width_counts_hanzi_twice() -> None:
    assert width("缝补A1") == 6


@pytest.mark.parametrize(
    ("byte", "health"),
    [
        (0x12, Health.WELL),
        (0x1E, Health.NEAR_END),
        (0x72, Health.NO_PAPER),
        (0x7E, Health.NO_PAPER),
    ],
)
def test_the_paper_sensor(byte: int, health: Health) -> None:
    assert escpos.is_status(byte)
    assert escpos.paper_from_status(byte) is health


@pytest.mark.parametrize(
    ("byte", "health"),
    [
        (0x00, Health.WELL),
        (0x03, Health.NEAR_END),
        (0x0C, Health.NO_PAPER),
        (0x0F, Health.NO_PAPER),
    ],
)
def test_the_paper_sensor_of_a_cheap_board(byte: int, health: Health) -> None:
    assert escpos.is_old_status(byte)
    assert escpos.paper_from_old_status(byte) is health


def test_online_and_the_cause_of_offline() -> None:
    assert not escpos.is_offline(0x12)
    assert escpos.is_offline(0x1A)
    assert escpos.cause_of_offline(0x32) is Health.NO_PAPER
    assert escpos.cause_of_offline(0x16) is Health.COVER_OPEN
    assert escpos.cause_of_offline(0x52) is Health.OFFLINE


@pytest.mark.parametrize("byte", [0x00, 0x11, 0x13, 0x10, 0x92, 0xFF, 0x0F])
def test_a_byte_without_the_fixed_bits_is_no_status(byte: int) -> None:
    assert not escpos.is_status(byte)


@pytest.mark.parametrize("byte", [0x11, 0x13, 0x12, 0x80, 0xFF])
def test_flow_control_is_no_old_status(byte: int) -> None:
    assert not escpos.is_old_status(byte)
