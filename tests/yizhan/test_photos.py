"""Photos: known by their first bytes, sealed for one place, erased with their person's key."""

from pathlib import Path

import pytest

from tests.pictures import JPEG_BYTES, NAMES, jpeg, photo, told
from tests.yizhan.nodes import WANG
from yizhan import photos
from yizhan.blobs import BYTES_MAX, Blobs
from yizhan.errors import Refusal
from yizhan.record import Node

TAP = jpeg(bytes(range(256)) * 400)


@pytest.fixture
def kept(zhongda: Node, tmp_path: Path) -> Blobs:
    return Blobs(zhongda.db, tmp_path / "zhongda")


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (b"\xff\xd8\xff\xe0 tap", photos.JPEG),
        (b"\x89PNG\r\n\x1a\n tap", photos.PNG),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", photos.WEBP),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", ""),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", ""),
        (b"<!doctype html><script>alert(1)</script>", ""),
        (b"GIF89a", ""),
        (b"%PDF-1.7", ""),
        (b"", ""),
    ],
)
def test_a_photo_is_known_by_its_first_bytes(content: bytes, media: str) -> None:
    assert photos.media_of(content) == media


def test_a_photo_opens_in_its_place_with_its_person_s_key_only(zhongda: Node, kept: Blobs) -> None:
    zhongda.keys.make(WANG)
    sealed = photos.seal(zhongda.keys, WANG, "order/1", TAP)
    assert TAP[4:200] not in sealed and len(sealed) == len(TAP) + photos.SEALING_BYTES
    digest = kept.write(sealed)
    found = photos.opened(kept, zhongda.keys, WANG, "order/1", digest)
    assert found is not None and (found.media, found.content) == (photos.JPEG, TAP)
    assert photos.opened(kept, zhongda.keys, WANG, "order/2", digest) is None
    assert photos.opened(kept, zhongda.keys, "li", "order/1", digest) is None


def test_erasing_the_key_erases_the_photo_and_makes_no_other(zhongda: Node, kept: Blobs) -> None:
    zhongda.keys.make(WANG)
    digest = kept.write(photos.seal(zhongda.keys, WANG, "order/1", TAP))
    zhongda.db.sql("DELETE FROM seal_key WHERE owner = ?", (WANG,))
    assert photos.opened(kept, zhongda.keys, WANG, "order/1", digest) is None
    with pytest.raises(Refusal, match="已经删除"):
        photos.seal(zhongda.keys, WANG, "order/1", TAP)
    assert zhongda.keys.get(WANG) is None


def test_what_is_no_photo_or_too_large_is_refused_in_words(zhongda: Node) -> None:
    zhongda.keys.make(WANG)
    with pytest.raises(Refusal, match="不是照片"):
        photos.seal(zhongda.keys, WANG, "order/1", b"<svg/>")
    largest = jpeg(bytes(BYTES_MAX - photos.SEALING_BYTES - JPEG_BYTES))
    assert len(photos.seal(zhongda.keys, WANG, "order/1", largest)) == BYTES_MAX
    with pytest.raises(Refusal, match="最多 8 MB"):
        photos.seal(zhongda.keys, WANG, "order/1", largest + b"x")


@pytest.mark.parametrize("name", NAMES)
def test_a_photo_is_sealed_without_what_the_camera_wrote(
    name: str, zhongda: Node, kept: Blobs
) -> None:
    zhongda.keys.make(WANG)
    assert told(photo(name))
    digest = kept.write(photos.seal(zhongda.keys, WANG, "order/1", photo(name)))
    found = photos.opened(kept, zhongda.keys, WANG, "order/1", digest)
    assert found is not None and told(found.content) == set()


def test_a_photo_that_was_not_stored_whole_is_refused_in_words(zhongda: Node) -> None:
    zhongda.keys.make(WANG)
    with pytest.raises(Refusal, match="没有存全"):
        photos.seal(zhongda.keys, WANG, "order/1", photo("tap.jpg")[:300])


def test_what_is_no_box_opens_to_no_photo(zhongda: Node, kept: Blobs) -> None:
    zhongda.keys.make(WANG)
    for box in (b"short", bytes(200)):
        digest = kept.write(box)
        assert photos.opened(kept, zhongda.keys, WANG, "order/1", digest) is None
    text = zhongda.keys.seal_bytes(WANG, b"<svg/>", "order/1/photo") or b""
    assert photos.opened(kept, zhongda.keys, WANG, "order/1", kept.write(text)) is None
