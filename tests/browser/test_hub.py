"""The hub in a real browser: a dispatcher's first hour at her desk, a worker with his phone."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.complaints import Complaints
from tests.browser.kiosk.hands import look_over
from tests.hub import cast
from tests.hub.seen import ago, branch, enrol, heard
from tests.network import Process, eventually, free_port, healthy
from yizhan import escrow
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.orders import commands as orders

OpenScreen = Callable[..., BrowserContext]
Picture = Callable[[Page, str], Path]


class Hub:
    """A hub's process on a free port of this machine, and a hand in its database."""

    def __init__(self, node: Node, data: Path) -> None:
        self.node = node
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        words = ["hub", "serve", "--data", str(data), "--listen", f"127.0.0.1:{port}"]
        self.process = Process(words, data.parent / "hub.log", {})
        self.process.start()
        eventually(lambda: healthy(self.url), "the hub answers")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """A hub with its cast."""
    data = tmp_path / "hub"
    node = cast.found(data)
    running = Hub(node, data)
    yield running
    running.process.stop()
    node.db.close()


@pytest.fixture
def enter(hub: Hub, open_screen: OpenScreen) -> Callable[..., Page]:
    """`enter("li", "phone")`: a browser in which this person has signed in."""

    def sign_in(login: str, screen: str = "kiosk") -> Page:
        page = open_screen(screen).pages[0]
        page.goto(hub.url)
        page.get_by_label("登录名").fill(login)
        page.get_by_label("密码").fill(cast.PASSWORD)
        page.get_by_role("button", name="登录", exact=True).tap()
        expect(page.get_by_role("button", name="退出")).to_be_visible()
        return page

    return sign_in


def busy(hub: Hub) -> None:
    """A morning's work: waiting, overdue, declined, reopened, under way."""
    node = hub.node
    cast.later(node, hours=-6)
    cast.place(node, "wang")
    declined = cast.send(node, cast.place(node, "chen", choice="washer"))
    again = cast.accept(node, cast.send(node, cast.place(node, "zhou", choice="lamp")))
    cast.step(node, again, "staff/li", orders.finish, "lishi", "换了灯泡", 800)
    cast.later(node, hours=5)
    cast.step(node, declined, "staff/li", orders.decline, "lishi", "缺配件")
    cast.step(node, again, "person/zhou", orders.dispute, "又灭了")
    cast.place(node, "zhou", "haircut", "home")
    cast.accept(node, cast.send(node, cast.place(node, "wang", choice="lamp"), "anxin"), "anxin")
    cast.send(node, cast.place(node, "chen", choice="tap"))


def no_sideways_scroll(page: Page) -> None:
    """The page is no wider than its screen."""
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"


def test_a_dispatcher_in_her_first_hour_sends_an_order(
    hub: Hub, enter: Callable[..., Page], picture: Picture
) -> None:
    busy(hub)
    page = enter("fang")
    expect(page.get_by_role("heading", name="等您派单 4")).to_be_visible()
    expect(page.get_by_text("张已经超时")).to_be_visible()
    picture(page, "hub-orders")
    page.get_by_role("link", name="水龙头漏水").first.tap()
    expect(page.get_by_role("heading", name="派给谁？")).to_be_visible()
    picture(page, "hub-order")
    page.get_by_role("radio", name="安心家政").tap()
    page.get_by_role("button", name="派单").tap()
    expect(page.get_by_text("东埠-0001 已派给安心家政")).to_be_visible()
    expect(page.get_by_role("heading", name="等您派单 3")).to_be_visible()
    no_sideways_scroll(page)


def test_an_order_that_arrives_shows_itself_without_a_tap(
    hub: Hub, enter: Callable[..., Page]
) -> None:
    page = enter("fang")
    expect(page.get_by_text("没有等着派的单")).to_be_visible()
    cast.place(hub.node, "wang")
    expect(page.get_by_text("王阿姨")).to_be_visible(timeout=6000)


def test_a_worker_with_his_phone_takes_a_job_from_accept_to_done(
    hub: Hub, enter: Callable[..., Page], picture: Picture
) -> None:
    cast.send(hub.node, cast.place(hub.node, "wang"))
    page = enter("li", "phone")
    no_sideways_scroll(page)
    picture(page, "hub-jobs")
    page.get_by_role("link", name="上门维修").tap()
    expect(page.get_by_role("button", name="接单", exact=True)).to_be_visible()
    assert "王素芬" not in page.content()
    page.get_by_role("button", name="接单", exact=True).tap()
    expect(page.get_by_text("东埠路 12 弄 3 号 201 室")).to_be_visible()
    expect(page.get_by_role("link", name="13800000001")).to_be_visible()
    no_sideways_scroll(page)
    picture(page, "hub-job")
    page.get_by_role("radio", name="明天").tap()
    page.get_by_role("radio", name="下午").tap()
    page.get_by_role("button", name="约好了").tap()
    expect(page.get_by_text("已约好")).to_be_visible()
    page.get_by_label("做了什么").fill("换了阀芯")
    page.get_by_label("收了多少钱").fill("25")
    page.get_by_role("button", name="做好了").tap()
    expect(page.get_by_text("等居民说一声").first).to_be_visible()


