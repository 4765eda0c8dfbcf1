"""居民 at the desk: found, registered, her card, pictures and word; a lost card opens nothing."""

import time
import urllib.parse
import urllib.request

import pytest

from kiosk.devices.events import Ring
from kiosk.reader_claim import ReaderClaim
from kiosk.serving import Kiosk
from tests.kiosk.stations import CARDS, address, at_desk, at_screen, events, eventually, lay
from tests.kiosk.test_tickets import printed
from tests.pages import Visitor
from yizhan import pins
from yizhan.record import Node
from yizhan.services.people import numbers
from yizhan.services.people import projection as people

NEW_CARD = "0005556667"


def put_down(kiosk: Kiosk, keeper: Visitor, number: str, words: str) -> None:
    """A card is laid while the keeper's page asks for it, as it does every second."""
    page = keeper.page
    form = next(one for one in page.forms if "form" in one.fields)
    pretended = kiosk.here.devices.pretend
    assert pretended is not None

    def asked() -> bool:
        request = keeper.request_of(type(form)("/people/reader", "post", {**form.fields}, []), {})
        _status, html, _url = keeper.fetch(request)
        return words in html

    asked()
    pretended.card_lay(number)
    eventually(asked, "the desk hears the card")
    pretended.card_lift()


def register(kiosk: Kiosk, **fields: str) -> Visitor:
    """The keeper writes 陈奶奶 into the register, with a card."""
    keeper = at_desk(kiosk)
    keeper.go("/people/new")
    put_down(kiosk, keeper, NEW_CARD, "卡放好了")
    told = {"name": "陈玉珍", "gender": "female", "born": "1948", "agreed": "1"}
    keeper.press("登记", **(told | {"phone": "0580-1234567", "address": "海滨路 1 号"} | fields))
    return keeper


def test_a_resident_is_registered_with_her_card_and_greeted_by_it(
    kiosk: Kiosk, zhongda: Node
) -> None:
    screen = at_screen(kiosk)
    keeper = register(kiosk)
    assert "登记好了：中大-居0001" in keeper.page
    assert "陈奶奶" in keeper.page and "海滨路 1 号" in keeper.page
    assert "待核实" in keeper.page
    time.sleep(1)  # The reader takes a while for a card that was taken away.
    lay(kiosk, screen, NEW_CARD)
    assert "陈奶奶" in screen.page
    kinds = events(zhongda)
    for kind in ("person.registered", "card.issued", "handle.added", "consent.given"):
        assert kind in kinds, kinds
    keeper.go("/people")
    keeper.press("找", asked="cnn")
    assert "陈玉珍" in keeper.page and "尾号 4567" in keeper.page


def test_a_card_laid_for_the_desk_greets_nobody(kiosk: Kiosk) -> None:
    screen = at_screen(kiosk)
    keeper = at_desk(kiosk)
    keeper.go("/people/new")
    after = kiosk.here.devices.events.last
    put_down(kiosk, keeper, CARDS["wang"], "已经是 王阿姨 的了")
    told = screen.read(f"/events?after={after}")
    assert (
        "token" not in told
        and "站长正在用读卡器" in told.encode().decode("unicode_escape", "ignore")
    ) or ("token" not in told)


def test_the_number_of_a_card_never_reaches_the_page(kiosk: Kiosk) -> None:
    keeper = at_desk(kiosk)
    keeper.go("/people/new")
    put_down(kiosk, keeper, NEW_CARD, "尾号 6667")
    keeper.press("登记", name="陈玉珍", gender="female", born="19x8", agreed="1")
    assert keeper.page.status == 409
    assert "陈玉珍" in keeper.page.html and "尾号 6667" in keeper.page
    assert NEW_CARD not in keeper.page.html


def test_nobody_is_registered_who_has_not_agreed(kiosk: Kiosk, zhongda: Node) -> None:
    keeper = at_desk(kiosk)
    keeper.go("/people/new")
    keeper.press("登记", name="陈玉珍", called="陈奶奶")
    assert keeper.page.status == 409 and "她同意了，才能登记" in keeper.page
    assert "person.registered" not in events(zhongda)


def test_two_presses_are_one_resident(kiosk: Kiosk, zhongda: Node) -> None:
    keeper = at_desk(kiosk)
    keeper.go("/people/new")
    form, value = keeper.form("登记")
    filled = value | {"called": "陈奶奶", "agreed": "1"}
    keeper.send(form, filled)
    keeper.send(form, filled)
    assert events(zhongda).count("person.registered") == 1


def test_a_lost_card_opens_nothing_and_the_new_one_does(kiosk: Kiosk, zhongda: Node) -> None:
    keeper = at_desk(kiosk)
    keeper.go("/people/wang")
    keeper.press("挂失")
    assert "卡挂失了" in keeper.page and "不能用了" in keeper.page
    assert lay(kiosk, at_screen(kiosk), CARDS["wang"]).status == 403
    keeper.follow("给一张卡")
    assert keeper.press("把这张卡给她").status == 409
    put_down(kiosk, keeper, NEW_CARD, "卡放好了")
    keeper.press("把这张卡给她")
    assert "新卡给她了" in keeper.page
    time.sleep(1)
    assert "王阿姨" in lay(kiosk, at_screen(kiosk), NEW_CARD)


