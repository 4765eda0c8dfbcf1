"""Voices for tests: the real one that the set-up fetched, and a stand-in that is quick.

The stand-in has the shape of the real folder; its renderer writes a short tone whatever it is
asked, and a list of what it was asked.
"""

import json
import math
import os
import struct
import sys
import wave
from pathlib import Path

from kiosk.speech import assets

SILENT = "/dev/null/speech"
REAL = Path(os.environ.get("YIZHAN_REAL_SPEECH") or assets.ROOT / ".speech")

RENDERER = """
import json, pathlib, shutil, sys
home = pathlib.Path({home!r})
print(json.dumps({{"engine": "kokoro", "why": ""}}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    with (home / "asked").open("a") as file:
        file.write(line)
    if "hang" in asked["text"]:
        continue
    if "burst" in asked["text"]:
        sys.exit(1)
    if "mute" in asked["text"]:
        print(json.dumps({{"error": "ValueError: no"}}), flush=True)
        continue
    shutil.copy(home / "tone.wav", asked["path"])
    said = {{"path": asked["path"], "bytes": 1, "seconds": 0.2, "took": 0.0}}
    print(json.dumps(said), flush=True)
"""


def tone(path: Path, seconds: float = 0.2, rate: int = 24_000) -> None:
    """A WAV file with a quiet tone."""
    samples = (
        int(3000 * math.sin(2 * math.pi * 440 * n / rate)) for n in range(int(seconds * rate))
    )
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"".join(struct.pack("<h", one) for one in samples))


def stand_in(home: Path) -> Path:
    """A folder of a voice that is ready, and quick."""
    (home / "clips").mkdir(parents=True)
    (home / assets.READY).write_text("stand-in")
    tone(home / "tone.wav")
    (home / "renderer.py").write_text(RENDERER.format(home=str(home)))
    python = assets.python(home)
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\nexec {sys.executable} {home}/renderer.py\n")
    python.chmod(0o755)
    return home


def asked(home: Path) -> list[str]:
    """The texts that the stand-in's renderer was asked for."""
    file = home / "asked"
    lines = file.read_text().splitlines() if file.exists() else []
    return [json.loads(line)["text"] for line in lines]
