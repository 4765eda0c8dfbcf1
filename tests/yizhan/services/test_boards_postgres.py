"""The hand-written queries of boards, pauses and settings on PostgreSQL, as a hub may have it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub import open_figures
from tests.yizhan.nodes import DAY, make_node, record, take
from tests.yizhan.postgres import running
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.notices import commands as notices
from yizhan.services.notices import projection as boards
from yizhan.services.pauses import commands as pausing
from yizhan.services.pauses import projection as pauses
from yizhan.services.setup import projection as setups
from yizhan.services.setup.model import Values

pytestmark = pytest.mark.postgres


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Node]:
    with running() as server:
        node = make_node(tmp_path, "hub", url=server.database())
        yield node
        node.db.close()


def test_what_every_page_asks(hub: Node) -> None:
    content = notices.read({"sort": "event", "title": "全街道体检", "from_day": DAY})
    record(hub, notices.publish(f"bulletin/{new_id()}", "", content), actor="staff/lin")
    record(hub, pausing.pause("pause/network/repair", DAY, "师傅都放假了", DAY), actor="staff/lin")
    [row] = boards.current(hub.db, "zhongda", DAY, "09:00")
    assert (row.title, row.by) == ("全街道体检", "staff/lin")
    [going] = pauses.going_on(hub.db, DAY)
    assert (going.service, going.by) == ("repair", "staff/lin")
    assert setups.values(hub.db, "zhongda") == Values()
    for number in range(6):
        take(hub, number + 1)
    assert open_figures.figures(hub.db, open_figures.Quarter(2026, 4)).tickets == 6
