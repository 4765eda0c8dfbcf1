"""The dispatcher: what waits, in which order, to whom it goes, and what she may not do."""

from collections.abc import Callable

import pytest

from tests.hub import cast
from tests.hub.conftest import Visitor
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.orders import commands as orders


@pytest.fixture
def fang(signed_in: Callable[[str], Visitor]) -> Visitor:
    """方派单 at her desk."""
    return signed_in("fang")


def status(node: Node, order: str, person: str = "wang") -> str:
    return str(node.state("order", person, f"order/{order}").status)


def test_the_oldest_order_is_on_top_and_an_overdue_one_is_marked_in_words_and_shape(
    node: Node, fang: Visitor
) -> None:
    old = cast.place(node, "wang")
    cast.later(node, hours=5)
    young = cast.place(node, "chen", choice="lamp")
    page = fang.see("/orders").text
    assert page.index(f'id="w{old}"') < page.index(f'id="w{young}"')
    card = page[page.index(f'id="w{old}"') : page.index(f'id="w{young}"')]
    assert "超时 1 小时" in card and "alert-triangle" in card
    assert "还有 3 小时" in page[page.index(f'id="w{young}"') :]
    assert "1 张已经超时" in page


def test_the_list_shows_surname_and_honorific_and_nothing_more(node: Node, fang: Visitor) -> None:
    cast.place(node, "wang")
    page = fang.see("/orders").text
    assert "王阿姨" in page and "水龙头漏水" in page and "东埠驿站" in page and "上午" in page
    assert "王素芬" not in page and "13800000001" not in page and "12 弄" not in page


def test_sending_an_order_moves_it_under_way_with_its_owner(node: Node, fang: Visitor) -> None:
    order = cast.place(node)
    answer = fang.send(f"/orders/{order}", f"/orders/{order}/dispatch", partner="lishi")
    assert (answer.status_code, answer.location) == (303, "/orders")
    page = fang.see("/orders").text
    assert "东埠-0001 已派给李师傅维修部" in page
    assert f'id="u{order}"' in page and "下一步：李师傅维修部" in page
    assert node.state("order", "wang", f"order/{order}").steps[-1].actor == "staff/fang"


