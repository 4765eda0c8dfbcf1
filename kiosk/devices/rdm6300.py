"""RDM6300 and ID-12 readers of 125 kHz EM4100 tags: bytes in, frames out, no port in sight.

A frame is 0x02, ten hex digits (one version byte, four bytes of number), two hex digits of
checksum (XOR of the five bytes), 0x03. ID-12 and ID-20LA readers put CR LF before the 0x03.
Sources: the frames of python-rdm6300 (test_reader.py) and flaviut/rdm6300 (reader.py).

Knows nothing of presence or people. A tag has no secret and is copied with a ten-yuan
device: a number says who it claims to be, never that she may spend.
"""

from dataclasses import dataclass
from functools import reduce
from operator import xor

STX, ETX = 0x02, 0x03
HEX = frozenset(b"0123456789ABCDEFabcdef")
BODY = 12
ENDINGS = (b"\x03", b"\r", b"\r\n", b"\r\n\x03")
GAP = 0.150


@dataclass(frozen=True)
class Frame:
    """One reading of a tag: `raw` is its version byte and number, ten upper-case hex digits."""

    raw: str

    @property
    def number(self) -> str:
        """The ten digits printed on the card."""
        return f"{int(self.raw[2:], 16):010d}"


class Framer:
    """An incremental parser; `invalid` counts the bytes so far that made no valid frame."""

    def __init__(self) -> None:
        self.invalid = 0
        self._partial = bytearray()
        self._heard = 0.0

    def feed(self, data: bytes, now: float) -> list[Frame]:
        """The frames that `data` completes. `now` is in monotonic seconds.

        A part left waiting more than 150 ms is dropped, and so is one that can no longer
        become a frame; reading goes on at the next 0x02. Never raises.
        """
        if now - self._heard > GAP:
            self._drop()
        if data:
            self._heard = now
        return [frame for byte in data if (frame := self._take(byte)) is not None]

    def _take(self, byte: int) -> Frame | None:
        if byte == STX:
            self._drop()
        elif not self._fits(byte):
            self.invalid += 1
            self._drop()
            return None
        self._partial.append(byte)
        return self._complete() if byte == ETX else None

    def _fits(self, byte: int) -> bool:
        """May this byte stand next? Nothing fits before a 0x02 or after sixteen bytes."""
        if not self._partial:
            return False
        body, tail = self._partial[1 : 1 + BODY], bytes(self._partial[1 + BODY :])
        if len(body) < BODY:
            return byte in HEX
        return tail + bytes([byte]) in ENDINGS

    def _complete(self) -> Frame | None:
        digits = self._partial[1 : 1 + BODY].decode("ascii")
        *content, check = bytes.fromhex(digits)
        if reduce(xor, content) != check:
            self._drop()
            return None
        self._partial.clear()
        return Frame(digits[:10].upper())

    def _drop(self) -> None:
        self.invalid += len(self._partial)
        self._partial.clear()


def wire(raw: str) -> bytes:
    """The fourteen bytes that a reader sends for a tag of these ten hex digits."""
    check = reduce(xor, bytes.fromhex(raw))
    return b"\x02" + f"{raw}{check:02X}".encode("ascii") + b"\x03"
