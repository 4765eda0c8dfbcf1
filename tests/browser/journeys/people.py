"""What the people of a journey do: lay a card, tap, sign in, take and finish a job."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.network import PASSWORD, Network, Station

Picture = Callable[[Page, str], Path]


def lay_card(screen: Page, station: Station, number: str, called: str) -> None:
    """Her card, laid where the screen asks for one, and taken away; she is greeted."""
    expect(screen.get_by_text("请刷卡")).to_be_visible()
    station.card("lay", number)
    expect(screen.get_by_text(called).first).to_be_visible()
    station.card("lift")


def tap(screen: Page, words: str) -> None:
    """Tap what says this."""
    screen.get_by_role("main").get_by_text(words, exact=False).first.tap()


def press(screen: Page, name: str) -> None:
    """Tap the button with exactly this name."""
    screen.get_by_role("button", name=name, exact=True).tap()


def sign_in(page: Page, url: str, login: str) -> None:
    """A member of staff signs in where somebody else may have been before."""
    page.goto("about:blank")  # else the page of the one before asks once more, without its cookie
    page.context.clear_cookies()
    page.goto(f"{url}/login")
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("button", name="退出").first).to_be_visible()


def look(page: Page, words: str, picture: Picture, name: str) -> None:
    """Once these words stand on the page, take its picture."""
    expect(page.get_by_text(words).first).to_be_visible(timeout=15_000)
    page.wait_for_load_state("load")
    picture(page, name)


def dispatch(hub: Page, network: Network, number: str, partner: str) -> None:
    """The dispatcher sends an order to a partner."""
    hub.goto(f"{network.url}/orders")
    hub.get_by_text(number).first.click()
    hub.locator(f"input[name=partner][value={partner}]").check(force=True)
    hub.get_by_role("button", name="派单").click()
    expect(hub.get_by_text("已派").first).to_be_visible()


def take_and_finish(phone: Page, number: str, result: str) -> None:
    """A worker whose page of jobs is open accepts one, and says what he did."""
    open_job(phone, number)
    press(phone, "接单")
    expect(phone.get_by_text("接单成功")).to_be_visible()
    finish(phone, number, result)


def open_job(phone: Page, number: str) -> None:
    """His page of one job."""
    phone.goto(phone.url.partition("/jobs")[0] + "/jobs")
    phone.get_by_role("link", name="家电维修").first.tap()
    expect(phone.get_by_text(number).first).to_be_visible()


def finish(phone: Page, number: str, result: str) -> None:
    """He says that it is done."""
    if phone.get_by_text("已经办完了").count() == 0:
        open_job(phone, number)
    phone.get_by_text("已经办完了").tap()
    phone.get_by_label("做了什么").fill(result)
    press(phone, "做好了")
    expect(phone.get_by_text("等居民说一声").first).to_be_visible()
