"""The bytes of a bundle, on the wire and on a stick alike: pure, no network, no tables.

    magic "YZ1" 0x0A | length of sender (1 byte) | sender | signature (64 bytes) | zstd frame
    without its own magic

The Ed25519 signature covers the direction, the sender and the zstd frame, and is checked
before anything is unpacked. Unpacked, a bundle is lines of JSON: a header, then items. An
item is an event's own bytes (an object), or one of

    ["prev", d]                    digest before the next event (base64), where it does not
                                   follow the event above it
    ["at", p]                      position of the next event; those after it count on; up, the
                                   position that a lost hub gave it; 0: none from here on
    ["held", p, epoch, seq, n, d]  n events that the reader holds get positions p, p+1, …:
                                   those of that epoch from seq on; d is the last one's digest
    ["key", owner, k]              a sealing key (base64)
    ["passed", d, prev]            a copy that the sender's chain runs through and that it no
                                   longer holds: its digest, and the one before it

docs/protocol.md has the whole protocol with example bytes.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, TypeVar

import msgspec
import zstandard

from sync.bounds import POSITION_END
from sync.bounds import octets as octets
from sync.bounds import text as text
from sync.headers import HubEpoch as HubEpoch
from sync.headers import Reply as Reply
from sync.headers import Request as Request
from sync.primer import DICTIONARY
from yizhan import events
from yizhan.errors import Corrupt
from yizhan.events import GENESIS
from yizhan.held import Arriving
from yizhan.keys import SIGNATURE_BYTES, Signer, verify

MAGIC = b"YZ1\n"
PACKED_BYTES_MAX = 8 << 20
UNPACKED_BYTES_MAX = 32 << 20
LEVEL, LEVEL_SMALL, SMALL_BYTES = 3, 9, 4096
"""What is short is squeezed harder: on a bad line each byte of an empty exchange counts."""

ZSTD_MAGIC = zstandard.FRAME_HEADER

DAMAGED = "一条要送出的记录字节被改过（%s），没有送出：请运行 python -m yizhan mend"

Direction = Literal["up", "down"]


class BadBundle(Exception):
    """These bytes are not a bundle that this sender signed; nothing of them was used."""


class Unsigned(BadBundle):
    """No enrolled sender signed these bytes."""


class Whole(msgspec.Struct, frozen=True):
    """An event as the journal holds it, for packing."""

    prev: bytes
    digest: bytes
    raw: bytes
    position: int | None = None


class HeldRun(msgspec.Struct, frozen=True):
    """Events that the reader holds: `count` of one epoch from `seq` on."""

    position: int
    epoch: str
    seq: int
    count: int
    digest: bytes


class Key(msgspec.Struct, frozen=True):
    """A sealing key on its way to who may have it."""

    owner: str
    key: bytes


class Passed(msgspec.Struct, frozen=True):
    """A link of the sender's chain whose event gave way to another copy of its id."""

    digest: bytes
    prev: bytes


Item = Whole | HeldRun | Key | Passed
Header = TypeVar("Header", Request, Reply)


class Contents(msgspec.Struct):
    """What a bundle carried."""

    events: list[Arriving]
    held: list[HeldRun]
    keys: list[Key]
    passed: dict[bytes, bytes]
    """By digest: the digest before it, of links whose events are not held any more."""


_encode = msgspec.json.Encoder().encode
_directive = msgspec.json.Decoder(tuple[Any, ...])


def pack(
    direction: Direction,
    sender: str,
    signer: Signer,
    header: Request | Reply,
    lines: Iterable[bytes],
) -> bytes:
    """A signed bundle of a header and the lines of items."""
    body = b"\n".join([_encode(header), *lines])
    packed = _squeezed(body)
    name = sender.encode()
    return (
        MAGIC + bytes([len(name)]) + name + signer.sign(_signed(direction, name, packed)) + packed
    )


def unpack(
    raw: bytes,
    direction: Direction,
    header: type[Header],
    public_key_of: Callable[[str], bytes | None],
) -> tuple[str, Header, Contents]:
    """Sender, header and contents of a bundle. Raises BadBundle.

    `public_key_of` gives the key that the sender must have signed with, or None.
    """
    sender, signature, packed = _frame(raw)
    public = public_key_of(sender)
    if public is None or not verify(public, signature, _signed(direction, sender.encode(), packed)):
        raise Unsigned("the signature is not that of an enrolled sender")
    lines = _unsqueeze(packed).split(b"\n")
    try:
        return sender, msgspec.json.decode(lines[0], type=header), _contents(lines[1:])
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError) as error:
        raise BadBundle(f"not a bundle of this protocol: {error}") from error