def test_sending_twice_is_one_event(node: Node, fang: Visitor) -> None:
    order = cast.place(node)
    form = {**fang.hidden(f"/orders/{order}"), "partner": "lishi"}
    answers = [fang.client.post(f"/orders/{order}/dispatch", data=form) for _n in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert [s.type for s in node.state("order", "wang", f"order/{order}").steps] == [
        "order.placed",
        "order.dispatched",
    ]


def test_the_same_form_with_another_partner_is_refused(node: Node, fang: Visitor) -> None:
    order = cast.place(node)
    form = fang.hidden(f"/orders/{order}")
    fang.client.post(f"/orders/{order}/dispatch", data={**form, "partner": "lishi"})
    answer = fang.client.post(f"/orders/{order}/dispatch", data={**form, "partner": "anxin"})
    assert answer.status_code == 409
    assert "这一页已经用过了" in answer.text
    assert node.state("order", "wang", f"order/{order}").partner == "lishi"


def test_those_who_can_do_it_come_first_the_least_loaded_on_top(node: Node, fang: Visitor) -> None:
    cast.send(node, cast.place(node, "chen"), "lishi")
    order = cast.place(node)
    page = fang.see(f"/orders/{order}").text
    able, others = page.split("<details", 1)
    assert able.index("安心家政") < able.index("李师傅维修部")
    assert "手上 1 张单" in able and "家电维修" in able
    assert "渔港银行网点" in others and "渔港银行网点" not in able
    assert "其他单位（3 家）" in others


def test_a_declined_order_waits_again_with_its_reason_and_who_declined_goes_last(
    node: Node, fang: Visitor
) -> None:
    order = cast.send(node, cast.place(node), "lishi")
    cast.step(node, order, "staff/li", orders.decline, "lishi", "人手不够")
    board = fang.see("/orders").text
    assert "被退回" in board and "人手不够" in board
    picker = fang.see(f"/orders/{order}").text.partition("派给谁？")[2]
    able = picker.split("<details", 1)[0]
    assert able.index("安心家政") < able.index("李师傅维修部") < able.index("<em>")


def test_a_reopened_order_says_what_the_resident_said(node: Node, fang: Visitor) -> None:
    order = cast.accept(node, cast.send(node, cast.place(node)))
    cast.step(node, order, "staff/li", orders.finish, "lishi", "换了垫圈", 500)
    cast.step(node, order, "person/wang", orders.dispute, "还在滴")
    board = fang.see("/orders").text
    assert "没弄好，重开" in board and "还在滴" in board
    story = fang.see(f"/orders/{order}").text
    for line in (
        "王阿姨点单",
        "方派单派给李师傅维修部",
        "李师傅维修部接了单（李师傅）",
        "李师傅说做好了：换了垫圈",
        "王阿姨说：没弄好。还在滴",
    ):
        assert line in story


def test_an_order_that_nobody_answered_can_be_sent_to_another(node: Node, fang: Visitor) -> None:
    order = cast.send(node, cast.place(node), "lishi")
    page = fang.see(f"/orders/{order}").text
    assert "改派给谁？" in page and 'value="lishi"' not in page
    fang.send(f"/orders/{order}", f"/orders/{order}/dispatch", partner="anxin")
    assert node.state("order", "wang", f"order/{order}").partner == "anxin"


def test_an_accepted_order_is_not_sent_again_and_the_page_says_why(
    node: Node, fang: Visitor
) -> None:
    order = cast.place(node)
    form = {**fang.hidden(f"/orders/{order}"), "partner": "anxin"}
    cast.accept(node, cast.send(node, order, "lishi"))
    answer = fang.client.post(f"/orders/{order}/dispatch", data=form)
    assert answer.status_code == 409
    assert "这张单已经有人接了" in answer.text and "现在不用派单" in answer.text


@pytest.mark.parametrize(
    ("partner", "sentence"),
    [("", "请选一家单位"), ("nobody", "登记册里没有这家单位"), ("x" * 5000, "登记册里没有")],
)
def test_a_partner_that_is_not_in_the_register_is_refused(
    node: Node, fang: Visitor, partner: str, sentence: str
) -> None:
    order = cast.place(node)
    answer = fang.send(f"/orders/{order}", f"/orders/{order}/dispatch", partner=partner)
    assert answer.status_code == 409 and sentence in answer.text
    assert status(node, order) == "submitted"


@pytest.mark.parametrize("order", ["0" * 32, "not-an-id", "%00", "..%2f..", "王"])
def test_an_order_that_is_not_there_is_not_found(fang: Visitor, order: str) -> None:
    answer = fang.see(f"/orders/{order}")
    assert answer.status_code == 404 and "没有这一页" in answer.text


def test_a_page_with_another_browser_s_token_is_refused_in_a_sentence(
    node: Node, fang: Visitor
) -> None:
    order = cast.place(node)
    form = {**fang.hidden(f"/orders/{order}"), "partner": "lishi", "csrf_token": "stale"}
    answer = fang.client.post(f"/orders/{order}/dispatch", data=form)
    assert answer.status_code == 400 and "这一页过期了" in answer.text
    assert status(node, order) == "submitted"


def test_a_form_without_its_id_is_refused(node: Node, fang: Visitor) -> None:
    order = cast.place(node)
    answer = fang.send(
        f"/orders/{order}", f"/orders/{order}/dispatch", partner="lishi", form="' OR 1"
    )
    assert answer.status_code == 400
    assert status(node, order) == "submitted"


def test_a_body_that_is_too_large_is_refused_in_a_sentence(node: Node, fang: Visitor) -> None:
    order = cast.place(node)
    answer = fang.send(f"/orders/{order}", f"/orders/{order}/dispatch", partner="x" * 70_000)
    assert answer.status_code == 413 and "送来的内容太大了" in answer.text


def test_what_a_resident_wrote_is_shown_as_text(node: Node, fang: Visitor) -> None:
    order = cast.send(node, cast.place(node))
    cast.step(node, order, "staff/li", orders.decline, "lishi", "<script>alert(1)</script>")
    assert "<script>alert(1)" not in fang.see("/orders").text
    assert "&lt;script&gt;" in fang.see(f"/orders/{order}").text


def test_a_poll_gets_the_board_alone(node: Node, fang: Visitor) -> None:
    cast.place(node)
    poll = fang.see("/orders", **{"HX-Request": "true"}).text
    assert "王阿姨" in poll and "<html" not in poll


def test_an_order_whose_clock_wrote_nonsense_does_not_break_the_board(
    node: Node, fang: Visitor
) -> None:
    cast.place(node)
    node.db.sql("UPDATE orders SET placed = ?, since = ?", ("gestern", "1970"))
    assert "时间不明" in fang.see("/orders").text


def test_an_order_of_a_service_that_is_no_longer_listed_still_shows(
    node: Node, fang: Visitor
) -> None:
    order = cast.place(node, service="piano", choice=new_id())
    assert "piano" in fang.see("/orders").text
    assert "登记册里没有写明会做这一项的单位" in fang.see(f"/orders/{order}").text
