"""From what a screen shows to what is said: short phrases, each of which is one clip.

Pure. A phrase is as long as one says it in one breath, so that the same words are one clip
wherever they stand.
"""

import re
import unicodedata

from kiosk.speech import numbers

PHRASE_MAX = 60
"""Hanzi of one phrase at most; English words are shorter to say, so three times as many letters."""

PHRASES_MAX = 40
ENDS = re.compile(r"[。！；]+|(?<=[a-z\d])[.!;](?=\s|$)", re.IGNORECASE)
COMMAS = re.compile(r"(?<=[，、：,:])")
BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
"""What stands in brackets is for the eye: a street and a house are not said to the room."""
UNSAID = re.compile(r"[^\w\s，、。！？；：,.!?;:'’%–—~～-]")
QUESTION = "？"


def phrases(text: str, language: str = "zh") -> list[str]:
    """The phrases of a text, as they are said."""
    most = PHRASE_MAX if language == "zh" else 3 * PHRASE_MAX
    found: list[str] = []
    for sentence in _sentences(text):
        clean = _clean(sentence, language)
        if clean:
            found.extend(_short(clean, most))
    return found[:PHRASES_MAX]


def _sentences(text: str) -> list[str]:
    """Cut where a sentence ends; a question keeps its mark, for it is said otherwise."""
    text = BRACKETS.sub(" ", text)
    text = text.replace("·", "\n").replace("|", "\n").replace("?", QUESTION)
    found: list[str] = []
    for line in text.split("\n"):
        *asked, rest = line.split(QUESTION)
        for question in asked:
            *before, last = ENDS.split(question)
            found += [*before, last + QUESTION]
        found += ENDS.split(rest)
    return [one for one in found if one.strip()]


def _clean(sentence: str, language: str) -> str:
    """Nothing but what can be said, without figures in Chinese."""
    said = UNSAID.sub(" ", unicodedata.normalize("NFC", sentence)).replace("_", " ")
    if language == "zh":
        said = numbers.in_words(said)
        # Hanzi stand together; a space stays between words of Latin letters.
        said = re.sub(r"(?<![A-Za-z])\s+|\s+(?![A-Za-z])", "", said)
        said = said.replace("U盘", "优盘")
    said = re.sub(r"\s+", " ", said).strip(" ，、：,:;-–—")
    return said if re.search(r"\w", said) else ""


def _short(said: str, most: int) -> list[str]:
    """A long sentence is cut at its commas, and anywhere if it has none."""
    if len(said) <= most:
        return [said]
    found = [""]
    for part in COMMAS.split(said):
        for piece in (part[at : at + most] for at in range(0, len(part), most)):
            if len(found[-1]) + len(piece) > most:
                found.append("")
            found[-1] += piece
    return [trimmed for one in found if (trimmed := one.strip("，、：,: "))]


def call(number: int, service: str) -> str:
    """A call in two phrases, so that few clips call every number to every counter."""
    return f"请{number}号\n到{service}"


def segmented(phrase: str, known: set[str]) -> list[str]:
    """The phrase as known pieces, longest first; empty where one is missing.

    So a dialect of some dozen recorded words can still call every number.
    """
    found, at = [], 0
    while at < len(phrase):
        if phrase[at] in "，、：":
            at += 1
            continue
        ends = (end for end in range(len(phrase), at, -1) if phrase[at:end] in known)
        end = next(ends, at)
        if end == at:
            return []
        found.append(phrase[at:end])
        at = end
    return found
