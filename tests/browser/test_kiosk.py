"""The touchscreen in a real Chromium: for hands that shake and eyes that tire.

Every screen is measured in millimetres of a 10.1" panel, looked over by axe, and photographed.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from kiosk.serving import Kiosk
from tests.browser.complaints import Complaints
from tests.kiosk.stations import CARDS, Hub, address, events, eventually, running
from yizhan.record import Node

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
MM = (1280**2 + 800**2) ** 0.5 / (10.1 * 25.4)
HANZI_MM, TILE_MM, TARGET_MM, APART_MM = 8.3, 20.0, 16.0, 3.0
SLACK_MM = 0.05

MEASURE = """() => {
  const box = (one) => { const r = one.getBoundingClientRect();
    return {x: r.x, y: r.y, w: r.width, h: r.height, tile: one.matches('.tile, .face'),
            says: one.innerText.trim().replace(/\\s+/g, ' ') || one.getAttribute('aria-label')}; };
  const root = document.querySelector('dialog[open]') || document.body;
  const seen = (one) => one.checkVisibility() && one.getBoundingClientRect().width > 0;
  const targets = [...root.querySelectorAll('a, button, input:not([type=hidden])')]
    .filter(seen).map(box);
  const texts = [...document.querySelectorAll('body *')].filter(seen)
    .filter((one) => [...one.childNodes].some((n) => n.nodeType === 3 && n.data.trim())
      && !one.closest('.unseen'))
    .map((one) => ({...box(one), em: parseFloat(getComputedStyle(one).fontSize)}));
  const out = texts.filter((one) => one.x < -1 || one.y < -1 || one.x + one.w > innerWidth + 1
    || one.y + one.h > innerHeight + 1);
  const hidden = [...document.querySelectorAll('main, .tile, .button, .matter, .facts, .slip')]
    .filter(seen).filter((one) => one.scrollHeight > one.clientHeight + 2
      || one.scrollWidth > one.clientWidth + 2).map(box);
  return {targets, texts, out, hidden, scrolls: document.body.scrollHeight > innerHeight + 1};
}"""

LOOK_OVER = """async () => {
  const found = await axe.run(document, {
    runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']},
    rules: {'color-contrast-enhanced': {enabled: true}, 'target-size': {enabled: true}},
  });
  const told = (kind) => (one) => ({kind, id: one.id, nodes: one.nodes.map((n) => n.html)});
  return [...found.violations.map(told('violation')),
          ...found.incomplete.filter((one) => one.id.includes('contrast')).map(told('unsure'))];
}"""

Look = Callable[[str], None]


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return Hub(tmp_path / "network")


@pytest.fixture
def zhongda(hub: Hub) -> Node:
    return hub.station("zhongda")


@pytest.fixture
def kiosk(hub: Hub, zhongda: Node) -> Iterator[Kiosk]:
    with running(hub.folder, "zhongda") as one:
        yield one


@pytest.fixture
def look(page: Page, picture: Callable[[Page, str], Path]) -> Look:
    """Measure the screen that is shown, have axe look it over, and take its picture."""

    def look_at(name: str) -> None:
        picture(page, f"kiosk-{name}")
        measured = page.evaluate(MEASURE)
        _check_sizes(measured)
        _check_distances(measured["targets"])
        page.evaluate(AXE.read_text("utf-8"))
        assert page.evaluate(LOOK_OVER) == []

    return look_at


def _check_sizes(measured: dict) -> None:
    assert not measured["scrolls"]
    assert measured["out"] == []
    assert measured["hidden"] == []
    for one in measured["targets"]:
        least = TILE_MM if one["tile"] else TARGET_MM
        assert min(one["w"], one["h"]) / MM >= least - SLACK_MM, one
    for one in measured["texts"]:
        assert one["em"] / MM >= HANZI_MM - SLACK_MM or one["says"] in ("English", "中文"), one


def _check_distances(targets: list[dict]) -> None:
    for number, one in enumerate(targets):
        for other in targets[number + 1 :]:
            across = max(one["x"], other["x"]) - min(one["x"] + one["w"], other["x"] + other["w"])
            down = max(one["y"], other["y"]) - min(one["y"] + one["h"], other["y"] + other["h"])
            assert max(across, down) / MM >= APART_MM - SLACK_MM, (one, other)


def lay(kiosk: Kiosk, number: str) -> None:
    """Lay a card for a moment."""
    pretended = kiosk.here.devices.pretend
    assert pretended is not None
    pretended.card_lay(number)


def lift(kiosk: Kiosk) -> None:
    assert kiosk.here.devices.pretend is not None
    kiosk.here.devices.pretend.card_lift()


def greeted(kiosk: Kiosk, page: Page, person: str = "wang") -> None:
    """She lays her card and is greeted."""
    page.goto(address(kiosk))
    lay(kiosk, CARDS[person])
    page.wait_for_url("**/me")
    lift(kiosk)


def tap(page: Page, words: str) -> None:
    """Tap the tile or button with these words, and wait for the page that follows."""
    one = page.locator("a, button").filter(has_text=words).filter(visible=True).last
    with page.expect_navigation():
        one.tap()


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
    look("order-read-back")
    tap(page, "下单")
    page.get_by_text("小票打好了").wait_for()
    look("order")
    tap(page, "返回")
    look("me")


def test_a_finished_order_her_word_and_the_faces(
    hub: Hub, kiosk: Kiosk, zhongda: Node, page: Page, look: Look
) -> None:
    greeted(kiosk, page)
    page.goto(address(kiosk) + "/service/repair/order?choice=tap&window=morning&place=home")
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


def test_a_called_number_shows_by_itself(
    kiosk: Kiosk, zhongda: Node, page: Page, look: Look
) -> None:
    from tests.kiosk.stations import at_desk, at_screen
    from tests.kiosk.test_tickets import take_a_number

    take_a_number(at_screen(kiosk))
    page.goto(address(kiosk))
    at_desk(kiosk).press("叫下一个")
    page.get_by_text("请 1 号 到 缝补").wait_for()
    look("called")


def test_the_strip_clears_by_itself(hub: Hub, kiosk: Kiosk, zhongda: Node, page: Page) -> None:
    greeted(kiosk, page, "li")
    assert "1 条待上传" in page.locator("#strip").inner_text()
    hub.take_in(zhongda)
    page.get_by_text("已全部上传").wait_for(timeout=3000)


def test_cards_that_open_nothing_are_answered_clearly(
    kiosk: Kiosk, page: Page, look: Look, complaints: Complaints
) -> None:
    complaints.allow("404")
    page.goto(address(kiosk))
    lay(kiosk, "0009998887")
    page.get_by_text("还没有登记").wait_for()
    lift(kiosk)
    look("card-unknown")


def test_two_cards_at_once_are_refused_over_the_page(kiosk: Kiosk, page: Page, look: Look) -> None:
    page.goto(address(kiosk))
    tap(page, "缝补")
    lay(kiosk, CARDS["wang"])
    lay(kiosk, CARDS["yang"])
    page.get_by_text("读到两张卡").wait_for()
    lift(kiosk)
    look("card-two")
    page.get_by_role("button", name="知道了").tap()
    assert page.get_by_text("缝扣子").is_visible()


def test_a_shaking_hand_takes_one_number(kiosk: Kiosk, zhongda: Node, page: Page) -> None:
    page.goto(address(kiosk))
    tap(page, "缝补")
    tap(page, "缝扣子")
    take = page.get_by_role("button", name="取号")
    spot = take.bounding_box()
    assert spot is not None
    for _ in range(4):
        page.touchscreen.tap(spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2)
    page.wait_for_url("**/ticket/*")
    assert events(zhongda) == ["ticket.taken"]


def test_whoever_is_quiet_is_asked_and_then_forgotten_but_her_draft_is_not(
    hub: Hub, zhongda: Node, page: Page, look: Look
) -> None:
    with running(hub.folder, "zhongda", idle_seconds=1, warn_seconds=3) as kiosk:
        greeted(kiosk, page)
        tap(page, "家电维修")
        tap(page, "水龙头")
        page.get_by_role("button", name="我还在").wait_for()
        look("still-there")
        page.get_by_role("button", name="我还在").tap()
        assert page.get_by_text("什么时候方便").is_visible()
        page.get_by_text("请刷卡").wait_for()
        assert "王阿姨" not in page.content()
        lay(kiosk, CARDS["wang"])
        page.wait_for_url("**/me")
        lift(kiosk)
        assert page.get_by_text("接着点").is_visible()
        page.goto("about:blank")


def test_a_yesterday_page_says_so_and_loses_nothing(
    kiosk: Kiosk, zhongda: Node, page: Page, complaints: Complaints
) -> None:
    complaints.allow("400")
    page.goto(address(kiosk))
    tap(page, "缝补")
    tap(page, "缝扣子")
    page.context.clear_cookies()
    tap(page, "取号")
    assert page.get_by_text("没有东西丢失").is_visible()
    assert events(zhongda) == []


def test_the_pretend_page_lays_a_card_and_shows_the_paper(
    kiosk: Kiosk, page: Page, picture: Callable[[Page, str], Path]
) -> None:
    (kiosk.here.data / "cast.json").write_text(
        json.dumps([{"called": "王阿姨", "card": CARDS["wang"]}]), "utf-8"
    )
    screen = page.context.new_page()
    screen.goto(address(kiosk))
    page.goto(address(kiosk) + "/pretend")
    page.get_by_role("button", name="王阿姨").tap()
    screen.wait_for_url("**/me")
    page.get_by_role("button", name="拿走卡").tap()
    tap(screen, "缝补")
    tap(screen, "缝扣子")
    tap(screen, "取号")
    page.get_by_text("缝扣子").wait_for()
    picture(page, "kiosk-pretend")


def test_every_screen_has_help_in_the_same_place(kiosk: Kiosk, page: Page) -> None:
    places = set()
    for path in ("/", "/service/mend/jobs", "/service/repair/order", "/service/chair/about"):
        page.goto(address(kiosk) + path)
        spot = page.get_by_role("button", name="叫人帮忙").bounding_box()
        assert spot is not None
        places.add((spot["x"], spot["y"], spot["width"], spot["height"]))
    assert len(places) == 1
    x, y, _, height = places.pop()
    assert x < 60
    assert y + height > 800 - 60


def test_the_desk_serves_a_number(
    kiosk: Kiosk, page: Page, picture: Callable[[Page, str], Path]
) -> None:
    from tests.kiosk.stations import PASSWORD, at_screen
    from tests.kiosk.test_tickets import take_a_number

    take_a_number(at_screen(kiosk, "wang"))
    page.goto(address(kiosk, 1))
    page.get_by_label("登录名").fill("keeper-zhongda")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_text("缝扣子").wait_for()
    picture(page, "desk-queue")
    take_a_number(at_screen(kiosk))
    page.get_by_text("没刷卡").wait_for()
    page.get_by_role("button", name="叫下一个").click()
    page.get_by_label("收了多少").wait_for()
    picture(page, "desk-serve")
    page.get_by_role("button", name="收现金").click()
    page.goto(address(kiosk, 1) + "/today")
    picture(page, "desk-today")
    at_screen(kiosk, "yang").press("叫人帮忙")
    page.get_by_text("有人叫帮忙").wait_for()
    page.goto(address(kiosk, 1) + "/matters")
    picture(page, "desk-matters")
    page.evaluate(AXE.read_text("utf-8"))
    assert page.evaluate(LOOK_OVER) == []


def test_the_slip_is_there_when_the_page_says_so(kiosk: Kiosk, page: Page) -> None:
    page.goto(address(kiosk))
    tap(page, "缝补")
    tap(page, "缝扣子")
    tap(page, "取号")
    page.get_by_text("小票打好了").wait_for()
    eventually(lambda: kiosk.here.papers.recent()[0].state == "printed", "printed")
