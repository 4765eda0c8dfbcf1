"""The keeper attaches a photo to an order: kept sealed, recorded once, refused in words."""

import random
import sqlite3
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.serving import Kiosk
from tests.kiosk.stations import Hub, address, at_desk, at_screen, events, recognised
from tests.kiosk.test_orders import placed
from tests.kiosk.uploads import attach, fetch
from tests.pages import Form, Visitor
from tests.pictures import JPEG_BYTES, TURNED, jpeg, photo, told
from yizhan import photos
from yizhan.blobs import BYTES_MAX, Blobs, State
from yizhan.record import Node
from yizhan.services.orders.model import Order
from yizhan.services.orders.photos import PHOTOS_MAX

JPEG = b"\xff\xd8\xff\xe0"


@pytest.fixture
def tap(chance: random.Random) -> bytes:
    """The dripping tap, larger than any other page may send."""
    return jpeg(chance.randbytes(300_000))


@pytest.fixture
def subject(kiosk: Kiosk) -> str:
    """王阿姨's order at this station."""
    return placed(kiosk)[1]


@pytest.fixture
def keeper(kiosk: Kiosk, subject: str) -> Visitor:
    """The keeper before the order's page."""
    visitor = at_desk(kiosk)
    visitor.go("/photos")
    visitor.follow("附照片")
    return visitor


@pytest.fixture
def blobs(zhongda: Node, kiosk: Kiosk) -> Iterator[Blobs]:
    yield Blobs(zhongda.db, kiosk.here.data)


def order(node: Node, subject: str) -> Order:
    found: Order = node.state("order", "wang", subject)
    return found


def files(blobs: Blobs) -> list[Path]:
    return [path for path in blobs.folder.iterdir() if path.name != "lock"]


def test_the_photo_is_kept_sealed_and_recorded_and_waits_for_the_road(
    keeper: Visitor, zhongda: Node, blobs: Blobs, subject: str, tap: bytes
) -> None:
    page = attach(keeper, tap, name="tap.jpg")
    assert page.status == 200 and "已保存，等着上传" in page
    kept = order(zhongda, subject).photos[0]
    assert (kept.media, kept.actor) == ("image/jpeg", "staff/keeper-zhongda")
    assert events(zhongda) == ["order.placed", "order.attached"]
    sealed = blobs.path(kept.digest).read_bytes()
    assert len(sealed) == kept.size and tap[100:200] not in sealed
    row = blobs.row(kept.digest)
    assert row is not None
    assert (row.state, row.audience, row.size) == ("waiting", "person:wang", kept.size)
    status, content, media = fetch(keeper, f"/photos/{subject[6:]}/{kept.digest}")
    assert (status, content, media) == (200, tap, "image/jpeg")


def test_nothing_of_the_photo_is_anywhere_in_clear(
    keeper: Visitor, kiosk: Kiosk, tap: bytes
) -> None:
    attach(keeper, tap, name="王阿姨家的水龙头.jpg")
    for path in kiosk.here.data.rglob("*"):
        if path.is_file():
            held = path.read_bytes()
            assert tap[100:200] not in held, path
            assert "王阿姨家的水龙头".encode() not in held, path


def test_where_she_lives_goes_neither_to_the_disk_nor_to_the_hub(
    keeper: Visitor, zhongda: Node, blobs: Blobs, subject: str
) -> None:
    """The keeper's phone wrote place, time and owner into the photo."""
    assert told(photo("tap.jpg"))
    attach(keeper, photo("tap.jpg"))
    digest = order(zhongda, subject).photos[0].digest
    _status, shown, _media = fetch(keeper, f"/photos/{subject[6:]}/{digest}")
    assert told(shown) == set() and TURNED in shown


def test_a_double_tap_is_one_photo_and_one_file(
    keeper: Visitor, zhongda: Node, blobs: Blobs, tap: bytes
) -> None:
    form = keeper.form("附上这张照片")[0]
    attach(keeper, tap, form)
    attach(keeper, tap, form)
    assert events(zhongda) == ["order.placed", "order.attached"]
    assert len(files(blobs)) == 1


