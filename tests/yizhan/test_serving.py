"""The server under the pages: who is silent or slow gives way, who is new always gets in."""

import random
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import flask
import pytest

from kiosk.serving import _end
from yizhan import serving

ROOT = Path(__file__).parents[2]
PLACES = 20
ASKING = b"GET / HTTP/1.1\r\nHost: hub\r\n\r\n"


@contextmanager
def served(places: int = PLACES) -> Iterator[int]:
    """A server of one page with few places; its port."""
    app = flask.Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "you are in")
    app.add_url_rule("/", "post", lambda: flask.request.get_data(), methods=["POST"])
    server = serving.server(app, serving.listening("127.0.0.1:0"), places=places)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server.effective_port
    finally:
        _end(server)
        thread.join(5)


def opened(port: int, at: ExitStack) -> socket.socket:
    """A connection that waits for an answer as long as a person would."""
    return at.enter_context(socket.create_connection(("127.0.0.1", port), timeout=8))


def asked(one: socket.socket) -> bool:
    """Whether the page comes on this connection."""
    one.sendall(ASKING)
    came = b""
    while b"you are in" not in came and (piece := one.recv(4096)):
        came += piece
    return b"you are in" in came


def gone(one: socket.socket) -> bool:
    """Whether the server ended this connection."""
    one.settimeout(3)
    try:
        return one.recv(1) == b""
    except TimeoutError:
        return False
    except ConnectionError:
        return True


def test_beyond_the_places_the_longest_silent_connection_goes_and_the_new_one_gets_in() -> None:
    with served() as port, ExitStack() as at:
        silent = [opened(port, at) for _n in range(PLACES)]
        assert asked(silent[0]), "it is no longer the longest silent"
        late = [opened(port, at) for _n in range(3)]
        assert all(asked(one) for one in late)
        assert all(gone(one) for one in silent[1:4])
        assert asked(silent[0]) and asked(silent[-1])


def test_far_more_silent_ones_than_the_server_takes_shut_nobody_out() -> None:
    with served() as port, ExitStack() as at:
        for _n in range(300):
            opened(port, at).sendall(b"GET / HT")
        assert asked(opened(port, at))


def test_a_byte_now_and_then_holds_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "REQUEST_S", 1.0)
    with served() as port, ExitStack() as at:
        slow, patient = opened(port, at), opened(port, at)
        slow.sendall(b"POST / HTTP/1.1\r\nHost: hub\r\nContent-Length: 900\r\n\r\n")
        begun, ended = time.monotonic(), False
        while not ended and time.monotonic() - begun < 8:
            time.sleep(0.2)
            try:
                slow.sendall(b"x")
            except OSError:
                ended = True
        assert ended
        assert asked(patient), "who has asked nothing yet is not late"


def test_a_connection_that_is_used_again_and_again_is_not_late(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serving, "REQUEST_S", 0.5)
    with served() as port, ExitStack() as at:
        one = opened(port, at)
        for _n in range(4):
            assert asked(one)
            time.sleep(0.3)


def test_a_body_larger_than_what_is_kept_in_memory_comes_whole(
    chance: random.Random,
) -> None:
    sent = chance.randbytes(5 * serving.BODY_IN_MEMORY_BYTES)
    with served() as port, ExitStack() as at:
        one = opened(port, at)
        head = f"POST / HTTP/1.0\r\nContent-Length: {len(sent)}\r\n\r\n"
        one.sendall(head.encode() + sent)
        came = b""
        while piece := one.recv(65536):
            came += piece
    assert came.endswith(sent)


FILES = """
import resource, sys
import flask
from yizhan import serving
soft, hard = int(sys.argv[1]), int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
server = serving.server(flask.Flask("x"), serving.listening("127.0.0.1:0"), places=2000)
print(server.places, resource.getrlimit(resource.RLIMIT_NOFILE)[0], server.adj.asyncore_use_poll)
"""


@pytest.mark.parametrize(
    ("soft", "hard", "told"),
    [(256, 10_000, "2000 6200 True"), (256, 1024, "274 1024 True"), (100, 100, "1 100 True")],
)
def test_places_are_as_many_as_the_system_allows_files_for(soft: int, hard: int, told: str) -> None:
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[1] >= 10_000, "this machine allows too few"
    words = [sys.executable, "-c", FILES, str(soft), str(hard)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == told, done.stderr
