"""A station's voice: which clips say a text, in which tongue, and what is made ahead of need.

One object per process. It answers at once, from what lies on the disk; what is missing is
asked of the renderer, and the page plays it when it is there.
"""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import msgspec

from kiosk.speech import assets, espeak, saying
from kiosk.speech.clips import Clips, Phrase, recorded_name
from kiosk.speech.rendering import LATER, NOW, Rendering
from yizhan.keys import write_private

log = logging.getLogger(__name__)

FILE = "speech.json"
TIDY_EVERY = 50
"""Clips made between two looks at how much is kept."""

CALL_MAX = 12
"""Phrases up to here may be put together of recorded words: numbers, not sentences."""

Place = Literal["screen", "wall"]
State = Literal["ready", "preparing", "spare", "silent"]


class Chosen(msgspec.Struct, frozen=True, omit_defaults=True):
    """What this station chose: whose voice, whether what was recorded in the dialect goes before
    it, and where numbers are called: two machines in one room would speak over each other."""

    voice: Literal["woman", "man"] = "woman"
    dialect: bool = False
    calls: Literal["both", "screen", "wall"] = "both"


class Speaker:
    """The voice of one station."""

    def __init__(self, data: Path, secret: bytes, home: Path | None = None) -> None:
        self.home = home or assets.folder()
        self._file = data / FILE
        self.clips = Clips(self.home / "clips", data, secret)
        self.rendering = Rendering(self.home, self._made)
        self._spare = bool(espeak.found())
        self._made_since = 0
        self._chosen = self._read()

    @property
    def chosen(self) -> Chosen:
        """What this station chose."""
        return self._chosen

    def choose(self, chosen: Chosen) -> None:
        """Keep another choice; it holds from the next page on."""
        write_private(self._file, msgspec.json.encode(chosen))
        self._chosen = chosen

    def _read(self) -> Chosen:
        """A choice that cannot be read is the usual one: a station never stays dark for it."""
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=Chosen)
        except FileNotFoundError:
            return Chosen()
        except (OSError, msgspec.MsgspecError) as error:
            log.warning("%s: %s", self._file, error)
            return Chosen()

    def names(self, text: str, language: str = "zh_CN", urgency: int = NOW) -> list[str]:
        """The clips that say a text, in their order; what is missing is being made."""
        tongue, able = tongue_of(language), self.state() in ("ready", "spare")
        return [
            name
            for phrase in saying.phrases(text, tongue)
            for name in self._names_of(phrase, tongue, urgency)
            if able or self.clips.find(name)
        ]

    def _names_of(self, text: str, tongue: str, urgency: int) -> list[str]:
        recorded = self.recorded(text) if tongue == "zh" and self._chosen.dialect else []
        return recorded or [
            self._name_of(part, tongue, urgency) for part in self._parts(text, tongue)
        ]

    def _parts(self, text: str, tongue: str) -> list[str]:
        """The phrase whole where its clip is there; else at its commas where some parts are
        there, for a name alone is sooner made than a greeting, and serves every hour of the day."""
        parts = text.split("，")
        if len(parts) == 1 or self._is_there(text, tongue):
            return [text]
        return parts if any(self._is_there(part, tongue) for part in parts) else [text]

    def _is_there(self, text: str, tongue: str) -> bool:
        return self.clips.find(self.clips.name(self.phrase(text, tongue))) is not None

    def _name_of(self, text: str, tongue: str, urgency: int) -> str:
        phrase = self.phrase(text, tongue)
        name = self.clips.name(phrase)
        if self.clips.find(name) is None and self.state() in ("ready", "spare"):
            self.rendering.ask(phrase, self.clips.place(name), urgency)
        return name

    def phrase(self, text: str, tongue: str) -> Phrase:
        """These words in the voice of this station."""
        return Phrase(text, tongue, assets.VOICES[self._chosen.voice][tongue])

    def recorded(self, text: str) -> list[str]:
        """What the keeper recorded, the whole phrase or its pieces; empty where one is missing."""
        if self.clips.recording(recorded_name(text)):
            return [recorded_name(text)]
        if len(text) > CALL_MAX:
            return []
        parts = {text[at:end] for at in range(len(text)) for end in range(at + 1, len(text) + 1)}
        known = {part for part in parts if self.clips.recording(recorded_name(part))}
        return [recorded_name(part) for part in saying.segmented(text, known)]

    def ahead(self, texts: Iterable[str]) -> None:
        """Have a station's own texts made, once the prompts of all stations are: nobody waits."""
        if (self.home / assets.PROMPTED).exists():
            for text in texts:
                self.names(text, urgency=LATER)

    def state(self) -> State:
        """How the voice is: natural, still being fetched, the spare one, none at all."""
        if assets.ready(self.home):
            return "ready"
        if self._spare:
            return "spare"
        return "preparing" if self.home.is_dir() else "silent"

    def _made(self) -> None:
        self._made_since += 1
        if self._made_since >= TIDY_EVERY:
            self._made_since = 0
            self.clips.tidy()

    def stop(self) -> None:
        """End what renders."""
        self.rendering.stop()


def tongue_of(language: str) -> str:
    """The tongue of a page's language."""
    return "en" if language.startswith("en") else "zh"
