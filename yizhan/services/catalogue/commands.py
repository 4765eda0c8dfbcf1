"""What the hub may do with a register."""

from typing import Any

from yizhan.events import Draft
from yizhan.services.catalogue.model import Published, Removed


def subject(kind: str, code: str) -> str:
    """The subject of one row of a register."""
    return f"listing/{kind}/{code}"


def publish(kind: str, code: str, fields: dict[str, Any], rank: int = 0) -> Draft:
    """Write a row of a register, whole."""
    return Draft(subject(kind, code), Published(kind, code, fields, rank))


def remove(kind: str, code: str) -> Draft:
    """Take a row off a register."""
    return Draft(subject(kind, code), Removed())
