"""Escrow's door with the hub on PostgreSQL: the same tests as on SQLite."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.yizhan import test_escrow
from tests.yizhan.nodes import make_node
from tests.yizhan.postgres import Postgres, running
from yizhan.record import Node

pytestmark = pytest.mark.postgres

known = test_escrow.known
globals().update({name: one for name, one in vars(test_escrow).items() if name[:5] == "test_"})


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with running() as server:
        yield server


@pytest.fixture
def hub(postgres: Postgres, tmp_path: Path) -> Iterator[Node]:
    node = make_node(tmp_path, "hub", url=postgres.database())
    yield node
    node.db.close()
