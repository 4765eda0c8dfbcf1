"""A tap at the kiosk beside a bare tap: from pressing 取号 to the whole page that answers.

    python -m tests.bench.tap [TAPS=400]

Ours is the real kiosk process with the sample pack: form, CSRF, command, journal, fold,
projection, slip, redirect and page. The floor is tests/bench/peers/floor_web.py. Taps alternate, so
that both see the same machine.
"""

import http.client
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

from tests.bench import samples
from tests.network import Network
from tests.pages import Visitor


class Browser:
    """One kept connection, as a browser has it."""

    def __init__(self, url: str) -> None:
        parts = urllib.parse.urlsplit(url)
        self._line = http.client.HTTPConnection(parts.hostname or "", parts.port)

    def post(self, path: str, content: bytes, headers: dict[str, str]) -> tuple[float, str]:
        """Milliseconds from sending a form to the whole page that answers, and the page."""
        form = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        begun = time.perf_counter()
        self._line.request("POST", path, content, form)
        answer = self._line.getresponse()
        body = answer.read()
        while answer.status == 303:
            self._line.request("GET", answer.headers["Location"], headers=headers)
            answer = self._line.getresponse()
            body = answer.read()
        passed = (time.perf_counter() - begun) * 1000
        assert answer.status == 200, body[:300]
        return passed, body.decode()


def ours(visitor: Visitor, browser: Browser) -> float:
    """Milliseconds from pressing 取号 to the page with the number."""
    visitor.go("/")
    visitor.follow("缝补")
    visitor.follow("扣")
    form, value = visitor.form("取号")
    request = visitor.request_of(form, value)
    cookie = "; ".join(f"{one.name}={one.value}" for one in visitor.cookies)
    assert isinstance(request.data, bytes)
    passed, page = browser.post(request.selector, request.data, {"Cookie": cookie})
    assert "已保存" in page, page[:300]
    return passed


def bare(browser: Browser) -> float:
    """Milliseconds of the floor's tap."""
    return browser.post("/tap", urllib.parse.urlencode({"job": "button"}).encode(), {})[0]


def told(name: str, times: list[float]) -> float:
    """Print a row; the median."""
    ordered = sorted(times)
    middle = statistics.median(ordered)
    print(f"{name:<12} p50 {middle:6.2f} ms   p99 {ordered[int(len(ordered) * 0.99)]:6.2f} ms")
    return middle


def main(taps: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        network = Network(folder)
        port = samples.free_port()
        words = ["tests.bench.peers.floor_web", str(port), str(folder / "f.db")]
        floor = subprocess.Popen([sys.executable, "-m", *words])
        try:
            network.found()
            station = network.station("zhongda")
            station.start(road=False)
            samples.until_ready(f"http://127.0.0.1:{port}")
            visitor, screen = Visitor(station.url), Browser(station.url)
            other = Browser(f"http://127.0.0.1:{port}")
            pairs = [(ours(visitor, screen), bare(other)) for _ in range(taps + 20)]
        finally:
            network.stop()
            floor.terminate()
            floor.wait(10)
        kiosk, least = zip(*pairs[20:], strict=True)
        ratio = told("kiosk tap", list(kiosk)) / told("bare tap", list(least))
        print(f"ratio of medians {ratio:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
