"""A hub and the article's stations in one process."""

from pathlib import Path

import pytest

from sync.station import SyncStation
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
