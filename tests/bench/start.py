"""The kiosk's cold start and memory: from the command to the first whole page.

    python -m tests.bench.start [RUNS=7]

Cold start is measured beside an empty Flask application's in the same run; memory is the
resident set of the kiosk process after the home page and ten taps.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import samples
from tests.network import Network, Station
from tests.pages import Visitor


def resident_mib(pid: int) -> float:
    """The resident set of a process, in MiB (/proc/PID/status, VmRSS)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise ValueError("no VmRSS")


def kiosk_start(station: Station) -> float:
    """Seconds from the command to the home page."""
    begun = time.perf_counter()
    station.kiosk.start()
    samples.until_ready(station.url)
    assert "驿站" in Visitor(station.url).go("/").html
    return time.perf_counter() - begun


def bare_start(folder: Path) -> float:
    """Seconds from the command to the bare application's first answer."""
    port = samples.free_port()
    words = [sys.executable, "-m", "tests.bench.peers.floor_web", str(port), str(folder / "f.db")]
    begun = time.perf_counter()
    child = subprocess.Popen(words)
    try:
        samples.until_ready(f"http://127.0.0.1:{port}")
        return time.perf_counter() - begun
    finally:
        child.terminate()
        child.wait(10)


def main(runs: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        network = Network(Path(name))
        try:
            network.found(residents=300)
            station = network.station("zhongda")
            starts, bare = [], []
            for _ in range(runs):
                starts.append(kiosk_start(station))
                for _ in range(10):
                    Visitor(station.url).go("/")
                assert station.kiosk.child is not None
                memory = resident_mib(station.kiosk.child.pid)
                station.kiosk.stop()
                bare.append(bare_start(Path(name)))
        finally:
            network.stop()
    first, least = statistics.median(starts), statistics.median(bare)
    print(f"kiosk cold start   median {first:.2f} s (min {min(starts):.2f}, max {max(starts):.2f})")
    print(f"bare application   median {least:.2f} s; ratio {first / least:.2f}")
    print(f"kiosk process      {memory:.0f} MiB resident")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
