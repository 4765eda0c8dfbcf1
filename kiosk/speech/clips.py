"""The clips on the disk: fixed prompts, what was said lately, what a keeper recorded.

Knows names and sizes of files; knows no text but what it is given. A clip's name in an address
is a digest: of a fixed prompt, the same everywhere; of anything else (a name, an order), under
this station's own secret, so that no log tells whom it greeted.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

ENGINE = "kokoro-82m-1"
"""Raised when the same words would sound otherwise: every clip is then made anew."""

NAME = re.compile(r"[fpd][0-9a-f]{20}")
BYTES_MAX = 32 << 20
"""What may be kept of what was said lately."""

KINDS = {".ogg": "audio/ogg", ".webm": "audio/webm", ".wav": "audio/wav"}


class Phrase(msgspec.Struct, frozen=True):
    """What is one clip: words, the language they are in, whose voice."""

    text: str
    language: str
    voice: str

    def key(self) -> bytes:
        """What its sound depends on."""
        return "\0".join((ENGINE, self.voice, self.language, self.text)).encode()


class Clips:
    """`fixed` is shared by the stations of a machine, `lately` and `recorded` are this one's."""

    def __init__(self, fixed: Path, data: Path, secret: bytes) -> None:
        self._fixed, self._lately = fixed, data / "speech"
        self.recorded = data / "prompts"
        self._secret = hashlib.blake2b(secret, person=b"yizhan.speech").digest()
        for folder in (self._lately, self.recorded):
            folder.mkdir(parents=True, exist_ok=True)

    def name(self, phrase: Phrase) -> str:
        """What this phrase's clip is called here: the fixed prompt's name where there is one."""
        fixed = fixed_name(phrase)
        if (self._fixed / f"{fixed}.ogg").exists():
            return fixed
        return "p" + hashlib.blake2b(phrase.key(), digest_size=10, key=self._secret).hexdigest()

    def place(self, name: str) -> Path:
        """Where a clip that is to be rendered belongs."""
        return self._lately / f"{name}.ogg"

    def find(self, name: str) -> Path | None:
        """The file of a clip, if it is there and whole."""
        if not NAME.fullmatch(name):
            return None
        if name[0] == "d":
            return self.recording(name)
        path = (self._fixed if name[0] == "f" else self._lately) / f"{name}.ogg"
        return path if path.is_file() else None

    def recording(self, name: str) -> Path | None:
        """What the keeper recorded under this name."""
        paths = (self.recorded / f"{name}{kind}" for kind in KINDS)
        return next((path for path in paths if path.is_file()), None)

    def used(self, path: Path) -> None:
        """A clip was just played: it is the last to go."""
        if path.parent == self._lately:
            os.utime(path)

    def tidy(self, most: int = BYTES_MAX) -> None:
        """Forget what was not played for longest, until what is left fits."""
        kept = sorted(self._kept(), key=lambda one: one[0], reverse=True)
        total = 0
        for _time, size, path in kept:
            total += size
            if total > most:
                path.unlink(missing_ok=True)

    def forget(self) -> None:
        """Forget everything that was said lately: names among it."""
        for _time, _size, path in self._kept():
            path.unlink(missing_ok=True)

    def _kept(self) -> Iterator[tuple[float, int, Path]]:
        for path in self._lately.iterdir():
            if path.is_file():
                stat = path.stat()
                yield stat.st_mtime, stat.st_size, path


def fixed_name(phrase: Phrase) -> str:
    """The name of a fixed prompt's clip, the same on every machine."""
    return "f" + hashlib.blake2b(phrase.key(), digest_size=10).hexdigest()


def recorded_name(text: str) -> str:
    """The name of a keeper's recording of these words."""
    return "d" + hashlib.blake2b(text.encode(), digest_size=10).hexdigest()
