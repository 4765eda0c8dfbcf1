"""拒绝千社一面: 小干's keeper makes the first screen 小干's own; nobody else's changes."""

from tests import english
from tests.network import Network, Station, eventually
from tests.pages import Visitor

SURE = "对，就这样改"
TILES = ("rest", "enterprise", "tea", "mend", "repair")
NAMES = ["爱心休息", "惠企服务", "节气茶饮", "缝补", "家电维修"]
NAMES_EN = ["Rest area", "Enterprise help", "Seasonal tea", "Mending", "Home repairs"]


def tiles(screen: Visitor) -> list[str]:
    """What the first screen offers, in its order."""
    screen.go("/")
    return [href.split("/")[2] for _, href in screen.page.links if href.startswith("/service/")]


def called(screen: Visitor, names: list[str]) -> bool:
    """Whether the tiles are called so, in this order; how each stands is said after its name."""
    screen.go("/")
    said = [said for said, href in screen.page.links if href.startswith("/service/")]
    return len(said) == len(names) and all(map(str.startswith, said, names))


def test_a_keeper_s_tiles_show_at_the_next_tap_and_at_the_hub_after_the_road(
    network: Network, zhongda: Station, xiaogan: Station
) -> None:
    english.compiled()
    worker, resident = Visitor(xiaogan.url), Visitor(zhongda.url)
    own, others = tiles(worker), tiles(resident)
    xiaogan.road.stop()

    keeper = xiaogan.keeper("keeper2")
    keeper.go("/setup/tiles")
    keeper.press("看一遍再改", **{f"tile{n}": code for n, code in enumerate(TILES)})
    assert "原来" in keeper.page and tiles(worker) == own, "read back first"
    keeper.press(SURE)
    assert tiles(worker) == list(TILES), "at the next tap, without a road and without a restart"
    assert called(worker, NAMES)
    worker.press("English")
    assert called(worker, NAMES_EN)
    worker.press("中文")

    keeper.go("/setup/prices")
    keeper.press("看一遍再改", **{"price:mend:button": "1"})
    keeper.press(SURE)
    worker.go("/service/mend/jobs/button")
    assert "1 元" in worker.page
    worker.press("取号")
    assert "1 元" in worker.page and "已保存" in worker.page

    keeper.go("/pauses/tea")
    keeper.press("停下来", reason="姜茶用完了", reason_en="No more ginger tea")
    keeper.go("/board/new")
    keeper.press("贴出来", sort="notice", title="中午有姜茶", title_en="Ginger tea at noon")
    assert "贴出来了" in keeper.page

    xiaogan.road.start()
    dispatcher = network.staff_at_hub("dispatcher")
    eventually(lambda: "爱心休息、惠企服务、节气茶饮" in dispatcher.go("/setup"), "the hub sees it")
    assert "小干" in dispatcher.page and "缝扣子 1 元" in dispatcher.page
    assert "姜茶用完了" in dispatcher.page
    assert "中午有姜茶" in dispatcher.go("/notices")
    dispatcher.go("/setup")
    dispatcher.press("English")
    assert "Rest area" not in dispatcher.page and "Tiles on the first screen" in dispatcher.page
    dispatcher.press("中文")

    eventually(lambda: not zhongda.status()["unsent"], "中大 has followed")
    assert tiles(resident) == others, "another station is as it was"
    resident.go("/service/mend/jobs/button")
    assert "2 元" in resident.page
    eventually(lambda: network.fingerprints_agree(zhongda), "and agrees with the hub")
    assert network.fingerprints_agree(xiaogan)

    keeper.go("/setup")
    keeper.press("又开始了")
    keeper.press("撤销这次改动")
    worker.go("/service/mend/jobs/button")
    assert "2 元" in worker.page, "the last change was the price"


def test_the_hub_pauses_a_service_everywhere(
    network: Network, zhongda: Station, xiaogan: Station
) -> None:
    dispatcher = network.staff_at_hub("dispatcher")
    dispatcher.go("/setup")
    dispatcher.press("停下来", service="repair", reason="师傅都放假了", reason_en="On holiday")
    assert "停下来了" in dispatcher.page and "所有站点" in dispatcher.page
    for station in (zhongda, xiaogan):
        screen = Visitor(station.url)
        eventually(lambda s=screen: "家电维修 停着" in s.go("/"), f"{station.code} says so")
        screen.follow("家电维修")
        assert "师傅都放假了" in screen.page
    dispatcher.press("又开始了")
    for station in (zhongda, xiaogan):
        screen = Visitor(station.url)
        eventually(lambda s=screen: "停着" not in s.go("/"), f"{station.code} goes on")
