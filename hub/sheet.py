"""The recovery sheet: the hub's private key and the network's key, on paper, to be typed in.

Without it no station would accept a hub that is built anew after a total loss. Keys are written
in Crockford's base32 (no I, L, O, U), ten bytes a line, each line with two check characters,
the whole with a check of six bytes: a slip of the pen is found, and in which line. Pure: no
file and no database.
"""

import base64
import hashlib
import re
from collections.abc import Iterator

import msgspec

from yizhan.errors import Refusal
from yizhan.keys import fingerprint

LINE_BYTES = 10
KEY_BYTES = 32
CHECK_BYTES = 6

_RFC4648 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_WRITE = str.maketrans(_RFC4648, _CROCKFORD)
_READ = str.maketrans(_CROCKFORD + "OIL", _RFC4648 + "ABB")
"""What is easily taken for another character is read as that one (Crockford)."""

_KEY_LINE = re.compile(r"\s*([1-9])\s*[.:)]?\s+([0-9A-Za-z \-]+)")
_WORD_LINE = re.compile(r"\s*(network|address|offset)\s+(\S+)\s*")

HEAD = """\
驿站 恢复单   Yizhan recovery sheet
{rule}
谁拿到这张纸，谁就能冒充中心、读出姓名。请打印一份，锁好；不要留在电脑里，不要拍照。
中心全毁以后：python -m hub restore --data 新目录 --from-sheet ，把下面几行照样输入。
Whoever holds this paper can pose as the hub. Print it, lock it away, keep no file and no
photo. After a total loss: python -m hub restore --data NEW --from-sheet, and type these lines.
{rule}
"""


class Sheet(msgspec.Struct, frozen=True):
    """What is on a recovery sheet; `signing` is the hub's private key (32 bytes, RFC 8032)."""

    network: str
    url: str
    offset: str
    signing: bytes
    seal: bytes


def draw(sheet: Sheet, public: bytes) -> str:
    """The sheet as text for a printer; `public` is the hub's public key, shown to compare."""
    packed = sheet.signing + sheet.seal + _check(sheet)
    words = (("network", sheet.network), ("address", sheet.url), ("offset", sheet.offset))
    lines = [f"{name:<9}{value}" for name, value in words]
    pieces = (packed[n : n + LINE_BYTES] for n in range(0, len(packed), LINE_BYTES))
    lines += [f"{n}  {_groups(piece)}  {_mark(n, piece)}" for n, piece in enumerate(pieces, 1)]
    lines.append(f"\n密钥指纹 key fingerprint  {fingerprint(public)}")
    return HEAD.format(rule="─" * 78) + "\n" + "\n".join(lines) + "\n"


def read(text: str) -> Sheet:
    """What somebody typed from a sheet. Raises Refusal, which says which line is wrong."""
    words: dict[str, str] = {}
    pieces: dict[int, bytes] = {}
    for line in text.splitlines():
        if word := _WORD_LINE.fullmatch(line):
            words[word[1]] = word[2]
        elif key := _KEY_LINE.fullmatch(line):
            pieces[int(key[1])] = _piece(int(key[1]), key[2])
    packed = b"".join(piece for _n, piece in sorted(pieces.items()))
    missing = [*_missing_words(words), *_missing_lines(pieces)]
    if missing:
        raise Refusal("恢复单没有输完整，还缺：%(missing)s", missing="、".join(missing))
    signing, seal = packed[:KEY_BYTES], packed[KEY_BYTES : 2 * KEY_BYTES]
    sheet = Sheet(words["network"], words["address"], words["offset"], signing, seal)
    if packed[2 * KEY_BYTES :] != _check(sheet):
        raise Refusal("恢复单对不上：请再核对 network、address、offset 三行和各行的先后")
    return sheet


def _missing_words(words: dict[str, str]) -> Iterator[str]:
    yield from (f"{name} 行" for name in ("network", "address", "offset") if name not in words)


def _missing_lines(pieces: dict[int, bytes]) -> Iterator[str]:
    last = -(-(2 * KEY_BYTES + CHECK_BYTES) // LINE_BYTES)
    yield from (f"第 {n} 行" for n in range(1, last + 1) if n not in pieces)


def _check(sheet: Sheet) -> bytes:
    said = msgspec.json.encode((sheet.network, sheet.url, sheet.offset))
    return hashlib.blake2b(
        said + sheet.signing + sheet.seal, digest_size=CHECK_BYTES, person=b"yizhan sheet"
    ).digest()


def _mark(number: int, piece: bytes) -> str:
    """Two characters (10 bits) that change with the line and its place."""
    found = hashlib.blake2b(bytes([number]) + piece, digest_size=2).digest()
    return _written(found)[:2]


def _written(content: bytes) -> str:
    return base64.b32encode(content).decode().rstrip("=").translate(_WRITE)


def _groups(piece: bytes) -> str:
    written = _written(piece)
    return " ".join(written[n : n + 4] for n in range(0, len(written), 4))


def _piece(number: int, typed: str) -> bytes:
    """The bytes of a line. Raises Refusal where its check does not fit."""
    joined = re.sub(r"[\s\-]", "", typed).upper()
    written, mark = joined[:-2], joined[-2:]
    try:
        piece = base64.b32decode(written.translate(_READ))
    except ValueError:
        piece = b""
    if len(piece) != LINE_BYTES or _mark(number, piece) != mark.translate(_READ).translate(_WRITE):
        raise Refusal("恢复单第 %(number)s 行有写错的字，请再照着输一遍", number=number)
    return piece
