"""The station 中大 in front of a browser, beside a hub that is only a database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from kiosk.serving import Kiosk
from tests.browser.kiosk.hands import Look, check
from tests.kiosk.stations import Hub, running
from yizhan.record import Node


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return Hub(tmp_path / "network")


@pytest.fixture
def zhongda(hub: Hub) -> Node:
    return hub.station("zhongda")


@pytest.fixture
def kiosk(hub: Hub, zhongda: Node) -> Iterator[Kiosk]:
    with running(hub.folder, "zhongda") as one:
        yield one


@pytest.fixture
def look(page: Page, picture: Callable[[Page, str], Path]) -> Look:
    """Take the picture of the screen that is shown, measure it, have axe look it over."""

    def look_at(name: str) -> None:
        picture(page, f"kiosk-{name}")
        check(page)

    return look_at
