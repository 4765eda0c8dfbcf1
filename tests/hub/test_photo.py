"""A photo of an order at the hub: on the road, here, refused for lack of room, erased."""

import random
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask

from sync import blobs as frames
from sync.blobs import Lane, Said, pack
from sync.station import SyncStation
from tests.hub import cast
from tests.hub.conftest import Visitor
from tests.pictures import jpeg
from yizhan import photos
from yizhan.access import MAY
from yizhan.blobs import DISK_MIN_BYTES, Blob, Blobs
from yizhan.clock import Clock
from yizhan.db import Db
from yizhan.ids import new_id
from yizhan.keys import Signer
from yizhan.mechanisms import REGISTRY
from yizhan.opening import signer
from yizhan.record import Node
from yizhan.services.orders import commands as orders
from yizhan.services.orders.photos import Attached
from yizhan.services.stations import commands as stations

GIB = 1 << 30


class East:
    """东埠驿站 with its keeper's camera; its road is the hub's app."""

    def __init__(self, app: Flask, hub: Node, data: Path, folder: Path) -> None:
        self.client = app.test_client()
        self.hub, key = hub, Signer(folder / "east.key")
        hub.record(new_id(), "hub", lambda: stations.add("east", "东埠驿站", "ab"))
        state = hub.state("station", "", "station/east")
        hub.record(new_id(), "hub", lambda: stations.enrol(state, "ab", key.public.hex()))
        node = Node(Db(str(folder / "east.db"), hub.network), REGISTRY, "east", Clock())
        self.station = SyncStation(node, key, signer(data).public)
        self.blobs = Blobs(node.db, folder / "east")
        self.answers = 0

    def exchange(self) -> None:
        """The records, to the end."""
        for _ in range(10):
            sent = self.station.request()
            answer = self.client.post("/sync/v1/exchange", data=sent.raw)
            if self.station.take(sent, answer.data) == "done":
                return

    def attach(self, order: str, content: bytes, person: str = "wang") -> str:
        """The keeper attaches a photo; the record goes, the photo waits."""
        node, subject = self.station.node, f"order/{order}"
        sealed = photos.seal(node.keys, person, subject, content)
        digest = self.blobs.write(sealed)
        data = Attached(digest, photos.media_of(content) or photos.JPEG, len(sealed))
        state = node.state("order", person, subject)
        node.record(new_id(), "staff/zhan", lambda: orders.attach(state, subject, data))
        self.blobs.enter(
            Blob(digest, len(sealed), data.media, f"person:{person}"), node.clock.stamp()
        )
        self.exchange()
        return digest

    def send(self, pieces: int = 1000) -> None:
        """A round of the lane, cut after so many pieces."""
        self.answers = 0

        def post(raw: bytes) -> bytes:
            self.answers += 1
            if self.answers > pieces + 1:
                raise frames.TooLarge("cut")
            answer = self.client.post("/sync/v1/blobs", data=raw)
            assert answer.status_code == 200, answer.text
            return answer.data

        Lane(self.station, self.blobs, post, rest_s=0).run()


@pytest.fixture
def order(node: Node) -> str:
    return cast.place(node)


@pytest.fixture
def east(app: Flask, node: Node, data: Path, tmp_path: Path, order: str) -> East:
    found = East(app, node, data, tmp_path)
    found.exchange()
    return found


@pytest.fixture
def tap(chance: random.Random) -> bytes:
    """The dripping tap."""
    return jpeg(chance.randbytes(1_000_000))


def address(order: str, digest: str) -> str:
    return f"/orders/{order}/photo/{digest}"


def test_the_dispatcher_sees_how_far_it_is_and_then_the_photo(
    east: East, order: str, tap: bytes, signed_in: Callable[[str], Visitor]
) -> None:
    digest = east.attach(order, tap)
    fang = signed_in("fang")
    page = fang.see(f"/orders/{order}").text
    assert (
        "照片还在路上（0%）" in page
        and "<img" not in page.partition("经过")[0].partition("照片")[2]
    )
    assert "朱站长附了一张照片" in page
    assert fang.see(address(order, digest)).status_code == 404
    east.send(pieces=4)
    assert "照片还在路上（26%）" in fang.see(f"/orders/{order}").text
    assert fang.see(address(order, digest)).status_code == 404
    east.send()
    page = fang.see(f"/orders/{order}").text
    assert "还在路上" not in page and f'<img src="{address(order, digest)}"' in page
    assert fang.see(address(order, digest)).data == tap


