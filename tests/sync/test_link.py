"""The road itself: portals, trickles, closed ports. Real sockets on loopback."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from sync import loop
from sync.link import Link, TooLarge
from sync.station import SyncStation
from tests.sync.road import Road, take_ticket
from yizhan.errors import Refusal, Unreachable


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that reads a request and answers as told."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                client, _ = server.accept()
            except OSError:
                return
            with client:
                client.recv(1 << 20)
                try:
                    answer(client)
                except OSError:
                    return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}"
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(5)


def saying(status: str, body: bytes = b"") -> Callable[[socket.socket], None]:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return lambda client: client.sendall(head.encode() + body)


def test_a_closed_port_is_unreachable() -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{one.getsockname()[1]}"
    with pytest.raises(Unreachable, match="连不上中心"):
        Link(url).exchange(b"")


def test_a_portals_page_is_not_success(road: Road, zhongda: SyncStation) -> None:
    take_ticket(zhongda, 1)
    portal = saying("200 OK", b"<html>please log in</html>")
    with answering(portal) as url, pytest.raises(Unreachable):
        loop.exchange_all(zhongda, Link(url))
    assert zhongda.receipt() is None


def test_a_portals_redirect_is_not_followed() -> None:
    moved = "302 Found\r\nLocation: http://127.0.0.1:1/login"
    with answering(saying(moved)) as url, pytest.raises(Unreachable):
        Link(url).exchange(b"")


def test_a_refusal_of_the_hub_is_told() -> None:
    answer = saying("400 Bad Request", b'{"error": "of another network"}')
    with answering(answer) as url, pytest.raises(Refusal, match="of another network"):
        Link(url).exchange(b"")


def test_a_body_too_large_for_the_road_is_told_apart() -> None:
    with answering(saying("413 Too Large")) as url, pytest.raises(TooLarge):
        Link(url).exchange(b"")


def test_a_reply_that_trickles_ends_at_the_deadline() -> None:
    def trickle(client: socket.socket) -> None:
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        for _ in range(200):
            client.sendall(b".")
            time.sleep(0.05)

    begun = time.monotonic()
    with answering(trickle) as url, pytest.raises(Unreachable):
        Link(url, deadline_s=1.0).exchange(b"")
    assert time.monotonic() - begun < 5


def test_a_hub_that_is_cut_off_in_its_answer_is_unreachable() -> None:
    def cut(client: socket.socket) -> None:
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

    with answering(cut) as url, pytest.raises(Unreachable):
        Link(url).exchange(b"")


def test_batches_are_halved_until_they_pass(road: Road, zhongda: SyncStation) -> None:
    sizes: list[int] = []

    class NarrowRoad(Link):
        def exchange(self, raw: bytes) -> bytes:
            sizes.append(len(raw))
            if len(raw) > 4000:
                raise TooLarge("413")
            return road.hub.exchange(raw)

    for number in range(1, 301):
        take_ticket(zhongda, number)
    link = NarrowRoad("http://127.0.0.1:1")
    loop.exchange_all(zhongda, link)
    assert max(sizes) > 4000 > min(sizes)
    assert len(road.hub.node.journal.placed(0, 10_000)) >= 300


def test_a_tap_wakes_the_sender(tmp_path) -> None:
    from sync.status import wake

    sleeper = loop.Sleeper(tmp_path, every_s=30)
    threading.Timer(0.2, wake, [tmp_path]).start()
    begun = time.monotonic()
    sleeper.sleep()
    assert time.monotonic() - begun < 5


def test_waking_nobody_does_no_harm(tmp_path) -> None:
    from sync.status import wake

    wake(tmp_path)
    assert list(tmp_path.iterdir()) == []
