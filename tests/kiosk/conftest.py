"""The station 中大, running in this process, beside a hub that is only a database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.serving import Kiosk
from tests.kiosk.stations import Hub, running
from yizhan.record import Node


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return Hub(tmp_path)


@pytest.fixture
def zhongda(hub: Hub) -> Node:
    """The station's records, as a second hand on the same database."""
    return hub.station("zhongda")


@pytest.fixture
def kiosk(hub: Hub, zhongda: Node) -> Iterator[Kiosk]:
    with running(hub.folder, "zhongda") as one:
        yield one
