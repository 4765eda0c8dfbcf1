"""A hub and the article's stations in one process."""

import random
from pathlib import Path

import pytest

from sync import outbox as outbox_module
from sync.station import SyncStation
from tests.sync.photos import Photos
from tests.sync.road import Road


@pytest.fixture
def road(tmp_path: Path) -> Road:
    return Road(tmp_path)


@pytest.fixture
def zhongda(road: Road) -> SyncStation:
    return road.station("zhongda")


@pytest.fixture
def xiaogan(road: Road) -> SyncStation:
    return road.station("xiaogan")


@pytest.fixture
def taohua(road: Road) -> SyncStation:
    """桃花: enrolled on the mainland, where it exchanged once; then it went to its island."""
    one = road.station("taohua")
    road.exchange(one)
    return one


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten records fill a request, so that a few records need several files."""
    monkeypatch.setattr(outbox_module, "BATCH_EVENTS", 10)


@pytest.fixture
def lane(road: Road, zhongda: SyncStation, chance: random.Random) -> Photos:
    """王阿姨 is known at 中大, and a photo can be sent from there."""
    road.register_wang()
    road.exchange(zhongda)
    return Photos(road, zhongda, chance)
