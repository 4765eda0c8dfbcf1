"""居民 at the hub: found by asking, looked at with a trace, merged, stopped, exported, erased."""

import json
import re
from collections.abc import Callable

import pytest

from tests.hub import cast
from tests.hub.conftest import Visitor
from yizhan.ids import new_id
from yizhan.record import Node, opened
from yizhan.registering import NewPerson, add_handle, register
from yizhan.services.people import commands, finding
from yizhan.services.people import projection as people


@pytest.fixture
def admin(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("admin")


def ask(visitor: Visitor, words: str) -> str:
    return visitor.send("/people", "/people", asked=words).text


def do(visitor: Visitor, act: str, person: str = "wang", **fields: str) -> str:
    """Read back, then confirmed."""
    shown = visitor.send("/people", f"/people/{person}/{act}", **fields)
    assert shown.status_code == 200, shown.text
    assert "还没有记下" in shown.text
    found = dict(re.findall(r'name="(form|seen)" value="([^"]+)"', shown.text))
    done = visitor.send("/people", f"/people/{person}/{act}", sure="yes", **found, **fields)
    assert done.status_code == 303, done.text
    return visitor.see(f"/people/{person}").text


def state(node: Node, person: str = "wang") -> str:
    return str(node.state("person", person, f"person/{person}").status)


def test_nobody_is_listed_before_somebody_asks(admin: Visitor) -> None:
    page = admin.see("/people").text
    assert "王阿姨" not in page and "陈奶奶" not in page


@pytest.mark.parametrize("asked", ["王素芬", "王阿姨", "素芬"])
def test_she_is_found_by_name_and_by_how_she_is_called(admin: Visitor, asked: str) -> None:
    page = ask(admin, asked)
    assert "/people/wang" in page and "陈奶奶" not in page
    assert "13800000001" not in page and "东埠路" not in page


def test_she_is_found_by_her_phone(admin: Visitor, node: Node) -> None:
    add_handle(node, new_id(), "staff/admin", "wang", "phone", "138 0000 0001")
    assert "/people/wang" in ask(admin, "13800000001")


def test_private_fields_are_shown_when_asked_for_and_every_look_is_written_down(
    admin: Visitor, node: Node
) -> None:
    page = admin.see("/people/wang").text
    assert "王素芬" not in page and "东埠路" not in page
    page = admin.send("/people", "/people/wang/look").text
    assert "王素芬" in page and "东埠路 12 弄" in page
    admin.send("/people", "/people/wang/look")
    looks = node.state("look", "", "look/wang")
    assert [(one.actor, one.what) for one in looks.looks] == [("staff/admin", "seen")], (
        "a reload is no second look"
    )
    assert "林主任" in admin.see("/people/wang").text


def test_a_dispatcher_finds_her_and_sees_nothing_private(
    signed_in: Callable[[str], Visitor], node: Node
) -> None:
    fang = signed_in("fang")
    assert "/people/wang" in ask(fang, "王")
    page = fang.see("/people/wang").text
    assert "王素芬" not in page and "删除全部资料" not in page
    for act in ("look", "export", "die", "erase"):
        assert fang.send("/people", f"/people/wang/{act}", why="x").status_code == 403
    assert node.state("look", "", "look/wang") is None


def test_a_death_stops_her_and_its_mistake_is_taken_back(admin: Visitor, node: Node) -> None:
    order = cast.place(node)
    page = do(admin, "die", day="2026-11-20")
    assert "已去世" in page and "记为去世 2026-11-20" in page
    assert finding.stopped(node.db, "wang") == "deceased"
    left = admin.see("/people").text
    assert "人不在了，单还开着" in left and f"/orders/{order}" in left
    page = do(admin, "back", why="同名同姓")
    assert "已核实" in page and "同名同姓" in page
    assert finding.stopped(node.db, "wang") == ""


def test_what_is_not_confirmed_is_not_recorded(admin: Visitor, node: Node) -> None:
    admin.send("/people", "/people/wang/die")
    assert state(node) == "verified"
    answer = admin.send("/people", "/people/wang/die", form=new_id(), seen="0" * 16, sure="yes")
    assert answer.status_code == 409 and state(node) == "verified"


def test_a_step_that_cannot_be_is_refused_in_words(admin: Visitor) -> None:
    answer = admin.send("/people", "/people/wang/part", why="x")
    assert answer.status_code == 409 and "已经登记过了" in answer.text


def test_two_records_of_one_woman_are_shown_merged_and_parted(admin: Visitor, node: Node) -> None:
    for _n in range(2):
        register(
            node, new_id(), "staff/admin", NewPerson("孙奶奶", "east", "孙桂英", born=1940), "东埠"
        )
    one, other = (row.person for row in people.everybody(node.db) if row.called == "孙奶奶")
    assert "1 对登记" in admin.see("/people").text
    page = admin.see("/people/alike").text
    assert "同名同岁" in page
    page = do(admin, "merge", other, other=one)
    assert finding.group(node.db, other) == [one, other]
    assert "没有看起来重复" in admin.see("/people/alike").text
    page = do(admin, "part", other, why="两姐妹")
    assert "分开：两姐妹" in page
    assert "没有看起来重复" in admin.see("/people/alike").text, "somebody has looked"


def test_a_correction_changes_what_it_names(admin: Visitor, node: Node) -> None:
    do(admin, "correct", address="新街 1 号", called="王奶奶")
    assert opened(node, "person", "wang", "person/wang", "address") == "新街 1 号"
    assert opened(node, "person", "wang", "person/wang", "name") == "王素芬"
    assert people.called(node.db, "wang") == "王奶奶"


def test_all_that_is_held_about_her_is_one_readable_file(admin: Visitor, node: Node) -> None:
    cast.place(node)
    answer = admin.send("/people", "/people/wang/export")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "王素芬" in answer.text and "东埠路 12 弄" in answer.text
    raw = re.search(r"<pre>(.*?)</pre>", answer.text, re.DOTALL)
    assert raw is not None
    found = json.loads(raw[1].replace("&#34;", '"').replace("&lt;", "<").replace("&amp;", "&"))
    assert found["records"][0]["phone"] == "13800000001"
    assert "order.placed" in {one["type"] for one in found["events"]}
    looks = node.state("look", "", "look/wang")
    assert [one.what for one in looks.looks] == ["exported"]


def test_an_erasing_is_read_back_and_leaves_nothing_to_read(admin: Visitor, node: Node) -> None:
    assert admin.send("/people", "/people/wang/erase", why="").status_code == 409
    page = do(admin, "erase", why="本人要求")
    assert "已删除" in page and "王" not in re.sub(r"本人要求", "", page).split("<h2>")[0]
    assert node.keys.get("wang") is None
    assert "/people/wang" not in ask(admin, "王阿姨")
    assert "王素芬" not in admin.send("/people", "/people/wang/export").text


def test_history_is_told_in_plain_sentences(admin: Visitor, node: Node) -> None:
    before = node.state("person", "wang", "person/wang")
    node.record(new_id(), "staff/zhan", lambda: commands.move_away(before, "wang", "2026-10-01"))
    page = admin.see("/people/wang").text
    for said in ("登记：王阿姨", "给了：卡", "记为搬走 2026-10-01", "朱站长"):
        assert said in page, said
