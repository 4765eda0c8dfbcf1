"""A whole network of real processes in a folder, started through the product's doors.

The hub, stations with their touchscreens and desks, and their roads; each can be stopped,
killed and started again. Everything listens on loopback.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.pages import Page, Visitor

ROOT = Path(__file__).resolve().parent.parent
PACK = ROOT / "deploy" / "sample"
PASSWORD = "correct horse battery"
WANG_CARD, YANG_CARD, LI_CARD = "0003887558", "0003909740", "0003909735"

CARD_GONE_S = 1.0
"""The reader takes 0.8 s of silence for a card that was taken away."""


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def eventually(
    check: Callable[[], Any], what: str, seconds: float = 20, pause: float = 0.05
) -> Any:
    """What `check` returns once it is true; fails with `what` after some seconds."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        try:
            found = check()
        except OSError:
            found = None
        if found:
            return found
        time.sleep(pause)
    raise AssertionError(f"{what}: not within {seconds} s")


def door(*words: str, stdin: str = "", code: int = 0) -> str:
    """One of the product's doors; what it printed. `code` is the exit code that it must have."""
    done = subprocess.run(
        [sys.executable, "-m", *words], input=stdin, capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout.strip() if code == 0 else done.stderr.strip()


class Process:
    """One process of the product; its output goes to a log in the network's folder."""

    def __init__(self, words: list[str], log: Path, environment: dict[str, str]) -> None:
        self.words, self.log, self.environment = words, log, environment
        self.child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                [sys.executable, "-m", *self.words],
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env=os.environ | self.environment,
            )

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it: asked, or (SIGKILL) as a power cut would."""
        if self.child is not None:
            self.child.send_signal(how)
            self.child.wait(15)
            self.child = None

    def kill(self) -> None:
        """Pull the plug."""
        self.stop(signal.SIGKILL)


class Station:
    """One station: its touchscreen with desk, and its road."""

    def __init__(self, network: "Network", code: str) -> None:
        self.network, self.code = network, code
        self.data = network.folder / code
        screen, desk = free_port(), free_port()
        self.url, self.desk_url = f"http://127.0.0.1:{screen}", f"http://127.0.0.1:{desk}"
        serve = ["kiosk", "serve", "--data", str(self.data), "--pretend"]
        where = ["--listen", f"127.0.0.1:{screen}", "--desk", f"127.0.0.1:{desk}"]
        self.kiosk = network.process(f"{code}-kiosk", [*serve, *where])
        road = ["sync", "run", "--data", str(self.data), "--hub", network.url]
        self.road = network.process(f"{code}-sync", [*road, "--every", "0.5", "--pretend"])

    def enrol(self) -> None:
        """Join the network and fetch what there is."""
        hub = str(self.network.hub_data)
        code = door("hub", "station", "add", self.code, "--name", self.code, "--data", hub)
        door("sync", "enrol", "--data", str(self.data), "--code", code)
        self.sync_once()

    def sync_once(self, code: int = 0) -> str:
        """One exchange by hand."""
        words = ("sync", "run", "--data", str(self.data), "--hub", self.network.url, "--once")
        return door(*words, code=code)

    def start(self, *, road: bool = True) -> None:
        """Switch the station on."""
        self.kiosk.start()
        self.wait()
        if road:
            self.road.start()

    def wait(self) -> None:
        """Until the touchscreen answers."""
        eventually(lambda: healthy(self.url), f"{self.code} answers")

    def card(self, *words: str) -> None:
        """Do something with a card at the pretend reader."""
        door("kiosk", "pretend", "--data", str(self.data), "card", *words)

    def lay(self, visitor: Visitor, number: str) -> Page:
        """Somebody at this touchscreen lays a card, and takes it away again."""
        seen = re.search(r'data-seen="(\d+)"', visitor.page.html)
        after = seen[1] if seen else "0"
        self.card("lay", number)
        told = eventually(lambda: self._told(visitor, after), "the reader tells of a card")
        self.card("lift")
        time.sleep(CARD_GONE_S)
        form = next(one for one in visitor.page.forms if one.action == "/card")
        return visitor.send(form, {"token": told})

    def _told(self, visitor: Visitor, after: str) -> str:
        found = json.loads(visitor.read(f"/events?after={after}"))
        return next((one["token"] for one in found.get("events", ()) if "token" in one), "")

    def pretend(self, *words: str) -> str:
        """Do something with a pretend device."""
        return door("kiosk", "pretend", "--data", str(self.data), *words)

    def status(self) -> dict[str, Any]:
        """The station's /status.json."""
        return read_json(f"{self.url}/status.json")

    def keeper(self, login: str) -> Visitor:
        """A keeper who is signed in at the desk."""
        return sign_in(self.desk_url, login)


