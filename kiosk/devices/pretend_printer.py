"""A pretended slip printer: answers status questions and keeps the paper.

What is sent while it has no paper or its cover is open is lost, the worst that real ones do.
The paper is also a file, so that it outlives the process as paper does.
"""

import enum
import threading
from pathlib import Path

from kiosk.devices.escpos import INIT
from kiosk.devices.paper import Splitter
from kiosk.devices.pretend_wire import Wire

KEEP = 64 * 1024
ROLL_MAX = 1024 * 1024
DLE_EOT = b"\x10\x04"
GS_R = b"\x1dr"
FIXED, OFFLINE, COVER, STOPPED, NO_PAPER = 0x12, 0x08, 0x04, 0x20, 0x6C
OLD_PAPER, OLD_NO_PAPER = b"\x00", b"\x0f"


class Manners(enum.Enum):
    """What it answers: everything, only GS r as cheap boards do, or nothing."""

    TALKS = "talks"
    SIMPLE = "simple"
    MUTE = "mute"


class PretendPrinter:
    """`has_paper`, `cover_open` and `manners` may be set from any thread."""

    def __init__(self, wire: Wire, roll: Path) -> None:
        self.has_paper = True
        self.cover_open = False
        self.manners = Manners.TALKS
        self._wire = wire
        self._roll = roll
        self._paper = _kept(roll)
        self._splitter = Splitter()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pretend-printer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def paper(self) -> bytes:
        """What was printed lately, from the beginning of a slip."""
        return self._paper

    def plugged_in(self) -> None:
        """The cable was out: half a command from before means nothing now."""
        self._splitter = Splitter()

    def _run(self) -> None:
        while not self._stopping.is_set():
            if data := self._wire.read(timeout=0.05):
                self._print(b"".join(map(self._take, self._splitter.feed(data))))

    def _take(self, part: bytes) -> bytes:
        """Answer a question; anything else goes to the paper, if there is any."""
        if part[:2] == DLE_EOT:
            if self.manners is Manners.TALKS:
                self._wire.write(bytes([self._status(part[2])]))
            return b""
        if part[:2] == GS_R:
            if self.manners is not Manners.MUTE:
                self._wire.write(OLD_PAPER if self.has_paper else OLD_NO_PAPER)
            return b""
        return part if self._prints() else b""

    def _prints(self) -> bool:
        return self.has_paper and not self.cover_open

    def _status(self, question: int) -> int:
        meanings = {
            1: OFFLINE * (not self._prints()),
            2: COVER * self.cover_open | STOPPED * (not self.has_paper),
            4: NO_PAPER * (not self.has_paper),
        }
        return FIXED | meanings.get(question, 0)

    def _print(self, data: bytes) -> None:
        if data:
            with self._roll.open("ab") as roll:
                roll.write(data)
            self._paper = tail(self._paper + data)


def _kept(roll: Path) -> bytes:
    """The end of the paper of earlier runs; a roll grown past 1 MiB is cut back to that."""
    whole = roll.read_bytes() if roll.exists() else b""
    if len(whole) > ROLL_MAX:
        roll.write_bytes(tail(whole))
    return tail(whole)


def tail(paper: bytes) -> bytes:
    """The last 64 KiB, from the beginning of a slip."""
    if len(paper) <= KEEP:
        return paper
    kept = paper[-KEEP:]
    return kept[max(0, kept.find(INIT)) :]
