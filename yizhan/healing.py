"""One wrong byte in an event, found and put right from the event itself.

A digest covers the event's bytes and the digest before it, so of all bytes that might stand in
each place only the right one gives it: trying them finds the byte, and proves it. Pure; knows
no table. More than one wrong byte is beyond it.
"""

from typing import Literal

import msgspec

from yizhan import events

TRIES_MAX = 1 << 20
"""About a second of trying; all bytes of an event of 4 KiB."""

DIGEST_BITS_MAX = 8
"""Another text changes half of the 256 bits of its digest; a damaged digest only a few."""

Column = Literal["raw", "prev", "digest"]


class Healed(msgspec.Struct, frozen=True):
    """An event put right: which column was wrong, and at which byte, counted from 0."""

    prev: bytes
    digest: bytes
    raw: bytes
    column: Column
    byte: int


def heal(prev: bytes, digest: bytes, raw: bytes) -> Healed | None:
    """What these must have been, where one byte (of a digest: up to eight bits) is wrong."""
    computed = events.digest(prev, raw)
    if len(digest) == len(computed) and _bits(digest, computed) <= DIGEST_BITS_MAX:
        return Healed(prev, computed, raw, "digest", first_difference(digest, computed) or 0)
    found = _searched(prev + raw, digest)
    if found is None:
        return None
    whole, at = found
    cut = len(prev)
    if at < cut:
        return Healed(whole[:cut], digest, raw, "prev", at)
    return Healed(prev, digest, whole[cut:], "raw", at - cut)


def first_difference(one: bytes, other: bytes) -> int | None:
    """Where two texts begin to differ, counted from 0; None where they are the same."""
    for at, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return at
    return None if len(one) == len(other) else min(len(one), len(other))


def _bits(one: bytes, other: bytes) -> int:
    return sum((a ^ b).bit_count() for a, b in zip(one, other, strict=True))


def _searched(whole: bytes, digest: bytes) -> tuple[bytes, int] | None:
    """The text with one byte replaced that has this digest: flipped bits first."""
    bits = [1 << n for n in range(8)]
    others = [n for n in range(1, 256) if n not in bits]
    trying = bytearray(whole)
    tries = 0
    for masks in (bits, others):
        for at, was in enumerate(whole):
            tries += len(masks)
            if tries > TRIES_MAX:
                return None
            for mask in masks:
                trying[at] = was ^ mask
                if events.digest(b"", bytes(trying)) == digest:
                    return bytes(trying), at
            trying[at] = was
    return None