class Network:
    """A hub with the sample pack, and stations as they are needed."""

    def __init__(self, folder: Path, environment: dict[str, str] | None = None) -> None:
        self.folder, self.environment = folder, environment or {}
        self.hub_data = folder / "hub"
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.processes: list[Process] = []
        serve = ["hub", "serve", "--data", str(self.hub_data), "--listen", f"127.0.0.1:{port}"]
        self.hub = self.process("hub", serve)
        self.stations: dict[str, Station] = {}

    def process(self, name: str, words: list[str]) -> Process:
        """A process of this network, not yet started."""
        one = Process(words, self.folder / f"{name}.log", self.environment)
        self.processes.append(one)
        return one

    def found(self, residents: int = 12) -> None:
        """Make the hub, load the pack, and start it."""
        data = str(self.hub_data)
        door("hub", "init", "--data", data, "--network", "shenjiamen", "--url", self.url)
        door("yizhan", "load", str(PACK), "--data", data, "--residents", str(residents))
        self.start_hub()

    def start_hub(self) -> None:
        """Start the hub and wait for its answer."""
        self.hub.start()
        eventually(lambda: healthy(self.url), "the hub answers")

    def staff(self, login: str, role: str, *scope: str) -> None:
        """Make a log-in with the password of these tests."""
        words = ("hub", "staff", "add", login, "--role", role, "--name", login, *scope)
        door(*words, "--data", str(self.hub_data), "--password-stdin", stdin=PASSWORD)

    def station(self, code: str) -> Station:
        """A station, enrolled and synced once, not yet switched on."""
        one = Station(self, code)
        one.enrol()
        self.stations[code] = one
        return one

    def staff_at_hub(self, login: str) -> Visitor:
        """A member of staff who is signed in at the hub."""
        return sign_in(self.url, login)

    def stop(self) -> None:
        """End all processes."""
        for one in self.processes:
            one.stop()

    def fingerprints_agree(self, station: Station) -> bool:
        """Whether the hub and the station show the same, as far as the station has followed."""
        words = ("yizhan", "fingerprint", "--json")
        own = json.loads(door(*words, "--data", str(station.data)))
        at, code = str(own["at"]), station.code
        hub = door(*words, "--data", str(self.hub_data), "--at", at, "--as", code)
        return bool(own["digest"] == json.loads(hub)["digest"])


def sign_in(url: str, login: str) -> Visitor:
    """Somebody signed in at a staff page."""
    visitor = Visitor(url)
    visitor.go("/login")
    visitor.press("登录", login=login, password=PASSWORD)
    assert visitor.page.status == 200, visitor.page.text
    return visitor


def healthy(url: str) -> bool:
    """Whether a server answers."""
    with urllib.request.urlopen(f"{url}/healthz", timeout=2) as answer:
        return bool(answer.status == 200)


def read_json(url: str) -> dict[str, Any]:
    """A JSON page."""
    with urllib.request.urlopen(url, timeout=5) as answer:
        found: dict[str, Any] = json.loads(answer.read())
        return found
