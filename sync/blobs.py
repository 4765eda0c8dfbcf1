"""The lane of the blobs, at a station: after the records, in pieces, each round for a while.

    magic "YZP" 0x0A | length of sender (1 byte) | sender | signature (64 bytes)
    | header (a line of JSON) 0x0A | bytes of the piece

Both ways the same frame; the Ed25519 signature covers direction, sender, header and bytes, so
a portal's answer never counts as the hub's. Knows how much the hub says it has and goes on
there; a cut line costs at most the piece that was on its way. Records go first: the lane stops
as soon as one waits. Knows no HTTP and no meaning of a blob.
"""

import secrets
import time
from collections.abc import Callable
from typing import Literal, TypeVar

import msgspec

from sync.bundle import BadBundle
from sync.link import TooLarge
from sync.station import SyncStation
from sync.status import unsent
from yizhan.blobs import Blob, BlobRow, Blobs, State
from yizhan.errors import Refusal, Unreachable
from yizhan.keys import SIGNATURE_BYTES, Signer, verify
from yizhan.record import HUB

MAGIC = b"YZP\n"
PIECE_BYTES_MIN, PIECE_BYTES_FIRST, PIECE_BYTES_MAX = 4 << 10, 64 << 10, 256 << 10
PIECE_BYTES_LOW = 16 << 10
"""A line that passes such pieces gets no smaller ones: each has some 400 bytes of its own."""

FRAME_BYTES_MAX = PIECE_BYTES_MAX + (64 << 10)
STEADY = 8
"""After so many pieces without a cut they may be twice as large."""

ROUND_S = 10.0
"""How long the lane may hold the road in one round."""

REST_S = 300.0

ASK_MAX = 200

