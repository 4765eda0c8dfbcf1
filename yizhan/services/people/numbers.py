"""Numbers that people say or lay down, made alike before they are hashed. Pure.

Phone numbers lose their spaces and +86, an ID card's number its small x; what cannot be one is
empty. A slip's code is ours: YZ1.<id>.<mac>, the mac under the network's key, so that nobody can
make one at home. Of a number only the keyed hash and the last four digits are ever kept.
"""

import re
import secrets
from typing import Protocol

TAIL = 4
SLIP_ID = re.compile(r"YZ1\.([0-9a-f]{20})\.([0-9a-f]{16})")
PHONE_DIGITS = range(7, 13)
"""A local number without area code has seven; one with area code twelve."""

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
"""ISO 7064 MOD 11-2, as GB 11643 uses it for resident ID cards."""


class Hasher(Protocol):
    """What the network's key is needed for (yizhan.keys.Keyring)."""

    def hash(self, what: str, text: str) -> str:
        """A hash under the network's key."""
        ...


def phone(text: str) -> str:
    """A telephone number as it is hashed, or empty where this is none."""
    digits = re.sub(r"[\s\-()（）.·]", "", text).removeprefix("+86").removeprefix("0086")
    if not digits.isascii() or not digits.isdigit() or len(digits) not in PHONE_DIGITS:
        return ""
    return digits


def idcard(text: str) -> str:
    """A resident ID card's number of 18 places whose check digit is right, or empty."""
    found = re.sub(r"\s", "", text).upper()
    if not re.fullmatch(r"[0-9]{17}[0-9X]", found):
        return ""
    total = sum(int(digit) * weight for digit, weight in zip(found[:17], WEIGHTS, strict=True))
    return found if CHECKS[total % 11] == found[17] else ""


def tail(number: str) -> str:
    """The last four digits, by which people tell numbers apart."""
    return number[-TAIL:]


def new_slip(keys: Hasher) -> str:
    """The code of a new slip that stands for a card."""
    name = secrets.token_hex(10)
    return f"YZ1.{name}.{_mac(keys, name)}"


def slip(keys: Hasher, text: str) -> str:
    """A slip's code that we made ourselves, or empty."""
    found = SLIP_ID.fullmatch(text.strip())
    if found is None or not secrets.compare_digest(_mac(keys, found[1]), found[2]):
        return ""
    return text.strip()


def card_hash(keys: Hasher, number: str) -> str:
    """The subject of a card of the index: an RFID number, or the code of a slip of ours."""
    if number.startswith("YZ1."):
        code = slip(keys, number)
        return keys.hash("slip", code) if code else ""
    return keys.hash("card", number)


def handle_hash(keys: Hasher, way: str, number: str) -> str:
    """The hash of a phone or ID card number; empty where it cannot be one."""
    clean = {"phone": phone, "idcard": idcard}[way](number)
    return keys.hash(way, clean) if clean else ""


def _mac(keys: Hasher, name: str) -> str:
    return keys.hash("slip-code", name)[:16]
