"""The hub's keys in a file under a passphrase."""

import json
from pathlib import Path

import pytest

from hub import keyfile
from tests.hub.harbour import (
    PRIVATE,
    Harbour,
    journal,
)
from tests.hub.test_doors import hub as door
from tests.hub.test_doors import refused
from tests.sync.road import WANG, place_order
from yizhan.errors import Corrupt, Refusal
from yizhan.record import opened

PASSPHRASE = "ein-sehr-langes-wort"


def test_the_key_file_opens_with_its_passphrase_alone(harbour: Harbour, tmp_path: Path) -> None:
    path = tmp_path / "keys"
    done = door(
        "backup", str(tmp_path / "safe"), "--data", str(harbour.data),
        "--keys", str(path), "--passphrase-stdin", stdin=f"{PASSPHRASE}\n",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert path.stat().st_mode & 0o077 == 0
    raw = path.read_bytes()
    kept = keyfile.read(path, PASSPHRASE)
    assert kept.seal[WANG] == harbour.hub.node.keys.get(WANG)
    assert kept.signing not in raw and kept.seal[WANG] not in raw
    with pytest.raises(Refusal, match="口令不对"):
        keyfile.read(path, PASSPHRASE + "x")
    for place in range(len(raw)):
        wrong = bytearray(raw)
        wrong[place] ^= 1
        if place % 40 == 0:
            path.write_bytes(wrong)
            with pytest.raises((Refusal, Corrupt)):
                keyfile.read(path, PASSPHRASE)


def test_a_short_passphrase_is_refused_and_the_old_key_file_stays(
    harbour: Harbour, tmp_path: Path
) -> None:
    path = tmp_path / "keys"
    path.write_bytes(b"old")
    done = door(
        "backup", str(tmp_path / "safe"), "--data", str(harbour.data),
        "--keys", str(path), "--passphrase-stdin", stdin="kurz\n",
    )  # fmt: skip
    refused(done, 65, "口令至少要 12 个字")
    assert path.read_bytes() == b"old"


def test_the_doors_back_up_and_restore(harbour: Harbour, tmp_path: Path) -> None:
    place_order(harbour.stations["zhongda"])
    harbour.exchange()
    data, safe = str(harbour.data), str(tmp_path / "safe")
    keys = ("--keys", str(tmp_path / "keys"), "--passphrase-stdin")
    done = door("backup", safe, "--data", data, *keys, stdin=f"{PASSPHRASE}\n")
    assert done.returncode == 0 and "读回来核对过" in done.stdout, done.stderr
    told = json.loads(door("backup", safe, "--data", data, "--json").stdout)
    assert told["backed_up"] == harbour.hub.node.journal.head()
    before = journal(harbour.hub.node)
    harbour.lose_hub()
    new = tmp_path / "new"
    words = ("restore", told["path"], "--data", str(new), *keys)
    refused(door(*words, stdin="falsches-falsches\n"), 65, "口令不对")
    assert not new.exists()
    made = door(*words, stdin=f"{PASSPHRASE}\n")
    assert made.returncode == 0, made.stderr
    assert "各站点会自己把备份之后的记录补回来" in made.stdout
    harbour.data, harbour.hub = new, harbour.open_hub(new)
    assert journal(harbour.hub.node)[: len(before)] == before
    assert opened(harbour.hub.node, "person", WANG, f"person/{WANG}", "name") == PRIVATE["name"]
    harbour.exchange()
    harbour.agree()
