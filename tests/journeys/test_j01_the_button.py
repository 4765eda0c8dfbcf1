"""J1. 王阿姨's button: offline from the tap to the coin and the face; at the hub once."""

from tests.network import WANG_CARD, Network, Station, eventually
from tests.pages import Visitor


def test_wang_ayi_has_a_button_sewn_on_with_the_hub_gone(network: Network, zhongda: Station):
    eventually(lambda: zhongda.status()["unsent"] == 0, "all is uploaded at first")
    network.hub.kill()
    wang = Visitor(zhongda.url)
    wang.go("/")
    zhongda.lay(wang, WANG_CARD)
    assert "王阿姨" in wang.page
    wang.follow("缝补")
    assert "2" in wang.page and "元" in wang.page, "the price comes first"
    wang.follow("缝扣子")
    wang.press("取号")
    assert "已保存" in wang.page
    slip = eventually(lambda: zhongda.pretend("printer", "show"), "the slip is printed")
    assert "缝扣子" in slip and "2" in slip
    assert "待上传" in wang.go("/")

    keeper = zhongda.keeper("keeper1")
    keeper.go("/")
    assert "王阿姨" in keeper.page and "缝扣子" in keeper.page
    keeper.press("叫下一个")
    assert "1" in Visitor(zhongda.url).go("/"), "the number shows on the screen"
    keeper.go("/")
    keeper.follow("办理")
    keeper.press("收现金")

    wang.go("/me")
    wang.follow("您满意吗")
    wang.press("满意")
    wang.press("完成")
    assert "王阿姨" not in wang.go("/")

    waiting = zhongda.status()["unsent"]
    assert waiting >= 5, "taken, called, finished, offered, answered"
    network.start_hub()
    eventually(lambda: zhongda.status()["unsent"] == 0, "the strip clears by itself")
    assert "待上传" not in Visitor(zhongda.url).go("/")

    dispatcher = network.staff_at_hub("dispatcher")
    tickets = dispatcher.go("/tickets")
    assert tickets.text.count("缝扣子") == 1
    ratings = dispatcher.go("/ratings")
    assert "100" in ratings and "缝补" in ratings
    assert network.fingerprints_agree(zhongda)
