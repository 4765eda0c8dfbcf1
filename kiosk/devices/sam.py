"""The SAM module of a resident ID card reader (GA 467): bytes in, answers out, no port in sight.

Request   AA AA AA 96 69, two bytes of length, CMD PARA, check
Response  AA AA AA 96 69, two bytes of length, SW1 SW2 SW3, data, check
The length counts everything after it; the check is the XOR of everything after the preamble.
A card is 256 bytes of UTF-16LE, padded with spaces (GA/T 490), and a photo.

The photo is dropped here, unread. Nothing of a frame is ever logged. Knows no people.
"""

from dataclasses import dataclass
from functools import reduce
from operator import xor

PREAMBLE = b"\xaa\xaa\xaa\x96\x69"
FIND, SELECT, READ = b"\x20\x01", b"\x20\x02", b"\x30\x01"
OK, FOUND = 0x90, 0x9F
DEAD = (0x60, 0x66)
"""Its self-test failed, or it is not authorised: no retry will help."""

FRAME_MAX = 4096
TEXT, TEXT_AT = 256, 4
KIND = slice(248, 250)
NAME, SEX, BORN, NUMBER = slice(0, 30), slice(30, 32), slice(36, 52), slice(122, 158)
FOREIGN_NAME, FOREIGN_SEX, FOREIGN_NUMBER = slice(158, 188), slice(120, 122), slice(122, 152)
FOREIGN_BORN = slice(220, 236)
SEXES = {"1": "male", "2": "female"}


@dataclass(frozen=True)
class Answer:
    """What the module said: its third status byte, and data."""

    status: int
    data: bytes = b""


@dataclass(frozen=True)
class IdCard:
    """As much of a card as a registration needs; `born` is a year. No repr: it is no log line."""

    name: str
    gender: str
    born: int
    number: str

    def __repr__(self) -> str:
        return "IdCard(…)"


def request(command: bytes) -> bytes:
    """The bytes of a request."""
    body = (len(command) + 1).to_bytes(2, "big") + command
    return PREAMBLE + body + bytes([reduce(xor, body)])


def answer_bytes(status: bytes, data: bytes = b"") -> bytes:
    """The bytes of a response (for the pretended module)."""
    body = (len(status) + len(data) + 1).to_bytes(2, "big") + status + data
    return PREAMBLE + body + bytes([reduce(xor, body)])


class Answers:
    """An incremental parser. What cannot become a frame is dropped; never raises."""

    def __init__(self) -> None:
        self._partial = b""

    def feed(self, data: bytes) -> list[Answer]:
        """The answers that `data` completes."""
        self._partial += data
        found = []
        while (length := self._whole()) is not None:
            frame, self._partial = self._partial[:length], self._partial[length:]
            body = frame[len(PREAMBLE) : -1]
            if reduce(xor, body) == frame[-1] and len(body) >= 5:
                found.append(Answer(body[4], body[5:]))
        return found

    def drop(self) -> None:
        """Forget what is half here: a new question begins."""
        self._partial = b""

    def _whole(self) -> int | None:
        """The length of the frame that begins the buffer, once it is all here."""
        start = self._partial.find(PREAMBLE)
        keep = len(PREAMBLE) - 1
        self._partial = self._partial[start:] if start >= 0 else self._partial[-keep:]
        if start < 0 or len(self._partial) < len(PREAMBLE) + 2:
            return None
        length = len(PREAMBLE) + 2 + int.from_bytes(self._partial[5:7], "big")
        if length > FRAME_MAX:
            self._partial = self._partial[1:]
            return self._whole()
        return length if len(self._partial) >= length else None


def card(data: bytes) -> IdCard | None:
    """The card in the data of a good read answer; None for a layout that we do not know."""
    size = int.from_bytes(data[:2], "big")
    if size != TEXT or len(data) < TEXT_AT + TEXT:
        return None
    text = data[TEXT_AT : TEXT_AT + TEXT]
    kind = _field(text, KIND)
    if kind in ("", "J"):  # A residence permit of Hong Kong, Macau or Taiwan has the same places.
        return _read(text, NAME, SEX, BORN, NUMBER)
    if kind == "I":
        return _read(text, FOREIGN_NAME, FOREIGN_SEX, FOREIGN_BORN, FOREIGN_NUMBER)
    return None


def _read(text: bytes, name: slice, sex: slice, born: slice, number: slice) -> IdCard | None:
    year = _field(text, born)[:4]
    if not (year.isascii() and year.isdigit()):
        return None
    gender = SEXES.get(_field(text, sex), "")
    return IdCard(_field(text, name), gender, int(year), _field(text, number))


def _field(text: bytes, where: slice) -> str:
    return text[where].decode("utf-16-le", errors="replace").strip(" \0")
