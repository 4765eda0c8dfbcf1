"""The road itself: portals, trickles, closed ports. Real sockets on loopback."""

import socket
import threading
import time
from collections.abc import Callable

import pytest

from sync import link as link_file
from sync.bundle import MAGIC
from sync.link import Link, TooLarge
from sync.trouble import Trouble
from tests.sync.wires import FOREVER, answering, saying, trouble


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (saying("200 OK", b"<html>please log in</html>"), "portal"),
        (saying("200 OK"), "portal"),
        (saying("302 Found", b"", "Location: http://127.0.0.1:1/login"), "portal"),
        (saying("404 Not Found", b"no such page"), "portal"),
        (saying("511 Network Authentication Required"), "portal"),
        (saying("400 Bad Request", b"<h1>plain HTTP to an HTTPS port</h1>"), "portal"),
        (saying("403 Forbidden", b"blocked by your school"), "portal"),
        (saying("403 Forbidden", b'{"more":' + b"[" * 90_000), "portal"),
        (saying("500 Internal Server Error"), "hub"),
        (saying("502 Bad Gateway"), "hub"),
        (saying("503 Service Unavailable"), "busy"),
        (saying("429 Too Many Requests"), "busy"),
        (saying("413 Too Large"), "slow"),
        (saying("408 Request Timeout"), "slow"),
        (saying("504 Gateway Timeout"), "slow"),
        (saying("400 Bad Request", b'{"error": "of another network"}'), "refused"),
        (saying("400 Bad Request", b'{"error": "x", "kind": "key"}'), "key"),
        (saying("400 Bad Request", b'{"error": "x", "kind": "revoked"}'), "revoked"),
        (saying("400 Bad Request", b'{"error": "x", "kind": "made up"}'), "refused"),
        (lambda client: client.sendall(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), "portal"),
        (lambda client: None, "cut"),
        (lambda client: client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nYZ1"), "cut"),
    ],
)
def test_what_came_instead_of_a_bundle_is_told_by_its_kind(
    answer: Callable[[socket.socket], None], kind: str
) -> None:
    with answering(answer) as url:
        found, _ = trouble(url)
    assert found.kind == kind


def test_a_closed_port_is_unreachable() -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{one.getsockname()[1]}"
        found, _ = trouble(url)
    assert found.kind == "closed" and "连不上中心" in str(found)


def trickle(bytes_: bytes) -> Callable[[socket.socket], None]:
    """Each byte comes in time for a time-out that starts anew with each byte."""

    def answer(client: socket.socket) -> None:
        for byte in bytes_ * 20:
            client.sendall(bytes([byte]))
            time.sleep(0.1)

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        trickle(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n."),
        trickle(b"HTTP/1.1 100 Continue\r\n\r\n"),
        lambda client: trickle(b".")(client.sendall(b"HTTP/1.1 200 OK\r\n\r\n") or client),
        lambda client: FOREVER.wait(3),
    ],
    ids=["headers", "continue for ever", "body", "a proxy that buffers for ever"],
)
def test_a_request_ends_at_its_deadline(answer: Callable[[socket.socket], None]) -> None:
    threads = threading.active_count()
    with answering(answer) as url:
        found, seconds = trouble(url, deadline_s=0.7)
        assert isinstance(found, TooLarge) and found.kind == "slow"
    assert 0.6 < seconds < 1.5
    assert threading.active_count() <= threads


def test_a_hub_that_reads_nothing_ends_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        begun = time.monotonic()
        with pytest.raises(TooLarge):
            Link(url, deadline_s=0.7).exchange(bytes(8 << 20))
        assert time.monotonic() - begun < 1.5


def test_a_name_that_hangs_keeps_one_thread_however_often_it_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, answer = [], threading.Event()

    def hanging(*_: object, **__: object) -> list[object]:
        asked.append(1)
        answer.wait(20)
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", hanging)
    road, threads = Link("http://hub.example", deadline_s=0.2), threading.active_count()
    for _ in range(5):
        begun = time.monotonic()
        with pytest.raises(Trouble, match="找不到中心的地址"):
            road.exchange(b"")
        assert time.monotonic() - begun < 1
    assert len(asked) == 1 and threading.active_count() == threads + 1
    answer.set()
    with pytest.raises(Trouble, match="Name or service not known"):
        Link("http://hub.example", deadline_s=5).exchange(b"")


def test_a_body_larger_than_any_bundle_is_not_read_to_its_end() -> None:
    sent = []

    def flood(client: socket.socket) -> None:
        client.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(1000):
            client.sendall(b"10000\r\n" + bytes(65536) + b"\r\n")
            sent.append(65536)

    with answering(flood) as url:
        found, _ = trouble(url, deadline_s=10)
    assert found.kind == "portal" and sum(sent) < 32 << 20


@pytest.mark.parametrize(
    ("said", "wait_s"),
    [("7", 7), ("999999999", 600), ("-5", 0), ("Mon, 23 Nov 2026 16:33:08 GMT", 0), ("9" * 20, 0)],
)
def test_the_time_that_the_hub_names_is_kept_within_limits(said: str, wait_s: float) -> None:
    busy = saying("503 Service Unavailable", b"", f"Retry-After: {said}")
    with answering(busy) as url:
        found, _ = trouble(url)
    assert found.wait_s == wait_s


def test_who_answers_before_the_body_came_is_heard() -> None:
    def hasty(client: socket.socket) -> None:
        saying("413 Too Large")(client)
        while client.recv(1 << 20):
            pass

    with answering(hasty) as url, pytest.raises(TooLarge, match="413"):
        Link(url, deadline_s=5).exchange(bytes(1 << 20))


def test_one_connection_serves_many_requests_and_a_dead_one_is_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connections: list[int] = []
    reply = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n" + MAGIC

    def thrice(client: socket.socket) -> None:
        connections.append(1)
        client.sendall(reply)
        for _ in range(2):
            client.recv(1 << 20)
            client.sendall(reply)

    with answering(thrice) as url:
        road = Link(url, deadline_s=2)
        for _ in range(6):
            assert road.exchange(b"request") == MAGIC
            time.sleep(0.02)
        assert len(connections) == 2
        monkeypatch.setattr(link_file, "IDLE_MAX_S", 0)
        road.exchange(b"request")
        assert len(connections) == 3
        road.close()
