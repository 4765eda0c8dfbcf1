"""The HTTP server under the web apps: where it listens, and who may keep a connection.

A silent or slow client costs a place, never a thread: waitress takes in a request as a whole
before a thread sees it. Places are many, and where they run out the longest silent connection
goes, so that somebody new always gets in. Knows sockets and waitress; knows no page.
"""

import gc
import resource
import socket
import time
from collections.abc import Iterable
from functools import partial
from typing import Any

import flask
import waitress.server
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer

from yizhan.errors import Refusal

THREADS = 6
PLACES = 100
"""Connections at a station: one touchscreen, a few browsers in its local network."""

BACKLOG = 2048
"""Connections that the kernel holds until we take them; it may allow fewer (somaxconn)."""

AT_A_TIME = 50
"""Connections taken in before those that are here are looked at again."""

SILENT_S = 30
"""A connection on which nothing moves is closed after so long, and TIDY_S at most."""

TIDY_S = 10
REQUEST_S = 90.0
"""A request must be here whole within this; a station gives up after 60 (sync/link.py)."""

HEADER_BYTES_MAX = 32 << 10
BODY_BYTES_MAX = 16 << 20
BODY_IN_MEMORY_BYTES = 64 << 10
"""More of a body lies in a temporary file: 2,000 slow ones take 128 MiB of memory, not 1 GiB."""

FILES_EACH = 3
"""A connection has a socket and at worst a temporary file each way (waitress' documentation)."""

FILES_BESIDES = 200
"""The database's, the logs', the threads'."""


class Channel(HTTPChannel):
    """A connection that must not take its time, and goes first where it is idle the longest."""

    _begun = 0.0

    def __init__(self, server: Any, sock: Any, addr: Any, adj: Any, map: Any = None) -> None:
        super().__init__(server, sock, addr, adj, map)
        if len(server.active_channels) > server.places:
            _make_room(server.active_channels.values(), server.places, self)

    def received(self, data: bytes) -> bool:
        """waitress takes each byte for life: one now and then would hold a place for ever."""
        if self.request is None:
            self._begun = time.monotonic()
        taken = bool(super().received(data))
        if self.request is not None and time.monotonic() - self._begun > REQUEST_S:
            self.will_close = True
        return taken


def _take_in(server: BaseWSGIServer) -> None:
    """waitress takes in one connection a round; a crowd would keep the last one waiting."""
    for _n in range(AT_A_TIME):
        BaseWSGIServer.handle_accept(server)


def _make_room(channels: Iterable[HTTPChannel], places: int, newest: Channel) -> None:
    """Close the longest idle one. In the server's thread, which alone opens and closes them."""
    kept = [one for one in channels if not one.will_close]
    idle = [one for one in kept if not one.requests and one is not newest]
    if idle and len(kept) > places:
        min(idle, key=lambda one: one.last_activity).will_close = True


def address(listen: str) -> tuple[str, int]:
    """HOST:PORT taken apart. Raises Refusal where it is not of that form."""
    host, _colon, port = listen.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise Refusal("地址要写成 主机:端口，例如 127.0.0.1:8001，而不是 %(listen)s", listen=listen)
    return host, int(port)


def listening(listen: str) -> socket.socket:
    """A socket on HOST:PORT. Raises Refusal with what to do where the port is in use."""
    host, port = address(listen)
    one = socket.socket(socket.AF_INET)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        one.bind((host, port))
    except OSError as error:
        one.close()
        raise Refusal(
            "端口 %(port)s 用不了（%(why)s）：换一个端口，或者先停掉占用它的程序",
            port=port,
            why=error.strerror,
        ) from error
    one.listen(BACKLOG)
    return one


def keep_what_is_made() -> None:
    """What this process has made so far stays to its end: the collector need not walk it in the
    middle of a request. For a process that does nothing but serve."""
    gc.collect()
    gc.freeze()


def server(
    app: flask.Flask,
    sock: socket.socket,
    threads: int = THREADS,
    places: int = PLACES,
    body_bytes_max: int = BODY_BYTES_MAX,
) -> Any:
    """A waitress server for this app; `run()` serves until `close()`.

    `places` is how many connections it keeps at once, fewer where the system allows fewer files.
    """
    made: Any = waitress.server.create_server(
        app, sockets=[sock], threads=threads, ident="yizhan", backlog=BACKLOG,
        channel_timeout=SILENT_S, cleanup_interval=TIDY_S,
        # select() ends the server at the 1,024th file.
        asyncore_use_poll=True,
        # Never reached: beyond it waitress would take in nobody, a dispatcher neither.
        connection_limit=FILES_EACH * places + FILES_BESIDES,
        inbuf_overflow=BODY_IN_MEMORY_BYTES, max_request_body_size=body_bytes_max,
        max_request_header_size=HEADER_BYTES_MAX,
    )  # fmt: skip
    made.places = _places_for(places)
    made.channel_class = Channel
    made.handle_accept = partial(_take_in, made)
    return made


def _places_for(places: int) -> int:
    """How many connections this process may have open, after asking the system for enough."""
    wanted = FILES_EACH * places + FILES_BESIDES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    if soft == resource.RLIM_INFINITY:
        return places
    return max(1, min(places, (soft - FILES_BESIDES) // FILES_EACH))
