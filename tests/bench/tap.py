"""A tap at the kiosk beside a bare tap: from pressing 取号 to the whole page that answers.

    python -m tests.bench.tap [TAPS=400]

Ours is the real kiosk process with the sample pack: form, CSRF, command, journal, fold,
projection, slip, redirect and page. The floor is tests/bench/floor_web.py. Taps alternate, so
that both see the same machine.
"""

import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

from tests.bench import samples
from tests.network import Network
from tests.pages import Visitor


def ours(visitor: Visitor) -> float:
    """Milliseconds from pressing 取号 to the page with the number."""
    visitor.go("/")
    visitor.follow("缝补")
    visitor.follow("扣")
    form, value = visitor.form("取号")
    begun = time.perf_counter()
    page = visitor.send(form, value)
    passed = time.perf_counter() - begun
    assert page.status == 200 and "已保存" in page, page.text[:300]
    return passed * 1000


def bare(url: str) -> float:
    """Milliseconds of the floor's tap."""
    content = urllib.parse.urlencode({"job": "button"}).encode()
    begun = time.perf_counter()
    with urllib.request.urlopen(f"{url}/tap", content) as answer:
        answer.read()
    return (time.perf_counter() - begun) * 1000


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
        words = [sys.executable, "-m", "tests.bench.floor_web", str(port), str(folder / "f.db")]
        floor = subprocess.Popen(words)
        try:
            network.found()
            station = network.station("zhongda")
            station.start(road=False)
            samples.until_ready(f"http://127.0.0.1:{port}")
            visitor = Visitor(station.url)
            pairs = [(ours(visitor), bare(f"http://127.0.0.1:{port}")) for _ in range(taps + 20)]
        finally:
            network.stop()
            floor.terminate()
            floor.wait(10)
        kiosk, least = zip(*pairs[20:], strict=True)
        ratio = told("kiosk tap", list(kiosk)) / told("bare tap", list(least))
        print(f"ratio of medians {ratio:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
