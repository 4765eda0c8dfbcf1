"""The frames of the reader: every vector whole, byte by byte, and with rubbish around it."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.rdm6300 import Frame, Framer, wire

VALID = [
    ("67003B51C6CB", "67003B51C6", "0003887558"),
    ("67003BA86C98", "67003BA86C", "0003909740"),
    ("67003BA86793", "67003BA867", "0003909735"),
    ("62E3086CED08", "62E3086CED", "3808980205"),
]
VECTORS = pytest.mark.parametrize(("body", "raw", "number"), VALID)
BAD_CHECKSUM = b"\x0268003B51C6CB\x03"
ANY_FRAME = re.compile(rb"\x02([0-9A-Fa-f]{10})([0-9A-Fa-f]{2})(?:\r\n)?\x03")


def framed(body: str, ending: str = "\x03") -> bytes:
    return f"\x02{body}{ending}".encode()


def heard(*chunks: bytes) -> list[Frame]:
    """The frames in chunks that follow each other without a gap."""
    framer = Framer()
    return [frame for chunk in chunks for frame in framer.feed(chunk, 0.0)]


def one_by_one(data: bytes) -> list[bytes]:
    return [bytes([byte]) for byte in data]


def test_the_wire_form_of_the_first_vector() -> None:
    spelled = bytes.fromhex("02 36 37 30 30 33 42 35 31 43 36 43 42 03")
    assert framed("67003B51C6CB") == spelled
    assert wire("67003B51C6") == spelled


@VECTORS
@pytest.mark.parametrize("ending", ["\x03", "\r\n\x03"])
def test_a_vector_is_read_whole_and_byte_by_byte(
    body: str, raw: str, number: str, ending: str
) -> None:
    for written in (body, body.lower()):
        data = framed(written, ending)
        assert heard(data) == heard(*one_by_one(data)) == [Frame(raw)]
    assert Frame(raw).number == number


@VECTORS
@pytest.mark.parametrize(
    "rubbish",
    [b"\x00", b"\xff" * 40, b"\r\n", b"\x03\x03", b"\x0267003B", b"\x02\x02", b"67003B51C6CB\x03"],
)
def test_rubbish_before_and_after_is_counted_and_passed_over(
    body: str, raw: str, number: str, rubbish: bytes
) -> None:
    data = rubbish + framed(body) + rubbish + framed(body)
    for chunks in ([data], one_by_one(data)):
        framer = Framer()
        found = [frame for chunk in chunks for frame in framer.feed(chunk, 0.0)]
        assert found == [Frame(raw)] * 2
        assert framer.invalid == 2 * len(rubbish)


def test_a_frame_with_a_wrong_checksum_is_fourteen_invalid_bytes() -> None:
    framer = Framer()
    assert framer.feed(BAD_CHECKSUM, 0.0) == []
    assert framer.invalid == 14


@pytest.mark.parametrize(
    "broken",
    [
        b"\x0267003B51C6CBF\x03",  # a digit too many
        b"\x0267003B51C6C\x03",  # one too few
        b"\x0267003B51C6CB\r\x03",  # half of CR LF
        b"\x0267003B51C6CB\n\x03",
        b"\x0267003B51C6CB\r\n\r\n\x03",
        b"\x0267003G51C6CB\x03",  # no hex digit
        b"\x02 67003B51C6CB\x03",
        b"\x02\x03",
    ],
)
def test_what_only_looks_like_a_frame_is_none(broken: bytes) -> None:
    assert heard(broken) == heard(*one_by_one(broken)) == []
    assert heard(broken + framed("67003B51C6CB")) == [Frame("67003B51C6")]


def test_a_partial_frame_is_dropped_after_a_gap() -> None:
    framer = Framer()
    data = framed("67003B51C6CB")
    framer.feed(data[:6], 0.0)
    assert framer.feed(data[6:], 0.151) == []
    assert framer.invalid == 14


def test_a_short_pause_within_a_frame_does_no_harm() -> None:
    framer = Framer()
    data = framed("67003B51C6CB")
    framer.feed(data[:6], 0.0)
    framer.feed(b"", 0.1)
    assert framer.feed(data[6:], 0.15) == [Frame("67003B51C6")]


def test_silence_drops_a_partial_frame_even_when_it_is_asked_often() -> None:
    framer = Framer()
    framer.feed(b"\x0267003B", 0.0)
    for tenth in range(1, 5):
        framer.feed(b"", tenth / 10)
    assert framer.invalid == 7


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_no_bytes_make_it_raise_or_invent_a_card(chunks: list[bytes]) -> None:
    allowed = {match[1].upper().decode() for match in ANY_FRAME.finditer(b"".join(chunks))}
    assert {frame.raw for frame in heard(*chunks)} <= allowed


LOOKALIKE = st.sampled_from([*b"\x02\x03\r\n0123456789ABCDEFabcdef"])
NEARLY = st.one_of(
    st.lists(LOOKALIKE, max_size=40).map(bytes),
    st.binary(min_size=5, max_size=5).map(lambda tag: wire(tag.hex().upper())),
    st.binary(min_size=5, max_size=5).map(
        lambda tag: wire(tag.hex()).replace(b"\x03", b"\r\n\x03")
    ),
    st.binary(min_size=6, max_size=6).map(lambda tag: b"\x02" + tag.hex().encode() + b"\x03"),
)


@given(st.lists(NEARLY, max_size=8), st.lists(st.integers(0, 200), max_size=8))
def test_it_finds_exactly_the_frames_with_a_right_checksum(
    parts: list[bytes], cuts: list[int]
) -> None:
    data = b"".join(parts)
    edges = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    chunks = [data[start:end] for start, end in pairwise(edges)]
    framer = Framer()
    found = [frame for chunk in chunks for frame in framer.feed(chunk, 0.0)]
    right = [match for match in ANY_FRAME.finditer(data) if checksum(match[1]) == match[2].upper()]
    assert [frame.raw for frame in found] == [match[1].decode().upper() for match in right]
    # A frame still unfinished at the end is not yet invalid: a long silence makes it so.
    framer.feed(b"", 1.0)
    assert framer.invalid == len(data) - sum(len(match[0]) for match in right)


def checksum(digits: bytes) -> bytes:
    total = 0
    for byte in bytes.fromhex(digits.decode()):
        total ^= byte
    return f"{total:02X}".encode()
