"""Servers of one answer on loopback, and what a request to them ends in."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from sync.link import Link
from sync.trouble import Rejected, Trouble

FOREVER = threading.Event()
"""Never set: who waits for it hangs."""


@contextmanager
def answering(answer: Callable[[socket.socket], None], *, reads: bool = True) -> Iterator[str]:
    """A server that reads a request and answers as told, each connection in its turn."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                client, _ = server.accept()
            except OSError:
                return
            with client:
                try:
                    if reads:
                        client.recv(1 << 20)
                    answer(client)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}"
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(5)


def saying(status: str, body: bytes = b"", *more: str) -> Callable[[socket.socket], None]:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *more]
    head = "\r\n".join([*lines, "", ""])
    return lambda client: client.sendall(head.encode() + body)


def trouble(url: str, deadline_s: float = 1.0) -> tuple[Trouble | Rejected, float]:
    """What a request ends in, and after how many seconds."""
    begun = time.monotonic()
    with pytest.raises((Trouble, Rejected)) as caught:
        Link(url, deadline_s=deadline_s).exchange(b"request")
    return caught.value, time.monotonic() - begun  # type: ignore[return-value]
