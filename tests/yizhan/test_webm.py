"""A spoken note is read with distrust: its length off its packets, nothing kept but its sound."""

import random

import pytest

from tests.sounds import DIARY, HEAD, SILENCE, element, note
from yizhan import webm


def test_the_sound_stays_and_nothing_else() -> None:
    before = note(12)
    found = webm.read(before)
    assert (len(found.packets), found.ms, set(found.packets)) == (600, 12_000, {SILENCE})
    bare = webm.written(found)
    assert DIARY in before and DIARY not in bare and b"Chrome" not in bare
    assert webm.read(bare) == found
    assert webm.written(webm.read(bare)) == bare


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg/>",
        b"\x1a\x45\xdf\xa3",
        note(doctype=b"matroska"),
        note(codec=b"A_VORBIS"),
        note(head=b"OpusTags" + HEAD[8:]),
        note(head=HEAD[:9] + b"\x08" + HEAD[10:]),
        note(head=HEAD + DIARY),
        note(0),
        note(packet=b""),
        note(packet=b"\xfb\x3f"),
        note() + b"<script>",
        note()[:-40] + b"\xff",
        note() + note(),
        element("1a45dfa3", element("4282", b"webm")) + element("18538067", b""),
    ],
)
def test_what_is_no_whole_note_is_none(content: bytes) -> None:
    with pytest.raises(webm.NoNote):
        webm.read(content)


def test_a_note_of_endless_small_things_ends_the_reading() -> None:
    many = element("18538067", b"\xec\x80" * (webm.ELEMENTS_MAX + 10))
    with pytest.raises(webm.NoNote):
        webm.read(element("1a45dfa3", element("4282", b"webm")) + many)


def test_random_damage_never_does_more_than_be_refused(chance: random.Random) -> None:
    """Whatever is still taken is written anew, and reads the same again."""
    for _ in range(400):
        damaged = bytearray(note(1))
        for _n in range(chance.randint(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        cut = bytes(damaged[: chance.choice((len(damaged), chance.randrange(len(damaged))))])
        try:
            found = webm.read(cut)
        except webm.NoNote:
            continue
        assert webm.read(webm.written(found)) == found
