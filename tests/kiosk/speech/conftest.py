"""A voice that is quick, and a kiosk that has it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.serving import Kiosk
from kiosk.speech.speaker import Speaker
from tests.kiosk.stations import Hub, running
from tests.voices import stand_in
from yizhan.record import Node


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = stand_in(tmp_path / "voice")
    monkeypatch.setenv("YIZHAN_SPEECH", str(made))
    return made


@pytest.fixture
def speaker(home: Path, tmp_path: Path) -> Iterator[Speaker]:
    (tmp_path / "station").mkdir()
    one = Speaker(tmp_path / "station", b"secret of this station", home)
    yield one
    one.stop()


@pytest.fixture
def kiosk(home: Path, hub: Hub, zhongda: Node) -> Iterator[Kiosk]:
    """The station 中大 with a voice."""
    with running(hub.folder, "zhongda") as one:
        yield one
