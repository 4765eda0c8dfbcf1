"""What an event is: its fields, its bytes and its digest.

Knows the form of an event and nothing of what any event means, of tables or of the road.
Field names follow CloudEvents 1.0 (id, source, type, subject, time, data); the others are
the project's own. The bytes that the source wrote are kept for ever: an event is decoded
from them, never encoded twice.
"""

import hashlib
from typing import ClassVar

import msgspec

GENESIS = bytes(32)
"""The `prev` of a source's very first event."""


class Data(msgspec.Struct, frozen=True, omit_defaults=True):
    """The data of one type of event. A subclass names its type and lists its fields."""

    type: ClassVar[str]


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that happened, as its source wrote it.

    The order of the fields is the order of the bytes: what repeats comes first, which
    compresses better. `sealed` holds fields encrypted under the key of a person or of the
    network; folds never read them. `v` is the version of the type.
    """

    type: str
    source: str
    epoch: str
    audience: str
    actor: str
    clock: str
    time: str
    seq: int
    id: str
    subject: str
    data: msgspec.Raw = msgspec.Raw(b"{}")
    sealed: dict[str, str] = {}
    batch: str = ""
    batch_size: int = 0
    cause: str = ""
    v: int = 1

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
    id: str = ""


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Event)


def encode(event: Event) -> bytes:
    """The bytes of an event, made once, by its source."""
    return _encoder.encode(event)


def decode(raw: bytes) -> Event:
    """The event in these bytes. Raises msgspec.MsgspecError (a ValueError) if there is none."""
    return _decoder.decode(raw)


def digest(prev: bytes, raw: bytes) -> bytes:
    """The identity of an event: 32 bytes of BLAKE2b over the digest before it and its bytes."""
    return hashlib.blake2b(prev + raw, digest_size=32).digest()
