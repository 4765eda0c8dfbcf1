"""Every screen of the touchscreen: seen, measured, tapped, for hands that shake."""

from playwright.sync_api import Page

from kiosk.serving import Kiosk
from tests.browser.kiosk.hands import Look, greeted, lay, lift, tap
from tests.kiosk.stations import CARDS, Hub, address
from yizhan.record import Node


def test_home_and_a_number_without_a_card(kiosk: Kiosk, page: Page, look: Look) -> None:
    page.goto(address(kiosk))
    look("home")
    tap(page, "缝补")
    look("jobs")
    tap(page, "缝扣子")
    look("job")
    tap(page, "取号")
    page.get_by_text("小票打好了").wait_for()
    look("ticket")
    tap(page, "取消")
    look("ticket-sure")


def test_an_order_question_by_question(kiosk: Kiosk, page: Page, look: Look) -> None:
    page.goto(address(kiosk))
    tap(page, "家电维修")
    look("needs-card")
    lay(kiosk, CARDS["wang"])
    page.get_by_text("要修什么").wait_for()
    lift(kiosk)
    look("order-what")
    tap(page, "更多")
    look("order-what-more")
    tap(page, "其他")
    look("order-when")
    tap(page, "上午")
    look("order-where")
    tap(page, "家里")
    look("order-voice")
    tap(page, "不说了")
    look("order-read-back")
    tap(page, "下单")
    page.get_by_text("小票打好了").wait_for()
    look("order")
    # A found card tells no story: first it asks who she is.
    tap(page, "看经过")
    look("order-story")
    page.goto(address(kiosk) + "/me")
    look("me")


def test_a_finished_order_her_word_and_the_faces(
    hub: Hub, kiosk: Kiosk, zhongda: Node, page: Page, look: Look
) -> None:
    greeted(kiosk, page)
    page.goto(
        address(kiosk) + "/service/repair/order?choice=tap&window=morning&place=home&voice=no"
    )
    tap(page, "下单")
    subject = "order/" + page.url.rpartition("/")[2]
    hub.take_in(zhongda)
    hub.work(subject, "wang", "dispatch", "accept", "schedule", "finish")
    hub.bring(zhongda)
    page.goto(address(kiosk) + "/me")
    look("me-asked")
    tap(page, "您看好了吗")
    look("order-finished")
    tap(page, "修好了")
    look("faces")
    page.get_by_role("button", name="满意", exact=True).tap()
    page.get_by_text("谢谢您").wait_for()
    look("thanks")


def test_words_about_an_order_of_another_station(kiosk: Kiosk, page: Page, look: Look) -> None:
    greeted(kiosk, page, "li")
    look("me-elsewhere")
    tap(page, "我有单号")
    look("word-station")
    tap(page, "小干")
    look("word-number")
    tap(page, "7")
    tap(page, "下一步")
    look("word-fixed")
    tap(page, "没修好")
    look("word-given")


def test_help_about_and_english(kiosk: Kiosk, page: Page, look: Look) -> None:
    page.goto(address(kiosk))
    tap(page, "按摩椅")
    look("about")
    tap(page, "叫人帮忙")
    look("help")
    tap(page, "完成")
    assert page.locator(".tap").is_visible()
