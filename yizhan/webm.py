"""A spoken note as a browser records it: Opus in WebM, read with distrust and written anew.

Walks the elements of EBML (RFC 8794) that WebM uses, takes the head of the one Opus stream
(RFC 7845, 5.1) and its packets, and writes a file of nothing but these: no application's name,
no date, no tag, times counted afresh. Nothing is decoded, so hostile bytes meet no decoder
here. How long it lasts is read off the packets (RFC 6716, 3.1), never believed.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

MEDIA = "audio/webm"

EBML, DOCTYPE = 0x1A45DFA3, 0x4282
SEGMENT, CLUSTER, TRACKS, TRACK = 0x18538067, 0x1F43B675, 0x1654AE6B, 0xAE
NUMBER, CODEC, CODEC_PRIVATE = 0xD7, 0x86, 0x63A2
SIMPLE_BLOCK, BLOCK_GROUP, BLOCK = 0xA3, 0xA0, 0xA1
TOP = frozenset({CLUSTER, TRACKS, 0x1549A966, 0x114D9B74, 0x1C53BB6B, 0x1254C367, 0xEC})
"""What stands beside a cluster and so ends one of unknown size: the last is Void."""

ELEMENTS_MAX = 20_000
"""A minute of packets of 10 ms has 6,000."""

OPUS_HEAD = b"OpusHead\x01"
PACKET_MS_MAX = 120
CLUSTER_MS = 5_000

MS = {
    **dict.fromkeys(range(12), (10.0, 20.0, 40.0, 60.0)),
    **dict.fromkeys(range(12, 16), (10.0, 20.0, 10.0, 20.0)),
    **dict.fromkeys(range(16, 32), (2.5, 5.0, 10.0, 20.0)),
}
"""How long a frame lasts: by configuration, four in a row."""


class NoNote(Exception):
    """These bytes are not a whole WebM with one stream of Opus."""


class Element(NamedTuple):
    """One element: its name and what is in it, from `start` to `end` of the file."""

    id: int
    start: int
    end: int


class Note(NamedTuple):
    """What was said: one head, its packets, how long it lasts."""

    head: bytes
    packets: tuple[bytes, ...]
    ms: float


def read(content: bytes) -> Note:
    """The stream in a file. Raises NoNote."""
    left = [ELEMENTS_MAX]
    top = list(_elements(content, 0, len(content), left))
    if [one.id for one in top] != [EBML, SEGMENT]:
        raise NoNote
    said = {one.id: content[one.start : one.end] for one in _within(content, top[0], left)}
    if said.get(DOCTYPE, b"").rstrip(b"\0") != b"webm":
        raise NoNote
    parts = list(_within(content, top[1], left))
    if any(one.id not in TOP for one in parts):
        raise NoNote
    number, head = _track(content, parts, left)
    packets = tuple(_packets(content, parts, number, left))
    if not packets:
        raise NoNote
    return Note(head, packets, sum(_lasts(one) for one in packets))


def written(note: Note) -> bytes:
    """The same stream in a file that says nothing else."""
    channels = note.head[9]
    sound = _of(0xB5, struct.pack(">d", 48_000)) + _of(0x9F, bytes([channels]))
    track = b"".join(
        (
            _of(NUMBER, b"\x01"),
            _of(0x73C5, b"\x01"),
            _of(0x83, b"\x02"),
            _of(CODEC, b"A_OPUS"),
            _of(CODEC_PRIVATE, note.head),
            _of(0xE1, sound),
        )
    )
    info = b"".join(
        (
            _of(0x2AD7B1, (1_000_000).to_bytes(4)),
            _of(0x4489, struct.pack(">d", note.ms)),
            _of(0x4D80, b"yizhan"),
            _of(0x5741, b"yizhan"),
        )
    )
    body = _of(0x1549A966, info) + _of(TRACKS, _of(TRACK, track)) + _clusters(note.packets)
    return _of(EBML, _HEADER) + _of(SEGMENT, body)


def _elements(content: bytes, at: int, end: int, left: list[int]) -> Iterator[Element]:
    """The elements in a row from `at` to `end`; one of unknown size ends where its like do."""
    while at < end:
        left[0] -= 1
        if left[0] < 0:
            raise NoNote
        name, at = _vint(content, at, 4, marked=True)
        size, start = _vint(content, at, 8, marked=False)
        at = start + size
        if size < 0:
            at = end if name == SEGMENT else _end_of_cluster(content, name, start, end, left)
        if at > end:
            raise NoNote
        yield Element(name, start, at)


def _end_of_cluster(content: bytes, name: int, at: int, end: int, left: list[int]) -> int:
    if name != CLUSTER:
        raise NoNote
    while at < end:
        left[0] -= 1
        inner, after = _vint(content, at, 4, marked=True)
        if inner in TOP:
            return at
        size, start = _vint(content, after, 8, marked=False)
        if size < 0 or left[0] < 0:
            raise NoNote
        at = start + size
    return at


def _vint(content: bytes, at: int, most: int, *, marked: bool) -> tuple[int, int]:
    """A number of EBML (RFC 8794, 4) and where it ends; -1 for the size that says unknown."""
    first = content[at] if at < len(content) else 0
    length = 9 - first.bit_length()
    if not first or length > most or at + length > len(content):
        raise NoNote
    number = int.from_bytes(content[at : at + length])
    if marked:
        return number, at + length
    number &= (1 << 7 * length) - 1
    return (-1 if number == (1 << 7 * length) - 1 else number), at + length


def _within(content: bytes, one: Element, left: list[int]) -> Iterator[Element]:
    return _elements(content, one.start, one.end, left)


def _track(content: bytes, parts: list[Element], left: list[int]) -> tuple[int, bytes]:
    """Number and head of the one track."""
    tracks = [inner for one in parts if one.id == TRACKS for inner in _within(content, one, left)]
    found = [one for one in tracks if one.id == TRACK]
    if len(found) != 1:
        raise NoNote
    said = {one.id: content[one.start : one.end] for one in _within(content, found[0], left)}
    head, number = said.get(CODEC_PRIVATE, b""), int.from_bytes(said.get(NUMBER, b""))
    if said.get(CODEC, b"").rstrip(b"\0") != b"A_OPUS" or not 1 <= number <= 126:
        raise NoNote
    if len(head) != 19 or not head.startswith(OPUS_HEAD) or head[9] not in (1, 2) or head[18]:
        raise NoNote
    return number, head


def _packets(content: bytes, parts: list[Element], number: int, left: list[int]) -> Iterator[bytes]:
    """The packets of the track, in order; without lacing, as WebM's Opus has them."""
    for cluster in parts:
        if cluster.id != CLUSTER:
            continue
        for one in _within(content, cluster, left):
            inner = _within(content, one, left) if one.id == BLOCK_GROUP else (one,)
            for block in inner:
                if block.id not in (SIMPLE_BLOCK, BLOCK):
                    continue
                body = content[block.start : block.end]
                if len(body) < 5 or body[0] != 0x80 | number or body[3] & 0x06:
                    raise NoNote
                yield body[4:]


