"""What is left untranslated of a page in English, and the English made ready for it."""

import io
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PO = Path(__file__).parents[1] / "locale/en/LC_MESSAGES/messages.po"
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
CARRIED = re.compile(r'\bvalue="[^"]*"')
"""What a form sends, which nobody reads."""


def compiled() -> None:
    """Compile the English as `make setup` does, where that was not done since it changed."""
    made = PO.with_suffix(".mo")
    if made.exists() and made.stat().st_mtime >= PO.stat().st_mtime:
        return
    with tempfile.NamedTemporaryFile(dir=PO.parent, delete=False) as file:
        write_mo(file, read_po(io.BytesIO(PO.read_bytes()), locale="en"))
    Path(file.name).replace(made)


def untranslated(page: str, data: Iterable[str]) -> list[str]:
    """The Chinese of a page that is neither data (names, what people wrote) nor 中文 itself."""
    known = "\n".join((*data, "中文"))
    return [found for found in CHINESE.findall(CARRIED.sub("", page)) if found not in known]
