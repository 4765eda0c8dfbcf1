"""Passwords: argon2id, hashed at the hub and checked there and at a station's desk.

The library is loaded at the first use: the touchscreen must be up within a second.
"""

import secrets
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MEMORY_KIB, PASSES, LANES = 19 * 1024, 2, 1
"""The least that OWASP's password storage cheat sheet names for argon2id: a Raspberry Pi checks
it beside the touchscreen."""


def hashed(password: str) -> str:
    """What is kept of a password."""
    return _hasher().hash(password)


def matches(kept: str, password: str) -> bool:
    """Whether this is the password; takes as long where nothing is kept (empty)."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(kept or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)


@cache
def _nobodys() -> str:
    """The hash of a password that nobody has, so that an unknown log-in costs as much time."""
    return hashed(secrets.token_hex(16))
