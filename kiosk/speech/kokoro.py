"""Kokoro-82M through ONNX Runtime: phonemes and a voice become samples.

Part of the renderer. The model and the voices are files that the set-up brought; their digests
are pinned in assets.py and looked at before they are used.
"""

import os
import re
from pathlib import Path
from typing import Any

import numpy
import onnxruntime

from kiosk.speech import assets, english, mandarin
from kiosk.speech.sound import RATE, Samples

# fmt: off
SYMBOLS = {
    ";": 1, ":": 2, ",": 3, ".": 4, "!": 5, "?": 6, "—": 9, "…": 10, '"': 11, "(": 12, ")": 13,
    "“": 14, "”": 15, " ": 16, "\u0303": 17, "ʣ": 18, "ʥ": 19, "ʦ": 20, "ʨ": 21, "ᵝ": 22,
    "\uab67": 23, "A": 24, "I": 25, "O": 31, "Q": 33, "S": 35, "T": 36, "W": 39, "Y": 41, "ᵊ": 42,
    "a": 43, "b": 44, "c": 45, "d": 46, "e": 47, "f": 48, "h": 50, "i": 51, "j": 52, "k": 53,
    "l": 54, "m": 55, "n": 56, "o": 57, "p": 58, "q": 59, "r": 60, "s": 61, "t": 62, "u": 63,
    "v": 64, "w": 65, "x": 66, "y": 67, "z": 68, "ɑ": 69, "ɐ": 70, "ɒ": 71, "æ": 72, "β": 75,
    "ɔ": 76, "ɕ": 77, "ç": 78, "ɖ": 80, "ð": 81, "ʤ": 82, "ə": 83, "ɚ": 85, "ɛ": 86, "ɜ": 87,
    "ɟ": 90, "ɡ": 92, "ɥ": 99, "ɨ": 101, "ɪ": 102, "ʝ": 103, "ɯ": 110, "ɰ": 111, "ŋ": 112,
    "ɳ": 113, "ɲ": 114, "ɴ": 115, "ø": 116, "ɸ": 118, "θ": 119, "œ": 120, "ɹ": 123, "ɾ": 125,
    "ɻ": 126, "ʁ": 128, "ɽ": 129, "ʂ": 130, "ʃ": 131, "ʈ": 132, "ʧ": 133, "ʊ": 135, "ʋ": 136,
    "ʌ": 138, "ɣ": 139, "ɤ": 140, "χ": 142, "ʎ": 143, "ʒ": 147, "ʔ": 148, "ˈ": 156, "ˌ": 157,
    "ː": 158, "ʰ": 162, "ʲ": 164, "↓": 169, "→": 171, "↗": 172, "↘": 173, "ᵻ": 177,
}
# fmt: on
"""The model's alphabet (kokoro-onnx, MIT)."""

SYMBOLS_MAX = 500
SPEED = 0.9
"""A little slower than the voices speak by themselves: ears are old."""

PARTS = re.compile(r"[A-Za-z][A-Za-z0-9 ,.'’:-]*|[^A-Za-z]+")


class Kokoro:
    """The engine. Raises assets.Missing where a file is not there or is not the right one."""

    name = "kokoro"
    rate = RATE

    def __init__(self, folder: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = max(1, min(4, os.cpu_count() or 1))
        # A thread that waits in a loop takes from the pages what it gives to the voice.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._folder = folder
        self._model = onnxruntime.InferenceSession(
            assets.checked(folder, assets.MODEL), options, providers=["CPUExecutionProvider"]
        )
        self._voices: dict[str, Any] = {}

    def render(self, text: str, voice: str, language: str) -> Samples:
        """The samples of a phrase."""
        sounds = phonemes(text, language)
        symbols = [SYMBOLS[one] for one in sounds if one in SYMBOLS][:SYMBOLS_MAX]
        if not symbols:
            return numpy.zeros(0, numpy.float32)
        style = self._voice(voice)
        heard = self._model.run(
            None,
            {
                "tokens": numpy.array([[0, *symbols, 0]], numpy.int64),
                "style": style[min(len(symbols), len(style)) - 1],
                "speed": numpy.array([SPEED], numpy.float32),
            },
        )
        return numpy.asarray(heard[0], numpy.float32).ravel()

    def _voice(self, name: str) -> Any:
        if name not in self._voices:
            content = assets.checked(self._folder, f"voices/{name}.bin")
            self._voices[name] = numpy.frombuffer(content, numpy.float32).reshape(-1, 1, 256)
        return self._voices[name]


def phonemes(text: str, language: str) -> str:
    """How a phrase sounds, each part by the rules of its own script."""
    if language == "en" and not mandarin.HAN.search(text):
        return english.phonemes(text)
    said = [
        english.phonemes(" ".join(part) if part.isupper() else part)
        if part[0].isascii() and part[0].isalpha()
        else mandarin.phonemes(part)
        for part in PARTS.findall(text)
    ]
    return " ".join(filter(None, said))
