"""带话: the call list and the message box tell one story; what is told once is told everywhere."""

import pytest

from kiosk.serving import Kiosk
from tests.kiosk.stations import Hub, at_desk, at_screen, events, eventually
from tests.kiosk.test_orders import placed
from tests.kiosk.test_tickets import printed, take_a_number
from tests.pages import Visitor
from yizhan.record import Node


def left(kiosk: Kiosk) -> Visitor:
    """王阿姨's coat lies at the counter, ready."""
    take_a_number(at_screen(kiosk, "wang"))
    keeper = at_desk(kiosk)
    keeper.press("叫下一个")
    keeper.press("留下，以后来取")
    return keeper


def write(keeper: Visitor, text: str, **fields: str) -> None:
    """The keeper writes to 王阿姨."""
    keeper.go("/people/wang")
    keeper.follow("给她留话")
    keeper.press("放进她的信箱", text=text, **fields)


def test_what_the_keeper_writes_is_read_at_her_next_tap_and_told_once(
    kiosk: Kiosk, zhongda: Node
) -> None:
    keeper = at_desk(kiosk)
    write(keeper, "明天上午来量血压")
    assert "明天上午来量血压" in keeper.go("/news")
    assert "1 位有话要告诉" in keeper.go("/today")
    wang = at_screen(kiosk, "wang")
    wang.go("/messages")
    assert "明天上午来量血压" in wang.page
    wang.press("知道了")
    assert "都告诉了" in keeper.go("/news")
    raw = b"".join(row.raw for row in zhongda.journal.unplaced())
    assert "明天上午".encode() not in raw, "what is written to her is sealed"


def test_who_was_reached_by_telephone_is_not_told_again_at_the_screen(
    kiosk: Kiosk, zhongda: Node
) -> None:
    keeper = left(kiosk)
    keeper.go("/news")
    assert "放在站里，等您来取" in keeper.page
    keeper.follow("王阿姨")
    assert "13800000000" in keeper.page
    keeper.press("打通了，都说了")
    assert "电话里告诉王阿姨了" in keeper.page and "等您来取" not in keeper.page
    assert events(zhongda)[-1] == "message.told"
    assert zhongda.journal.unplaced()[-1].event.actor == "staff/keeper-zhongda"


def test_nobody_answered_stays_on_the_list_with_its_count(kiosk: Kiosk, zhongda: Node) -> None:
    keeper = left(kiosk)
    for _ in range(2):
        keeper.go("/news/wang")
        keeper.press("没打通")
    assert "2 次没打通" in keeper.page and "message.told" not in events(zhongda)
    keeper.follow("王阿姨")
    keeper.press("当面说了")
    assert "当面告诉王阿姨了" in keeper.page
    assert kiosk.here.reaches.of("wang").times == 0


def test_only_what_was_ticked_is_told(kiosk: Kiosk) -> None:
    keeper = left(kiosk)
    write(keeper, "明天停电")
    keeper.go("/news/wang")
    names = [one for form in keeper.page.forms for one in [form.fields.get("said")] if one]
    assert names, "each piece of news can be left out"
    keeper.press("打通了，都说了", said=names[0])
    assert "王阿姨" in keeper.go("/news")


def test_steps_of_her_order_are_on_the_list_in_the_words_of_her_box(
    kiosk: Kiosk, hub: Hub, zhongda: Node
) -> None:
    placed(kiosk)
    keeper = at_desk(kiosk)
    assert "都告诉了" in keeper.go("/news")
    hub.take_in(zhongda)
    subject = zhongda.db.sql("SELECT subject FROM orders")[0][0]
    hub.work(subject, "wang", "dispatch", "accept", "schedule")
    hub.bring(zhongda)
    keeper.go("/news")
    assert "陈师傅" in keeper.page
    keeper.follow("王阿姨")
    keeper.press("打通了，都说了")
    assert "都告诉了" in keeper.page
    wang = at_screen(kiosk, "wang")
    assert "/messages" not in wang.page.url


def test_what_is_for_herself_alone_is_not_read_out_nor_printed(kiosk: Kiosk) -> None:
    keeper = at_desk(kiosk)
    write(keeper, "化验结果到了", private="1")
    keeper.go("/news/wang")
    assert "化验结果到了" not in keeper.page
    assert "这句话只给您本人" in keeper.page
    keeper.press("打一张大字的")
    assert "化验结果" not in printed(kiosk)


def test_a_sheet_in_large_type_to_take_home(kiosk: Kiosk) -> None:
    keeper = left(kiosk)
    keeper.go("/news/wang")
    keeper.press("打一张大字的")
    text = eventually(lambda: "等您来取" in printed(kiosk) and printed(kiosk), "a sheet")
    assert "〔2×2〕王阿姨" in text
    assert "王阿姨" in keeper.go("/news"), "printing alone tells nobody"


@pytest.mark.parametrize("text", ["", "   ", "长" * 121])
def test_a_message_without_words_or_too_long_is_refused_where_it_was_written(
    kiosk: Kiosk, zhongda: Node, text: str
) -> None:
    keeper = at_desk(kiosk)
    write(keeper, text)
    assert keeper.page.status == 409
    assert "message.sent" not in events(zhongda)


def test_a_double_press_writes_once(kiosk: Kiosk, zhongda: Node) -> None:
    keeper = at_desk(kiosk)
    keeper.go("/people/wang/message")
    form, value = keeper.form("放进她的信箱")
    for _ in range(2):
        keeper.send(form, value | {"text": "明天停电"})
    assert events(zhongda).count("message.sent") == 1


def test_who_is_not_known_here_cannot_be_written_to_or_called(kiosk: Kiosk) -> None:
    keeper = at_desk(kiosk)
    assert keeper.go("/news/li").status == 409
    assert keeper.go("/people/li/message").status == 409
