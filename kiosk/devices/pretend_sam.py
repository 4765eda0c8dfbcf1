"""A pretended ID card reader: answers find, select and read as a SAM module does.

The card on it is made up, with a grey photo that nobody reads.
"""

import threading

from kiosk.devices import sam
from kiosk.devices.pretend_wire import Wire
from kiosk.devices.sam import answer_bytes, request
from yizhan.errors import N_, Refusal
from yizhan.services.people.numbers import idcard

PHOTO = bytes(1024)
NAME_MAX = 15
NO_CARD, BAD = b"\x00\x00\x80", b"\x00\x00\x41"


class PretendSam:
    """`dead` may be set from any thread: a module whose self-test fails."""

    def __init__(self, wire: Wire) -> None:
        self.dead = False
        self._wire = wire
        self._card: bytes | None = None
        self._heard = b""
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pretend-idcard", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def lay(self, name: str, number: str) -> None:
        """Lay a card with this name and number of eighteen places. Raises Refusal."""
        if not idcard(number) or not 0 < len(name) <= NAME_MAX:
            raise Refusal(N_("身份证要写成姓名和十八位号码，校验位要对"))
        self._card = text_of(name, idcard(number))

    def lift(self) -> None:
        """Take the card away."""
        self._card = None

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._heard = (self._heard + self._wire.read(timeout=0.05))[-64:]
            for command in (sam.FIND, sam.SELECT, sam.READ):
                if self._heard.endswith(request(command)):
                    self._heard = b""
                    self._wire.write(self._answer(command))

    def _answer(self, command: bytes) -> bytes:
        if self.dead:
            return answer_bytes(bytes([0, 0, sam.DEAD[0]]))
        if self._card is None:
            return answer_bytes(NO_CARD if command == sam.FIND else BAD)
        if command == sam.FIND:
            return answer_bytes(bytes([0, 0, sam.FOUND]), bytes(4))
        if command == sam.SELECT:
            return answer_bytes(bytes([0, 0, sam.OK]), bytes(8))
        head = len(self._card).to_bytes(2, "big") + len(PHOTO).to_bytes(2, "big")
        return answer_bytes(bytes([0, 0, sam.OK]), head + self._card + PHOTO)


def text_of(name: str, number: str) -> bytes:
    """The 256 bytes of text of a citizen's card."""
    sex = "1" if int(number[16]) % 2 else "2"
    head = f"{name:<15}{sex}01{number[6:14]}{'':<35}{number}"
    return f"{head:<128}".encode("utf-16-le")
