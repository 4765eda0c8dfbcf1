"""Back-pressure: who comes when the hub is busy gets a time of its own; pages stay open."""

import re
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path

import flask
import pytest

from hub import founding
from hub.app import create_app
from hub.limits import AT_ONCE, LATEST_S, PHOTOS_AT_ONCE, PLACES, Gate
from kiosk.serving import _end
from sync import loop
from sync.blob_hub import BlobHub
from sync.hub import SyncHub
from sync.hub_routes import blueprint
from sync.link import Link
from sync.station import SyncStation
from sync.trouble import Trouble
from tests.sync.road import Road, take_ticket
from yizhan import opening, serving
from yizhan.errors import Unreachable
from yizhan.ids import new_id
from yizhan.keys import Signer
from yizhan.record import Node
from yizhan.services.stations import commands as stations


def test_who_finds_room_need_not_wait_and_leaves_room_behind() -> None:
    gate = Gate(at_once=2)
    for _ in range(5):
        with gate.enter() as one, gate.enter() as two, gate.enter() as three:
            assert (one, two) == (0, 0) and three >= 1


def test_room_is_left_behind_by_one_who_fails() -> None:
    gate = Gate(at_once=1)
    with pytest.raises(Unreachable), gate.enter():
        raise Unreachable("disk full")
    with gate.enter() as wait_s:
        assert wait_s == 0


def test_a_thousand_stations_get_a_thousand_times() -> None:
    gate = Gate(at_once=3, clock=lambda: 50.0)
    with gate.enter(), gate.enter(), gate.enter():
        times = []
        for _ in range(1000):
            with gate.enter() as wait_s:
                times.append(wait_s)
    assert times == sorted(times) and len(set(times)) == 1000
    assert 1 <= times[0] < 2 and 10 < times[-1] <= LATEST_S


def test_times_lie_further_apart_where_exchanges_last_longer() -> None:
    now = [0.0]
    gate = Gate(at_once=1, clock=lambda: now[0])
    for _ in range(60):
        with gate.enter():
            now[0] += 10
    with gate.enter(), gate.enter() as first, gate.enter() as second:
        assert 8 < second - first <= 10


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    data = tmp_path / "hub"
    founding.found(data, "net", "http://127.0.0.1:8000", "")
    one = opening.open_node(data)
    yield one
    one.db.close()


@pytest.fixture
def app(node: Node, tmp_path: Path) -> flask.Flask:
    made = create_app(node, tmp_path / "hub")
    made.extensions["sync_hub"].begin_epoch()
    return made


@pytest.fixture
def zhongda(node: Node, tmp_path: Path, app: flask.Flask) -> SyncStation:
    road = Road.__new__(Road)
    road.folder, road.signer = tmp_path, opening.signer(tmp_path / "hub")
    signer = Signer(tmp_path / "zhongda.key")
    node.record(new_id(), "hub", lambda: stations.add("zhongda", "中大", "ab"))
    state = node.state("station", "", "station/zhongda")
    node.record(new_id(), "hub", lambda: stations.enrol(state, "ab", signer.public.hex()))
    return road.reopen("zhongda")