Direction = Literal["up", "down"]
Problem = Literal["", "full", "refused", "wrong"]


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a station says: here are bytes of a blob from `offset` on; or, without a blob, how
    much of these digests is there?"""

    network: str
    nonce: str
    digests: tuple[str, ...] = ()
    blob: Blob | None = None
    offset: int = 0


class Told(msgspec.Struct, frozen=True):
    """The hub's answer: bytes that it has of each, under which hub epoch, and what is wrong.

    It has all of a blob only when its digest proved right; "wrong": it did not, and the hub
    threw its bytes away.
    """

    network: str
    nonce: str
    hub: str
    offsets: dict[str, int]
    problem: Problem = ""


Header = TypeVar("Header", Said, "Told")


def pack(
    direction: Direction, sender: str, signer: Signer, header: Said | Told, body: bytes = b""
) -> bytes:
    """A signed frame."""
    name, content = sender.encode(), msgspec.json.encode(header) + b"\n" + body
    signature = signer.sign(_signed(direction, name, content))
    return MAGIC + bytes([len(name)]) + name + signature + content


def unpack(
    raw: bytes,
    direction: Direction,
    header: type[Header],
    public_key_of: Callable[[str], bytes | None],
) -> tuple[str, Header, bytes]:
    """Sender, header and bytes of a frame. Raises BadBundle where its sender did not sign it."""
    start = len(MAGIC) + 1
    if raw[: len(MAGIC)] != MAGIC or len(raw) < start:
        raise BadBundle("not a piece")
    end = start + raw[start - 1]
    name, signature = raw[start:end], raw[end : end + SIGNATURE_BYTES]
    content = raw[end + SIGNATURE_BYTES :]
    public = public_key_of(name.decode("utf-8", "replace"))
    if public is None or not verify(public, signature, _signed(direction, name, content)):
        raise BadBundle("the signature is not that of an enrolled sender")
    line, _newline, body = content.partition(b"\n")
    try:
        return name.decode(), msgspec.json.decode(line, type=header), body
    except (msgspec.MsgspecError, ValueError) as error:
        raise BadBundle(f"not a piece of this protocol: {error}") from error


def _signed(direction: Direction, sender: bytes, content: bytes) -> bytes:
    return b"yizhan piece " + direction.encode() + b" " + sender + b"\n" + content


class Lane:
    """A station's lane. `post` carries a frame to the hub and brings back its answer.

    After a hub without room, or one whose disk spoils what it writes, the lane rests `rest_s`
    seconds before it tries again.
    """

    def __init__(
        self,
        station: SyncStation,
        blobs: Blobs,
        post: Callable[[bytes], bytes],
        rest_s: float = REST_S,
    ) -> None:
        self.station, self.blobs, self.node = station, blobs, station.node
        self._post, self._rest_s, self._rests = post, rest_s, 0.0
        self._size, self._steady = PIECE_BYTES_FIRST, 0
        self._ends = 0.0
        self._records = 0

    def run(self) -> None:
        """One round, after an exchange. A closed road is no error here: it goes on next time."""
        known = self.station.known()
        rows = self.blobs.unconfirmed(known[-1][0])[:ASK_MAX] if known else []
        if not rows or time.monotonic() < self._rests:
            return
        self._ends, self._records = time.monotonic() + ROUND_S, unsent(self.node)
        try:
            told = self._ask(rows)
            for row in self._missing(rows, told):
                self._bring(row, told.offsets.get(row.digest, 0))
                if self._is_over() or time.monotonic() < self._rests:
                    return
        except (Unreachable, Refusal, BadBundle) as error:
            wait_s = getattr(error, "wait_s", 0.0)
            if not wait_s:
                self._slower()
            self._rests = time.monotonic() + wait_s

    def _is_over(self) -> bool:
        return time.monotonic() > self._ends or unsent(self.node) > self._records

    def _ask(self, rows: list[BlobRow]) -> Told:
        digests = tuple(row.digest for row in rows)
        return self._talk(Said(self.node.network, secrets.token_urlsafe(9), digests))

    def _missing(self, rows: list[BlobRow], told: Told) -> list[BlobRow]:
        """The blobs that the hub does not have whole; the others are stored."""
        found = []
        with self.node.db.writing():
            for row in rows:
                if told.offsets.get(row.digest, 0) >= row.size:
                    self.blobs.mark(row.digest, *_became(row, told))
                else:
                    found.append(row)
        return found

    def _bring(self, row: BlobRow, offset: int) -> None:
        """Send a blob from where the hub has it, until it has it all or will not go on."""
        content = self.blobs.read(row.digest)
        if content is None:
            self.blobs.mark(row.digest, "gone")
            return
        became: tuple[State, int, str] = ("waiting", offset, "")
        try:
            while became[1] < row.size:
                told = self._send(row, became[1], content)
                before, became = became[1], _became(row, told)
                if told.problem in ("full", "wrong"):
                    self._rests = time.monotonic() + self._rest_s
                if told.problem or became[1] <= before or self._is_over():
                    return
        finally:
            self.blobs.mark(row.digest, *became)

    def _send(self, row: BlobRow, offset: int, content: bytes) -> Told:
        """One piece, as large as the road takes it."""
        blob = Blob(row.digest, row.size, row.media, row.audience)
        while True:
            piece = Said(self.node.network, secrets.token_urlsafe(9), (), blob, offset)
            try:
                told = self._talk(piece, content[offset : offset + self._size])
            except TooLarge:
                if self._size <= PIECE_BYTES_MIN or self._is_over():
                    raise
                self._slower()
                continue
            self._steady += 1
            if self._steady >= STEADY:
                self._size, self._steady = min(self._size * 2, PIECE_BYTES_MAX), 0
            return told

    def _slower(self) -> None:
        lowest = PIECE_BYTES_LOW if self._steady else PIECE_BYTES_MIN
        self._size, self._steady = min(self._size, max(self._size // 2, lowest)), 0

    def _talk(self, header: Said, body: bytes = b"") -> Told:
        raw = pack("up", self.node.source, self.station.signer, header, body)
        key = {HUB: self.station.hub_key}
        _sender, told, _body = unpack(self._post(raw), "down", Told, key.get)
        if (told.network, told.nonce) != (header.network, header.nonce):
            raise BadBundle("an answer to another piece")
        return told


def _became(row: BlobRow, told: Told) -> tuple[State, int, str]:
    """How a blob stands after an answer: state, bytes that the hub has, hub epoch."""
    sent = told.offsets.get(row.digest, 0)
    if sent >= row.size:
        return "stored", row.size, told.hub
    if told.problem == "refused":
        return "refused", sent, told.hub
    if told.problem == "full":
        return "full", sent, ""
    return "waiting", sent, ""