def test_the_same_form_with_another_photo_is_refused_and_leaves_no_file(
    keeper: Visitor, zhongda: Node, blobs: Blobs, tap: bytes
) -> None:
    form = keeper.form("附上这张照片")[0]
    attach(keeper, tap, form)
    assert "这一页已经用过了" in attach(keeper, tap + b"2", form)
    assert events(zhongda) == ["order.placed", "order.attached"] and len(files(blobs)) == 1


NO_PHOTOS = {
    b"": "请先选一张照片",
    b"<svg onload='alert(1)'/>": "这不是照片",
    b"%PDF-1.7": "这不是照片",
    JPEG + b"\0\x10JFIF": "照片文件坏了，或者没有存全",
    JPEG + bytes(BYTES_MAX): "照片太大了，最多 8 MB",
    JPEG + bytes(BYTES_MAX + (1 << 20)): "照片太大了，最多 8 MB",
}


def test_what_is_no_photo_is_refused_where_it_was_chosen(
    keeper: Visitor, zhongda: Node, blobs: Blobs
) -> None:
    for content, sentence in NO_PHOTOS.items():
        page = attach(keeper, content)
        assert page.status == 409 and sentence in page and "附上这张照片" in page.html
    assert events(zhongda) == ["order.placed"] and files(blobs) == []


def test_a_photo_of_any_bytes_up_to_the_limit_is_taken(
    keeper: Visitor, zhongda: Node, blobs: Blobs
) -> None:
    size = BYTES_MAX - photos.SEALING_BYTES - JPEG_BYTES
    for filling in (b"\0", b"\r", b"\r\n", b"\r\0\0\0\0"):
        assert attach(keeper, jpeg(b"\r" + (filling * size)[: size - 1])).status == 200
    for file in files(blobs):
        row = blobs.row(file.name)
        assert row is not None and row.size == BYTES_MAX
    assert len(files(blobs)) == 4


def test_a_full_order_takes_no_more(
    keeper: Visitor, zhongda: Node, blobs: Blobs, tap: bytes
) -> None:
    for n in range(PHOTOS_MAX):
        assert attach(keeper, tap[: 1000 + n]).status == 200
    assert "最多 6 张" in attach(keeper, tap[:2000])
    assert len(files(blobs)) == PHOTOS_MAX == events(zhongda).count("order.attached")


def test_a_closed_order_offers_no_photo(
    hub: Hub, kiosk: Kiosk, zhongda: Node, keeper: Visitor, blobs: Blobs, subject: str, tap: bytes
) -> None:
    form = keeper.form("附上这张照片")[0]
    wang = at_screen(kiosk, "wang")
    wang.go(f"/{subject}")
    wang.follow("不修了")
    wang.press("不修了，撤回")
    assert order(zhongda, subject).status == "withdrawn"
    page = attach(keeper, tap, form)
    assert page.status == 409 and "已经撤回了" in page
    assert "附上这张照片" not in keeper.page.html
    assert files(blobs) == [] and "order.attached" not in events(zhongda)


