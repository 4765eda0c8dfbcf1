"""The bytes of a bundle, on the wire and on a stick alike: pure, no network, no tables.

    magic "YZ1" 0x0A | length of sender (1 byte) | sender | signature (64 bytes) | zstd frame

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

from sync.bounds import POSITION_END, DigestText, Number, Position, Word
from sync.bounds import octets as octets
from sync.bounds import text as text
from yizhan import events
from yizhan.errors import Corrupt
from yizhan.events import GENESIS
from yizhan.held import Arriving
from yizhan.keys import SIGNATURE_BYTES, Signer, verify

MAGIC = b"YZ1\n"
PACKED_BYTES_MAX = 8 << 20
UNPACKED_BYTES_MAX = 32 << 20
LEVEL = 3

DAMAGED = "一条要送出的记录字节被改过（%s），没有送出：请运行 python -m yizhan mend"

Direction = Literal["up", "down"]
HubEpoch = tuple[Word, Position]
"""A hub epoch and the first position given in it."""


class BadBundle(Exception):
    """These bytes are not a bundle that this sender signed; nothing of them was used."""


class Unsigned(BadBundle):
    """No enrolled sender signed these bytes."""


class Request(msgspec.Struct, frozen=True, omit_defaults=True):
    """The header of what a station sends.

    `hub` is the last hub epoch that the station knows (empty name: none). `holds` are runs of
    events that the hub said it stored but that have no position here yet: epoch, first and
    last seq, digest of the last (base64). `unsent` counts all that waits here, `aside` what is
    set aside; `disk` is the free space in MiB. `number` counts this process's requests from 1,
    and is 0 where the request was made ahead of an answer; `ticket` is the last one received.
    `wants` are ranges of positions at or below the cursor that were damaged here: first, last.

    For a hub that was made anew, where its reply asked for it: `public` (hex) and `proof` that
    its holder knows the network's key; `keys`: all persons' keys held here are in the bundle;
    `asides`: indices of sent events that had been set aside before their positions were void.
    """

    network: Word
    epoch: Word
    nonce: Word
    hub: HubEpoch
    cursor: Position
    time: Word
    clock: Word
    version: Word
    unsent: Number = 0
    ticket: Word = ""
    number: Number = 0
    disk: Number = 0
    aside: Number = 0
    holds: tuple[tuple[Word, Number, Number, DigestText], ...] = ()
    public: Word = ""
    proof: Word = ""
    keys: bool = False
    asides: tuple[Number, ...] = ()
    wants: tuple[tuple[Number, Number], ...] = ()
    v: int = 1


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """The header of what the hub answers.

    `taken` is false where the request named another hub epoch: then nothing was stored and
    only `hubs` counts, the hub epochs from the last common one on (all of them where the
    hub does not know the station's). `stored`, `applied` and `backed_up` are the receipt:
    positions through which the hub holds, has folded, and has in its oldest backup.
    `duplicates` are the indices of sent events of whose id another copy came first, `refused`
    of those that this station may not send. `given`: what the request wanted is answered
    through this position.

    A hub made anew is `collecting` (it stores, and gives no position yet), and asks a station
    once for the persons' `keys` that it holds.
    """

    network: str
    nonce: str
    time: str
    taken: bool = True
    hubs: tuple[HubEpoch, ...] = ()
    stored: int = 0
    applied: int = 0
    backed_up: int = 0
    duplicates: tuple[int, ...] = ()
    refused: tuple[int, ...] = ()
    cursor: int = 0
    more: bool = False
    ticket: str = ""
    collecting: bool = False
    keys: bool = False
    given: int = 0
    v: int = 1


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
    items: Iterable[Item],
) -> bytes:
    """A signed bundle of a header and items. Raises Corrupt where the disk changed an event:
    the reader would take it, and all that follows it, for others than they are.
    """
    body = b"\n".join([_encode(header), *_lines(items)])
    packed = zstandard.ZstdCompressor(level=LEVEL).compress(body)
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


def _unsqueeze(packed: bytes) -> bytes:
    try:
        size = zstandard.get_frame_parameters(packed).content_size
        if not 0 < size <= UNPACKED_BYTES_MAX:
            raise BadBundle("unpacked it would be larger than 32 MiB")
        return zstandard.ZstdDecompressor().decompress(packed, max_output_size=UNPACKED_BYTES_MAX)
    except zstandard.ZstdError as error:
        raise BadBundle("the packed part is damaged") from error


def _lines(items: Iterable[Item]) -> Iterator[bytes]:
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
