"""A pretended RDM6300: repeats the frame of each card laid on it, as the real one does."""

import random
import re
import threading

from kiosk.devices.pretend_wire import Wire
from kiosk.devices.rdm6300 import wire as frame_of
from yizhan.errors import N_, Refusal

REPEATS_EVERY = 0.06
NUMBER_MAX = 0xFFFFFFFF
GARBAGE_MAX = 4000


def raw_of(number: str) -> str:
    """The ten hex digits of a card, given those or the ten digits printed on it.

    A printed number tells nothing of the version byte, which is then 00. Raises Refusal.
    """
    if re.fullmatch(r"[0-9]{10}", number) and int(number) <= NUMBER_MAX:
        return f"{int(number):010X}"
    if re.fullmatch(r"[0-9A-Fa-f]{10}", number) and not number.isdigit():
        return number.upper()
    raise Refusal(
        N_("卡号要写成卡面上的十位数字（例如 0003887558），或十位十六进制（例如 67003B51C6）。")
    )


class PretendReader:
    """Any number of cards may lie on it; they take turns, as tags do that disturb each other."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._cards: tuple[str, ...] = ()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pretend-card", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def lay(self, number: str) -> int:
        """Lay a card; returns how many lie there now."""
        raw = raw_of(number)
        if raw not in self._cards:
            self._cards = (*self._cards, raw)
        return len(self._cards)

    def lift(self) -> None:
        """Take away whatever lies there."""
        self._cards = ()

    def garbage(self, count: int) -> None:
        """Send what a reader of another speed would: bytes without sense, the same each time."""
        if not 0 < count <= GARBAGE_MAX:
            raise Refusal(N_("乱码的字节数要在 1 到 %(most)s 之间。"), most=GARBAGE_MAX)
        self._wire.write(random.Random(count).randbytes(count))

    def _run(self) -> None:
        turn = 0
        while not self._stopping.wait(REPEATS_EVERY):
            if cards := self._cards:
                self._wire.write(frame_of(cards[turn % len(cards)]))
                turn += 1
