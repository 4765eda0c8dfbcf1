"""J2. She has no telephone: a dripping tap, ordered by voice, mended at the second try.

Two touchscreens, the dispatcher's desk and the workers' telephone. The first partner declines;
after the second she says 没修好 at a station that never saw the order. Only her word closes it.
"""

from playwright.sync_api import Page, expect

from tests.browser.conftest import MICROPHONE, OpenScreen
from tests.browser.journeys.people import (
    Picture,
    dispatch,
    finish,
    lay_card,
    look,
    open_job,
    press,
    sign_in,
    take_and_finish,
    tap,
)
from tests.network import WANG_CARD, Network, Station, eventually

NUMBER = "中大-0001"

PLAYED = """async () => {
  const sound = document.querySelector('audio');
  const answer = await fetch(sound.src);
  const ended = new Promise((done) => sound.addEventListener('ended', done));
  await sound.play();
  await ended;
  return [[...new Uint8Array(await answer.arrayBuffer())], sound.duration];
}"""
"""What is heard here, to its end: its bytes, and how many seconds it lasts."""


def test_only_her_word_closes_it(
    network: Network,
    zhongda: Station,
    xiaogan: Station,
    open_screen: OpenScreen,
    picture: Picture,
) -> None:
    eventually(lambda: zhongda.status()["unsent"] == 0, "all is uploaded at first")
    kiosk = open_screen("kiosk", MICROPHONE)
    home, elsewhere = kiosk.pages[0], kiosk.new_page()
    hub, phone = open_screen().pages[0], open_screen("phone").pages[0]
    network.hub.kill()
    spoken = ordered_by_voice(home, zhongda, picture)
    network.start_hub()
    expect(home.get_by_text("待上传")).to_be_hidden(timeout=30_000)

    sign_in(hub, network.url, "dispatcher")
    heard_and_sent(hub, spoken, picture)
    declined(phone, network, picture)
    hub.goto(f"{network.url}/orders")
    expect(hub.get_by_text("人手不够").first).to_be_visible(timeout=15_000)
    dispatch(hub, network, NUMBER, "p04")
    agreed_and_done(phone, home, network, spoken, picture)

    not_fixed_elsewhere(elsewhere, xiaogan, picture)
    reopened(hub, network, picture)
    dispatch(hub, network, NUMBER, "p04")
    take_and_finish(phone, NUMBER, "换了整个龙头，不滴了")
    her_word(home, zhongda, picture)
    closed(hub, network)
    for station in (zhongda, xiaogan):
        eventually(lambda one=station: one.status()["unsent"] == 0, "all is uploaded")
        assert network.fingerprints_agree(station)


def ordered_by_voice(screen: Page, zhongda: Station, picture: Picture) -> list[int]:
    """Ordered without a line; the bytes of what she said, as she heard them again."""
    screen.goto(zhongda.url)
    lay_card(screen, zhongda, WANG_CARD, "王阿姨")
    tap(screen, "家电维修")
    look(screen, "要修什么", picture, "j2-1-what")
    for answer in ("水龙头", "上午", "家里"):
        tap(screen, answer)
    press(screen, "开始说")
    screen.wait_for_timeout(2500)
    look(screen, "请说，我在听", picture, "j2-2-she-speaks")
    press(screen, "说好了")
    expect(screen.get_by_text("您说的话，已保存")).to_be_visible()
    spoken, seconds = screen.evaluate(PLAYED)
    assert 1.5 < seconds < 10
    tap(screen, "好了，下一步")
    look(screen, "对就下单", picture, "j2-3-read-back")
    press(screen, "下单")
    look(screen, "待上传", picture, "j2-4-saved-offline")
    expect(screen.get_by_text(NUMBER).first).to_be_visible()
    return list(spoken)


def heard_and_sent(hub: Page, spoken: list[int], picture: Picture) -> None:
    hub.get_by_text(NUMBER).first.click()
    expect(hub.locator("audio").first).to_be_visible(timeout=30_000)
    assert hub.evaluate(PLAYED)[0] == spoken, "the very bytes that she heard"
    hub.locator("input[name=partner][value=p01]").check(force=True)
    look(hub, "派给谁", picture, "j2-5-heard-at-the-hub")
    hub.get_by_role("button", name="派单").click()
    expect(hub.get_by_text("已派").first).to_be_visible()


def declined(phone: Page, network: Network, picture: Picture) -> None:
    sign_in(phone, network.url, "worker1")
    open_job(phone, NUMBER)
    assert "199-" not in phone.content(), "no telephone before he accepts"
    assert phone.locator("audio").count() == 0, "nor her voice"
    phone.get_by_text("做不了，退单").tap()
    phone.locator("input[name=reason][value=人手不够]").first.check(force=True)
    picture(phone, "j2-6-declined")
    press(phone, "退单")
    expect(phone.get_by_text("派单员会改派").first).to_be_visible()


def agreed_and_done(
    phone: Page, screen: Page, network: Network, spoken: list[int], picture: Picture
) -> None:
    sign_in(phone, network.url, "worker4")
    open_job(phone, NUMBER)
    press(phone, "接单")
    expect(phone.get_by_text("接单成功")).to_be_visible()
    assert phone.evaluate(PLAYED)[0] == spoken, "the partner who took it hears her too"
    expect(screen.get_by_text("接了").first).to_be_visible(timeout=15_000)
    finish(phone, NUMBER, "换了垫圈")
    press(screen, "完成")


def not_fixed_elsewhere(screen: Page, xiaogan: Station, picture: Picture) -> None:
    """At the station where she shops it drips still; the road is cut meanwhile."""
    xiaogan.road.stop()
    screen.goto(xiaogan.url)
    lay_card(screen, xiaogan, WANG_CARD, "王阿姨")
    screen.goto(f"{xiaogan.url}/me")
    screen.get_by_text("我有单号").tap()
    tap(screen, "中大")
    press(screen, "1")
    press(screen, "下一步")
    look(screen, f"{NUMBER} 修好了吗", picture, "j2-7-not-fixed-elsewhere")
    press(screen, "没修好")
    expect(screen.get_by_text("已保存").first).to_be_visible()
    press(screen, "完成")
    xiaogan.road.start()


def reopened(hub: Page, network: Network, picture: Picture) -> None:
    """It waits at the dispatcher's again, and says whose turn it is."""
    hub.goto(f"{network.url}/orders")
    waiting = hub.locator("section").filter(has_text="等您派单").first
    expect(waiting.get_by_text(NUMBER)).to_be_visible(timeout=30_000)
    hub.get_by_text(NUMBER).first.click()
    expect(hub.get_by_text("下一步：").first).to_be_visible()
    picture(hub, "j2-8-reopened-with-an-owner")


def her_word(screen: Page, zhongda: Station, picture: Picture) -> None:
    lay_card(screen, zhongda, WANG_CARD, "王阿姨")
    screen.goto(f"{zhongda.url}/me")
    said = screen.get_by_text("您看好了吗")
    expect(said).to_be_visible(timeout=15_000)
    said.tap()
    look(screen, "没修好", picture, "j2-9-her-word")
    press(screen, "修好了")
    press(screen, "满意")
    expect(screen.get_by_text("谢谢您")).to_be_visible()


def closed(hub: Page, network: Network) -> None:
    hub.goto(f"{network.url}/orders")
    eventually(lambda: _is_gone(hub), "her word has closed it")


def _is_gone(hub: Page) -> bool:
    hub.reload()
    return hub.get_by_text(NUMBER).count() == 0