def _lasts(packet: bytes) -> float:
    """Milliseconds of a packet."""
    kind = packet[0]
    frames = (1, 2, 2)[kind & 3] if kind & 3 < 3 else packet[1] & 0x3F if len(packet) > 1 else 0
    lasts = MS[kind >> 3][kind >> 3 & 3] * frames
    if not 0 < lasts <= PACKET_MS_MAX:
        raise NoNote
    return lasts


def _clusters(packets: tuple[bytes, ...]) -> bytes:
    clusters: list[bytes] = []
    blocks: list[bytes] = []
    begins = now = 0.0
    for packet in packets:
        if now - begins >= CLUSTER_MS:
            clusters.append(_cluster(begins, blocks))
            blocks, begins = [], now
        since = int(now) - int(begins)
        blocks.append(_of(SIMPLE_BLOCK, b"\x81" + struct.pack(">h", since) + b"\x80" + packet))
        now += _lasts(packet)
    return b"".join([*clusters, _cluster(begins, blocks)])


def _cluster(begins: float, blocks: list[bytes]) -> bytes:
    return _of(CLUSTER, _of(0xE7, int(begins).to_bytes(4)) + b"".join(blocks))


def _of(name: int, body: bytes) -> bytes:
    """An element of a known size."""
    head = name.to_bytes((name.bit_length() + 7) // 8)
    return head + (1 << 56 | len(body)).to_bytes(8) + body


_HEADER = b"".join(
    (
        _of(0x4286, b"\x01"),
        _of(0x42F7, b"\x01"),
        _of(0x42F2, b"\x04"),
        _of(0x42F3, b"\x08"),
        _of(DOCTYPE, b"webm"),
        _of(0x4287, b"\x04"),
        _of(0x4285, b"\x02"),
    )
)
