"""Identifiers: UUIDv7 (RFC 9562) as 32 hex digits, and short random names for epochs.

A form's id is made when the form is drawn and kept through every retry, so a double tap is
one event. The time in front keeps neighbours together in an index; nothing reads it.
"""

import re
import secrets
import time

ID = re.compile(r"[0-9a-f]{32}")


def new_id() -> str:
    """A new UUIDv7: 48 bits of milliseconds, then 74 random bits, version and variant set."""
    stamp = time.time_ns() // 1_000_000 & (1 << 48) - 1
    random = secrets.randbits(74)
    high, low = random >> 62, random & (1 << 62) - 1
    return f"{stamp << 80 | 7 << 76 | high << 64 | 2 << 62 | low:032x}"


def valid_id(text: str) -> bool:
    """Whether this is an id of ours; anything a browser sends may not be."""
    return bool(ID.fullmatch(text))


def new_epoch() -> str:
    """A name for one start of a process: 48 random bits in hex."""
    return secrets.token_hex(6)
