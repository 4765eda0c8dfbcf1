"""The bytes of a backup: one file that restores on SQLite and PostgreSQL alike.

    magic "YZB1" 0x0A | zstd frame | BLAKE2b-256 of all before | Ed25519 signature of that digest

Unpacked, a backup is lines of JSON: a header; for each table an object that names it and its
columns, then its rows as arrays; at the end an object with the number of rows of each. Bytes are
an array of one text, or of an empty one and their base64. Knows files; knows no database and no
table's meaning.
"""

import base64
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import zstandard

from yizhan.errors import Corrupt
from yizhan.keys import SIGNATURE_BYTES, Signer, verify

MAGIC = b"YZB1\n"
DIGEST_BYTES = 32
TAIL = DIGEST_BYTES + SIGNATURE_BYTES
LEVEL = 6
PIECE = 1 << 20
LINE_MAX = 64 << 20
"""No line is longer: an event has at most 16 KiB, and its bytes are written in base64 at worst."""


class Header(msgspec.Struct, frozen=True):
    """What a backup is of. `hubs` are the hub epochs (name, first position); `made` hub time."""

    network: str
    url: str
    offset: str
    public: str
    head: int
    hubs: list[tuple[str, int]]
    made: str
    version: str


class Heading(msgspec.Struct, frozen=True):
    """Before a table's rows."""

    table: str
    columns: list[str]


class End(msgspec.Struct, frozen=True):
    """After all tables: how many rows each has."""

    rows: dict[str, int]


Table = tuple[Heading, Iterable[tuple[Any, ...]]]

_encode = msgspec.json.Encoder().encode
_row = msgspec.json.Decoder(list[Any]).decode


def write(path: Path, header: Header, tables: Iterable[Table], signer: Signer) -> dict[str, int]:
    """Write a new file and bring it to the disk; how many rows of each table. Raises OSError."""
    counts: dict[str, int] = {}
    with path.open("xb") as file:
        path.chmod(0o600)
        file.write(MAGIC)
        packer = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
        with packer.stream_writer(file, closefd=False) as packed:
            packed.write(_encode(header) + b"\n")
            for heading, rows in tables:
                packed.write(_encode(heading) + b"\n")
                counts[heading.table] = 0
                for row in rows:
                    packed.write(_encode([_plain(value) for value in row]) + b"\n")
                    counts[heading.table] += 1
            packed.write(_encode(End(counts)) + b"\n")
        file.flush()
        digest = _digest(path, file.tell())
        file.write(digest + signer.sign(_signed(digest)))
        file.flush()
        os.fsync(file.fileno())
        # What is read back must come from the disk.
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return counts


def check(path: Path, public: bytes | None = None) -> Header:
    """The header of a whole file. Raises Corrupt where a byte of it is not what was written.

    `public` is the key that must have signed it; None takes the one that the header names.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - TAIL))
        tail = file.read()
    digest, signature = tail[:DIGEST_BYTES], tail[DIGEST_BYTES:]
    if size <= len(MAGIC) + TAIL or _digest(path, size - TAIL) != digest:
        raise Corrupt(f"备份 {path} 不完整，或者有字节变了：不能用它，请换另一份")
    header = head_of(path)
    if not verify(public or bytes.fromhex(header.public), signature, _signed(digest)):
        raise Corrupt(f"备份 {path} 不是这个中心签名的：不能用它")
    return header


def head_of(path: Path) -> Header:
    """The header alone; the rest is not looked at. Raises Corrupt where it is no backup."""
    with _lines(path) as lines:
        return _header(path, next(lines, b""))


@contextmanager
def opened(path: Path) -> Iterator[Iterator[tuple[Heading, Iterator[list[Any]]]]]:
    """Table after table of a checked file: heading and rows. Read each before the next.

    Raises Corrupt where the file ends before its end, or counts differ.
    """
    with _lines(path) as lines:
        _header(path, next(lines, b""))
        yield _tables(path, lines)


def octets(value: list[str]) -> bytes:
    """The bytes that a column of bytes holds."""
    return base64.b64decode(value[1]) if len(value) > 1 else value[0].encode()


def _tables(path: Path, lines: Iterator[bytes]) -> Iterator[tuple[Heading, Iterator[list[Any]]]]:
    counts: dict[str, int] = {}
    line = next(lines, b"")
    while line.startswith(b'{"table"'):
        heading = msgspec.json.decode(line, type=Heading)
        counts[heading.table] = 0
        rows = _Rows(lines)
        yield heading, rows
        counts[heading.table], line = rows.count, rows.after
    if line != _encode(End(counts)):
        raise Corrupt(f"备份 {path} 里的记录数对不上：不能用它，请换另一份")


class _Rows(Iterator[list[Any]]):
    """The rows of one table; `after` is the line that follows them."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._of, self.count, self.after = lines, 0, b""

    def __next__(self) -> list[Any]:
        line = b"" if self.after else next(self._of, b"")
        if not line.startswith(b"["):
            self.after = self.after or line
            raise StopIteration
        self.count += 1
        return _row(line)


@contextmanager
def _lines(path: Path) -> Iterator[Iterator[bytes]]:
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise Corrupt(f"{path} 不是备份文件")
        unpacker = zstandard.ZstdDecompressor(max_window_size=1 << 27)
        with unpacker.stream_reader(file, closefd=False) as unpacked:
            yield _split(path, unpacked)


def _split(path: Path, unpacked: BinaryIO) -> Iterator[bytes]:
    left = b""
    try:
        while piece := unpacked.read(PIECE):
            *whole, left = (left + piece).split(b"\n")
            yield from whole
            if len(left) > LINE_MAX:
                raise Corrupt(f"{path} 不是备份文件")
    except zstandard.ZstdError as error:
        raise Corrupt(f"备份 {path} 损坏：不能用它，请换另一份") from error


def _header(path: Path, line: bytes) -> Header:
    try:
        return msgspec.json.decode(line, type=Header)
    except msgspec.MsgspecError as error:
        raise Corrupt(f"{path} 不是备份文件") from error


def _plain(value: Any) -> Any:
    if not isinstance(value, bytes | memoryview):
        return value
    content = bytes(value)
    try:
        return [content.decode()]
    except UnicodeDecodeError:
        return ["", base64.b64encode(content).decode()]


def _digest(path: Path, size: int) -> bytes:
    found = hashlib.blake2b(digest_size=DIGEST_BYTES)
    with path.open("rb") as file:
        while size > 0 and (piece := file.read(min(PIECE, size))):
            found.update(piece)
            size -= len(piece)
    return found.digest()


def _signed(digest: bytes) -> bytes:
    return b"yizhan backup " + digest
