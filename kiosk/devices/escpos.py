"""ESC/POS: a slip in large type to bytes, and the printer's status bytes to words.

Pure. Chinese goes out as GB18030 after FS &, in two-byte characters only: the common boards
print junk for four-byte ones, so those become 〓. Sizes go out twice, as FS W for boards that
scale Chinese only so, then as GS !, which the others obey last.
Sources: Epson ESC/POS reference; SPRT and SureprintSP91 manuals; masks of python-escpos.
"""

import enum
import functools
import re
import unicodedata
from typing import Self

INIT = b"\x1b@"
CHINESE = b"\x1c&"
ASK_ONLINE, ASK_CAUSE, ASK_PAPER = (b"\x10\x04" + bytes([n]) for n in (1, 2, 4))
ASK_PAPER_OLD = b"\x1dr\x01"

COLUMNS_58MM, COLUMNS_80MM = 32, 48
MISSING = "〓"
# Written often, four bytes long in GB18030, and with a two-byte twin that looks the same.
TWINS = str.maketrans({"\xa5": "\uffe5", "\u2022": "\xb7", "\xa0": " ", "\u2713": "\u221a"})
WORD_OR_CHARACTER = re.compile(r"[!-~]+|.")
NOT_FIRST = frozenset("，。、；：？！）》」』”’…％℃,.;:?!)%")
NUMBER_SIZE_MAX = 4
FEED_BEFORE_CUT = 3
QR_DOTS = 7
"""A module's width: 41 letters make 29 modules, 25 mm of the 48 that a 58 mm roll prints."""


class Slip:
    """A slip being written, from top to bottom; `bytes(slip)` is what the printer gets.

    `columns` is the width of the paper in Latin letters of the smallest size; hanzi take two.
    """

    def __init__(self, columns: int = COLUMNS_58MM) -> None:
        self._columns = columns
        self._parts = [INIT, CHINESE]

    def title(self, text: str) -> Self:
        """The heading: double size, centred, bold."""
        return self._text(text, size=2, centred=True, bold=True)

    def number(self, text: str) -> Self:
        """What is called aloud: as large as fits on one line, centred, bold."""
        size = min(NUMBER_SIZE_MAX, max(1, self._columns // max(1, width(text))))
        return self._text(text, size=size, centred=True, bold=True)

    def line(self, text: str) -> Self:
        """Plain text for tired eyes: double size."""
        return self._text(text, size=2)

    def small(self, text: str) -> Self:
        """Text for the staff or the file: normal size."""
        return self._text(text, size=1)

    def rule(self) -> Self:
        """A line across the paper."""
        return self._text("-" * self._columns, size=1)

    def qr(self, text: str) -> Self:
        """A QR code (model 2, level M) in the middle, of modules that a shaking hand can show."""
        self._parts.append(b"\x1ba\x01")
        for function in (b"\x31\x41\x32\x00", b"\x31\x43" + bytes([QR_DOTS]), b"\x31\x45\x31"):
            self._parts.append(_qr(function))
        self._parts.append(_qr(b"\x31\x50\x30" + text.encode("ascii")) + _qr(b"\x31\x51\x30"))
        return self.feed()

    def feed(self, lines: int = 1) -> Self:
        """Empty paper, in lines (255 at most)."""
        self._parts.append(b"\x1bd" + bytes([lines]))
        return self

    def cut(self) -> Self:
        """Push the last line past the edge, for hands that tear, and cut where there is a knife."""
        self.feed(FEED_BEFORE_CUT)
        self._parts.append(b"\x1dVB\x00")
        return self

    def __bytes__(self) -> bytes:
        return b"".join(self._parts)

    def _text(self, text: str, size: int, centred: bool = False, bold: bool = False) -> Self:
        self._parts.append(_style(size, centred, bold))
        for line in wrap(text, self._columns // size):
            self._parts.append(encode(line) + b"\n")
        return self


def _qr(function: bytes) -> bytes:
    """GS ( k with its length."""
    return b"\x1d(k" + len(function).to_bytes(2, "little") + function


def _style(size: int, centred: bool, bold: bool) -> bytes:
    scale = (size - 1) << 4 | (size - 1)
    return (
        (b"\x1cW" + bytes([size > 1]))
        + (b"\x1d!" + bytes([scale]))
        + (b"\x1ba" + bytes([centred]))
        + (b"\x1bE" + bytes([bold]))
    )


def encode(text: str) -> bytes:
    """One line as the printer's bytes; a control character is a space, so none is obeyed."""
    return b"".join(_character(character) for character in _printable(text))


def _printable(text: str) -> str:
    plain = unicodedata.normalize("NFC", text).translate(TWINS)
    return "".join(
        " " if unicodedata.category(character) == "Cc" else character
        for character in plain
        if unicodedata.category(character) not in ("Cf", "Mn")
    )


@functools.lru_cache(maxsize=4096)
def _character(character: str) -> bytes:
    code = character.encode("gb18030", errors="replace")
    return code if len(code) <= 2 else MISSING.encode("gb18030")


def width(text: str) -> int:
    """Columns at the smallest size: one for ASCII, two for everything else."""
    return _columns_of(_printable(text))


def _columns_of(printable: str) -> int:
    return sum(len(_character(character)) for character in printable)


def wrap(text: str, columns: int) -> list[str]:
    """Lines of at most so many columns, at least one.

    Latin words stay whole where they fit, and no line begins with a closing mark.
    """
    return [line for given in text.splitlines() or [""] for line in _wrapped(given, columns)]


def _wrapped(text: str, columns: int) -> list[str]:
    lines = [""]
    for word in WORD_OR_CHARACTER.findall(_printable(text)):
        for piece in [word] if len(word) <= columns else word:
            _lay(piece, lines, columns)
    return lines


def _lay(piece: str, lines: list[str], columns: int) -> None:
    if _columns_of(lines[-1] + piece) <= columns:
        lines[-1] += piece
    elif piece in NOT_FIRST and len(lines[-1]) > 1:
        lines[-1:] = [lines[-1][:-1], lines[-1][-1] + piece]
    elif piece != " ":
        lines.append(piece)


class Health(enum.StrEnum):
    """How the printer says it is. `unknown`: it says nothing that we understand."""

    WELL = "ready"
    NEAR_END = "near_end"
    NO_PAPER = "no_paper"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"
    UNKNOWN = "unknown"


def is_status(byte: int) -> bool:
    """Is this an answer to DLE EOT? Its fixed bits are 0xx1xx10."""
    return byte & 0x93 == 0x12


def is_old_status(byte: int) -> bool:
    """Is this an answer to GS r? Bits 4 and 7 are 0, which keeps XON and XOFF out."""
    return byte & 0x90 == 0


def paper_from_status(byte: int) -> Health:
    """DLE EOT 4: 0x60 the end of the paper, 0x0C the end is near."""
    if byte & 0x60:
        return Health.NO_PAPER
    return Health.NEAR_END if byte & 0x0C else Health.WELL


def paper_from_old_status(byte: int) -> Health:
    """GS r 1: 0x0C no paper, 0x03 the end is near."""
    if byte & 0x0C:
        return Health.NO_PAPER
    return Health.NEAR_END if byte & 0x03 else Health.WELL


def is_offline(byte: int) -> bool:
    """DLE EOT 1: bit 3."""
    return bool(byte & 0x08)


def cause_of_offline(byte: int) -> Health:
    """DLE EOT 2: 0x20 stopped by the end of the paper, 0x04 cover open, else an error."""
    if byte & 0x20:
        return Health.NO_PAPER
    return Health.COVER_OPEN if byte & 0x04 else Health.OFFLINE
