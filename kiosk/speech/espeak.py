"""The last resort: espeak-ng of the system. Understood by half, and better than silence.

Part of the renderer, but needs no package: it runs where the set-up never came to its end.
"""

import shutil
import struct
import subprocess

SECONDS_MAX = 10
WORDS_A_MINUTE = "130"
HEADER = 44
"""Bytes of its WAV files before the samples."""
VOICES = {"zh": "cmn-latn-pinyin", "en": "en-us"}
"""Both Mandarin voices read hanzi; the plain one would read pinyin as English."""


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
            input=text.encode(),
            capture_output=True,
            timeout=SECONDS_MAX,
            check=True,
        )
        return whole(said.stdout)


def whole(content: bytes) -> bytes:
    """The WAV file with its true lengths: into a pipe the program writes 2 GiB, and a browser
    would wait for them."""
    if len(content) < HEADER or content[36:40] != b"data":
        return b""
    sizes = struct.pack("<I", len(content) - 8), struct.pack("<I", len(content) - HEADER)
    return content[:4] + sizes[0] + content[8:40] + sizes[1] + content[HEADER:]