def test_it_is_served_as_what_it_is_and_as_nothing_else(
    east: East, order: str, signed_in: Callable[[str], Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A station of an older version sealed a file as it came."""
    monkeypatch.setattr(photos, "bare", lambda content: content)
    digest = east.attach(order, b"\x89PNG\r\n\x1a\n<script>alert(1)</script>")
    east.send()
    answer = signed_in("fang").see(address(order, digest))
    assert answer.mimetype == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == "inline"
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_only_staff_who_may_see_the_order_see_its_photo(
    east: East, order: str, tap: bytes, signed_in: Callable[[str], Visitor], visitor: Visitor
) -> None:
    digest = east.attach(order, tap)
    east.send()
    for login, wanted in cast.STAFF.items():
        seen = signed_in(login).see(address(order, digest)).status_code
        assert seen == (200 if wanted.role in MAY["order.see"] else 403), login
    assert visitor.see(address(order, digest)).status_code == 302


def test_a_photo_is_of_one_order_only(
    east: East, node: Node, order: str, tap: bytes, signed_in: Callable[[str], Visitor]
) -> None:
    digest = east.attach(order, tap)
    east.send()
    other = cast.place(node)
    fang = signed_in("fang")
    assert fang.see(address(other, digest)).status_code == 404
    for name in ("0" * 64, "lock", "..", "%2e%2e%2fsigning.key"):
        assert fang.see(address(order, name)).status_code == 404, name
    assert "照片还在路上" not in fang.see(f"/orders/{other}").text


def test_an_erased_person_s_photo_is_erased(
    east: East, node: Node, order: str, tap: bytes, signed_in: Callable[[str], Visitor]
) -> None:
    digest = east.attach(order, tap)
    east.send()
    node.db.sql("DELETE FROM seal_key WHERE owner = 'wang'")
    fang = signed_in("fang")
    assert "居民的资料已经删除，照片看不到了" in fang.see(f"/orders/{order}").text
    assert fang.see(address(order, digest)).status_code == 404


def test_a_photo_that_lies_beside_a_restored_database_is_shown_before_its_station_comes(
    east: East, node: Node, order: str, tap: bytes, signed_in: Callable[[str], Visitor]
) -> None:
    digest = east.attach(order, tap)
    east.send()
    node.db.sql("DELETE FROM blob")
    fang = signed_in("fang")
    assert f'<img src="{address(order, digest)}"' in fang.see(f"/orders/{order}").text
    assert fang.see(address(order, digest)).data == tap


def test_what_was_sealed_but_is_no_photo_is_not_served(
    east: East, node: Node, order: str, signed_in: Callable[[str], Visitor],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(photos, "media_of", lambda _content: photos.JPEG)
    monkeypatch.setattr(photos, "bare", lambda content: content)
    digest = east.attach(order, b"<html><script>alert(1)</script></html>")
    monkeypatch.undo()
    east.send()
    assert signed_in("fang").see(address(order, digest)).status_code == 404


def test_a_hub_without_room_says_so_and_the_record_is_there(
    app: Flask, east: East, order: str, tap: bytes, signed_in: Callable[[str], Visitor]
) -> None:
    app.extensions["blobs"]._disk = lambda _path: SimpleNamespace(
        total=100 * GIB, free=DISK_MIN_BYTES
    )
    digest = east.attach(order, tap)
    east.send()
    page = signed_in("fang").see(f"/orders/{order}").text
    assert "中心的存储快满了，照片收不下（0%）" in page and "朱站长附了一张照片" in page
    row = east.blobs.row(digest)
    assert row is not None and row.state == "full"


def test_a_record_that_names_no_digest_breaks_no_page(
    east: East, node: Node, order: str, signed_in: Callable[[str], Visitor]
) -> None:
    for n, digest in enumerate(("../../signing.key", "", "😀" * 20)):
        cast.step(node, order, "staff/zhan", orders.attach, Attached(digest, "x", n))
    fang = signed_in("fang")
    assert fang.see(f"/orders/{order}").text.count("照片还在路上（0%）") == 3


def test_a_reason_still_stands_after_a_photo(
    east: East, node: Node, order: str, signed_in: Callable[[str], Visitor]
) -> None:
    cast.send(node, order)
    cast.step(node, order, "staff/li", orders.decline, "lishi", "人手不够")
    cast.step(node, order, "staff/zhan", orders.attach, Attached("0" * 64, "image/png", 5))
    assert "人手不够" in signed_in("fang").see("/orders").text


def test_the_road_takes_no_more_than_a_piece_and_needs_no_cookie(east: East) -> None:
    client = east.client
    assert client.post("/sync/v1/blobs", data=b"").status_code == 400
    assert client.post("/sync/v1/blobs", data=bytes(frames.FRAME_BYTES_MAX + 1)).status_code == 413
    stranger = Signer(east.blobs.folder / "stranger.key")
    raw = pack("up", "east", stranger, Said(east.hub.network, "n", ("0" * 64,)))
    assert client.post("/sync/v1/blobs", data=raw).status_code == 400
