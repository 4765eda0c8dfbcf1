"""The words of a bundle: how large a number, how long a name may be, how a digest is written.

A station that is stolen signs what it likes: what no database could keep is no bundle.
"""

import base64
from typing import Annotated

import msgspec

POSITION_END = 1 << 62
Position = Annotated[int, msgspec.Meta(ge=0, lt=POSITION_END)]
Number = Annotated[int, msgspec.Meta(ge=-(1 << 62), lt=1 << 62)]
"""What every database can keep, and add one to."""

Word = Annotated[str, msgspec.Meta(max_length=200, pattern=r"\A[^\x00]*\Z")]
DigestText = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9+/]{43}=\Z")]


def text(digest: bytes) -> str:
    """A digest or key as the lines carry it."""
    return base64.b64encode(digest).decode()


def octets(digest: str) -> bytes:
    """The 32 bytes of a digest or key."""
    found = base64.b64decode(digest, validate=True)
    if len(found) != 32:
        raise ValueError("not 32 bytes")
    return found