def test_three_pictures_are_hers_alone(kiosk: Kiosk, zhongda: Node) -> None:
    keeper = at_desk(kiosk)
    keeper.go("/people/wang/pin")
    chosen = ("fish", "sun", "cat")
    for one in chosen:
        form = keeper.page.forms[-1]
        body = [(name, value) for name, value in form.fields.items() if name != "picture"]
        sent = [*body, *(("picture", two) for two in chosen[: chosen.index(one) + 1])]
        _post(keeper, "/people/wang/pin", sent)
    _post(keeper, "/people/wang/pin", [*sent, ("do", "keep")])
    assert "图案记下了" in keeper.page and "设好了" in keeper.page
    pins.check(zhongda, "wang", chosen)
    assert "fish" not in keeper.page.html


def _post(keeper: Visitor, path: str, pairs: list[tuple[str, str]]) -> None:
    url = urllib.parse.urljoin(keeper.at, path)
    content = urllib.parse.urlencode(pairs).encode()
    keeper._open(urllib.request.Request(url, content, {"Referer": url}))


def test_her_word_is_given_and_taken_back_in_one_step_each(kiosk: Kiosk, zhongda: Node) -> None:
    keeper = at_desk(kiosk)
    keeper.go("/people/wang")
    keeper.press("她同意", carrying="voice")
    assert events(zhongda)[-1] == "consent.given"
    keeper.press("撤回", carrying="voice")
    assert events(zhongda)[-1] == "consent.withdrawn"


def test_a_slip_with_a_code_stands_for_a_card(kiosk: Kiosk, zhongda: Node) -> None:
    keeper = at_desk(kiosk)
    keeper.go("/people/wang")
    keeper.press("打一张纸条")
    text = eventually(lambda: "▦ YZ1." in printed(kiosk) and printed(kiosk), "a slip with a code")
    code = text.partition("▦ ")[2].split()[0]
    found = people.card(zhongda.db, numbers.card_hash(zhongda.keys, code))
    assert found is not None and found.person == "wang"


def test_opening_a_record_is_written_down_once_a_day(kiosk: Kiosk, zhongda: Node) -> None:
    keeper = at_desk(kiosk)
    keeper.go("/people")
    assert "look.made" not in events(zhongda)
    keeper.go("/people/wang")
    keeper.go("/people/wang")
    assert events(zhongda).count("look.made") == 1
    assert "滨港路" in keeper.page


def test_what_is_looked_up_stands_in_no_address(kiosk: Kiosk) -> None:
    keeper = at_desk(kiosk)
    keeper.go("/people")
    keeper.press("找", asked="王阿姨")
    assert keeper.page.url.endswith("/people") and "王阿姨" in keeper.page


@pytest.mark.parametrize("path", ["/people/nobody", "/people/li", "/people/nobody/card"])
def test_who_is_not_known_here_is_not_shown(kiosk: Kiosk, path: str) -> None:
    keeper = at_desk(kiosk)
    assert keeper.go(path).status == 409
    assert "小干二路" not in keeper.page


def test_a_stranger_sees_nobody(kiosk: Kiosk) -> None:
    stranger = Visitor(address(kiosk, 1))
    for path in ("/people", "/people/wang", "/people/new", "/people/wang/pin"):
        assert "站长登录" in stranger.go(path)


def test_the_reader_goes_back_to_the_touchscreen_when_the_page_was_left() -> None:
    now = [0.0]
    claim = ReaderClaim(Ring(), lambda: now[0])
    assert not claim.wanted()
    claim.listen("form")
    assert claim.wanted()
    now[0] = 5.0
    assert not claim.wanted()
    claim.listen("form")
    claim.forget("form")
    assert not claim.wanted()


def test_an_id_card_fills_the_form_and_leaves_its_last_four(kiosk: Kiosk, zhongda: Node) -> None:
    pretended = kiosk.here.devices.pretend
    assert pretended is not None
    keeper = at_desk(kiosk)
    keeper.go("/people/new")
    form = next(one for one in keeper.page.forms if "idcard" in one.fields)
    said = []

    def asked(words: str) -> bool:
        request = keeper.request_of(type(form)("/people/reader", "post", {**form.fields}, []), {})
        said.append(keeper.fetch(request)[1])
        return words in said[-1]

    pretended.do(["idcard", "lay", "王测试", "11010519491231002X"])
    eventually(lambda: asked("尾号 002X"), "the ID card is read")
    told = next(one for one in said if 'value="王测试"' in one)
    assert 'value="1949"' in told and 'value="王奶奶"' in told
    assert "1101051949" not in "".join(said)
    keeper.press("登记", name="王测试", gender="female", born="1949", agreed="1")
    assert "身份证 · 尾号 002X" in keeper.page
    raw = b"".join(row.raw for row in zhongda.journal.unplaced())
    assert b"1101051949" not in raw
    found = people.handles(zhongda.db, zhongda.keys.hash("idcard", "11010519491231002X"))
    assert [row.tail for row in found] == ["002X"]


def test_a_dead_id_card_reader_says_what_to_do(kiosk: Kiosk) -> None:
    pretended = kiosk.here.devices.pretend
    assert pretended is not None
    pretended.do(["idcard", "dead"])
    keeper = at_desk(kiosk)
    keeper.go("/people/new")
    form = next(one for one in keeper.page.forms if "idcard" in one.fields)

    def ask() -> bool:
        keeper.fetch(
            keeper.request_of(type(form)("/people/reader", "post", {**form.fields}, []), {})
        )
        return "坏了，要换" in keeper.go("/devices")

    eventually(ask, "the desk says so")
    assert "没有它也能登记" in keeper.page
