"""J1. 王阿姨's button, touched: offline from the card to the coin and the face; at the hub once.

The touchscreen and the keeper's desk stand side by side in two browsers; the hub is away.
"""

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenScreen
from tests.browser.journeys.people import Picture, lay_card, look, press, sign_in, tap
from tests.network import WANG_CARD, Network, Station, eventually


def test_wang_ayi_has_a_button_sewn_on_with_the_hub_gone(
    network: Network, zhongda: Station, open_screen: OpenScreen, picture: Picture
) -> None:
    eventually(lambda: zhongda.status()["unsent"] == 0, "all is uploaded at first")
    screen, desk = open_screen().pages[0], open_screen().pages[0]
    sign_in(desk, zhongda.desk_url, "keeper1")
    screen.goto(zhongda.url)
    look(screen, "请刷卡", picture, "j1-1-home")
    network.hub.kill()
    a_number(screen, zhongda, picture)
    at_the_counter(screen, desk, zhongda, picture)
    her_face(screen, zhongda, picture)
    network.start_hub()
    expect(screen.get_by_text("已全部上传")).to_be_visible(timeout=30_000)
    at_the_hub_once(desk, network, picture)
    assert network.fingerprints_agree(zhongda)


def a_number(screen: Page, zhongda: Station, picture: Picture) -> None:
    lay_card(screen, zhongda, WANG_CARD, "王阿姨")
    tap(screen, "缝补")
    look(screen, "缝扣子", picture, "j1-2-prices-first")
    tap(screen, "缝扣子")
    expect(screen.get_by_text("对就取号")).to_be_visible()
    press(screen, "取号")
    look(screen, "条待上传", picture, "j1-3-number-saved-offline")


def at_the_counter(screen: Page, desk: Page, zhongda: Station, picture: Picture) -> None:
    screen.goto(f"{zhongda.url}/me")
    expect(desk.get_by_text("缝扣子").first).to_be_visible(timeout=15_000)
    desk.get_by_role("button", name="叫下一个").click()
    look(screen, "请 1 号", picture, "j1-4-called")
    look(desk, "收了多少", picture, "j1-5-two-yuan")
    desk.get_by_role("button", name="收现金").click()
    expect(desk.get_by_text("现在没有人排队").first).to_be_visible()


def her_face(screen: Page, zhongda: Station, picture: Picture) -> None:
    screen.goto(f"{zhongda.url}/me")
    screen.get_by_text("您满意吗").tap()
    look(screen, "不评价", picture, "j1-6-her-face")
    press(screen, "满意")
    expect(screen.get_by_text("谢谢您")).to_be_visible()
    press(screen, "完成")
    expect(screen.get_by_text("请刷卡")).to_be_visible()
    assert zhongda.status()["unsent"] >= 5, "taken, called, finished, offered, answered"


def at_the_hub_once(page: Page, network: Network, picture: Picture) -> None:
    sign_in(page, network.url, "dispatcher")
    page.goto(f"{network.url}/tickets")
    look(page, "缝扣子", picture, "j1-7-at-the-hub")
    assert page.get_by_text("缝扣子").count() == 1
    page.goto(f"{network.url}/ratings")
    expect(page.get_by_text("缝补").first).to_be_visible()
    expect(page.get_by_text("100").first).to_be_visible()
