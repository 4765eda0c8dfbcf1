"""The renderer may be slow, hang, die or be missing: nobody waits, and it comes back."""

from pathlib import Path

import pytest

from kiosk.speech import assets, rendering
from kiosk.speech.clips import Phrase
from kiosk.speech.rendering import LATER, NOW, Rendering
from tests.kiosk.stations import eventually
from tests.voices import SILENT, asked


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "CLIP_SECONDS", 0.5)
    monkeypatch.setattr(rendering, "PAUSE_SECONDS", 0.05)


def phrase(text: str) -> Phrase:
    return Phrase(text, "zh", "zf_xiaoyi")


def test_what_is_shown_now_goes_before_what_can_wait(home: Path, tmp_path: Path) -> None:
    one = Rendering(home)
    one.ask(phrase("first"), tmp_path / "0", NOW)
    for number, urgency in enumerate((LATER, LATER, NOW), 1):
        one.ask(phrase(f"{number}"), tmp_path / str(number), urgency)
    eventually(one.idle, "all are made")
    one.stop()
    assert asked(home).index("3") < asked(home).index("2")


def test_a_flood_is_refused_and_not_kept(home: Path, tmp_path: Path) -> None:
    one = Rendering(home, start=lambda _home: pytest.fail("nothing starts in this test"))
    one._thread = object()  # type: ignore[assignment]  # a worker that never comes
    asked_for = [
        one.ask(phrase(str(n)), tmp_path / str(n)) for n in range(rendering.QUEUE_MAX + 50)
    ]
    assert asked_for.count(True) == rendering.QUEUE_MAX
    assert one.ask(phrase("0"), tmp_path / "0"), "what is asked for already is not asked twice"


@pytest.mark.parametrize("trouble", ["hang", "burst"])
def test_a_renderer_that_hangs_or_dies_is_started_again(
    home: Path, tmp_path: Path, trouble: str
) -> None:
    one = Rendering(home)
    one.ask(phrase(trouble), tmp_path / "bad")
    one.ask(phrase("好"), tmp_path / "good")
    eventually((tmp_path / "good").exists, "the next phrase is said")
    assert not (tmp_path / "bad").exists()
    one.stop()


def test_a_phrase_that_cannot_be_said_is_not_tried_for_ever(home: Path, tmp_path: Path) -> None:
    one = Rendering(home)
    assert one.ask(phrase("mute"), tmp_path / "bad")
    eventually(one.idle, "it was tried")
    assert not one.ask(phrase("mute"), tmp_path / "bad")
    one.stop()


def test_a_voice_that_is_fetched_meanwhile_is_taken_up(home: Path, tmp_path: Path) -> None:
    ready = home / assets.READY
    mark = ready.read_text()
    ready.unlink()
    one = Rendering(home)
    one.ask(phrase("一"), tmp_path / "one.ogg")
    eventually(one.idle, "it was tried with what there is")
    before = one.engine
    ready.write_text(mark)
    one.ask(phrase("二"), tmp_path / "two.ogg")
    eventually((tmp_path / "two.ogg").exists, "the new voice said it")
    assert (before in ("silence", "espeak"), one.engine) == (True, "kokoro")
    one.stop()


def test_it_rests_when_nothing_is_asked(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "IDLE_SECONDS", 0.2)
    one = Rendering(home)
    one.ask(phrase("一"), tmp_path / "one")
    eventually((tmp_path / "one").exists, "it is made")
    eventually(lambda: one._renderer is None, "its memory is given back")
    one.ask(phrase("二"), tmp_path / "two")
    eventually((tmp_path / "two").exists, "and it comes back")
    one.stop()


def test_without_any_voice_nothing_breaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    one = Rendering(Path(SILENT))
    one.ask(phrase("一"), tmp_path / "one")
    eventually(one.idle, "it was tried")
    assert one.engine == "silence"
    one.stop()
