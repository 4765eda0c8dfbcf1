"""What a page says aloud where it does not name its own words: its title, then its choices.

Reads the drawn page, so that what is heard is what is seen; knows nothing of sound.
"""

import re
from html import unescape

SAID = re.compile(
    r"<h1\b[^>]*>(?P<title>.*?)</h1>"
    r"|<a\b[^>]*\bclass=\"tile\b[^>]*>(?P<tile>.*?)</a>"
    r"|<button\b[^>]*\bclass=\"(?:face|button go)\b[^>]*>(?P<button>.*?)</button>",
    re.DOTALL,
)
WITHIN = re.compile(r"</?(?:b|small)>")
TAG = re.compile(r"<[^>]+>")
ENDS = ("。", "！", "？", "：", ".", "!", "?", ":")


def words_of(html: str) -> str:
    """The words between tags, in one line."""
    return " ".join(unescape(TAG.sub(" ", WITHIN.sub("", html))).split())


def spoken(page: str, language: str = "zh_CN") -> str:
    """Title and choices of a drawn page, one sentence each."""
    stop = "." if language == "en" else "。"
    sentences = []
    for match in SAID.finditer(page):
        said = words_of(match.group(match.lastgroup or 0))
        if said and said not in sentences:
            sentences.append(said)
    return " ".join(one if one.endswith(ENDS) else one + stop for one in sentences)
