"""公告 at the hub: one for every board; what stations wrote is read here, and left alone."""

from collections.abc import Callable

from tests.hub.conftest import Visitor
from tests.hub.harbour import Harbour
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.notices import commands
from yizhan.services.notices import projection as notices


def test_a_notice_for_all_boards(node: Node, signed_in: Callable[[str], Visitor]) -> None:
    fang, today = signed_in("fang"), node.clock.today()
    form = fang.hidden("/notices/new")["form"]
    sent = {"form": form, "sort": "notice", "title": "全街道体检", "from_day": today}
    for _ in range(2):
        assert fang.send("/notices/new", "/notices/new", **sent).status_code == 303
    [row] = notices.today(node.db, "east", today)
    assert (row.title, row.station, row.by) == ("全街道体检", "", "staff/fang")
    assert "全街道体检" in fang.see("/notices").text
    page = f"/notices/{form}"
    assert fang.send(page, f"{page}/change", **(sent | {"title": ""})).status_code == 409
    fang.send(page, f"{page}/change", sort="notice", title="全街道体检改期", from_day=today)
    assert "全街道体检改期" in fang.see("/notices").text
    fang.send("/notices", f"{page}/withdraw")
    assert notices.today(node.db, "west", today) == []
    assert "再贴出来" in fang.see("/notices").text


def test_the_evaluator_reads_and_does_not_write(signed_in: Callable[[str], Visitor]) -> None:
    audit = signed_in("audit")
    assert "写一条" not in audit.see("/notices").text
    assert audit.see("/notices/new").status_code == 403


def test_what_a_station_wrote_is_read_here_after_the_road_and_nowhere_else(
    harbour: Harbour,
) -> None:
    node = harbour.stations["xiaogan"].node
    today, form = node.clock.today(), new_id()
    content = commands.read({"sort": "closed", "title": "洗衣坊停水", "from_day": today})
    node.record(form, "staff/zhan", lambda: commands.publish(f"notice/{form}", "xiaogan", content))
    harbour.exchange()
    hub = harbour.hub.node
    assert [row.title for row in notices.today(hub.db, "xiaogan", today)] == ["洗衣坊停水"]
    assert notices.today(hub.db, "zhongda", today) == []
    assert notices.today(harbour.stations["zhongda"].node.db, "zhongda", today) == []
