"""An event in hand: as a row of the journal, and on its way there. Bytes, and where they are.

Knows the form of an event; knows no table and no meaning.
"""

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

import msgspec

from yizhan import events
from yizhan.events import Event
from yizhan.folding import Key

COLUMNS = (
    "local, position, stored, id, source, epoch, seq, audience, subject, batch, prev, digest, raw"
)


class Linked(Protocol):
    """An event that says what it is and what came before it."""

    @property
    def digest(self) -> bytes: ...
    @property
    def prev(self) -> bytes: ...


Link = TypeVar("Link", bound=Linked)


class Held(msgspec.Struct, frozen=True, gc=False):
    """One row of the journal."""

    local: int
    position: int | None
    stored: str | None
    id: str
    source: str
    epoch: str
    seq: int
    audience: str
    subject: str
    batch: str
    prev: bytes
    digest: bytes
    raw: bytes

    readable: Event | None
    """The event in the bytes, or None where they cannot be read."""

    @property
    def event(self) -> Event:
        """The event in the bytes. Raises ValueError where they cannot be read."""
        if self.readable is None:
            raise ValueError("these bytes are no event")
        return self.readable

    @property
    def key(self) -> Key:
        """Which state the event belongs to."""
        return self.audience, self.subject


def located(event: Event | None, digest: bytes) -> tuple[str, str, str, int, str, str, str]:
    """The columns that find an event; unreadable bytes get the digest as their name."""
    if event is None:
        return digest.hex(), "", "", 0, "hub", f"unreadable/{digest.hex()}", ""
    return (
        event.id, event.source, event.epoch, event.seq, event.audience, event.subject, event.batch,
    )  # fmt: skip


class Arriving(msgspec.Struct, frozen=True, gc=False):
    """An event on its way into the journal; `event` is None where its bytes cannot be read."""

    prev: bytes
    digest: bytes
    raw: bytes
    event: Event | None
    position: int | None = None

    @property
    def name(self) -> str:
        """Its id; unreadable bytes have the digest as their name."""
        return self.event.id if self.event else self.digest.hex()

    @property
    def source(self) -> str:
        """Who wrote it; empty for unreadable bytes."""
        return self.event.source if self.event else ""

    def held(self, position: int | None = None) -> Held:
        """As a row to write, never folded before; its `local` is 0 until it is read."""
        return Held(
            0, position or self.position, None, *located(self.event, self.digest),
            self.prev, self.digest, self.raw, self.event,
        )  # fmt: skip

    @classmethod
    def read(cls, prev: bytes, raw: bytes, position: int | None = None) -> "Arriving":
        """From the bytes and the digest before them."""
        return cls(prev, events.digest(prev, raw), raw, _readable(raw), position)


def in_one_chain(rows: Sequence[Link], end: bytes) -> list[Link]:
    """Those of these, in the order of seq, that lead to this digest; none where it is not there.

    A computer that was put back beneath a running process writes the same numbers twice.
    """
    chain: list[Link] = []
    wanted = end
    for row in reversed(rows):
        if row.digest == wanted:
            chain.append(row)
            wanted = row.prev
    return chain[::-1]


def held(row: Sequence[Any]) -> Held:
    """A Held from a row of COLUMNS."""
    *found, prev, digest, raw = row
    return Held(*[*found, bytes(prev), bytes(digest), bytes(raw), _readable(raw)])


def _readable(raw: bytes) -> Event | None:
    try:
        return events.decode(raw)
    except ValueError:
        return None


class SortedOut(msgspec.Struct, frozen=True):
    """A page of the stream against what is held: `known` are (position, local)."""

    unheld: list[Arriving]
    known: list[tuple[int, int]]
    superseded: list[Held]
