"""A house call, from her tap to her word: the core of M26, and J2 without the voice."""

import csv

import pytest

from tests.network import PACK, WANG_CARD, Network, Station, eventually
from tests.pages import Visitor


@pytest.fixture(scope="module")
def partners(network: Network) -> list[tuple[str, str]]:
    """Two partners that repair, each with a worker's log-in: (name, log-in)."""
    with (PACK / "partners.csv").open(encoding="utf-8-sig") as table:
        able = [row for row in csv.DictReader(table) if "repair" in row["capabilities"]][:2]
    for number, row in enumerate(able, 1):
        network.staff(f"worker{number}", "partner_worker", "--partner", row["code"])
    return [(row["name"], f"worker{number}") for number, row in enumerate(able, 1)]


def settled(station: Station) -> bool:
    return bool(station.status()["unsent"] == 0)


def at_screen(station: Station) -> Visitor:
    wang = Visitor(station.url)
    wang.go("/")
    station.lay(wang, WANG_CARD)
    return wang


def order_a_repair(station: Station) -> Visitor:
    wang = at_screen(station)
    wang.follow("家电维修")
    wang.follow("电灯插座")
    wang.follow("上午")
    wang.follow("家里")
    wang.follow("不说了")
    assert "报价" in wang.page, "the price is told before it counts"
    wang.press("下单")
    assert "已保存" in wang.page
    return wang


def send_to(network: Network, number: str, partner: str) -> None:
    dispatcher = network.staff_at_hub("dispatcher")
    dispatcher.go("/orders")
    dispatcher.follow(number)
    code = partner_code(dispatcher, partner)
    dispatcher.press("派单", carrying="/dispatch", partner=code)


def partner_code(dispatcher: Visitor, name: str) -> str:
    with (PACK / "partners.csv").open(encoding="utf-8-sig") as table:
        return next(row["code"] for row in csv.DictReader(table) if row["name"] == name)


def told(station: Station, words: str) -> Visitor:
    """王阿姨 reads this on her page once the road has brought it."""
    wang = at_screen(station)
    eventually(lambda: words in wang.go("/me"), f"she reads {words}", pause=0.3)
    return wang


def test_a_repair_goes_round_and_her_word_closes_it(network, zhongda, partners):
    wang = order_a_repair(zhongda)
    number = wang.page.text.split("单号")[1].split()[0]
    eventually(lambda: settled(zhongda), "the order is at the hub")

    send_to(network, number, partners[0][0])
    first = network.staff_at_hub(partners[0][1])
    first.go("/jobs")
    first.follow("家电维修")
    assert "199" not in first.page and "王秀" not in first.page, "no contact before acceptance"
    first.press("退单", reason="人手不够")
    dispatcher = network.staff_at_hub("dispatcher")
    assert "人手不够" in dispatcher.go("/orders")

    send_to(network, number, partners[1][0])
    second = network.staff_at_hub(partners[1][1])
    second.go("/jobs")
    second.follow("家电维修")
    second.press("接单")
    second.go("/jobs")
    second.follow("家电维修")
    day = next(
        html.split('value="')[1].split('"')[0]
        for html in second.page.html.split("<input")
        if 'name="day"' in html
    )
    second.press("约好了", day=day, window="morning", worker="周师傅")
    told(zhongda, "周师傅")
    second.go("/jobs")
    second.follow("家电维修")
    second.press("做好了", result="换了开关", cost="15")
    wang = told(zhongda, "师傅说好了")
    wang.follow("师傅说好了")
    wang.press("没修好")
    eventually(lambda: number in dispatcher.go("/orders").text.split("正在办")[0], "reopened")

    send_to(network, number, partners[1][0])
    second.go("/jobs")
    second.follow("家电维修")
    second.press("接单")
    second.go("/jobs")
    second.follow("家电维修")
    second.press("做好了", result="换了灯座", cost="0")
    wang = told(zhongda, "师傅说好了")
    wang.follow("师傅说好了")
    wang.press("修好了")
    wang.press("满意")
    eventually(lambda: settled(zhongda), "her word is at the hub")
    assert number not in dispatcher.go("/orders")
    assert network.fingerprints_agree(zhongda)


def test_she_takes_an_order_back_offline_while_it_is_being_dispatched(network, zhongda, partners):
    wang = order_a_repair(zhongda)
    number = wang.page.text.split("单号")[1].split()[0]
    eventually(lambda: settled(zhongda), "the order is at the hub")
    zhongda.road.stop()
    wang.follow("不修了")
    wang.press("撤回")
    assert "撤回" in wang.page
    send_to(network, number, partners[0][0])
    zhongda.road.start()
    eventually(lambda: settled(zhongda), "her withdrawal is at the hub")
    worker = network.staff_at_hub(partners[0][1])
    assert number not in worker.go("/jobs").html
    assert network.fingerprints_agree(zhongda)


def test_not_fixed_said_at_a_station_that_has_never_seen_the_order(
    network, zhongda, xiaogan, partners
):
    wang = order_a_repair(zhongda)
    number = wang.page.text.split("单号")[1].split()[0]
    eventually(lambda: settled(zhongda), "the order is at the hub")
    send_to(network, number, partners[0][0])
    worker = network.staff_at_hub(partners[0][1])
    worker.go("/jobs")
    worker.follow("家电维修")
    worker.press("接单")
    worker.go("/jobs")
    worker.follow("家电维修")
    worker.press("做好了", result="换了灯泡", cost="5")

    xiaogan.road.stop()
    elsewhere = at_screen(xiaogan)
    elsewhere.follow("我有单号")
    serial = number.rpartition("-")[2]
    elsewhere.follow("中大")
    for digit in str(int(serial)):
        elsewhere.press(digit)
    elsewhere.press("下一步")
    elsewhere.press("没修好")
    assert "已保存" in elsewhere.page
    xiaogan.road.start()
    dispatcher = network.staff_at_hub("dispatcher")
    eventually(lambda: number in dispatcher.go("/orders").text.split("正在办")[0], "reopened")
    assert network.fingerprints_agree(xiaogan)
