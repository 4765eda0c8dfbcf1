"""Our exchange beside Kolibri's sync (Morango), the same number of records in the same run.

    python -m tests.bench.kolibri [RECORDS=10100]

The peer is Kolibri 0.19.5 from pip, in a virtual environment of its own in the user's cache
folder: two devices on SQLite and a push of attendance records from one to the other at its
default chunk size. From its time that of a push with nothing to send is taken off, so that
neither its start nor its handshakes count. Ours is a real hub process with all its tables.
"""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from tests.bench import peer, samples

RELEASE = "kolibri==0.19.5"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "yizhan-bench"
SEED = Path(__file__).with_name("peers") / "kolibri_seed.py"
LEARNERS = 100
A_CALL = LEARNERS + 1
"""Records of one roll call: the session, and one for each learner."""

ADMIN = ("--superusername", "admin", "--superuserpassword", "a long password")
SIGN_IN = ("--username", "admin", "--password", "a long password")
STARTS_S = 180.0
QUIET = {
    "KOLIBRI_RUN_MODE": "bench",
    "KOLIBRI_DISABLE_PING": "1",
    "KOLIBRI_ZEROCONF_ENABLED": "0",
    "KOLIBRI_LISTEN_ADDRESS": "127.0.0.1",
}
"""It tells nobody that it runs, and looks for nobody in the network."""


def set_up() -> Path:
    """Fetch the peer, once; its command."""
    home = CACHE / RELEASE
    command = home / "bin" / "kolibri"
    if not command.exists():
        venv.create(home, with_pip=True, clear=True)
        pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", RELEASE]
        subprocess.run(pip, check=True)
    return command


class Device:
    """One Kolibri with a folder of its own."""

    def __init__(self, command: Path, home: Path) -> None:
        self.command = str(command)
        self.environment = os.environ | QUIET | {"KOLIBRI_HOME": str(home)}
        self.log = home.with_suffix(".log")

    def manage(self, *words: str, **more: str) -> float:
        """Run one of its commands; seconds. `more` are environment variables."""
        begun = time.perf_counter()
        with self.log.open("ab") as log:
            line, environment = [self.command, "manage", *words], self.environment | more
            subprocess.run(line, check=True, stdout=log, stderr=log, env=environment)
        return time.perf_counter() - begun

    def seed(self, **counts: str) -> None:
        """Fill it, as peers/kolibri_seed.py says."""
        self.manage("--skip-update", "shell", "-c", SEED.read_text(), **counts)

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Its server; the address."""
        port, other = samples.free_port(), samples.free_port()
        words = ["start", "--foreground", "--port", str(port), "--zip-port", str(other)]
        with self.log.open("ab") as log:
            child = subprocess.Popen(
                [self.command, *words], stdout=log, stderr=log, env=self.environment
            )
        try:
            url = f"http://127.0.0.1:{port}"
            until_answers(f"{url}/api/public/info/")
            yield url
        finally:
            child.terminate()
            child.wait(60)


def until_answers(url: str) -> None:
    """Wait until the server answers this."""
    ends = time.monotonic() + STARTS_S
    while time.monotonic() < ends:
        try:
            with urllib.request.urlopen(url, timeout=10):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"{url} does not answer")


class Facility(msgspec.Struct):
    """What is shared between two devices."""

    id: str


def facility(url: str) -> str:
    """The facility that a device offers."""
    with urllib.request.urlopen(f"{url}/api/public/v1/facility/") as answer:
        [found] = msgspec.json.decode(answer.read(), type=list[Facility])
        return found.id


def theirs(command: Path, folder: Path, calls: int) -> tuple[float, float]:
    """Seconds of a push with nothing to send, and of one with so many roll calls."""
    server, client = Device(command, folder / "server"), Device(command, folder / "client")
    words = ("--facility", "Bench", *ADMIN, "--preset", "formal", "--language_id", "en")
    server.manage("--no-input", "provisiondevice", "--", *words, "--noinput")
    with server.serving() as url:
        push = (
            "--skip-update", "--no-input", "sync", "--", "--baseurl", url,
            "--facility", facility(url), *SIGN_IN, "--noninteractive",
        )  # fmt: skip
        client.manage(*push[1:])
        client.seed(LEARNERS=str(LEARNERS))
        client.manage(*push, "--no-pull")
        nothing = client.manage(*push, "--no-pull")
        client.seed(SESSIONS=str(calls))
        seconds = client.manage(*push, "--no-pull")
        server.seed(EXPECTED=str(calls * LEARNERS))
        return nothing, seconds


def main(records: int) -> None:
    """Measure and print."""
    command = set_up()
    calls = max(1, records // A_CALL)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "ours").mkdir()
        nothing, push = theirs(command, folder, calls)
        least = calls * A_CALL / (push - nothing)
        rate, _lines = peer.ours(folder / "ours", calls * A_CALL // 3)
    print(f"Kolibri    {calls * A_CALL} records in {push:.1f} s, nothing in {nothing:.1f} s: "
          f"{least:,.0f} records/s")  # fmt: skip
    print(f"yizhan     {rate:,.0f} records/s")
    print(f"ratio      {rate / least:.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_100)
