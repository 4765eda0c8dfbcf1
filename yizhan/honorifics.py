"""How somebody is called: surname and honorific, suggested from name, gender and birth year.

Only a suggestion: how she likes to be called is hers to say.
"""

from yizhan.residents import HONORIFICS

PAIRS = "欧阳上官司马诸葛东方皇甫尉迟公孙慕容令狐宇文长孙司徒司空夏侯端木南宫独孤百里呼延"
COMPOUND = frozenset(PAIRS[at : at + 2] for at in range(0, len(PAIRS), 2))
"""Surnames of two characters."""

GROWN_UP = 60
"""Reckoned with where the birth year is not known."""


def surname(name: str) -> str:
    """The surname of a Chinese name; empty where there is none."""
    bare = name.strip()
    return bare[:2] if bare[:2] in COMPOUND else bare[:1]


def suggest(name: str, gender: str, born: str, year: int) -> str:
    """王秀兰, female, 1950 → 王奶奶; empty where too little is known."""
    if not surname(name) or gender not in ("female", "male"):
        return ""
    known = len(born) == 4 and born.isascii() and born.isdigit()
    age = year - int(born) if known else GROWN_UP
    return surname(name) + next(words[gender] for since, words in HONORIFICS if age >= since)
