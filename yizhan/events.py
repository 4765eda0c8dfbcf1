"""What an event is: its fields, its bytes and its digest.

Knows the form of an event and nothing of what any event means, of tables or of the road.
Field names follow CloudEvents 1.0 (id, source, type, subject, time, data); the others are
the project's own. The bytes that the source wrote are kept for ever: an event is decoded
from them, never encoded twice.
"""

import hashlib
from typing import Annotated, ClassVar

import msgspec

GENESIS = bytes(32)
"""The `prev` of a source's very first event."""


EPOCH_EVENTS_MAX = 1 << 31
NESTED_MAX = 100

Name = Annotated[str, msgspec.Meta(max_length=200)]
"""A code, a number or a day: short enough for the index of any database."""

Whole = Annotated[int, msgspec.Meta(ge=-(1 << 31), lt=1 << 31)]
"""A number that every database can keep: amounts in fen, counts, years."""


class Data(msgspec.Struct, frozen=True, omit_defaults=True):
    """The data of one type of event. A subclass names its type and lists its fields."""

    type: ClassVar[str]


class Event(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One thing that happened, as its source wrote it.

    The order of the fields is the order of the bytes: what repeats comes first, which
    compresses better. `sealed` holds fields encrypted under the key of a person or of the
    network; folds never read them. `v` is the version of the type.
    """

    type: Name
    source: Name
    epoch: Name
    audience: Name
    actor: Name
    clock: Name
    time: Name
    seq: Annotated[int, msgspec.Meta(ge=1, lt=EPOCH_EVENTS_MAX)]
    id: Annotated[Name, msgspec.Meta(min_length=1)]
    subject: Name
    data: msgspec.Raw = msgspec.Raw(b"{}")
    sealed: dict[str, str] = {}
    batch: Name = ""
    batch_size: Whole = 0
    cause: Name = ""
    v: Whole = 1

    @property
    def kind(self) -> str:
        """What the event's subject is: the part of `subject` before the slash."""
        return self.subject.partition("/")[0]


class Draft(msgspec.Struct, frozen=True):
    """What a command decided: an event that nobody has recorded yet.

    `owner` completes the audience where the subject's kind has one: the station's code or
    the person's id. `sealed` fields are given in clear and sealed by `record()` under the
    key named by `seal` ("network" or a person's id).
    """

    subject: str
    data: Data
    owner: str = ""
    sealed: dict[str, str] = {}
    seal: str = "network"
    makes_key: bool = False


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Event)


def encode(event: Event) -> bytes:
    """The bytes of an event, made once, by its source."""
    return _encoder.encode(event)


def decode(raw: bytes) -> Event:
    """The event in these bytes. Raises ValueError if there is none that every node can keep.

    PostgreSQL keeps no NUL in text, and how deep a node can read depends on where it stands.
    """
    brackets = raw.count(b"[") + raw.count(b"{")
    if b"\\u0000" in raw or (brackets > NESTED_MAX and _nested(raw) > NESTED_MAX):
        raise ValueError("not to be kept everywhere")
    return _decoder.decode(raw)


def _nested(raw: bytes) -> int:
    """How deep arrays and objects nest, at most; brackets within text count too."""
    depth = deepest = 0
    for byte in raw:
        depth += (byte in b"[{") - (byte in b"]}")
        deepest = max(deepest, depth)
    return deepest


def digest(prev: bytes, raw: bytes) -> bytes:
    """The identity of an event: 32 bytes of BLAKE2b over the digest before it and its bytes."""
    return hashlib.blake2b(prev + raw, digest_size=32).digest()
