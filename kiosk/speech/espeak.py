"""The last resort: espeak-ng of the system. Understood by half, and better than silence.

Part of the renderer, but needs no package of its own: it runs where the set-up never came to
its end. It reads pinyin; hanzi become pinyin where pypinyin is there.
"""

import shutil
import subprocess

SECONDS_MAX = 10
WORDS_A_MINUTE = "130"
VOICES = {"zh": "cmn-latn-pinyin", "en": "en-us"}


def found() -> str:
    """Where the program is; empty where there is none."""
    return shutil.which("espeak-ng") or ""


class Espeak:
    """The engine; `render` gives a whole WAV file."""

    name = "espeak"

    def __init__(self) -> None:
        self._program = found()

    def render(self, text: str, language: str) -> bytes:
        """A phrase as a WAV file; the text goes in by the pipe, never among the options."""
        said = subprocess.run(
            [self._program, "-v", VOICES[language], "-s", WORDS_A_MINUTE, "--stdin", "--stdout"],
            input=_readable(text, language).encode(),
            capture_output=True,
            timeout=SECONDS_MAX,
            check=True,
        )
        return said.stdout


def _readable(text: str, language: str) -> str:
    if language != "zh":
        return text
    try:
        import pypinyin
    except ImportError:
        return text
    tone = pypinyin.Style.TONE3
    return " ".join(pypinyin.lazy_pinyin(text, style=tone, neutral_tone_with_five=True))