def test_what_the_thumb_presses_is_large_enough(hub: Hub, enter: Callable[..., Page]) -> None:
    order = cast.accept(hub.node, cast.send(hub.node, cast.place(hub.node, "wang")))
    page = enter("li", "phone")
    page.goto(f"{hub.url}/jobs/{order}")
    for button in page.locator("main .button, main .choice, main summary").all():
        box = button.bounding_box()
        if box:
            assert box["height"] >= 48, button.text_content()


def test_a_worker_s_half_written_words_outlast_the_polls(
    hub: Hub, enter: Callable[..., Page]
) -> None:
    order = cast.send(hub.node, cast.place(hub.node, "wang"))
    page = enter("li", "phone")
    page.goto(f"{hub.url}/jobs/{order}")
    page.get_by_text("做不了，退单").tap()
    page.get_by_role("radio", name="时间对不上").tap()
    page.get_by_label("还想说的").fill("周末可以")
    page.wait_for_timeout(2500)
    page.get_by_role("button", name="退单", exact=True).tap()
    expect(page.get_by_text("已退单，派单员会改派。")).to_be_visible()
    last = hub.node.state("order", "wang", f"order/{order}").steps[-1]
    assert last.note == "时间对不上：周末可以"


def test_a_live_page_says_when_the_hub_does_not_answer(
    hub: Hub, enter: Callable[..., Page], complaints: Complaints
) -> None:
    complaints.allow("ERR_CONNECTION_REFUSED|Failed to fetch|ERR_")
    page = enter("fang")
    word = page.get_by_text("现在连不上中心")
    expect(word).to_be_hidden()
    hub.process.kill()
    expect(word).to_be_visible(timeout=15_000)


@pytest.mark.parametrize("screen", ["kiosk", "phone"])
def test_every_page_fits_its_screen(
    hub: Hub, enter: Callable[..., Page], screen: str, picture: Picture
) -> None:
    busy(hub)
    cast.later(hub.node, hours=1)
    cast.rate(hub.node, f"ticket/{cast.ticket(hub.node)}", 3)
    page = enter("fang", screen)
    for address in ("orders", "tickets", "ratings", "fleet", "aside", "catalogue"):
        page.goto(f"{hub.url}/{address}")
        no_sideways_scroll(page)
        picture(page, f"hub-{address}-{screen}")
    page.goto(f"{hub.url}/catalogue/partner")
    no_sideways_scroll(page)


LINES = """all => all.map(one => {
  const words = document.createRange();
  words.selectNodeContents(one);
  return new Set([...words.getClientRects()].map(box => Math.round(box.top))).size;
})"""


def one_line_each(page: Page, selector: str) -> None:
    """No word of these stands broken, one character a line."""
    lines = page.locator(selector).evaluate_all(LINES)
    assert lines and set(lines) == {1}, (selector, lines)


def test_what_is_scarce_is_read_on_a_phone(
    hub: Hub, enter: Callable[..., Page], picture: Picture
) -> None:
    for code, name in cast.STATIONS.items():
        enrol(hub.node, code, name)
    meals = escrow.stock("社区爱心用餐券")
    hub.node.record(
        new_id(), "hub", lambda: escrow.start(meals, "张", dict.fromkeys(cast.STATIONS, 12))
    )
    escrow.endow(hub.node, meals, 400, "staff/admin", "区里印的", new_id())
    page = enter("admin", "phone")
    page.goto(f"{hub.url}/escrow")
    one_line_each(page, ".pool td:first-child")
    one_line_each(page, ".pool h2")
    no_sideways_scroll(page)
    here = page.locator(".masthead nav [aria-current]")
    expect(here).to_be_in_viewport(ratio=1)
    assert page.evaluate("scrollY") == 0
    picture(page, "hub-escrow-phone")


def troubled(hub: Hub) -> None:
    """A morning with a second machine, an old backlog, a slow clock and a station that is well."""
    node = hub.node
    names = cast.STATIONS | {"north": "北岙驿站", "south": "南台驿站", "quay": "码头驿站"}
    for code, name in names.items():
        enrol(node, code, name)
    heard(node, "east")
    heard(node, "west", unsent=143, clear_at=ago(node, days=3))
    heard(node, "north", behind=35, skew_s=-400, clock="hub", aside=1)
    heard(node, "south", seen=ago(node, days=2), unsent=12, version="0.0.9")
    heard(node, "quay")
    branch(node, "quay", grown=2)


@pytest.mark.parametrize("screen", ["kiosk", "phone"])
def test_the_morning_s_look_at_the_stations_ends_with_what_is_settled(
    hub: Hub, enter: Callable[..., Page], screen: str, picture: Picture
) -> None:
    troubled(hub)
    page = enter("admin", screen)
    page.goto(f"{hub.url}/fleet")
    machines = page.get_by_text("有两台设备在用这个站点的身份")
    expect(machines).to_be_visible()
    expect(page.get_by_text("西塘驿站：143 条从周")).to_be_visible()
    no_sideways_scroll(page)
    if screen == "kiosk":  # on a phone the bar scrolls, and axe cannot tell what it hides
        look_over(page)
    picture(page, f"hub-fleet-tasks-{screen}")
    page.get_by_role("button", name="我查过了，只有一台").tap()
    expect(page.get_by_text("码头驿站只有一台设备")).to_be_visible()
    expect(machines).to_be_hidden()
    heard(hub.node, "west")
    expect(page.get_by_text("西塘驿站：143 条从周")).to_be_hidden(timeout=6000)
