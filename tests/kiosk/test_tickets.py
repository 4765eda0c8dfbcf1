"""缝补 at the touchscreen: price first, a number in two taps, with and without a card."""

from kiosk.serving import Kiosk
from tests.kiosk.stations import at_desk, at_screen, events, eventually
from tests.pages import Visitor
from yizhan.record import Node


def take_a_number(visitor: Visitor, job: str = "缝扣子") -> None:
    visitor.go("/")
    visitor.follow("缝补")
    visitor.follow(job)
    visitor.press("取号")


def printed(kiosk: Kiosk) -> str:
    assert kiosk.here.devices.pretend is not None
    return kiosk.here.devices.pretend.printer_show()


def test_the_price_stands_before_the_number_is_taken(kiosk: Kiosk, zhongda: Node) -> None:
    visitor = at_screen(kiosk)
    visitor.follow("缝补")
    assert "缝扣子 2 元" in visitor.page
    visitor.follow("缝扣子")
    assert "2 元" in visitor.page
    assert events(zhongda) == []


def test_a_number_without_a_card_is_kept_and_printed(kiosk: Kiosk, zhongda: Node) -> None:
    visitor = at_screen(kiosk)
    take_a_number(visitor)
    assert "1 号" in visitor.page
    assert "已保存 · 1 条待上传" in visitor.page
    assert events(zhongda) == ["ticket.taken"]
    slip = eventually(lambda: "缝扣子" in printed(kiosk) and printed(kiosk), "a slip")
    assert "〔4×4〕1" in slip
    assert "2 元" in slip


def test_the_second_number_is_told_how_many_are_before_it(kiosk: Kiosk) -> None:
    take_a_number(at_screen(kiosk))
    second = at_screen(kiosk, "wang")
    take_a_number(second)
    assert "2 号" in second.page
    assert "前面还有 1 位" in second.page
    assert "缝补 第 2 号 前面还有 1 位" in second.go("/me")


def test_one_form_sent_twice_is_one_number(kiosk: Kiosk, zhongda: Node) -> None:
    visitor = at_screen(kiosk, "wang")
    visitor.follow("缝补")
    visitor.follow("缝扣子")
    form, value = visitor.form("取号")
    visitor.send(form, value)
    first = visitor.page.url
    visitor.send(form, value)
    assert visitor.page.url == first
    assert events(zhongda).count("ticket.taken") == 1
    assert len(kiosk.here.papers.recent()) == 1


def test_a_form_of_one_person_is_not_repeated_by_another(kiosk: Kiosk, zhongda: Node) -> None:
    visitor = at_screen(kiosk, "wang")
    visitor.follow("缝补")
    visitor.follow("缝扣子")
    form, value = visitor.form("取号")
    visitor.send(form, value)
    visitor.press("完成")
    visitor.send(form, value)
    assert visitor.page.status == 409
    assert "这一页已经用过了" in visitor.page
    assert events(zhongda).count("ticket.taken") == 1


def test_she_gives_the_number_back_after_being_asked(kiosk: Kiosk, zhongda: Node) -> None:
    visitor = at_screen(kiosk, "wang")
    take_a_number(visitor)
    visitor.follow("取消")
    assert "真的不要了吗" in visitor.page
    visitor.press("不要了，取消")
    assert "已经取消了" in visitor.page
    assert events(zhongda)[-1] == "ticket.withdrawn"


def test_her_ticket_is_hers_alone(kiosk: Kiosk) -> None:
    wang = at_screen(kiosk, "wang")
    take_a_number(wang)
    ticket = wang.page.url
    assert at_screen(kiosk, "yang").go(ticket).status == 409
    assert at_screen(kiosk).go(ticket).status == 409
    assert "1 号" in at_screen(kiosk, "wang").go(ticket)


def test_a_second_slip_says_that_it_is_one(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    take_a_number(visitor)
    eventually(lambda: "缝扣子" in printed(kiosk), "a slip")
    eventually(lambda: kiosk.here.papers.recent()[0].state == "printed", "the printer's word")
    visitor.press("再打一张")
    eventually(lambda: "补打" in printed(kiosk), "a second slip")


def test_a_slip_without_paper_is_kept_and_comes_when_there_is_paper(kiosk: Kiosk) -> None:
    pretended = kiosk.here.devices.pretend
    assert pretended is not None
    pretended.printer_out()
    visitor = at_screen(kiosk)
    take_a_number(visitor)
    eventually(lambda: "小票等纸" in visitor.go(visitor.page.url), "she is told")
    visitor.press("再打一张")
    assert len(kiosk.here.papers.recent()) == 1, "a slip that waits is not doubled"
    keeper = at_desk(kiosk)
    assert "没有纸了" in keeper.go("/matters")
    pretended.printer_in()
    eventually(lambda: "缝扣子" in printed(kiosk), "the slip")


def test_a_slip_that_was_owed_is_printed_after_a_restart(kiosk: Kiosk, zhongda: Node) -> None:
    papers = kiosk.here.papers
    job = papers.keep("ticket/x", "缝补 第 9 号", b"\x1b@owed\n")
    papers.became(job, "no_paper")
    assert papers.unfinished() == [(job, b"\x1b@owed\n")]
    papers.became(job, "printed")
    assert papers.unfinished() == []
