"""A picture without what the camera wrote beside it: place, time, owner, serial number, thumbnail.

Walks the containers of JPEG (ITU-T T.81, annex B), PNG (W3C PNG, 5) and WebP (RFC 9649) and
keeps only the parts that are named here as needed to draw; how the picture is turned is written
anew (Exif 3.0, 4.6.2: IFD and tag 0x0112). Nothing is decoded, so hostile bytes meet no decoder
here. Knows parts and lengths; knows no pixel.
"""

import re
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Literal

Order = Literal["big", "little"]
ORDERS: dict[bytes, Order] = {b"II*\0": "little", b"MM\0*": "big"}

JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"

PARTS_MAX = 20_000
"""A photo of 8 MiB has at most some thousands; whoever sends more makes work."""

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = {
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB",
    b"cICP",
}  # fmt: skip
WEBP_KEPT = {b"VP8 ", b"VP8L", b"ALPH", b"ICCP"}

EXIF, ICC, JFIF, ADOBE = b"Exif\0\0", b"ICC_PROFILE\0", b"JFIF\0", b"Adobe"
SOS, EOI = 0xDA, 0xD9
TABLES = {*range(0xC0, 0xD0), 0xDB, 0xDC, 0xDD} - {0xC8}
"""Frames, Huffman and arithmetic tables, quantization, number of lines, restart interval."""
FILL = re.compile(rb"\xff+")
"""Before a marker there may be any number of these (T.81 B.1.1.2)."""
NEXT_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""Within a scan 0xFF is followed by 0 or RSTn, unless the scan has ended (T.81 B.1.1.2)."""


class NoPicture(Exception):
    """These bytes are not a whole picture of that kind."""


def media_of(content: bytes) -> str:
    """The media type of a JPEG, PNG or WebP by its first bytes; empty for anything else."""
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(PNG_MAGIC):
        return PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    return ""


def bare(content: bytes) -> bytes:
    """The same picture, turned the same way, and nothing else. Raises NoPicture."""
    rewritten = {JPEG: _jpeg, PNG: _png, WEBP: _webp}.get(media_of(content))
    if rewritten is None:
        raise NoPicture
    return rewritten(content)


def _jpeg(content: bytes) -> bytes:
    parts: list[bytes] = []
    turned, drawn = 1, False
    for marker, part in _few(_segments(content)):
        body = part[4:]
        if marker == 0xE1 and body.startswith(EXIF):
            turned = _turned(body[len(EXIF) :]) or turned
        elif marker == 0xE0 and body.startswith(JFIF) and len(body) >= 14:
            # The same without its thumbnail.
            parts.append(b"\xff\xe0\0\x10" + body[:12] + b"\0\0")
        elif marker in TABLES or marker == SOS or _is_colour(marker, body):
            parts.append(part)
            drawn = drawn or marker == SOS
    if not drawn:
        raise NoPicture
    exif = EXIF + _tiff(turned)
    said = b"\xff\xe1" + (len(exif) + 2).to_bytes(2) + exif if turned > 1 else b""
    at = 1 if parts[0][1] == 0xE0 else 0
    return b"".join([b"\xff\xd8", *parts[:at], said, *parts[at:], b"\xff\xd9"])


def _is_colour(marker: int, body: bytes) -> bool:
    """What the decoder must know of colours: an ICC profile, Adobe's transform."""
    return (marker == 0xE2 and body.startswith(ICC)) or (marker == 0xEE and body.startswith(ADOBE))


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and bytes of each segment up to the end of the image; what follows it is no part.

    A scan comes with its data. A file that was cut within its scan ends there.
    """
    at, size = 2, len(content)
    while True:
        fill = FILL.match(content, at)
        if fill is None or fill.end() == size:
            raise NoPicture
        at, marker = fill.end() - 1, content[fill.end()]
        if marker == EOI:
            return
        end = at + 2 + _within(content[at + 2 : at + 4], size - at - 2, least=2)
        if marker == SOS:
            found = NEXT_MARKER.search(content, end)
            end = found.start() if found else size
        yield marker, content[at:end]
        at = end
        if marker == SOS and at == size:
            return


def _within(written: bytes, most: int, order: Order = "big", least: int = 0) -> int:
    """A length as it is written, if so much is there."""
    length = int.from_bytes(written, order)
    if not least <= length <= most:
        raise NoPicture
    return length


def _few(parts: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    yield from islice(parts, PARTS_MAX)
    if next(parts, None) is not None:
        raise NoPicture


def _png(content: bytes) -> bytes:
    parts: list[bytes] = []
    turned, drawn, at = 1, False, len(PNG_MAGIC)
    for _n in range(PARTS_MAX):
        body = at + 8
        end = body + _within(content[at : at + 4], len(content) - body - 4)
        kind = content[at + 4 : body]
        if kind == b"eXIf":
            turned = _turned(content[body:end]) or turned
        elif kind in PNG_KEPT:
            parts.append(content[at : end + 4])
        drawn = drawn or kind == b"IDAT"
        at = end + 4
        if kind == b"IEND":
            break
    if not drawn or parts[0][4:8] != b"IHDR" or parts[-1][4:8] != b"IEND":
        raise NoPicture
    said = _chunk(b"eXIf", _tiff(turned)) if turned > 1 else b""
    return b"".join([PNG_MAGIC, parts[0], said, *parts[1:]])


def _chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)


def _webp(content: bytes) -> bytes:
    parts: list[bytes] = []
    kinds, turned, header, at = set(), 1, b"", 12
    size = 8 + _within(content[4:8], len(content) - 8, "little")
    for _n in range(PARTS_MAX):
        if at >= size:
            break
        body = at + 8
        end = body + _within(content[at + 4 : body], size - body, "little")
        kind = content[at : at + 4]
        if kind == b"EXIF":
            turned = _turned(content[body:end].removeprefix(EXIF)) or turned
        elif kind == b"VP8X":
            header = content[body:end]
        elif kind in WEBP_KEPT:
            parts.append(_riff(kind, content[body:end]))
            kinds.add(kind)
        at = end + (end & 1)
    else:
        raise NoPicture
    if not kinds & {b"VP8 ", b"VP8L"} or (header and len(header) != 10):
        raise NoPicture
    if header:
        parts.insert(0, _riff(b"VP8X", bytes([_flags(header, kinds, turned)]) + header[1:]))
        parts += [_riff(b"EXIF", _tiff(turned))] if turned > 1 else []
    return _riff(b"RIFF", b"WEBP" + b"".join(parts))


def _flags(header: bytes, kinds: set[bytes], turned: int) -> int:
    """Which parts there are (RFC 9649, 2.7.1): of ICC, alpha and EXIF those that are left."""
    icc = 0x20 if b"ICCP" in kinds else 0
    return icc | (header[0] & 0x10) | (0x08 if turned > 1 else 0)


def _riff(kind: bytes, body: bytes) -> bytes:
    return kind + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) & 1)


def _turned(tiff: bytes) -> int:
    """The orientation, 1 to 8; 0 where none is said, or nothing that makes sense."""
    if tiff[:4] not in ORDERS:
        return 0

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], ORDERS[tiff[:4]])

    first = number(4, 4)
    for entry in range(first + 2, first + 2 + 12 * min(number(first, 2), 1000), 12):
        if number(entry, 2) == 0x0112 and number(entry + 2, 2) == 3:
            said = number(entry + 8, 2)
            return said if 1 <= said <= 8 else 0
    return 0


def _tiff(turned: int) -> bytes:
    """An IFD of one entry: orientation, a SHORT."""
    entry = b"\x01\x12\0\x03\0\0\0\x01" + turned.to_bytes(2) + b"\0\0"
    return b"MM\0*\0\0\0\x08" + b"\0\x01" + entry + b"\0\0\0\0"
