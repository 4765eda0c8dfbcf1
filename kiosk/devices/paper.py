"""What stands on the paper: the bytes of a slip printer read back into lines with their sizes.

Knows the commands that escpos.py writes and shows any other as ‹hex›, so that it is noticed.
Refuses to know ports and files. Serves the tests and the pretend printer.
"""

from collections.abc import Iterator
from dataclasses import dataclass

# First two bytes of a command -> how many argument bytes follow.
ARGUMENTS = {
    b"\x10\x04": 1,  # DLE EOT n: real-time status
    b"\x1b@": 0,  # ESC @: initialise
    b"\x1ba": 1,  # ESC a n: align
    b"\x1bd": 1,  # ESC d n: print and feed n lines
    b"\x1bE": 1,  # ESC E n: bold
    b"\x1c&": 0,  # FS &: Chinese on
    b"\x1c.": 0,  # FS .: Chinese off
    b"\x1cW": 1,  # FS W n: Chinese at double size
    b"\x1d!": 1,  # GS ! n: size
    b"\x1dV": 2,  # GS V 66 n: feed and cut
    b"\x1dr": 1,  # GS r n: status in turn
}
LONG = b"\x1d("
"""GS ( fn: a letter, two bytes of length, and so many more."""
QR_STORE, QR_PRINT = 0x50, 0x51
LEADS = frozenset(b"\x10\x1b\x1c\x1d")
CUT_MARK = "✂"


@dataclass(frozen=True)
class Line:
    """One printed line; `size` is (width, height) in multiples of the smallest."""

    text: str
    size: tuple[int, int] = (1, 1)
    centred: bool = False
    bold: bool = False

    @property
    def columns(self) -> int:
        """How much of the paper's width it takes, in the smallest Latin letters."""
        return self.size[0] * sum(1 if character.isascii() else 2 for character in self.text)


class Splitter:
    """Cuts a stream that arrives in pieces into commands, characters and line ends."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The complete parts of what has come; an unfinished one waits for more."""
        self._rest += data
        while self._rest and (length := self._length()) <= len(self._rest):
            part, self._rest = self._rest[:length], self._rest[length:]
            yield part

    def _length(self) -> int:
        first = self._rest[0]
        if self._rest[:2] == LONG:
            return 5 + int.from_bytes(self._rest[3:5], "little") if len(self._rest) >= 5 else 5
        if first in LEADS:
            return 2 + ARGUMENTS.get(self._rest[:2], 0)
        return 2 if first > 0x80 else 1


class Printout:
    """Follows the printer's modes and collects lines; `slips` is one list per cut, plus the rest.

    A line that was never ended with LF does not show, as on paper.
    """

    def __init__(self) -> None:
        self.slips: list[list[Line]] = [[]]
        self._splitter = Splitter()
        self._initialise()

    def feed(self, data: bytes) -> None:
        for part in self._splitter.feed(data):
            if part[0] in LEADS:
                self._obey(part[:2], part[2:])
            elif part == b"\n":
                self._end_line()
            else:
                self._text += self._decoded(part)

    def _initialise(self) -> None:
        self._text = self._code = ""
        self._chinese = True
        self._size = (1, 1)
        self._centred = self._bold = False

    def _obey(self, command: bytes, arguments: bytes) -> None:
        match command, *arguments:
            case b"\x1b@", *_:
                self._initialise()
            case ((b"\x1c&" | b"\x1c."), *_):
                self._chinese = command == b"\x1c&"
            case b"\x1d!", scale:
                self._size = ((scale >> 4) + 1, (scale & 0x0F) + 1)
            case b"\x1ba", place:
                self._centred = place == 1
            case b"\x1bE", weight:
                self._bold = weight == 1
            case b"\x1bd", lines:
                self.slips[-1] += [Line("")] * lines
            case b"\x1d(", _letter, _low, _high, _symbol, function, *data:
                self._draw(function, bytes(data))
            case b"\x1dV", *_:
                self.slips.append([])
            case _ if command not in ARGUMENTS:
                self._text += f"‹{command.hex()}›"

    def _draw(self, function: int, data: bytes) -> None:
        """A QR code shows as what it says."""
        if function == QR_STORE:
            self._code = data[1:].decode("ascii", errors="replace")
        elif function == QR_PRINT:
            self.slips[-1].append(Line(f"▦ {self._code}", (1, 1), self._centred))

    def _decoded(self, part: bytes) -> str:
        if len(part) == 2 and not self._chinese:
            return "?" * 2
        return part.decode("gb18030", errors="replace")

    def _end_line(self) -> None:
        self.slips[-1].append(Line(self._text, self._size, self._centred, self._bold))
        self._text = ""


def render(data: bytes) -> list[list[Line]]:
    """The slips that these bytes print, one list of lines each; nothing of an empty one."""
    printout = Printout()
    printout.feed(data)
    return [slip for slip in printout.slips if slip]


def as_text(slips: list[list[Line]]) -> str:
    """The slips for a terminal: each line after its size mark, ✂ after each slip."""
    return "\n".join(
        line for slip in slips for line in [*(_shown(line) for line in slip), CUT_MARK]
    )


def _shown(line: Line) -> str:
    across, down = line.size
    return line.text if line.size == (1, 1) else f"〔{across}×{down}〕{line.text}"