def test_a_database_that_refuses_says_when_to_come_again(
    app: flask.Flask, zhongda: SyncStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> bytes:
        raise Unreachable("数据库现在写不进去：database or disk is full")

    monkeypatch.setattr(SyncHub, "exchange", full)
    bare = flask.Flask(__name__)
    bare.register_blueprint(blueprint(app.extensions["sync_hub"], "+08:00"))
    found = bare.test_client().post("/sync/v1/exchange", data=zhongda.request().raw)
    assert (found.status_code, found.headers["Retry-After"]) == (503, "60")


def test_while_exchanges_hang_the_next_is_sent_away_and_pages_answer(
    app: flask.Flask, zhongda: SyncStation, node: Node
) -> None:
    raw = zhongda.request().raw
    codes: list[int] = []

    def post() -> None:
        codes.append(app.test_client().post("/sync/v1/exchange", data=raw).status_code)
        node.db.close()

    with node.writing():
        hanging = [threading.Thread(target=post) for _ in range(3)]
        for one in hanging:
            one.start()
        while sum(thread.is_alive() for thread in hanging) < 3 or not _busy(app, raw):
            pass
        sent_away = app.test_client().post("/sync/v1/exchange", data=raw)
        assert sent_away.status_code == 503
        assert 1 <= int(sent_away.headers["Retry-After"]) <= LATEST_S
        assert app.test_client().get("/healthz").status_code == 200
    for one in hanging:
        one.join(10)
    assert codes == [200, 200, 200]


def _busy(app: flask.Flask, raw: bytes) -> bool:
    return app.test_client().post("/sync/v1/exchange", data=b"").status_code == 503


def test_photos_have_fewer_places_and_take_none_from_exchanges(
    app: flask.Flask, zhongda: SyncStation, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that hangs on one photo: the next photo is sent away, the exchange is not."""
    reached, go_on = threading.Event(), threading.Event()
    codes: list[int] = []

    def hangs(_hub: BlobHub, _raw: bytes) -> bytes:
        reached.set()
        assert go_on.wait(20)
        return b""

    def post() -> None:
        codes.append(app.test_client().post("/sync/v1/blobs", data=b"").status_code)
        node.db.close()

    monkeypatch.setattr(BlobHub, "answer", hangs)
    hanging = threading.Thread(target=post)
    hanging.start()
    assert reached.wait(20)
    for _n in range(AT_ONCE + 1):
        sent_away = app.test_client().post("/sync/v1/blobs", data=b"")
        assert sent_away.status_code == 503
        assert 1 <= int(sent_away.headers["Retry-After"]) <= LATEST_S
    raw = zhongda.request().raw
    assert app.test_client().post("/sync/v1/exchange", data=raw).status_code == 200
    go_on.set()
    hanging.join(20)
    assert codes == [200]
    assert PHOTOS_AT_ONCE < AT_ONCE < AT_ONCE + PHOTOS_AT_ONCE < serving.THREADS


def test_a_photo_on_a_hub_that_cannot_write_is_told_when_to_come_again(
    app: flask.Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> bytes:
        raise Unreachable("数据库现在写不进去：database or disk is full")

    monkeypatch.setattr(BlobHub, "answer", full)
    found = app.test_client().post("/sync/v1/blobs", data=b"")
    assert (found.status_code, found.headers["Retry-After"]) == (503, "60")


HALF_OPEN = (
    b"",
    b"GET /login HT",
    b"POST /sync/v1/exchange HTTP/1.1\r\nHost: hub\r\nContent-Length: 9000\r\n\r\nYZ",
)
"""What a station on a bad line, or nobody's machine, leaves behind: nothing more comes."""


def test_300_half_open_connections_shut_no_dispatcher_out(app: flask.Flask) -> None:
    with served(app) as port, ExitStack() as idle:
        for n in range(300):
            one = idle.enter_context(socket.create_connection(("127.0.0.1", port)))
            one.sendall(HALF_OPEN[n % 3])
        begun = time.monotonic()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/login", timeout=10) as page:
            assert "登录名" in page.read().decode()
        assert time.monotonic() - begun < 5


class Tap:
    """Keeps what goes over one connection, between a station and a real server."""

    def __init__(self, port: int) -> None:
        self.up = self.down = b""
        self.port = port
        self.server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.server.getsockname()[1]}"
        self.serving = threading.Thread(target=self._serve)
        self.serving.start()

    def _serve(self) -> None:
        hub = socket.create_connection(("127.0.0.1", self.port))
        with self.server, hub, self.server.accept()[0] as client:
            upward = threading.Thread(target=self._copy, args=(client, hub, "up"))
            upward.start()
            self._copy(hub, client, "down")
            upward.join()

    def _copy(self, one: socket.socket, other: socket.socket, way: str) -> None:
        while piece := one.recv(65536):
            setattr(self, way, getattr(self, way) + piece)
            other.sendall(piece)
        with suppress(OSError):
            other.shutdown(socket.SHUT_WR)


@contextmanager
def served(app: flask.Flask) -> Iterator[int]:
    """The app behind the server that the hub uses; its port."""
    server = serving.server(app, serving.listening("127.0.0.1:0"), places=PLACES)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server.effective_port
    finally:
        _end(server)
        thread.join(5)


def headers(raw: bytes) -> list[bytes]:
    """The heads of HTTP messages of a connection."""
    return re.findall(rb"(?:POST|HTTP)[^\0]*?\r\n\r\n", raw)


def test_the_headers_of_an_exchange_are_at_most_300_bytes_both_ways(
    app: flask.Flask, zhongda: SyncStation
) -> None:
    take_ticket(zhongda, 1)
    with served(app) as port:
        tap = Tap(port)
        link = Link(tap.url)
        requests = loop.exchange_all(zhongda, link)
        link.close()
        tap.serving.join(5)
    up, down = headers(tap.up), headers(tap.down)
    assert len(up) == len(down) == requests == 2
    sizes = [len(one) + len(other) for one, other in zip(up, down, strict=True)]
    assert max(sizes) <= 250, (up, down)
    assert b"Cookie:" not in tap.up and b"Content-Security-Policy" not in tap.down


def test_the_station_hears_when_to_come_again(app: flask.Flask, zhongda: SyncStation) -> None:
    full = flask.Flask(__name__)
    full.register_blueprint(
        blueprint(app.extensions["sync_hub"], "+08:00", lambda: nullcontext(41.2))
    )
    with served(full) as port:
        link = Link(f"http://127.0.0.1:{port}")
        with pytest.raises(Trouble) as caught:
            loop.exchange_all(zhongda, link)
        link.close()
    assert (caught.value.kind, caught.value.wait_s) == ("busy", 42)
