"""A hub and the article's stations, each on its own database file."""

from pathlib import Path

import pytest

from tests.yizhan.nodes import make_node
from yizhan.record import Node


@pytest.fixture
def hub(tmp_path: Path) -> Node:
    return make_node(tmp_path, "hub")


@pytest.fixture
def zhongda(tmp_path: Path) -> Node:
    return make_node(tmp_path, "zhongda")


@pytest.fixture
def xiaogan(tmp_path: Path) -> Node:
    return make_node(tmp_path, "xiaogan")
