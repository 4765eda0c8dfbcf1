"""王阿姨 reads the code on her slip out on the telephone; the hub says whether it has it."""

from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner

from hub import check_code
from hub.__main__ import cli
from tests.hub import cast
from tests.hub.conftest import Visitor
from yizhan.check_code import check_code as code_of
from yizhan.record import Node


def of(node: Node, form: str) -> str:
    [row] = node.journal.by_ids([form])[form]
    return code_of(row.digest)


def test_the_dispatcher_finds_a_ticket_by_its_code_alone(
    node: Node, signed_in: Callable[[str], Visitor]
) -> None:
    code = of(node, cast.ticket(node, "wang", "east", 12))
    page = signed_in("fang").see(f"/slip?code={code.lower()}").text
    assert "有这条记录：东埠驿站 第 12 号，今天" in page and "中心已收到" in page
    assert "王阿姨" not in page, "the code tells that it is here, not whose it is"


def test_an_order_is_found_by_its_number_however_long_ago(node: Node, monkeypatch) -> None:
    code = of(node, cast.place(node))
    cast.ticket(node)
    monkeypatch.setattr(check_code, "SEARCHED_MAX", 2)
    assert check_code.find(node, code) is None
    found = check_code.find(node, code, number="东埠-0001")
    assert found and (found.code, found.station, found.number) == (code, "east", "东埠-0001")


def test_a_ticket_is_found_by_its_number_and_day(node: Node, monkeypatch) -> None:
    code = of(node, cast.ticket(node, "wang", "west", 3))
    monkeypatch.setattr(check_code, "SEARCHED_MAX", 0)
    assert check_code.find(node, code, "3") is None
    found = check_code.find(node, code, "3", node.clock.today())
    assert found and found.station == "west"


def test_another_code_with_the_right_number_finds_nothing(node: Node) -> None:
    form = cast.ticket(node, "wang", "west", 3)
    assert check_code.find(node, "0000-0000", "3", node.clock.today()) is None
    assert check_code.find(node, of(node, form), "99", node.clock.today()) is not None


def test_not_found_says_what_that_may_mean(signed_in: Callable[[str], Visitor]) -> None:
    visitor = signed_in("fang")
    assert "可能还没有上传" in visitor.see("/slip?code=0000-0000").text
    assert "请照小票再念一遍" in visitor.see("/slip?code=%E4%B8%8D%E6%98%AF").text
    assert "没有找到" not in visitor.see("/slip").text


def test_the_door_says_the_same(node: Node, data: Path) -> None:
    code = of(node, cast.ticket(node, "wang", "east", 12))
    node.db.close()
    done = CliRunner().invoke(cli, ["slip", code, "--data", str(data)])
    assert "有这条记录：东埠驿站 第 12 号，" in done.output and done.exit_code == 0
    gone = CliRunner().invoke(cli, ["slip", "0000-0000", "--data", str(data)])
    assert gone.exit_code == 65
