"""爱心券 for the whole street: divided at the hub, given out at 中大 with and without a road."""

from tests.network import Network, Station, eventually
from tests.pages import Visitor


def stands(keeper: Visitor, said: str) -> bool:
    return said in keeper.go("/stocks")


def test_vouchers_are_divided_given_out_and_asked_for(
    network: Network, zhongda: Station, xiaogan: Station
) -> None:
    network.staff("director", "street_admin")
    director = network.staff_at_hub("director")
    director.go("/escrow")
    director.press(
        "开立", name="爱心券", unit="张", amount="40", note="区里印的", share_zhongda="5",
        share_xiaogan="3",
    )  # fmt: skip
    assert "还没有记下" in director.page and "中大" in director.page
    director.press("确认开立")
    assert "爱心券：一共有 40张，中心有 32张" in director.page

    keeper = zhongda.keeper("keeper1")
    eventually(lambda: stands(keeper, "这里有 5张 一共 40张"), "its share has come")
    keeper.press("发出去", amount="8")
    assert "发出去了：爱心券 8张" in keeper.page, "the hub gave what was missing, while she waited"
    eventually(lambda: stands(keeper, "这里有 5张 一共 32张"), "its share is filled up again")

    zhongda.road.stop()
    keeper.press("发出去", amount="6")
    assert "现在联系不上中心，只能用这里留着的部分" in keeper.page
    keeper.go("/stocks")
    keeper.press("发出去", amount="5")
    assert "发出去了：爱心券 5张" in keeper.page and "这里有 0张 一共 27张" in keeper.page
    keeper.press("还回来", amount="2")
    assert "还回来了：爱心券 2张" in keeper.page and "这里有 2张 一共 29张" in keeper.page

    zhongda.road.start()
    eventually(
        lambda: "还有 29张，用了 11张" in director.go("/escrow"), "the hub has heard of it all"
    )
    assert "没有欠额，没有冻结" in director.page
    keeper2 = xiaogan.keeper("keeper2")
    eventually(lambda: stands(keeper2, "这里有 3张 一共 29张"), "小干 knows what there is")
    assert network.fingerprints_agree(zhongda)
