"""Starts and ends the practice: a process of its own, on data of its own, with pretended devices.

It ends with the kiosk that started it, however that ends: it hangs at a pipe that closes then.
Knows processes and ports; knows no page.
"""

import contextlib
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import msgspec

from kiosk.practice import founding
from yizhan.db import Db
from yizhan.errors import N_, Refusal
from yizhan.web import ROOT

READY_S = 20.0
STOP_S = 10.0
LONGEST_S = 4 * 3600.0
"""A forgotten practice ends by itself: a Pi has better use for its memory."""

FAILED = N_("练习没有启动起来，真的站不受影响。请告诉管理员，日志在 %(log)s")


class Doors(msgspec.Struct, frozen=True):
    """The ports of the practice's touchscreen and desk."""

    screen: int
    desk: int


class Practice:
    """The practice of one station: at most one runs at a time."""

    def __init__(self, data: Path, db: Db, station: str) -> None:
        self._data, self._db, self._station = data, db, station
        self._child: subprocess.Popen[bytes] | None = None
        self._doors: Doors | None = None
        self._lock = threading.Lock()

    def doors(self) -> Doors | None:
        """Where it listens; None while it does not run."""
        running = self._child is not None and self._child.poll() is None
        return self._doors if running else None

    def start(self, host: str) -> Doors:
        """Start it on this host, if it does not run, and wait until it answers. Raises Refusal."""
        with self._lock:
            if found := self.doors():
                return found
            where = founding.found(self._data, self._db, self._station)
            doors = Doors(_free_port(host), _free_port(host))
            log = self._data / f"{founding.NAME}.log"
            with log.open("wb") as said:
                self._child = subprocess.Popen(
                    [
                        sys.executable, "-m", "kiosk", "practise", "--data", str(where),
                        "--listen", f"{host}:{doors.screen}", "--desk", f"{host}:{doors.desk}",
                    ],
                    stdin=subprocess.PIPE, stdout=said, stderr=said, cwd=ROOT,
                )  # fmt: skip
            if not self._answers(host, doors):
                self._end()
                raise Refusal(FAILED, log=log)
            self._doors = doors
            return doors

    def stop(self) -> None:
        """End it; its data stays for the next time."""
        with self._lock:
            self._end()

    def reset(self) -> None:
        """End it and throw its data away."""
        with self._lock:
            self._end()
            founding.clear(self._data)

    def _end(self) -> None:
        child, self._child, self._doors = self._child, None, None
        if child is None:
            return
        assert child.stdin is not None
        with contextlib.suppress(OSError):
            child.stdin.close()
        try:
            child.wait(STOP_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def _answers(self, host: str, doors: Doors) -> bool:
        assert self._child is not None
        ends = time.monotonic() + READY_S
        while time.monotonic() < ends and self._child.poll() is None:
            with contextlib.suppress(OSError):
                where = "127.0.0.1" if host == "0.0.0.0" else host
                socket.create_connection((where, doors.desk), timeout=1).close()
                return True
            time.sleep(0.1)
        return False


def _free_port(host: str) -> int:
    with socket.socket() as one:
        one.bind((host, 0))
        return int(one.getsockname()[1])


def until_left(told: threading.Event) -> None:
    """Wait for the signal to end, the end of the kiosk that started us, or too long a time."""

    def watch() -> None:
        with contextlib.suppress(OSError):
            while sys.stdin.buffer.read(1):
                pass
        told.set()

    threading.Thread(target=watch, daemon=True).start()
    told.wait(LONGEST_S)
