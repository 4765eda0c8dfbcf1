"""The check code on a slip: eight characters that name one event, to be read out on a telephone.

The first 40 bits of the event's digest in Crockford's base 32: no I, L, O or U, and who reads
0 for O or 1 for I or L is understood. A code shows that a record is there; it opens nothing.
Pure. Source: https://www.crockford.com/base32.html
"""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHARACTERS = 8
PREFIX_BYTES = 5

MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, "－": None})


def check_code(digest: bytes) -> str:
    """The code of an event: XXXX-XXXX."""
    number = int.from_bytes(digest[:PREFIX_BYTES], "big")
    letters = [ALPHABET[number >> 5 * n & 31] for n in reversed(range(CHARACTERS))]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])


def prefix_of(code: str) -> bytes | None:
    """The first bytes of the digest that a code names; None where it is none."""
    letters = code.upper().translate(MISREAD)
    if len(letters) != CHARACTERS or any(letter not in ALPHABET for letter in letters):
        return None
    number = 0
    for letter in letters:
        number = number << 5 | ALPHABET.index(letter)
    return number.to_bytes(PREFIX_BYTES, "big")
