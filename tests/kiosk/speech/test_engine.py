"""The voice that the set-up fetched speaks: the right sounds, one loudness, nothing cut off."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.speech import assets
from kiosk.speech.clips import Phrase
from kiosk.speech.rendering import Renderer
from tests.voices import REAL

pytestmark = pytest.mark.skipif(os.environ.get("NO_SPEECH") == "1", reason="NO_SPEECH=1")

WOMAN, MAN, ENGLISH = "zf_xiaoyi", "zm_yunxi", "af_heart"


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    """The real one, its files checked."""
    assert assets.ready(REAL), "`make setup-test` fetches the voice; or set NO_SPEECH=1"
    one = Renderer(REAL)
    assert one.greet() == "kokoro"
    yield one
    one.end()


def inside(code: str, *words: str) -> Any:
    """What a piece of Python prints as JSON, run where the renderer's packages are."""
    done = subprocess.run(
        [assets.python(REAL), "-W", "ignore", "-c", code, *words],
        cwd=assets.ROOT, capture_output=True, text=True, env=os.environ | {"TMPDIR": str(REAL)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


MEASURE = """
import json, sys, numpy
from pathlib import Path
from kiosk.speech import sound
told = []
for name in sys.argv[1:]:
    samples, rate = sound.unpacked(Path(name).read_bytes())
    quiet = numpy.abs(samples) < 0.01
    told.append({"rate": rate, "seconds": len(samples) / rate,
        "peak": float(numpy.abs(samples).max()), "loudness": sound.loudness(samples, rate),
        "before": int(quiet.argmin()) / rate, "after": int(quiet[::-1].argmin()) / rate})
print(json.dumps(told))
"""


def test_a_call_is_spoken_at_one_loudness_without_silence_around_it(
    renderer: Renderer, tmp_path: Path
) -> None:
    phrases = [
        Phrase("请十二号", "zh", WOMAN),
        Phrase("到缝补", "zh", MAN),
        Phrase("Tap your card", "en", ENGLISH),
    ]
    paths = [tmp_path / f"{number}.ogg" for number in range(len(phrases))]
    for phrase, path in zip(phrases, paths, strict=True):
        said = renderer.render(phrase, path)
        assert said["bytes"] == path.stat().st_size > 1000, said
        assert path.read_bytes().startswith(b"OggS") and b"OpusHead" in path.read_bytes()[:80]
    for one in inside(MEASURE, *map(str, paths)):
        assert 0.4 < one["seconds"] < 2.5, one
        assert -23 < one["loudness"] < -17, one
        assert one["peak"] < 0.99, "it clips"
        assert one["before"] < 0.15 and one["after"] < 0.2, one


SOUNDS = """
import json, sys
from kiosk.speech.kokoro import SYMBOLS, phonemes
said = [phonemes(text, language) for text, language in json.loads(sys.argv[1])]
print(json.dumps([[one, [c for c in one if c not in SYMBOLS]] for one in said]))
"""


def test_tones_are_those_that_are_said() -> None:
    """一位 yí wèi, 奶奶 nǎi nai, 不用 bú yòng, 重听 chóng tīng."""
    words = ["一位", "奶奶", "不用", "小姐", "U盘", "🀄", "重听", "缝补"]
    heard = inside(SOUNDS, json.dumps([[one, "zh"] for one in words]))
    assert [unknown for _said, unknown in heard] == [[]] * len(words)
    tones = ["".join(c for c in said if c in "→↗↓↘") for said, _unknown in heard]
    assert tones[0] == "↗↘", "一 before a fourth tone rises"
    assert tones[1] == "↓", "the second 奶 has no tone"
    assert tones[2] == "↗↘", "不 before a fourth tone rises"
    assert tones[4].endswith("↗"), heard[4]
    assert heard[5][0] == ""
    assert heard[6][0].startswith("ꭧʰʊ↗ŋ"), "重听 is chóng tīng"
    assert tones[7] == "↗↓"


def test_english_needs_no_other_program() -> None:
    lines = [["Please tap your card", "en"], ["No. 12 at 9:30", "en"], ["王阿姨 comes", "en"]]
    (please, _), (number, _), (mixed, unknown) = inside(SOUNDS, json.dumps(lines))
    assert please == "plˈiz tˈæp jʊɹ kˈɑɹd"
    assert number.startswith("nˈʌmbəɹ twˈɛlv") and "θˈɜɹTi" in number
    assert mixed.startswith("wa↗ŋ") and "kˈʌmz" in mixed and unknown == []


def test_bad_lines_are_answered_and_the_next_phrase_is_said(
    renderer: Renderer, tmp_path: Path
) -> None:
    nothing = renderer.render(Phrase("🀄 …", "zh", WOMAN), tmp_path / "nothing.ogg")
    assert nothing["bytes"] == 0 and not (tmp_path / "nothing.ogg").exists()
    wrong = renderer.render(Phrase("好", "zh", "../../model"), tmp_path / "wrong.ogg")
    assert "error" in wrong
    long = renderer.render(Phrase("好", "zh", WOMAN), tmp_path / "no" / "folder.ogg")
    assert "error" in long


def test_a_file_that_is_not_the_right_one_is_not_used(tmp_path: Path) -> None:
    (tmp_path / assets.MODEL).write_bytes(b"not a model")
    with pytest.raises(assets.Missing, match="not the file"):
        assets.checked(tmp_path, assets.MODEL)
    with pytest.raises(assets.Missing, match=r"zm_yunxi\.bin"):
        assets.checked(tmp_path, "voices/zm_yunxi.bin")
