"""What the camera wrote goes; the picture and how it is turned stay; hostile bytes do no harm."""

import random
import time
import zlib
from contextlib import suppress

import pytest

from tests.pictures import HEAD, NAMES, TURNED, jpeg, photo, told
from yizhan.pictures import PNG_MAGIC, NoPicture, bare


@pytest.mark.parametrize("name", NAMES)
def test_place_camera_and_owner_go_and_the_turn_stays(name: str) -> None:
    before = photo(name)
    assert told(before)
    after = bare(before)
    assert told(after) == set() and TURNED in after
    assert len(after) < len(before) and bare(after) == after


@pytest.mark.parametrize("name", NAMES)
def test_what_lies_behind_the_picture_goes(name: str) -> None:
    """A film, or a second picture with a place of its own: phones add both."""
    assert bare(photo(name) + photo("tap.jpg")) == bare(photo(name))


@pytest.mark.parametrize("name", NAMES)
def test_the_picture_itself_is_byte_for_byte_the_same(name: str) -> None:
    before, after = photo(name), bare(photo(name))
    begins = {"jpg": b"\xff\xda", "png": b"IDAT", "webp": b"VP8 "}[name.partition(".")[2]]
    drawn = before[before.index(begins) : before.rindex(begins) + 40]
    assert len(drawn) >= 40 and drawn in after


def test_a_picture_that_need_not_be_turned_says_nothing_at_all() -> None:
    upright = photo("tap.jpg").replace(
        b"\x01\x12\0\x03\0\0\0\x01\0\x06", b"\x01\x12\0\x03\0\0\0\x01\0\x01"
    )
    assert b"Exif" in upright and b"Exif" not in bare(upright)


@pytest.mark.parametrize("turn", [0, 9, 255, 0xFFFF])
def test_a_turn_that_there_is_not_is_left_out(turn: int) -> None:
    odd = photo("tap.jpg").replace(TURNED, TURNED[:8] + turn.to_bytes(2) + TURNED[10:])
    assert b"Exif" not in bare(odd)


def test_a_turn_in_the_other_byte_order_is_understood() -> None:
    entry = b"\x12\x01\x03\0\x01\0\0\0\x08\0\0\0"
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0" + entry + b"\0\0\0\0"
    segment = b"\xff\xe1" + (len(exif) + 2).to_bytes(2) + exif
    assert TURNED[:8] + b"\0\x08" in bare(b"\xff\xd8" + segment + jpeg(b"tap")[2:])


def test_a_photo_that_was_cut_within_its_scan_is_kept_as_far_as_it_goes() -> None:
    assert bare(jpeg(b"x" * 900)[:500]) == jpeg(b"x" * (500 - len(HEAD)))


def test_a_thumbnail_goes_and_what_colours_need_stays() -> None:
    jfif = b"\xff\xe0\0\x13JFIF\0\1\2\0\0\1\0\1\1\1rgb"
    adobe, comment = b"\xff\xee\0\x07Adobe", b"\xff\xfe\0\x06home"
    after = bare(b"\xff\xd8" + jfif + comment + adobe + jpeg(b"tap")[2:])
    assert b"rgb" not in after and b"home" not in after
    assert b"\xff\xe0\0\x10JFIF\0\1\2\0\0\1\0\1\0\0" + adobe in after


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)


BROKEN = {
    "nothing": b"",
    "another file": b"%PDF-1.7",
    "no scan": b"\xff\xd8\xff\xd9",
    "only a beginning": b"\xff\xd8\xff",
    "a segment longer than the file": b"\xff\xd8\xff\xe1\xff\xff" + b"Exif\0\0",
    "a segment shorter than its length": b"\xff\xd8\xff\xe1\0\1" + jpeg(b"x")[2:],
    "no marker where one must be": b"\xff\xd8\xff\xfe\0\2Ex" + jpeg(b"x")[2:],
    "no image data": PNG_MAGIC + chunk(b"IHDR", bytes(13)) + chunk(b"IEND"),
    "no end": PNG_MAGIC + chunk(b"IHDR", bytes(13)) + chunk(b"IDAT", b"x"),
    "no header": PNG_MAGIC + chunk(b"IDAT", b"x") + chunk(b"IEND"),
    "a chunk longer than the file": PNG_MAGIC + b"\xff\xff\xff\xffIDAT",
    "a RIFF longer than the file": b"RIFF\xff\xff\0\0WEBPVP8 ",
    "a WebP without a picture": b"RIFF\x0c\0\0\0WEBPEXIF\0\0\0\0",
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_what_is_no_whole_picture_is_refused(content: bytes) -> None:
    with pytest.raises(NoPicture):
        bare(content)


MANY = 8 << 20
HOSTILE = {
    "fill": b"\xff\xd8" + b"\xff" * MANY,
    "fill in a scan": HEAD + b"\xff" * MANY,
    "empty comments": b"\xff\xd8" + b"\xff\xfe\0\2" * (MANY // 4),
    "empty scans": b"\xff\xd8" + b"\xff\xda\0\2" * (MANY // 4),
    "empty chunks": PNG_MAGIC + bytes(MANY),
    "empty riffs": b"RIFF" + MANY.to_bytes(4, "little") + b"WEBP" + bytes(MANY),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_nobody_keeps_the_desk_busy_with_one_file(content: bytes) -> None:
    begun = time.process_time()
    with suppress(NoPicture):
        bare(content)
    assert time.process_time() - begun < 2


def test_flipped_cut_and_stuffed_pictures_are_refused_or_bare(chance: random.Random) -> None:
    for _n in range(4000):
        bad = bytearray(photo(chance.choice(NAMES)))
        for _m in range(chance.randint(1, 5)):
            at = chance.randrange(len(bad) + 1)
            bad[at : at + chance.randint(0, 4)] = chance.randbytes(chance.randint(0, 4))
        try:
            after = bare(bytes(bad))
        except NoPicture:
            continue
        assert bare(after) == after
