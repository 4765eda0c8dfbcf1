"""Spoken notes: a minute of Opus at most, sealed for one place, silenced with her key."""

from pathlib import Path

import pytest

from tests.sounds import note
from tests.yizhan.nodes import WANG
from yizhan import voices, webm
from yizhan.blobs import Blobs
from yizhan.errors import Refusal
from yizhan.record import Node


@pytest.fixture
def kept(zhongda: Node, tmp_path: Path) -> Blobs:
    return Blobs(zhongda.db, tmp_path / "zhongda")


def test_a_note_opens_in_its_place_with_its_person_s_key_only(zhongda: Node, kept: Blobs) -> None:
    zhongda.keys.make(WANG)
    spoken = voices.taken(note(8))
    assert spoken.seconds == 8
    sealed = voices.seal(zhongda.keys, WANG, "order/1", spoken.content)
    assert b"OpusHead" not in sealed
    digest = kept.write(sealed)
    assert voices.opened(kept, zhongda.keys, WANG, "order/1", digest) == spoken.content
    assert voices.opened(kept, zhongda.keys, WANG, "order/2", digest) is None
    assert voices.opened(kept, zhongda.keys, "li", "order/1", digest) is None


def test_erasing_the_key_silences_the_note_and_makes_no_other(zhongda: Node, kept: Blobs) -> None:
    zhongda.keys.make(WANG)
    content = voices.taken(note()).content
    digest = kept.write(voices.seal(zhongda.keys, WANG, "order/1", content))
    zhongda.db.sql("DELETE FROM seal_key WHERE owner = ?", (WANG,))
    assert voices.opened(kept, zhongda.keys, WANG, "order/1", digest) is None
    with pytest.raises(Refusal, match="存不了"):
        voices.seal(zhongda.keys, WANG, "order/1", content)
    assert zhongda.keys.get(WANG) is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"RIFF\0\0\0\0WAVEfmt ", "没有录好"),
        (note(0.2), "没有听到您说话"),
        (note(63), "最多一分钟"),
        (note(3, packet=b"\xf8" + bytes(7000)), "最多一分钟"),
    ],
)
def test_what_is_no_note_or_too_much_is_refused_in_words(content: bytes, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        voices.taken(content)


def test_a_whole_minute_is_taken() -> None:
    assert voices.taken(note(60)).seconds == voices.taken(note(61.5)).seconds == 60
    assert webm.read(voices.taken(note(61.5)).content).ms == 61_500
