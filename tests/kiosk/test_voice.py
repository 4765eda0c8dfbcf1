"""要说几句吗？ Kept under her card before it is called kept, sent with the order, once, sealed."""

import json
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from kiosk.serving import Kiosk
from tests.kiosk.stations import CARDS, Hub, address, at_screen, events, lay
from tests.kiosk.uploads import fetch
from tests.pages import Visitor
from tests.sounds import DIARY, SILENCE, note
from yizhan import voices
from yizhan.blobs import Blobs
from yizhan.record import Node
from yizhan.services.orders.model import Order
from yizhan.services.orders.voices import Voice

SOUND = SILENCE * 3
ASK = "/service/repair/order?choice=tap&window=morning&place=home"


def say(visitor: Visitor, content: bytes, token: str | None = None) -> tuple[int, str]:
    """What voice.js sends when she has spoken: status and sentence of the answer."""
    found = next((one for one in visitor.page.forms if "csrf_token" in one.fields), None)
    token = token if token is not None else (found.fields["csrf_token"] if found else "")
    request = urllib.request.Request(
        urllib.parse.urljoin(visitor.at, "/service/repair/voice"),
        content,
        {"Content-Type": "audio/webm", "X-CSRFToken": token, "Referer": visitor.at},
    )
    status, body, _url = visitor.fetch(request)
    return status, json.loads(body).get("say", "") if body.startswith("{") else ""


@pytest.fixture
def wang(kiosk: Kiosk) -> Visitor:
    """王阿姨 before the question."""
    visitor = at_screen(kiosk, "wang")
    visitor.go(ASK)
    assert "要说几句吗" in visitor.page
    return visitor


def order_of(visitor: Visitor, node: Node) -> tuple[str, Order]:
    subject = "order/" + visitor.page.url.rpartition("/")[2]
    found: Order = node.state("order", "wang", subject)
    return subject, found


def files(kiosk: Kiosk) -> list[Path]:
    return [path for path in kiosk.here.blobs.folder.iterdir() if path.name != "lock"]


def placed_with_a_note(wang: Visitor, node: Node) -> tuple[str, Voice]:
    assert say(wang, note(4))[0] == 200
    wang.go(ASK)
    wang.follow("好了，下一步")
    assert "您说的话 4 秒" in wang.page
    wang.press("下单")
    subject, order = order_of(wang, node)
    return subject, order.voices[0]


def test_what_she_said_is_heard_again_and_goes_with_the_order_sealed(
    wang: Visitor, kiosk: Kiosk, zhongda: Node
) -> None:
    assert say(wang, note(4))[0] == 200
    wang.go(ASK)
    assert "您说的话，已保存" in wang.page and "4 秒" in wang.page
    kept = voices.taken(note(4)).content
    assert fetch(wang, "/service/repair/voice") == (200, kept, "audio/webm")
    wang.follow("好了，下一步")
    wang.press("下单")
    subject, order = order_of(wang, zhongda)
    assert events(zhongda) == ["order.placed", "order.spoken"]
    said = order.voices[0]
    assert (said.seconds, said.media, said.actor) == (4, "audio/webm", "person/wang")
    blobs = Blobs(zhongda.db, kiosk.here.data)
    row = blobs.row(said.digest)
    assert row is not None
    assert (row.state, row.audience, row.size) == ("waiting", "person:wang", said.size)
    assert voices.opened(blobs, zhongda.keys, "wang", subject, said.digest) == kept
    assert fetch(wang, "/service/repair/voice")[0] == 404, "it went with the order"


def test_nothing_of_it_is_anywhere_in_clear(wang: Visitor, kiosk: Kiosk, zhongda: Node) -> None:
    say(wang, note(4))
    wang.go(ASK)
    wang.follow("好了，下一步")
    for _before_and_after in range(2):
        for path in kiosk.here.data.rglob("*"):
            if path.is_file():
                held = path.read_bytes()
                assert SOUND not in held and DIARY not in held and b"OpusHead" not in held, path
        if _before_and_after == 0:
            wang.press("下单")


def test_a_double_tap_is_one_order_with_one_note(
    wang: Visitor, kiosk: Kiosk, zhongda: Node
) -> None:
    say(wang, note(4))
    wang.go(ASK + "&voice=yes")
    form, value = wang.form("下单")
    wang.send(form, value)
    wang.send(form, value)
    assert "中大-0001" in wang.page
    assert events(zhongda) == ["order.placed", "order.spoken"]
    assert len(files(kiosk)) == 1


def test_she_says_it_again_and_only_the_second_counts(
    wang: Visitor, kiosk: Kiosk, zhongda: Node
) -> None:
    say(wang, note(9))
    _subject, said = placed_with_a_note(wang, zhongda)
    assert said.seconds == 4 and len(files(kiosk)) == 1


