"""The renderer: reads phrases as lines of JSON, writes clips, answers a line for each.

    python -m kiosk.speech.render FOLDER

A process of its own, so that a kiosk stays small and starts at once. It ends when its input
ends, and so never outlives a kiosk that was killed.
"""

import io
import json
import os
import sys
import time
import wave
from pathlib import Path
from typing import Any

from kiosk.speech import assets, espeak

TEXT_MAX = 200
NICE = 10


class Best:
    """Kokoro, else espeak-ng, else nothing: chosen once, when the process starts."""

    def __init__(self, home: Path) -> None:
        self.why, self._kokoro, self._espeak = "", None, None
        try:
            from kiosk.speech import kokoro, sound

            self._kokoro, self._sound = kokoro.Kokoro(home), sound
        except (ImportError, assets.Missing) as error:
            self.why = str(error)
            self._espeak = espeak.Espeak() if espeak.found() else None

    @property
    def name(self) -> str:
        """Which engine it is; "silence" where there is none."""
        engine = self._kokoro or self._espeak
        return engine.name if engine else "silence"

    def render(self, text: str, voice: str, language: str) -> tuple[bytes, float]:
        """A clip's content and how long it plays; nothing where there is no engine."""
        if self._kokoro:
            made = self._sound.finished(self._kokoro.render(text, voice, language))
            return (self._sound.packed(made) if len(made) else b""), len(made) / self._sound.RATE
        if self._espeak:
            content = self._espeak.render(text, language)
            return content, _seconds(content)
        return b"", 0.0


def _seconds(content: bytes) -> float:
    if not content:
        return 0.0
    with wave.open(io.BytesIO(content)) as file:
        frames, rate = file.getnframes(), file.getframerate()
    return float(frames / rate)


def answer(best: Best, line: str) -> dict[str, Any]:
    """Do what one line asks: {"text", "voice", "language", "path"}."""
    asked = json.loads(line)
    begun = time.monotonic()
    text, path = str(asked["text"])[:TEXT_MAX], Path(asked["path"])
    content, seconds = best.render(text, str(asked["voice"]), str(asked["language"]))
    if content:
        part = path.with_name(f"{path.name}.{os.getpid()}")
        part.write_bytes(content)
        part.replace(path)
    took = time.monotonic() - begun
    return {"path": str(path), "bytes": len(content), "seconds": seconds, "took": took}


def main(home: Path) -> None:
    """Say which engine there is, then answer until the input ends."""
    os.nice(NICE)
    best = Best(home)
    _tell({"engine": best.name, "why": best.why})
    for line in sys.stdin:
        try:
            said = answer(best, line)
        except Exception as error:  # mouth of a loop: one bad phrase must not silence the rest
            said = {"error": f"{type(error).__name__}: {error}"}
        _tell(said)


def _tell(said: dict[str, Any]) -> None:
    print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
