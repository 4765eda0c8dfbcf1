"""Where the voice was not fetched: espeak-ng speaks if it is there, and the desk says so."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.serving import Kiosk
from kiosk.speech.espeak import whole
from kiosk.speech.speaker import Speaker
from tests.kiosk.stations import Hub, at_desk, at_screen, eventually, running
from tests.voices import SILENT, tone
from yizhan.record import Node


@pytest.fixture
def espeak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in on the PATH: says a tone, and keeps what it was given to read."""
    folder = tmp_path / "bin"
    folder.mkdir()
    tone(folder / "tone.wav")
    program = folder / "espeak-ng"
    program.write_text(
        f'#!/bin/sh\necho "$@" > {folder}/words\ncat > {folder}/read\ncat {folder}/tone.wav\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return folder


@pytest.fixture
def spare(espeak: Path, tmp_path: Path) -> Iterator[Speaker]:
    one = Speaker(tmp_path / "station", b"s", Path(SILENT))
    yield one
    one.stop()


def test_the_spare_voice_speaks_and_is_called_so(spare: Speaker, espeak: Path) -> None:
    assert spare.state() == "spare"
    [name] = spare.names("请刷卡")
    eventually(lambda: spare.clips.find(name), "it is said")
    assert spare.rendering.engine == "espeak"
    assert (espeak / "words").read_text().split() == [
        "-v", "cmn-latn-pinyin", "-s", "130", "--stdin", "--stdout",
    ]  # fmt: skip


def test_a_file_from_a_pipe_gets_its_true_length(espeak: Path, tmp_path: Path) -> None:
    """espeak-ng 1.51 writes 0x7ffff000 where the length belongs."""
    true = (espeak / "tone.wav").read_bytes()
    piped = true[:4] + b"\x24\xf0\xff\x7f" + true[8:40] + b"\x00\xf0\xff\x7f" + true[44:]
    assert whole(piped) == true
    assert whole(b"") == whole(b"RIFF") == whole(b"x" * 100) == b""


def test_words_never_stand_among_the_options(spare: Speaker, espeak: Path) -> None:
    [name] = spare.names("-w ／tmp／x")
    eventually(lambda: spare.clips.find(name), "it is said")
    assert "x" in (espeak / "read").read_text()
    assert "/tmp" not in (espeak / "words").read_text()


def test_the_desk_says_which_voice_there_is(espeak: Path, hub: Hub, zhongda: Node) -> None:
    with running(hub.folder, "zhongda") as kiosk:
        assert "备用的声音" in at_desk(kiosk).go("/devices")


def test_a_silent_kiosk_works_and_shows_no_key_for_sound(
    hub: Hub, zhongda: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/usr/bin/nowhere")
    with running(hub.folder, "zhongda") as kiosk:
        begun = time.monotonic()
        page = at_screen(kiosk).follow("缝补")
        assert time.monotonic() - begun < 5
        assert 'data-clips=""' in page.html
        assert 'id="hear" type="button" hidden' in page.html
        assert "没有声音" in at_desk(kiosk).go("/devices")
        _check_nothing_was_started(kiosk)


def _check_nothing_was_started(kiosk: Kiosk) -> None:
    assert kiosk.here.speaker.rendering._thread is None
