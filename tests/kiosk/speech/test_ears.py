"""A recogniser understands what the kiosk says; run where `python -m tests.ears` fetched one."""

from pathlib import Path

import pytest

from kiosk.speech import assets
from tests import ears

SHARE_MAX = 0.12
"""Whisper base mishears clear speech too; espeak-ng was misheard by half."""


@pytest.mark.ears
@pytest.mark.skipif(not (ears.HOME / "model").is_dir(), reason="python -m tests.ears fetches it")
@pytest.mark.parametrize("who", sorted(assets.VOICES))
def test_what_is_said_is_understood(who: str, tmp_path: Path) -> None:
    assert ears.ready(), "the model is not the right one"
    wrong, count = ears.misheard(assets.VOICES[who]["zh"], tmp_path)
    assert wrong <= SHARE_MAX * count, f"{wrong} of {count}"


def test_the_distance_counts_what_must_be_changed() -> None:
    assert ears.apart(["qing", "ba"], ["qing", "ba"]) == 0
    assert ears.apart(["qing", "ba", "ka"], ["xing", "ba"]) == 2
    assert ears.apart([], ["a"]) == 1
