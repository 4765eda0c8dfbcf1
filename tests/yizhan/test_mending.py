"""Mending: what it would do, what it does, and when it does not."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.damage import flip, overwrite, pages, scramble
from tests.yizhan.nodes import KEY, place, register_wang, take
from yizhan import events, opening, settings
from yizhan.__main__ import cli
from yizhan.checking import verify
from yizhan.errors import Corrupt, Refusal
from yizhan.healing import heal
from yizhan.keys import Signer
from yizhan.mending import mend
from yizhan.opening import SIGNING_KEY
from yizhan.settings import Settings


def made(folder: Path, source: str) -> Path:
    """A data directory with a day's records."""
    settings.write(folder, Settings("net", source))
    Signer(folder / SIGNING_KEY)
    node = opening.make_node(folder, KEY)
    if node.is_hub:
        register_wang(node)
        place(node)
    for number in range(1, 41):
        take(node, number)
    node.db.close()
    return folder


@pytest.fixture
def station(tmp_path: Path) -> Path:
    return made(tmp_path / "zhongda", "zhongda")


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    return made(tmp_path / "hub", "hub")


def test_of_any_one_wrong_byte_the_right_one_is_found() -> None:
    prev, raw = bytes(range(32)), b'{"type":"ticket.taken","source":"zhongda"}'
    digest = events.digest(prev, raw)
    for at in range(len(raw)):
        wrong = bytearray(raw)
        wrong[at] ^= 0x41
        healed = heal(prev, digest, bytes(wrong))
        assert healed and (healed.raw, healed.column, healed.byte) == (raw, "raw", at)


def test_two_wrong_bytes_are_not_guessed() -> None:
    prev, raw = bytes(32), b'{"type":"ticket.taken"}'
    assert heal(prev, events.digest(prev, raw), b"X" + raw[1:-1] + b"X") is None


def test_without_yes_it_says_what_it_would_do_and_does_nothing(station: Path) -> None:
    scramble(station, 7)
    before = (station / "yizhan.db").read_bytes()
    done = CliRunner().invoke(cli, ["mend", "--data", str(station)])
    assert done.exit_code == 0, done.output
    assert "本地 7 号（还没有编号，ticket/" in done.output and "--yes" in done.output
    assert (station / "yizhan.db").read_bytes() == before
    kept = {path.name for path in station.iterdir()} - {"yizhan.db-wal", "yizhan.db-shm"}
    assert kept == {"settings.json", SIGNING_KEY, "yizhan.db"}


def test_a_whole_database_is_left_alone(station: Path) -> None:
    mended = mend(station, really=True)
    assert mended.whole and mended.copied == 40 and not mended.kept
    assert list(station.glob("*damaged*")) == []


def test_the_door_mends_and_tells_a_program(station: Path) -> None:
    flip(station, 7, "raw", 20)
    done = CliRunner().invoke(cli, ["mend", "--data", str(station), "--yes", "--json"])
    found = json.loads(done.output)
    assert [(one["local"], one["byte"]) for one in found["damaged"]] == [(7, 20)]
    assert (station / found["kept"]).exists()
    assert verify(opening.open_node(station)).ok


def test_verify_names_the_first_bad_byte_to_a_program(station: Path) -> None:
    flip(station, 9, "raw", 33)
    flip(station, 20, "raw", 3)
    done = CliRunner().invoke(cli, ["verify", "--data", str(station), "--json"])
    bad = json.loads(done.stdout)["bad"]
    assert (bad["local"], bad["column"], bad["byte"]) == (9, "raw", 33)
    assert bad["subject"].startswith("ticket/") and bad["position"] is None
    assert done.exit_code == 70


def test_nothing_is_mended_under_a_running_program(station: Path) -> None:
    holding = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT 1 FROM journal')"
        ".fetchone(); print('ready', flush=True); sys.stdin.read()"
    )
    flip(station, 7, "raw", 20)
    words = [sys.executable, "-c", holding, str(station / "yizhan.db")]
    with subprocess.Popen(words, stdin=-1, stdout=-1, text=True) as child:
        assert child.stdout and child.stdout.readline() == "ready\n"
        with pytest.raises(Refusal, match="先停下"):
            mend(station, really=True)
        child.stdin.close()  # type: ignore[union-attr]
    assert mend(station, really=True).kept


def test_a_power_cut_while_the_files_change_places_is_finished_by_the_next_mending(
    station: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flip(station, 7, "raw", 20)
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(SystemExit))
    monkeypatch.setattr(Path, "unlink", lambda *_, **__: None)
    with pytest.raises(SystemExit):
        mend(station, really=True)
    monkeypatch.undo()
    with pytest.raises(Refusal, match="不见了"):
        opening.open_node(station)
    mend(station, really=True)
    assert verify(opening.open_node(station)).ok


def test_a_hub_heals_one_byte_and_for_more_needs_its_backup(hub: Path) -> None:
    flip(hub, 3, "raw", 20)
    assert mend(hub, really=True).kept
    node = opening.open_node(hub)
    assert verify(node).ok
    node.db.close()
    scramble(hub, 3)
    before = (hub / "yizhan.db").read_bytes()
    with pytest.raises(Corrupt, match="hub restore"):
        mend(hub, really=True)
    assert (hub / "yizhan.db").read_bytes() == before


def test_no_process_begins_to_write_into_a_damaged_file(station: Path) -> None:
    flip(station, 40, "raw", 20)
    assert opening.open_node(station), "an operator may look"
    with pytest.raises(Corrupt, match=r"本地 40 号.*yizhan mend"):
        opening.checked(station)


def test_a_damaged_page_of_a_large_file_stops_the_writing(
    station: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overwrite(station, pages(station, "journalrow_id")[0])
    monkeypatch.setattr(opening, "AT_ONCE_BYTES", 1)
    checks = []
    monkeypatch.setattr(
        opening.threading, "Thread", lambda target, args, daemon: checks.append((target, args))
        or type("Never", (), {"start": lambda self: None})(),
    )  # fmt: skip
    node = opening.checked(station)
    [(check, args)] = checks
    check(*args)
    count = node.db.sql("SELECT COUNT(*) FROM journal NOT INDEXED")
    with pytest.raises(Corrupt, match="yizhan mend"):
        take(node, 41)
    assert node.db.sql("SELECT COUNT(*) FROM journal NOT INDEXED") == count


def test_what_is_found_while_writing_ends_the_writing(station: Path) -> None:
    node = opening.checked(station)
    overwrite(station, pages(station, "journalrow_id")[0])
    node.db.close()
    with pytest.raises(Corrupt):
        take(node, 41)
    with pytest.raises(Corrupt, match="yizhan mend"):
        node.db.sql("SELECT 1 FROM head")
        with node.db.writing():
            pass
