"""What a resident said with an order: what an event says of it, and how much one takes. Pure."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from yizhan.errors import N_
from yizhan.events import Data, Name, Whole

NOTES_MAX = 3

FULL = N_("这张单上的话已经够多了，最多 3 段")
KNOWN = N_("这段话已经在单上了")


class Spoken(Data, frozen=True):
    """She said something: a blob by its digest (hex), of `size` bytes as it travels."""

    type: ClassVar[str] = "order.spoken"
    digest: Name
    media: Name
    size: Whole
    seconds: Whole = 0


class Voice(msgspec.Struct, frozen=True):
    """A spoken note of the order: which blob, who said it, when, how long it lasts."""

    digest: str
    media: str
    size: int
    actor: str
    time: str
    seconds: int = 0


def no_room(voices: Sequence[Voice], data: Spoken) -> str:
    """Why an order with these takes no such note any more; empty where it does."""
    if any(voice.digest == data.digest for voice in voices):
        return KNOWN
    return FULL if len(voices) >= NOTES_MAX else ""
