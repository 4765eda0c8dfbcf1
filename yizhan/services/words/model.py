"""A word: "fixed" or "not fixed", said at a kiosk that cannot see the order.

A small subject of its own, so that it can be recorded offline anywhere; the hub, which owns
the order, answers it with a reaction.
"""

from typing import ClassVar

import msgspec

from yizhan.errors import N_
from yizhan.events import Data, Event, Name
from yizhan.folding import SetAside


class Given(Data, frozen=True):
    """Somebody with this card said that the order with this number is fixed, or is not."""

    type: ClassVar[str] = "word.given"
    number: Name
    person: Name
    fixed: bool
    said: str = ""


class Word(msgspec.Struct, frozen=True):
    """A word as it was given."""

    number: str
    person: str
    fixed: bool
    said: str = ""


def fold(state: Word | None, event: Event, data: Data) -> Word | SetAside:
    """A word is given once."""
    if isinstance(data, Given) and state is None:
        return Word(data.number, data.person, data.fixed, data.said)
    return SetAside(N_("这句话已经记下了"))
