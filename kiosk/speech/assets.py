"""Where the model, the voices and the fixed prompts lie, and which files are the right ones.

One folder for all stations of a machine (`.speech`, or what YIZHAN_SPEECH names), filled by
`deploy/setup/speech.py`. Used by both halves, so it imports nothing that one of them lacks.
"""

import hashlib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODEL = "kokoro.onnx"
READY = "ready"
PROMPTED = "prompted"
"""Written when the fixed prompts are all rendered."""

DIGESTS = {
    MODEL: "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
    "voices/zf_xiaoyi.bin": "bc1555c5c486099196ac254bae5e0bb543c121952a3092f50b7d8724f1bc36b3",
    "voices/zm_yunxi.bin": "7243892fb4e560d47014090ddf010f8b8b790f3c6b029ff82b2ac06aa4e27c8b",
    "voices/af_heart.bin": "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b",
    "voices/am_michael.bin": "1d1f21dd8da39c30705cd4c75d039d265e9bc4a2a93ed09bc9e1b1225eb95ba1",
}
"""The SHA-256 of every file that the engine opens."""

VOICES = {
    "woman": {"zh": "zf_xiaoyi", "en": "af_heart"},
    "man": {"zh": "zm_yunxi", "en": "am_michael"},
}
"""What a station chooses between, and the voice of each language."""


class Missing(Exception):
    """A file that is not there, or is another one than it should be."""


def folder() -> Path:
    """The folder of this machine."""
    return Path(os.environ.get("YIZHAN_SPEECH") or ROOT / ".speech")


def python(home: Path) -> Path:
    """The renderer's own Python, with its packages."""
    return home / "venv" / "bin" / "python"


def ready(home: Path) -> bool:
    """Whether the set-up came to its end here."""
    return (home / READY).is_file() and python(home).exists()


def checked(home: Path, name: str) -> bytes:
    """The content of a file, once it is the right one. Raises Missing."""
    try:
        content = (home / name).read_bytes()
    except OSError as error:
        raise Missing(f"{name}: {error.strerror}") from error
    if hashlib.sha256(content).hexdigest() != DIGESTS[name]:
        raise Missing(f"{name} is not the file that it should be")
    return content
