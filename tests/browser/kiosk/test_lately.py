"""What she did last, seen and measured: taken back in three taps."""

from playwright.sync_api import Page

from kiosk.serving import Kiosk
from tests.browser.kiosk.hands import Look, greeted, lay, lift, tap
from tests.kiosk.stations import CARDS, Hub, address, events
from tests.kiosk.test_messages import write
from yizhan.record import Node


def test_a_slip_of_the_finger_is_taken_back(
    hub: Hub, kiosk: Kiosk, zhongda: Node, page: Page, look: Look
) -> None:
    greeted(kiosk, page)
    tap(page, "缝补")
    tap(page, "缝扣子")
    tap(page, "取号")
    page.get_by_text("小票打好了").wait_for()
    page.goto(address(kiosk) + "/me")
    look("me-lately")
    tap(page, "刚才办的")
    look("undo")
    tap(page, "取了号")
    look("undo-sure")
    tap(page, "撤回")
    look("undone")
    assert events(zhongda) == ["ticket.taken", "ticket.withdrawn"]


def test_what_is_new_is_told_one_thing_a_screen(
    hub: Hub, kiosk: Kiosk, zhongda: Node, page: Page, look: Look
) -> None:
    write(hub, "wang", "您的裤子补好了，请您有空的时候来取，星期六站里不开门", station="zhongda")
    longest = "您上次放在这里的蓝布裤子补好了，" * 5
    write(hub, "wang", longest, station="zhongda")
    write(hub, "wang", "血压的事", "call", station="zhongda", private=True)
    hub.bring(zhongda)
    page.goto(address(kiosk))
    lay(kiosk, CARDS["wang"])
    page.get_by_text("裤子补好了").wait_for()
    lift(kiosk)
    look("message")
    tap(page, "知道了")
    look("message-long")
    tap(page, "知道了")
    look("message-private")
    tap(page, "以后再听")
    look("me-letter")
