"""公告 at the desk: written, changed, taken down, put up again; a station's own and no other's."""

from typing import Any

from kiosk import board
from kiosk.app import touchscreen
from kiosk.serving import Kiosk
from tests.kiosk.stations import Hub, address, at_desk, events
from tests.pages import Visitor
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.notices import commands


def write(keeper: Visitor, day: str, **fields: str) -> None:
    """A notice, through the form; the kind is what the form offers first unless it is said."""
    keeper.go("/board")
    keeper.follow("写一条")
    keeper.press("贴出来", **({"sort": "event", "title": "渔绳结课", "from_day": day} | fields))


def hanging(kiosk: Kiosk) -> list[Any]:
    with touchscreen(kiosk.here).test_request_context():
        return board.on_now(kiosk.here)


def test_without_a_log_in_nothing_is_written(kiosk: Kiosk) -> None:
    assert "站长登录" in Visitor(address(kiosk, 1)).go("/board/new")


def test_a_notice_hangs_is_changed_taken_down_and_put_up_again(kiosk: Kiosk, zhongda: Node) -> None:
    keeper, today = at_desk(kiosk), kiosk.here.node.clock.today()
    write(keeper, today, place="二楼教室")
    assert "贴出来了" in keeper.page and "渔绳结课" in keeper.page and "今天" in keeper.page
    assert [(one.title, one.place, one.street) for one in hanging(kiosk)] == [
        ("渔绳结课", "二楼教室", False)
    ]
    keeper.follow("改")
    keeper.press("贴出来", sort="event", title="剪纸课")
    assert "改好了" in keeper.page and "剪纸课" in keeper.page and "渔绳结课" not in keeper.page
    keeper.press("撤下")
    assert "撤下来了" in keeper.page and hanging(kiosk) == []
    keeper.press("再贴出来")
    assert [one.title for one in hanging(kiosk)] == ["剪纸课"]
    assert events(zhongda) == [
        "notice.published",
        "notice.changed",
        "notice.withdrawn",
        "notice.restored",
    ]
    assert zhongda.journal.after(0)[-1].event.actor == "staff/keeper-zhongda"


def test_a_double_tap_puts_one_notice_up(kiosk: Kiosk, zhongda: Node) -> None:
    keeper, today = at_desk(kiosk), kiosk.here.node.clock.today()
    keeper.go("/board/new")
    form, value = keeper.form("贴出来")
    for _ in range(2):
        keeper.send(form, value | {"sort": "notice", "title": "停水", "from_day": today})
        assert "贴出来了" in keeper.page
    assert events(zhongda) == ["notice.published"]


def test_what_cannot_be_shown_is_refused_and_what_was_typed_stays(
    kiosk: Kiosk, zhongda: Node
) -> None:
    keeper = at_desk(kiosk)
    write(keeper, "2026-11-30", until_day="2026-11-01", said="带上老花镜")
    assert keeper.page.status == 409
    assert "“到哪天”不能早于“从哪天”" in keeper.page and "带上老花镜" in keeper.page.html
    assert events(zhongda) == []


def test_the_street_s_notices_are_read_here_and_not_written(
    hub: Hub, kiosk: Kiosk, zhongda: Node
) -> None:
    today, notice = kiosk.here.node.clock.today(), new_id()
    content = commands.read({"sort": "notice", "title": "全街道体检", "from_day": today})
    hub.do(commands.publish(f"bulletin/{notice}", "", content))
    hub.bring(zhongda)
    keeper = at_desk(kiosk)
    keeper.go("/board")
    assert "中心写给大家的" in keeper.page and "全街道体检" in keeper.page
    assert "/withdraw" not in keeper.page.html
    assert keeper.go(f"/board/{notice}").status == 404
    assert [(one.title, one.street) for one in hanging(kiosk)] == [("全街道体检", True)]
