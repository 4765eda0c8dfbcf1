"""For ten minutes she takes back herself what she did last; what others began says whom to ask."""

import datetime
from collections.abc import Callable

import pytest

from kiosk.serving import Kiosk
from tests.kiosk.stations import Hub, at_desk, at_screen, events
from tests.kiosk.test_messages import write
from tests.kiosk.test_orders import placed
from tests.pages import Visitor
from yizhan.clock import Clock
from yizhan.record import Node

Later = Callable[[int], None]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """So many minutes pass."""

    def wait(minutes: int) -> None:
        was, gone = Clock.now, datetime.timedelta(minutes=minutes)
        monkeypatch.setattr(Clock, "now", lambda self: was(self) + gone)

    return wait


def take_back(visitor: Visitor, what: str) -> None:
    """From her own page."""
    visitor.go("/me")
    visitor.follow("刚才办的")
    visitor.follow(what)
    assert "要撤回吗" in visitor.page
    visitor.press("撤回")
    assert "已经撤回了" in visitor.page and "已保存" in visitor.page


def take(kiosk: Kiosk, person: str = "wang") -> Visitor:
    visitor = at_screen(kiosk, person)
    visitor.go("/service/mend/jobs/button")
    visitor.press("取号")
    return visitor


def test_a_number_is_taken_back_and_given_again_with_its_place(kiosk: Kiosk, zhongda: Node) -> None:
    wang = take(kiosk)
    take_back(wang, "取了号：缝补 第 1 号")
    take_back(wang, "取消了号：缝补 第 1 号")
    assert events(zhongda) == ["ticket.taken", "ticket.withdrawn", "ticket.undone"]
    assert "缝补 第 1 号" in wang.go("/me")


def test_the_page_just_shown_gives_the_number_back_too(kiosk: Kiosk, zhongda: Node) -> None:
    visitor = at_screen(kiosk)
    visitor.go("/service/mend/jobs/button")
    visitor.press("取号")
    visitor.follow("取消")
    visitor.press("不要了，取消")
    visitor.press("还要这个号")
    assert "前面没有人" in visitor.page
    assert events(zhongda) == ["ticket.taken", "ticket.withdrawn", "ticket.undone"]


def test_an_order_is_taken_back_and_put_in_again(kiosk: Kiosk, zhongda: Node) -> None:
    wang, subject = placed(kiosk)
    take_back(wang, "下了单：家电维修 中大-0001")
    take_back(wang, "撤回了单：家电维修 中大-0001")
    assert events(zhongda) == ["order.placed", "order.withdrawn", "order.undone"]
    assert zhongda.state("order", "wang", subject).status == "submitted"
    assert "您把刚才的一步撤回了" in wang.go(f"/{subject}")


def finished(hub: Hub, kiosk: Kiosk, zhongda: Node) -> tuple[Visitor, str]:
    wang, subject = placed(kiosk)
    hub.take_in(zhongda)
    hub.work(subject, "wang", "dispatch", "accept", "finish")
    hub.bring(zhongda)
    wang.go(f"/{subject}")
    return wang, subject


@pytest.mark.parametrize(("button", "told"), [("修好了", "说修好了"), ("没修好", "说没修好")])
def test_her_word_on_an_order_is_taken_back(
    hub: Hub, kiosk: Kiosk, zhongda: Node, button: str, told: str
) -> None:
    wang, subject = finished(hub, kiosk, zhongda)
    wang.press(button)
    take_back(wang, told)
    order = zhongda.state("order", "wang", subject)
    assert (order.status, order.reopened) == ("provider_done", 0)
    assert "您看好了吗" in wang.go("/me"), "she is asked again"
    hub.take_in(zhongda)
    assert hub.node.state("order", "wang", subject).status == "provider_done"


def test_a_face_is_taken_back_from_the_page_of_thanks(
    hub: Hub, kiosk: Kiosk, zhongda: Node
) -> None:
    wang, _subject = finished(hub, kiosk, zhongda)
    wang.press("修好了")
    wang.press("不满意")
    wang.follow("点错了")
    wang.follow("评价了：家电维修")
    wang.press("撤回")
    assert events(zhongda)[-1] == "rating.undone"
    wang.go("/me")
    wang.follow("您满意吗")
    wang.press("满意")
    faces = zhongda.db.sql("SELECT status, face FROM rating")
    assert faces == [("answered", 3)]


def test_a_message_that_was_ticked_is_told_again(hub: Hub, kiosk: Kiosk, zhongda: Node) -> None:
    write(hub, "wang", "您的裤子补好了", station="zhongda")
    hub.bring(zhongda)
    wang = at_screen(kiosk, "wang")
    wang.press("知道了")
    take_back(wang, "听了给您的话")
    assert "裤子补好了" in at_screen(kiosk, "wang").page


def test_after_ten_minutes_nothing_is_offered_and_a_late_tap_says_whom_to_ask(
    kiosk: Kiosk, zhongda: Node, later: Later
) -> None:
    wang = take(kiosk)
    wang.go("/me")
    wang.follow("刚才办的")
    assert "还有 10 分钟可以撤回" in wang.page
    wang.follow("取了号")
    form, value = wang.form("撤回")
    later(9)
    assert "还有 1 分钟可以撤回" in wang.go("/undo")
    later(2)
    assert "叫人帮忙" in wang.send(form, value)
    assert wang.page.status == 409 and events(zhongda) == ["ticket.taken"]
    assert "刚才办的" not in wang.go("/me")


def test_what_the_keeper_has_begun_is_not_taken_back(kiosk: Kiosk, zhongda: Node) -> None:
    wang = take(kiosk)
    wang.go("/undo")
    wang.follow("取了号")
    form, value = wang.form("撤回")
    at_desk(kiosk).press("叫下一个")
    assert "撤不回来" in wang.send(form, value)
    assert "刚才办的" not in wang.go("/me")
    assert events(zhongda) == ["ticket.taken", "ticket.called"]


def test_what_the_hub_has_gone_on_with_is_not_taken_back(
    hub: Hub, kiosk: Kiosk, zhongda: Node
) -> None:
    wang, subject = finished(hub, kiosk, zhongda)
    wang.press("没修好")
    hub.take_in(zhongda)
    hub.work(subject, "wang", "dispatch")
    hub.bring(zhongda)
    assert "说没修好" not in wang.go("/undo").text


def test_a_double_tap_takes_back_once_and_nobody_else_can(kiosk: Kiosk, zhongda: Node) -> None:
    wang = take(kiosk)
    wang.go("/undo")
    wang.follow("取了号")
    address, (form, value) = wang.page.url, wang.form("撤回")
    wang.send(form, value)
    wang.send(form, value)
    assert "已经撤回了" in wang.page and events(zhongda) == ["ticket.taken", "ticket.withdrawn"]
    yang = at_screen(kiosk, "yang")
    assert "第 1 号" not in yang.go(address).text