def test_she_does_not_want_to_have_said_it(wang: Visitor, kiosk: Kiosk, zhongda: Node) -> None:
    say(wang, note(4))
    wang.go(ASK)
    wang.press("不要这段话")
    assert "要说几句吗" in wang.page
    wang.follow("不说了")
    wang.press("下单")
    assert events(zhongda) == ["order.placed"] and files(kiosk) == []


def test_it_is_found_under_her_card_and_under_no_other(
    wang: Visitor, kiosk: Kiosk, zhongda: Node
) -> None:
    say(wang, note(4))
    wang.press("完成")
    yang = at_screen(kiosk, "yang")
    assert fetch(yang, "/service/repair/voice")[0] == 404
    assert "要说几句吗" in yang.go(ASK)
    assert "要说几句吗" in yang.go(ASK + "&voice=yes"), "nothing of hers is there to send"
    again = at_screen(kiosk, "wang")
    again.go(ASK)
    assert "您说的话，已保存" in again.page


def test_nobody_without_a_card_can_say_anything(kiosk: Kiosk, zhongda: Node) -> None:
    stranger = at_screen(kiosk)
    assert say(stranger, note(4)) == (409, "请先刷卡，再说")
    assert say(stranger, bytes(70_000))[0] == 413, "not even read"
    assert fetch(stranger, "/service/repair/voice")[0] == 404


def test_a_page_of_elsewhere_can_put_nothing_into_her_mouth(wang: Visitor) -> None:
    assert say(wang, note(4), token="")[0] == 400
    assert "要说几句吗" in wang.go(ASK)


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (b"", 409, "没有录好"),
        (b"<svg onload='alert(1)'/>", 409, "没有录好"),
        (note(0.3), 409, "没有听到您说话"),
        (note(90), 409, "最多一分钟"),
        (bytes(voices.BYTES_MAX + 1), 413, ""),
    ],
)
def test_what_is_no_note_is_refused_and_the_one_before_stays(
    wang: Visitor, content: bytes, status: int, sentence: str
) -> None:
    say(wang, note(4))
    answered, said = say(wang, content)
    assert answered == status and sentence in said
    assert "4 秒" in wang.go(ASK)


def test_without_her_key_it_is_not_asked_for_and_the_order_goes_without(
    kiosk: Kiosk, zhongda: Node
) -> None:
    zhongda.db.sql("DELETE FROM seal_key WHERE owner = 'wang'")
    visitor = at_screen(kiosk, "wang")
    visitor.go(ASK)
    assert "对吗？对就下单" in visitor.page
    assert "存不了" in say(visitor, note(4))[1]
    visitor.press("下单")
    assert "已保存" in visitor.page and events(zhongda) == ["order.placed"]
    assert zhongda.keys.get("wang") is None


def test_a_low_disk_keeps_the_draft_and_says_so(
    wang: Visitor, kiosk: Kiosk, zhongda: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(wang, note(4))
    wang.go(ASK + "&voice=yes")
    form, value = wang.form("下单")
    monkeypatch.setattr(Blobs, "has_room", lambda _self, _size: False)
    assert "不说也能下单" in wang.send(form, value)
    assert events(zhongda) == [] and files(kiosk) == []
    monkeypatch.undo()
    assert "中大-0001" in wang.send(form, value), "nothing was lost"
    assert events(zhongda) == ["order.placed", "order.spoken"]


def test_a_word_that_vanished_meanwhile_is_asked_for_again(
    wang: Visitor, kiosk: Kiosk, zhongda: Node
) -> None:
    say(wang, note(4))
    wang.go(ASK + "&voice=yes")
    form, value = wang.form("下单")
    kiosk.here.drafts.drop_voice("wang", "repair")
    assert "刚才说的话没有存下来" in wang.send(form, value)
    assert events(zhongda) == []


def test_only_the_touchscreen_may_use_a_microphone(kiosk: Kiosk) -> None:
    told = []
    for which in (0, 1):
        with urllib.request.urlopen(address(kiosk, which) + "/healthz") as answer:
            told.append(answer.headers["Permissions-Policy"].partition(",")[0])
    assert told == ["microphone=(self)", "microphone=()"]


def test_she_reads_in_her_story_that_she_said_something(
    wang: Visitor, zhongda: Node, hub: Hub, kiosk: Kiosk
) -> None:
    placed_with_a_note(wang, zhongda)
    assert "您说了一段话" in wang.page
    lay(kiosk, wang, CARDS["wang"])
    assert "等中心派师傅" in wang.page
