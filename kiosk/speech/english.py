"""English words to the phonemes of Kokoro, by misaki's dictionary; figures as words.

Part of the renderer. A word that no dictionary has is spelt out.
"""

import json
import re
from functools import cache
from importlib import resources

# fmt: off
ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
# fmt: on
TOKEN = re.compile(r"\d{1,2}:\d{2}|\d+\.\d+|\d+|[A-Za-z]+(?:['’][A-Za-z]+)*|[,.!?;:—…]")
NUMBER = re.compile(r"\bNo\.\s*(?=\d)")
VOICED = "bdɡvðmnŋlɹwjaeiouæɑɐɒɔəɚɛɜɪʊʌAIOQWYᵊᵻ"
HISSING = ("s", "z", "ʃ", "ʒ", "ʧ", "ʤ")


@cache
def _dictionary() -> dict[str, str]:
    """Every word that misaki knows, in American English."""
    found: dict[str, str] = {}
    for name in ("us_silver.json", "us_gold.json"):
        text = resources.files("misaki").joinpath("data", name).read_text("utf-8")
        for word, said in json.loads(text).items():
            sounds = said["DEFAULT"] if isinstance(said, dict) else said
            if sounds:
                found[word] = sounds
    return found


def phonemes(text: str) -> str:
    """How a phrase sounds."""
    said = [_token(one) for one in TOKEN.findall(NUMBER.sub("number ", text))]
    sounds = re.sub(r"\s+([,.!?;:—…])", r"\1", " ".join(filter(None, said)))
    # The model was taught these two otherwise than the dictionary writes them.
    return sounds.replace("ɾ", "T").replace("ʔ", "t")


def _token(token: str) -> str:
    if not token[0].isalnum():
        return token
    if token[0].isdigit():
        return " ".join(_word(word) for word in figures(token))
    return _word(token.replace("’", "'"))


def figures(number: str) -> list[str]:
    """A number in words: by digits where it begins with 0 or is long, like an order's."""
    whole, dot, rest = number.partition(".")
    hour, colon, minute = number.partition(":")
    if colon:
        return [*figures(str(int(hour))), *([] if minute == "00" else figures(minute))]
    if dot:
        return [*figures(whole), "point", *(ONES[int(one)] for one in rest)]
    if len(number) > 4 or (number[0] == "0" and len(number) > 1):
        return [ONES[int(one)] for one in number]
    return _counted(int(number))


def _counted(number: int) -> list[str]:
    if number < 20:
        return [ONES[number]]
    if number < 100:
        rest = number % 10
        return [TENS[number // 10 - 2], *([ONES[rest]] if rest else [])]
    size, name = (1000, "thousand") if number >= 1000 else (100, "hundred")
    rest = number % size
    return [*_counted(number // size), name, *(_counted(rest) if rest else [])]


def _word(word: str) -> str:
    known = _dictionary()
    for form in (word, word.lower(), word.capitalize()):
        if form in known:
            return known[form]
    lower = word.lower()
    if lower.endswith("'s") or (lower.endswith("s") and len(lower) > 3):
        stem = known.get(lower[:-2] if lower.endswith("'s") else lower[:-1])
        if stem:
            return stem + _plural(stem)
    return " ".join(known.get(one.upper(), "") for one in word if one.isalpha())


def _plural(stem: str) -> str:
    if stem.endswith(HISSING):
        return "ᵻz"
    return "z" if stem[-1] in VOICED else "s"