def test_a_low_disk_refuses_the_photo_and_the_order_stands(
    kiosk: Kiosk, keeper: Visitor, zhongda: Node, blobs: Blobs, tap: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(Blobs, "has_room", lambda _self, _size: False)
    page = attach(keeper, tap)
    assert page.status == 409 and "存储快满了，照片没有存下，单子不受影响" in page
    assert events(zhongda) == ["order.placed"] and files(blobs) == []
    monkeypatch.undo()
    assert attach(keeper, tap).status == 200


def test_without_her_key_nothing_is_kept_and_no_other_key_is_made(
    keeper: Visitor, zhongda: Node, blobs: Blobs, tap: bytes
) -> None:
    zhongda.db.sql("DELETE FROM seal_key WHERE owner = 'wang'")
    page = attach(keeper, tap)
    assert page.status == 409 and "或者已经删除，照片没有存下" in page
    assert files(blobs) == [] and zhongda.keys.get("wang") is None


def test_the_order_is_found_by_the_number_on_its_slip(kiosk: Kiosk, subject: str) -> None:
    keeper = at_desk(kiosk)
    keeper.go("/photos")
    keeper.press("找这张单", number=" 中大-0001 ")
    assert keeper.page.url.endswith(subject[6:]) and "水龙头" in keeper.page
    assert "王阿姨" in keeper.page and "滨港路" not in keeper.page.html
    keeper.go("/photos")
    assert "这个站没有这个单号" in keeper.press("找这张单", number="小干-0001")


def test_an_order_of_another_station_is_not_found(
    hub: Hub, kiosk: Kiosk, zhongda: Node, tap: bytes
) -> None:
    from tests.yizhan.nodes import record
    from yizhan.ids import new_id
    from yizhan.services.orders import commands
    from yizhan.services.orders.model import Placed

    form = new_id()
    placed_ = Placed("小干-0001", 1, "xiaogan", "repair", "tap", "am", "home")
    record(hub.node, commands.place(f"order/{form}", "wang", placed_), form, "person/wang")
    hub.bring(zhongda)
    assert order(zhongda, f"order/{form}") is not None
    keeper = at_desk(kiosk)
    assert keeper.go(f"/photos/{form}").status == 404
    assert "这个站没有这个单号" in keeper.go("/photos?number=" + urllib.parse.quote("小干-0001"))
    assert keeper.go("/photos/nonsense").status == 404


def test_only_a_signed_in_keeper_sees_or_sends_photos(
    kiosk: Kiosk, keeper: Visitor, zhongda: Node, blobs: Blobs, subject: str, tap: bytes
) -> None:
    form = keeper.form("附上这张照片")[0]
    attach(keeper, tap)
    digest = order(zhongda, subject).photos[0].digest
    stranger = Visitor(address(kiosk, 1))
    assert "站长登录" in stranger.go(f"/photos/{subject[6:]}/{digest}")
    assert "站长登录" in stranger.go(f"/photos/{subject[6:]}")
    stranger.go("/login")
    assert attach(stranger, tap, form).status == 413, "not even read"
    stranger.go("/login")
    small = Form(form.action, "post", {**form.fields, **stranger.page.forms[0].fields})
    assert attach(stranger, tap[:500], small).status == 403
    assert len(files(blobs)) == 1
    assert keeper.go(f"/photos/{subject[6:]}/{'0' * 64}").status == 404


def test_no_other_page_takes_so_much(kiosk: Kiosk, keeper: Visitor, tap: bytes) -> None:
    form = keeper.form("附上这张照片")[0]
    elsewhere = Form("/logout", "post", form.fields)
    assert attach(keeper, tap, elsewhere).status == 413


STANDING: list[tuple[State, int, str]] = [
    ("waiting", 100_000, "正在上传，已传 33%"),
    ("full", 0, "中心的存储满了"),
    ("refused", 0, "中心没有收下"),
    ("stored", 0, "中心已收到"),
    ("gone", 0, "请重新拍一张"),
]


def test_how_far_the_photo_has_come_is_said(
    keeper: Visitor, zhongda: Node, blobs: Blobs, subject: str, tap: bytes
) -> None:
    attach(keeper, tap)
    digest = order(zhongda, subject).photos[0].digest
    for state, sent, sentence in STANDING:
        blobs.mark(digest, state, sent)
        assert sentence in keeper.go(keeper.page.url)


def test_a_photo_that_came_with_the_records_alone_is_said_to_be_elsewhere(
    keeper: Visitor, zhongda: Node, subject: str, tap: bytes
) -> None:
    attach(keeper, tap)
    zhongda.db.sql("DELETE FROM blob")
    assert "不是在这台设备上附的" in keeper.go(keeper.page.url)
    assert "<img" not in keeper.page.html


def test_she_reads_in_her_story_that_a_photo_was_attached(
    kiosk: Kiosk, keeper: Visitor, subject: str, tap: bytes
) -> None:
    attach(keeper, tap)
    wang = at_screen(kiosk, "wang")
    assert "站里附了一张照片" not in wang.go(f"/{subject}"), "not to whoever found her card"
    assert "站里附了一张照片" in recognised(kiosk, wang, f"/{subject}")


def test_a_photo_whose_record_failed_leaves_no_file(
    keeper: Visitor, zhongda: Node, blobs: Blobs, kiosk: Kiosk, tap: bytes
) -> None:
    other = sqlite3.connect(zhongda.db.url, timeout=1, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        page = attach(keeper, tap)
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert page.status == 503
    assert files(blobs) == [] and events(zhongda) == ["order.placed"]
    assert photos.media_of(tap) == photos.JPEG
