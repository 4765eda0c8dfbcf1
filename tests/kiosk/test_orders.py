"""家电维修 at the touchscreen: one question a screen, read back, placed once, closed by her."""

from kiosk.serving import Kiosk
from tests.kiosk.stations import Hub, address, at_screen, events, recognised
from tests.pages import Visitor
from yizhan.record import Node


def answer(visitor: Visitor) -> None:
    visitor.go("/me")
    visitor.follow("家电维修")
    visitor.follow("水龙头")
    visitor.follow("上午")
    visitor.follow("家里")
    visitor.follow("不说了")


def placed(kiosk: Kiosk, person: str = "wang") -> tuple[Visitor, str]:
    """Her order, placed; its subject."""
    visitor = at_screen(kiosk, person)
    answer(visitor)
    visitor.press("下单")
    return visitor, "order/" + visitor.page.url.rpartition("/")[2]


def test_it_is_read_back_with_its_price_before_it_counts(kiosk: Kiosk, zhongda: Node) -> None:
    visitor = at_screen(kiosk, "wang")
    answer(visitor)
    page = visitor.page.url.removeprefix(address(kiosk))
    assert "滨港路" not in visitor.page, "a found card does not tell where she lives"
    recognised(kiosk, visitor)
    visitor.go(page)
    for words in ("水龙头", "上午", "家里（滨港路 18 号）", "修前先报价"):
        assert words in visitor.page
    assert "301" not in visitor.page.html, "no door number on a screen"
    assert events(zhongda) == ["look.made"]


def test_it_is_placed_with_a_number_of_this_station(kiosk: Kiosk, zhongda: Node) -> None:
    visitor, _subject = placed(kiosk)
    assert "中大-0001" in visitor.page
    assert "已保存" in visitor.page
    assert events(zhongda) == ["order.placed"]
    assert "家电维修 中大-0001" in visitor.go("/me")


def test_a_double_tap_is_one_order(kiosk: Kiosk, zhongda: Node) -> None:
    visitor = at_screen(kiosk, "wang")
    answer(visitor)
    form, value = visitor.form("下单")
    visitor.send(form, value)
    visitor.send(form, value)
    assert "中大-0001" in visitor.page
    assert events(zhongda) == ["order.placed"]


def test_without_a_card_it_says_kindly_why_one_is_needed(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    visitor.follow("家电维修")
    assert "师傅才知道去谁家" in visitor.page


def test_what_she_had_chosen_is_found_again_at_the_next_tap(kiosk: Kiosk, zhongda: Node) -> None:
    visitor = at_screen(kiosk, "wang")
    visitor.follow("家电维修")
    visitor.follow("水龙头")
    visitor.press("完成")
    again = at_screen(kiosk, "wang")
    assert "上次没办完的，接着办？" in again.page
    again.follow("接着办")
    assert "什么时候方便" in again.page
    again.follow("上午")
    again.follow("家里")
    again.follow("不说了")
    again.press("下单")
    assert "接着点" not in again.go("/me")
    assert "没有点完" not in at_screen(kiosk, "yang").page


def test_a_draft_that_is_not_wanted_goes(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk, "wang")
    answer(visitor)
    visitor.press("不要了")
    assert "接着点" not in visitor.page


def test_a_choice_that_does_not_exist_is_asked_again(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk, "wang")
    visitor.go("/service/repair/order?choice=spaceship&window=morning&place=home")
    assert "要修什么" in visitor.page
    assert visitor.go("/service/nothing/order").status == 409


def test_the_partner_s_steps_become_sentences(hub: Hub, kiosk: Kiosk, zhongda: Node) -> None:
    visitor, subject = placed(kiosk)
    hub.take_in(zhongda)
    hub.work(subject, "wang", "dispatch")
    hub.bring(zhongda)
    assert "已派给师傅" in visitor.go("/me")
    visitor.follow("中大-0001")
    assert "已派给蓝翔维修部" in visitor.page
    visitor.go("/me")
    hub.work(subject, "wang", "accept", "schedule")
    hub.bring(zhongda)
    visitor.follow("中大-0001")
    assert "陈师傅" in visitor.page
    assert "11月25日上午" in visitor.page or "上午" in visitor.page


def test_her_word_closes_it_and_then_the_faces_are_offered(
    hub: Hub, kiosk: Kiosk, zhongda: Node
) -> None:
    visitor, subject = placed(kiosk)
    hub.take_in(zhongda)
    hub.work(subject, "wang", "dispatch", "accept", "finish")
    hub.bring(zhongda)
    visitor.go("/me")
    visitor.follow("您看好了吗")
    visitor.press("修好了")
    assert "您满意吗" in visitor.page
    visitor.press("满意")
    assert "谢谢您" in visitor.page
    assert events(zhongda) == ["order.confirmed", "rating.offered", "rating.answered"]
    assert "您满意吗" not in visitor.go("/me")


def test_her_word_opens_it_again(hub: Hub, kiosk: Kiosk, zhongda: Node) -> None:
    visitor, subject = placed(kiosk)
    hub.take_in(zhongda)
    hub.work(subject, "wang", "dispatch", "accept", "finish")
    hub.bring(zhongda)
    visitor.go("/me")
    visitor.follow("您看好了吗")
    visitor.press("没修好")
    assert "已经重新打开" in visitor.page


def test_passing_the_faces_over_is_recorded_as_such(hub: Hub, kiosk: Kiosk, zhongda: Node) -> None:
    visitor, subject = placed(kiosk)
    hub.take_in(zhongda)
    hub.work(subject, "wang", "dispatch", "accept", "finish")
    hub.bring(zhongda)
    visitor.go("/me")
    visitor.follow("您看好了吗")
    visitor.press("修好了")
    visitor.press("不评价")
    assert events(zhongda)[-1] == "rating.passed"


def test_she_takes_it_back_after_being_asked(kiosk: Kiosk, zhongda: Node) -> None:
    visitor, _subject = placed(kiosk)
    visitor.follow("不修了")
    visitor.press("不修了，撤回")
    assert "已经撤回了" in visitor.page
    assert events(zhongda) == ["order.placed", "order.withdrawn"]


def test_a_step_that_came_too_late_is_told_in_kind_words(
    hub: Hub, kiosk: Kiosk, zhongda: Node
) -> None:
    visitor, subject = placed(kiosk)
    hub.take_in(zhongda)
    hub.work(subject, "wang", "dispatch", "accept", "finish")
    visitor.follow("不修了")
    visitor.press("不修了，撤回")
    hub.take_in(zhongda)
    visitor.go("/me")
    visitor.follow("给您的话")
    assert "没有撤成" in visitor.page
    assert "师傅说已经做好了" in visitor.page
    visitor.press("知道了")
    assert "没有撤成" not in visitor.page, "said once"
    visitor.press("知道了")
    assert visitor.page.url.endswith("/me") and "给您的话" not in visitor.page


def test_nobody_else_sees_her_order(kiosk: Kiosk) -> None:
    wang, _subject = placed(kiosk)
    yang = at_screen(kiosk, "yang")
    assert yang.go(wang.page.url).status == 409
    assert "水龙头" not in yang.page


def test_her_word_on_an_order_of_another_station_is_kept(kiosk: Kiosk, zhongda: Node) -> None:
    li = at_screen(kiosk, "li")
    li.follow("我有单号")
    li.follow("小干")
    li.press("1")
    li.press("2")
    li.press("下一步")
    assert "小干-0012 修好了吗" in li.page
    li.press("没修好")
    assert "已保存" in li.page
    assert events(zhongda) == ["person.met", "word.given"]
