"""The walk of the README in a real browser: every screen of it, touched, and pictures taken.

Three browsers stand side by side: the touchscreen, the keeper's and the dispatcher's desks, and
a partner's phone. The hub is away while 王阿姨 taps, and comes back.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenScreen
from tests.network import PASSWORD, WANG_CARD, Network, Station, eventually

Picture = Callable[[Page, str], Path]
PARTNER = "p01"
"""A partner of the sample pack that repairs."""


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    one = Network(tmp_path_factory.mktemp("walk"))
    try:
        one.found(residents=40)
        one.staff("dispatcher", "dispatcher")
        one.staff("keeper1", "keeper", "--station", "zhongda")
        one.staff("partner1", "partner_worker", "--partner", PARTNER)
        one.station("zhongda").start()
        yield one
    finally:
        one.stop()


@pytest.fixture
def zhongda(network: Network) -> Station:
    return network.stations["zhongda"]


def lay_card(page: Page, station: Station) -> None:
    expect(page.get_by_text("请刷卡")).to_be_visible()
    station.card("lay", WANG_CARD)
    expect(page.get_by_text("王阿姨").first).to_be_visible()
    station.card("lift")


def tap(page: Page, words: str) -> None:
    page.get_by_role("main").get_by_text(words, exact=False).first.tap()


def sign_in(page: Page, url: str, login: str) -> None:
    page.goto(f"{url}/login")
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def look(page: Page, words: str, picture: Picture, name: str) -> None:
    """Once these words stand on the page, take its picture."""
    expect(page.get_by_text(words).first).to_be_visible(timeout=15_000)
    page.wait_for_load_state("networkidle" if "kiosk" not in name else "load")
    picture(page, name)


def test_the_whole_walk(
    network: Network, zhongda: Station, open_screen: OpenScreen, picture: Picture
) -> None:
    eventually(lambda: zhongda.status()["unsent"] == 0, "all is uploaded at first")
    screen = open_screen().pages[0]
    screen.goto(zhongda.url)
    look(screen, "请刷卡", picture, "kiosk-home")
    network.hub.kill()
    a_button(screen, zhongda, picture)
    at_the_desk(open_screen().pages[0], zhongda, picture)
    her_face(screen, zhongda, picture)
    an_order(screen, zhongda, picture)
    network.start_hub()
    expect(screen.get_by_text("待上传")).to_be_hidden(timeout=30_000)
    hub = open_screen().pages[0]
    dispatched(hub, network, picture)
    done_by_the_partner(open_screen("phone").pages[0], screen, network, picture)
    her_word(screen, zhongda, picture)
    for path, words in (("fleet", "中大"), ("ratings", "缝补")):
        hub.goto(f"{network.url}/{path}")
        look(hub, words, picture, f"hub-{path}")
    eventually(lambda: zhongda.status()["unsent"] == 0, "all is uploaded")
    assert network.fingerprints_agree(zhongda)


def a_button(screen: Page, zhongda: Station, picture: Picture) -> None:
    lay_card(screen, zhongda)
    look(screen, "缝补", picture, "kiosk-me")
    tap(screen, "缝补")
    look(screen, "缝扣子", picture, "kiosk-jobs")
    tap(screen, "缝扣子")
    look(screen, "对就取号", picture, "kiosk-job")
    screen.get_by_role("button", name="取号").tap()
    look(screen, "已保存", picture, "kiosk-ticket")


def at_the_desk(desk: Page, zhongda: Station, picture: Picture) -> None:
    sign_in(desk, zhongda.desk_url, "keeper1")
    look(desk, "缝扣子", picture, "desk")
    desk.get_by_role("button", name="叫下一个").click()
    look(desk, "收了多少", picture, "desk-serve")
    desk.get_by_role("button", name="收现金").click()
    expect(desk.get_by_text("现在没有人排队").first).to_be_visible()


def her_face(screen: Page, zhongda: Station, picture: Picture) -> None:
    screen.goto(f"{zhongda.url}/me")
    screen.get_by_text("您满意吗").tap()
    look(screen, "不评价", picture, "kiosk-faces")
    screen.get_by_role("button", name="满意", exact=True).tap()
    expect(screen.get_by_text("谢谢您")).to_be_visible()


def an_order(screen: Page, zhongda: Station, picture: Picture) -> None:
    screen.goto(f"{zhongda.url}/me")
    tap(screen, "家电维修")
    look(screen, "要修什么", picture, "kiosk-order-what")
    tap(screen, "电灯插座")
    tap(screen, "上午")
    look(screen, "在哪里修", picture, "kiosk-order-where")
    tap(screen, "家里")
    look(screen, "要说几句吗", picture, "kiosk-order-voice")
    tap(screen, "不说了")
    look(screen, "对就下单", picture, "kiosk-order-read-back")
    screen.get_by_role("button", name="下单").tap()
    expect(screen.get_by_text("待上传")).to_be_visible()
    look(screen, "中大-0001", picture, "kiosk-order-saved")


def dispatched(hub: Page, network: Network, picture: Picture) -> None:
    sign_in(hub, network.url, "dispatcher")
    look(hub, "中大-0001", picture, "hub-orders")
    hub.get_by_text("中大-0001").first.click()
    hub.locator(f"input[name=partner][value={PARTNER}]").check(force=True)
    look(hub, "派给谁", picture, "hub-order")
    hub.get_by_role("button", name="派单").click()
    expect(hub.get_by_text("已派").first).to_be_visible()


def done_by_the_partner(phone: Page, screen: Page, network: Network, picture: Picture) -> None:
    sign_in(phone, network.url, "partner1")
    look(phone, "家电维修", picture, "phone-jobs")
    phone.get_by_role("link", name="家电维修").first.tap()
    phone.get_by_role("button", name="接单").tap()
    expect(phone.get_by_text("接单成功")).to_be_visible()
    if phone.get_by_text("约个时间").count() == 0:
        phone.get_by_role("link", name="家电维修").first.tap()
    look(phone, "约个时间", picture, "phone-job")
    expect(screen.get_by_text("接了").first).to_be_visible(timeout=15_000)
    phone.get_by_text("已经办完了").tap()
    phone.get_by_label("做了什么").fill("换了灯座")
    phone.get_by_role("button", name="做好了").tap()
    expect(phone.get_by_text("等居民说一声").first).to_be_visible()


def her_word(screen: Page, zhongda: Station, picture: Picture) -> None:
    screen.get_by_role("button", name="完成").tap()
    lay_card(screen, zhongda)
    screen.get_by_text("师傅说好了").tap()
    look(screen, "没修好", picture, "kiosk-her-word")
    screen.get_by_role("button", name="修好了", exact=True).tap()
    screen.get_by_role("button", name="满意", exact=True).tap()
    expect(screen.get_by_text("谢谢您")).to_be_visible()
