"""A photo of the broken lamp: attached while the line is dead, seen by the dispatcher later."""

import random

from tests.journeys.test_the_house_call import order_a_repair, settled
from tests.kiosk.uploads import attach, fetch
from tests.network import Network, Station, eventually
from tests.pictures import jpeg


def test_a_photo_attached_without_a_line_reaches_the_dispatcher(
    network: Network, zhongda: Station, chance: random.Random
) -> None:
    lamp = jpeg(chance.randbytes(1_500_000))
    order_a_repair(zhongda)
    network.hub.kill()
    keeper = zhongda.keeper("keeper1")
    keeper.go("/photos")
    keeper.follow("附照片")
    assert "已保存，等着上传" in attach(keeper, lamp)
    network.start_hub()
    eventually(lambda: settled(zhongda), "the records are at the hub")
    dispatcher = network.staff_at_hub("dispatcher")
    dispatcher.go("/orders")
    dispatcher.follow("家电维修")
    page = dispatcher.page.url
    order = page.rpartition("/")[2]
    source = f'src="/orders/{order}/photo/'
    eventually(lambda: source in dispatcher.go(page).html, "the photo is at the hub")
    address = dispatcher.page.html.partition(source)[2][:64]
    assert fetch(dispatcher, f"/orders/{order}/photo/{address}") == (200, lamp, "image/jpeg")
    eventually(lambda: "中心已收到" in keeper.go(keeper.page.url), "the keeper knows")
