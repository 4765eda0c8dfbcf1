"""Work on a stick as people follow it: one at a time, how far it is, and what came of it.

Kept in a small file of the data directory, so that the page shows what a command or udev
started too, and what came of it after a restart. Nothing depends on it: what a stick holds
and what was received stand on the stick and in the journal. Knows no bundle.
"""

import fcntl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Literal

import msgspec

from yizhan.errors import N_, Refusal, Unreachable

STATUS = "stick.json"
LOCK = "stick.lock"
KEPT = 5
LOCK_WAIT_S = 1.0
"""A page that looks whether we work holds the lock for a moment."""

BUSY = N_("正在读写另一个U盘，等它做完再来")
BROKEN_OFF = N_("上一次没有做完（停电或者重启了）：再来一次就好，没有东西丢失。")

Doing = Literal["export", "import", "rescue"]
Step = Callable[[int, int], None]
"""Told after every file: how many are done, and of how many."""


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """A sentence for people: a gettext msgid and what fills its places."""

    message: str
    values: dict[str, str | int] = {}

    def __str__(self) -> str:
        return self.message % self.values if self.values else self.message


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came from one station: files, records in them, those that were new; remarks."""

    station: str
    files: int = 0
    records: int = 0
    new: int = 0
    remarks: tuple[Said, ...] = ()


class Result(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of it. `good` is false where somebody has to do something."""

    said: tuple[Said, ...]
    good: bool = True
    lines: tuple[Line, ...] = ()


class Status(msgspec.Struct, frozen=True, omit_defaults=True):
    """One piece of work; `result` is None while it goes on. `begun` is the station's time."""

    doing: Doing
    stick: str
    begun: str
    done: int = 0
    of: int = 0
    result: Result | None = None


def history(data: Path) -> list[Status]:
    """The last pieces of work, the newest first; what was broken off says so."""
    found = _read(data)
    if found and found[0].result is None and not _at_work(data):
        # It may have ended between the two looks.
        found = _read(data)
    if found and found[0].result is None and not _at_work(data):
        broken = Result((Said(BROKEN_OFF),), good=False)
        found[0] = msgspec.structs.replace(found[0], result=broken)
    return found


class Work:
    """One piece of work, from here until `run` returns. Raises Refusal where another goes on."""

    def __init__(self, data: Path, doing: Doing, stick: Path, begun: str) -> None:
        self.data = data
        self._lock = _take_lock(data)
        self._before = [status for status in _read(data) if status.result is not None]
        self._status = Status(doing, str(stick), begun)
        self._write()

    def step(self, done: int, of: int) -> None:
        """So far."""
        self._status = msgspec.structs.replace(self._status, done=done, of=of)
        self._write()

    def run(self, job: Callable[[Step], Result]) -> Result:
        """Do it, and keep what came of it; errors pass through when they are written down."""
        try:
            result = job(self.step)
        except (Refusal, Unreachable) as error:
            self._end(Result((_said(error),), good=False))
            raise
        else:
            self._end(result)
            return result
        finally:
            self._lock.close()

    def _end(self, result: Result) -> None:
        self._status = msgspec.structs.replace(self._status, result=result)
        self._write()

    def _write(self) -> None:
        raw = msgspec.json.encode([self._status, *self._before[: KEPT - 1]])
        fresh = self.data / f"{STATUS}.new"
        # A full disk here must not keep the records from the stick.
        with suppress(OSError):
            fresh.write_bytes(raw)
            fresh.replace(self.data / STATUS)


def in_background(run: Callable[[], Result], close: Callable[[], None]) -> threading.Thread:
    """Do it in a thread of its own; `close` ends what belongs to that thread.

    What came of it, errors too, stands in the history.
    """

    def work() -> None:
        with suppress(Refusal, Unreachable):
            run()
        close()

    thread = threading.Thread(target=work, name="stick", daemon=True)
    thread.start()
    return thread


def _said(error: Refusal | Unreachable) -> Said:
    if isinstance(error, Refusal):
        values = {name: str(value) for name, value in error.values.items()}
        return Said(error.message, dict(values))
    return Said(str(error))


def _read(data: Path) -> list[Status]:
    try:
        return msgspec.json.decode((data / STATUS).read_bytes(), type=list[Status])
    except (FileNotFoundError, msgspec.MsgspecError):
        return []


def _take_lock(data: Path) -> IO[str]:
    ends = time.monotonic() + LOCK_WAIT_S
    while not (lock := _locked(data, fcntl.LOCK_EX)):
        if time.monotonic() > ends:
            raise Refusal(BUSY)
        time.sleep(0.02)
    return lock


def _at_work(data: Path) -> bool:
    lock = _locked(data, fcntl.LOCK_SH)
    if lock:
        lock.close()
    return lock is None


def _locked(data: Path, how: int) -> IO[str] | None:
    lock = (data / LOCK).open("a")
    try:
        fcntl.flock(lock, how | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock
