"""At her next tap she is told what is new: one thing a screen, once for all stations."""

from collections.abc import Iterator

import pytest

from kiosk.serving import Kiosk
from tests.kiosk.stations import CARDS, Hub, at_screen, events, lay, running
from tests.kiosk.test_orders import placed
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.messages import commands as messages
from yizhan.services.people import commands as people


def write(hub: Hub, person: str, text: str, topic: str = "collect", **how: object) -> None:
    """The hub's people write to her."""
    sent = messages.send(new_id(), person, topic, text, **how)  # type: ignore[arg-type]
    hub.do(sent)


@pytest.fixture
def xiaogan(hub: Hub) -> Iterator[tuple[Kiosk, Node]]:
    """Another station, which knows 王阿姨."""
    hub.do(people.meet("wang", "xiaogan"))
    node = hub.station("xiaogan")
    with running(hub.folder, "xiaogan") as one:
        yield one, node


def test_what_was_written_to_her_is_the_first_thing_she_hears(
    hub: Hub, kiosk: Kiosk, zhongda: Node
) -> None:
    write(hub, "wang", "您的裤子补好了，请来取", station="zhongda")
    write(hub, "wang", "明天停水", "notice")
    hub.bring(zhongda)
    wang = at_screen(kiosk, "wang")
    assert "您的裤子补好了，请来取" in wang.page and "中大驿站的站长给您留话" in wang.page
    assert "后面还有 1 条" in wang.page and "明天停水" not in wang.page, "one a screen"
    wang.press("知道了")
    assert "明天停水" in wang.page and "社区中心给您留话" in wang.page
    wang.press("知道了")
    assert wang.page.url.endswith("/me") and "给您的话" not in wang.page
    assert events(zhongda) == ["message.told", "message.told"]
    assert at_screen(kiosk, "wang").page.url.endswith("/me")
    assert "裤子" not in at_screen(kiosk, "yang").page.html


def test_what_she_put_off_stays_in_the_box(hub: Hub, kiosk: Kiosk, zhongda: Node) -> None:
    write(hub, "wang", "您的裤子补好了", station="zhongda")
    hub.bring(zhongda)
    wang = at_screen(kiosk, "wang")
    wang.follow("返回")
    assert "有 1 件事要告诉您" in wang.page
    wang.follow("给您的话")
    assert "裤子补好了" in wang.page and events(zhongda) == []


def test_how_her_order_went_on_is_told_once_and_only_the_newest(
    hub: Hub, kiosk: Kiosk, zhongda: Node
) -> None:
    _visitor, subject = placed(kiosk)
    hub.take_in(zhongda)
    assert at_screen(kiosk, "wang").page.url.endswith("/me"), "her own step is no news"
    hub.work(subject, "wang", "dispatch", "accept", "schedule")
    hub.bring(zhongda)
    wang = at_screen(kiosk, "wang")
    assert "陈师傅" in wang.page and "正在约时间" not in wang.page
    wang.press("知道了")
    assert wang.page.url.endswith("/me")
    hub.work(subject, "wang", "finish")
    hub.bring(zhongda)
    wang = at_screen(kiosk, "wang")
    assert "师傅说好了" in wang.page
    wang.follow("看这张单")
    assert "修好了" in wang.page


def test_what_was_told_at_one_station_is_not_told_at_another(
    hub: Hub, kiosk: Kiosk, zhongda: Node, xiaogan: tuple[Kiosk, Node],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(
        Hub, "_receives",
        lambda _self, station, audience: (
            audience == "network" or audience.endswith(f":{station.source}")
            or audience == "person:wang"
        ),
    )  # fmt: skip
    other, node = xiaogan
    write(hub, "wang", "您的裤子补好了", station="zhongda")
    _visitor, subject = placed(kiosk)
    hub.take_in(zhongda)
    hub.work(subject, "wang", "dispatch", "accept")
    hub.bring(zhongda)
    hub.bring(node)
    assert "裤子补好了" in at_screen(other, "wang").page
    wang = at_screen(kiosk, "wang")
    wang.press("知道了")
    assert "蓝翔维修部接了" in wang.page
    wang.press("知道了")
    hub.take_in(zhongda)
    hub.bring(node)
    there = at_screen(other, "wang")
    assert there.page.url.endswith("/me") and "给您的话" not in there.page


def test_a_found_card_hears_nothing_private(hub: Hub, kiosk: Kiosk, zhongda: Node) -> None:
    write(hub, "wang", "血压的事，请来问护士", "call", station="zhongda", private=True)
    hub.bring(zhongda)
    wang = at_screen(kiosk, "wang")
    assert "血压" not in wang.page.html and "这句话只给您本人" in wang.page
    assert "知道了" not in [said for one in wang.page.forms for said, _ in one.buttons]
    wang.follow("以后再听")
    assert wang.page.url.endswith("/me") and "有 1 件事" in wang.page
    assert events(zhongda) == []


def test_a_card_laid_in_the_middle_of_something_goes_on_there(
    hub: Hub, kiosk: Kiosk, zhongda: Node
) -> None:
    write(hub, "wang", "您的裤子补好了", station="zhongda")
    hub.bring(zhongda)
    visitor = at_screen(kiosk)
    visitor.follow("家电维修")
    lay(kiosk, visitor, CARDS["wang"], "/service/repair/order")
    assert "要修什么" in visitor.page


def test_what_she_had_not_finished_comes_before_the_news(
    hub: Hub, kiosk: Kiosk, zhongda: Node
) -> None:
    visitor = at_screen(kiosk, "wang")
    visitor.go("/service/repair/order?choice=tap")
    visitor.press("完成")
    write(hub, "wang", "您的裤子补好了", station="zhongda")
    hub.bring(zhongda)
    wang = at_screen(kiosk, "wang")
    assert "接着办？" in wang.page
    wang.follow("等一会儿")
    assert "裤子补好了" in wang.page
    again = at_screen(kiosk, "wang")
    again.press("不办了")
    assert "接着点" not in again.go("/me")