def stated(raw: bytes) -> tuple[str, Request]:
    """Who a request says it is from, and its header; nothing of it is proven. Raises BadBundle."""
    sender, _signature, packed = _frame(raw)
    try:
        return sender, msgspec.json.decode(_unsqueeze(packed).split(b"\n", 1)[0], type=Request)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise BadBundle(f"not a bundle of this protocol: {error}") from error


def _signed(direction: Direction, sender: bytes, packed: bytes) -> bytes:
    return b"yizhan " + direction.encode() + b" " + sender + b"\n" + packed


def _frame(raw: bytes) -> tuple[str, bytes, bytes]:
    start = len(MAGIC)
    if len(raw) > PACKED_BYTES_MAX or raw[:start] != MAGIC or len(raw) < start + 1:
        raise BadBundle("not a bundle, or larger than 8 MiB")
    name_end = start + 1 + raw[start]
    body = name_end + SIGNATURE_BYTES
    if len(raw) <= body:
        raise BadBundle("cut short")
    try:
        sender = raw[start + 1 : name_end].decode()
    except UnicodeDecodeError as error:
        raise BadBundle("the sender's name is not text") from error
    return sender, raw[name_end:body], raw[body:]


def _squeezed(body: bytes) -> bytes:
    level = LEVEL_SMALL if len(body) < SMALL_BYTES else LEVEL
    frame = zstandard.ZstdCompressor(level=level, dict_data=DICTIONARY).compress(body)
    return frame.removeprefix(ZSTD_MAGIC)


def _unsqueeze(packed: bytes) -> bytes:
    try:
        frame = ZSTD_MAGIC + packed
        size = zstandard.get_frame_parameters(frame).content_size
        if not 0 < size <= UNPACKED_BYTES_MAX:
            raise BadBundle("unpacked it would be larger than 32 MiB")
        unpacker = zstandard.ZstdDecompressor(dict_data=DICTIONARY)
        return unpacker.decompress(frame, max_output_size=UNPACKED_BYTES_MAX)
    except zstandard.ZstdError as error:
        raise BadBundle("the packed part is damaged") from error


def lines_of(items: Iterable[Item]) -> Iterator[bytes]:
    """Items as the lines of a bundle. Raises Corrupt where the disk changed an event: the
    reader would take it, and all that follows it, for others than they are.
    """
    above, next_position = GENESIS, 0
    for item in items:
        match item:
            case Whole(prev, digest, raw, position):
                if events.digest(prev, raw) != digest:
                    raise Corrupt(DAMAGED % text(digest)[:12])
                if prev != above:
                    yield _encode(("prev", text(prev)))
                if (position or 0) != next_position:
                    yield _encode(("at", position or 0))
                above, next_position = digest, position + 1 if position else 0
                yield raw
            case HeldRun(position, epoch, seq, count, digest):
                yield _encode(("held", position, epoch, seq, count, text(digest)))
            case Key(owner, key):
                yield _encode(("key", owner, text(key)))
            case Passed(digest, prev):
                yield _encode(("passed", text(digest), text(prev)))


def _contents(lines: list[bytes]) -> Contents:
    found = Contents([], [], [], {})
    above, position = GENESIS, 0
    for line in lines:
        if not line.startswith(b"["):
            one = Arriving.read(above, line, position or None)
            found.events.append(one)
            above, position = one.digest, position + 1 if position else 0
            continue
        match _directive.decode(line):
            case ("prev", str(digest)):
                above = octets(digest)
            case ("at", int(number)) if 0 <= number < POSITION_END:
                position = number
            case ("held", int(first), str(epoch), int(seq), int(count), str(digest)):
                found.held.append(HeldRun(first, epoch, seq, count, octets(digest)))
            case ("key", str(owner), str(key)):
                found.keys.append(Key(owner, octets(key)))
            case ("passed", str(digest), str(prev)):
                found.passed[octets(digest)] = octets(prev)
            case unknown:
                raise ValueError(f"unknown item {unknown[:1]}")
    return found
