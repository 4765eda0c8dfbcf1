"""Backups of a hub that serves: whole or not at all, and never with a key in them."""

import errno
import os
import threading
from pathlib import Path

import pytest

from hub import backup, backup_file, restoring
from tests.hub.harbour import (
    PRIVATE,
    Harbour,
    back_up,
    journal,
    put_back,
    secrets_of,
)
from tests.hub.test_doors import hub as door
from tests.hub.test_doors import refused
from tests.sync.road import WANG, place_order, take_ticket
from yizhan.checking import verify
from yizhan.errors import Corrupt, Refusal
from yizhan.fingerprint import fingerprint


def receipts(harbour: Harbour) -> dict[str, int]:
    found = {}
    for code, station in harbour.stations.items():
        row = station.receipt()
        found[code] = row.backed_up if row else -1
    return found


def test_a_backup_holds_the_journal_as_it_was_and_makes_the_same_hub(
    harbour: Harbour, tmp_path: Path
) -> None:
    subject = place_order(harbour.stations["zhongda"])
    harbour.exchange()
    made = back_up(harbour, tmp_path / "safe")
    node = harbour.hub.node
    assert (made.head, made.events) == (node.journal.head(), node.journal.head())
    before, folded = journal(node), fingerprint(node)
    put_back(harbour, made.path, secrets_of(harbour))
    again = harbour.hub.node
    assert journal(again)[: made.head] == before
    assert fingerprint(again, made.head) == folded
    assert again.state("order", WANG, subject).status == "submitted"
    assert verify(again).ok
    harbour.exchange()
    harbour.agree()


def test_stations_are_told_what_the_oldest_backup_holds(harbour: Harbour, tmp_path: Path) -> None:
    assert receipts(harbour) == {"zhongda": 0, "xiaogan": 0}
    heads = []
    for number in range(1, 4):
        take_ticket(harbour.stations["zhongda"], number)
        harbour.exchange()
        heads.append(back_up(harbour, tmp_path / "safe", keep=2).head)
        harbour.exchange()
        assert receipts(harbour) == dict.fromkeys(harbour.stations, heads[max(0, number - 2)])
    for path in (tmp_path / "safe").iterdir():
        path.unlink()
    made = back_up(harbour, tmp_path / "safe")
    assert made.backed_up == made.head, "what is no longer there counts no more"


def test_two_folders_count_by_the_older_backup(harbour: Harbour, tmp_path: Path) -> None:
    first = back_up(harbour, tmp_path / "stick")
    take_ticket(harbour.stations["zhongda"], 1)
    harbour.exchange()
    assert back_up(harbour, tmp_path / "safe").backed_up == first.head
    assert back_up(harbour, tmp_path / "stick", keep=1).backed_up == first.head + 1


def test_old_backups_go_only_after_the_new_one_is_whole(
    harbour: Harbour, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    safe = tmp_path / "safe"
    for number in range(3):
        take_ticket(harbour.stations["zhongda"], number + 1)
        harbour.exchange()
        back_up(harbour, safe, keep=2)
    kept = sorted(safe.iterdir())
    assert len(kept) == 2

    def full(*_given: object, **_named: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    take_ticket(harbour.stations["zhongda"], 9)
    harbour.exchange()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Refusal, match="原来的备份都没有动"):
        back_up(harbour, safe, keep=1)
    monkeypatch.undo()
    assert sorted(safe.iterdir()) == kept
    assert harbour.hub.recovery.backed_up() > 0


def test_a_disk_that_is_really_full_leaves_what_was_there(harbour: Harbour, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="写不进去"):
        back_up(harbour, Path("/dev/full"))
    (tmp_path / "file").write_text("")
    with pytest.raises(Refusal, match="写不进去"):
        back_up(harbour, tmp_path / "file")
    assert harbour.hub.recovery.backed_up() == 0


def test_an_unwritable_folder_is_named_at_the_door(harbour: Harbour, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = door("backup", str(tmp_path / "file" / "safe"), "--data", str(harbour.data))
    refused(done, 65, "写不进去")
    refused(door("backup", str(tmp_path), "--keep", "0", "--data", str(harbour.data)), 65, "--keep")


def test_a_half_written_backup_of_a_crash_is_cleared_away_and_never_counted(
    harbour: Harbour, tmp_path: Path
) -> None:
    safe = tmp_path / "safe"
    safe.mkdir()
    (safe / "harbour-20261101T000000-000000000001.part").write_bytes(b"YZB1\n")
    (safe / "harbour-20261101T000000-000000000001.yzb").write_bytes(b"YZB1\nhalf")
    (safe / "other-20261101T000000-000000000001.yzb").write_bytes(b"of another network")
    made = back_up(harbour, safe, keep=1)
    assert made.kept == 1 and made.backed_up == made.head
    assert sorted(path.name[:5] for path in safe.iterdir()) == ["harbo", "harbo", "other"]


def test_a_flipped_bit_anywhere_is_found_and_nothing_is_made_of_it(
    harbour: Harbour, tmp_path: Path
) -> None:
    made = back_up(harbour, tmp_path / "safe")
    whole = made.path.read_bytes()
    kept = secrets_of(harbour)
    step = max(1, len(whole) // 60)
    for place in [*range(0, len(whole), step), len(whole) - 1]:
        wrong = bytearray(whole)
        wrong[place] ^= 1 << (place % 8)
        made.path.write_bytes(wrong)
        with pytest.raises(Corrupt):
            restoring.restore(tmp_path / "again", kept, made.path, "")
        assert not (tmp_path / "again").exists(), place
    for size in (0, 3, len(whole) // 2, len(whole) - 1):
        made.path.write_bytes(whole[:size])
        with pytest.raises(Corrupt):
            restoring.restore(tmp_path / "again", kept, made.path, "")
    made.path.write_bytes(whole)
    assert restoring.restore(tmp_path / "again", kept, made.path, "").head == made.head


def test_a_backup_that_another_hub_signed_is_refused(harbour: Harbour, tmp_path: Path) -> None:
    other = Harbour(tmp_path / "other")
    forged = back_up(other, tmp_path / "forged")
    with pytest.raises(Corrupt, match="签名"):
        restoring.restore(tmp_path / "again", secrets_of(harbour), forged.path, "")
    other.close()


def test_a_backup_made_while_stations_exchange_is_of_one_moment(
    harbour: Harbour, tmp_path: Path
) -> None:
    over = threading.Event()
    errors: list[str] = []

    def life() -> None:
        number = 1
        try:
            while not over.is_set():
                take_ticket(harbour.stations["zhongda"], number)
                harbour.exchange("zhongda")
                number += 1
        except Exception as error:  # mouth of a loop: a thread's error is the test's
            errors.append(repr(error))
        harbour.stations["zhongda"].node.db.close()
        harbour.hub.node.db.close()

    living = threading.Thread(target=life)
    living.start()
    try:
        made = [back_up(harbour, tmp_path / "safe") for _n in range(5)]
    finally:
        over.set()
        living.join()
    assert errors == []
    assert len({one.head for one in made}) > 1, "nothing happened meanwhile"
    kept = secrets_of(harbour)
    for number, one in enumerate(made):
        if one.path.exists():
            data = tmp_path / f"again{number}"
            assert restoring.restore(data, kept, one.path, "").head == one.head


def test_neither_key_nor_name_nor_log_in_is_in_a_backup(harbour: Harbour, tmp_path: Path) -> None:
    made = back_up(harbour, tmp_path / "safe")
    node = harbour.hub.node
    hidden = [bytes(key) for (key,) in node.db.sql("SELECT key FROM seal_key")]
    hidden.append((harbour.data / "signing.key").read_bytes())
    hidden.append(PRIVATE["name"].encode())
    with backup_file.opened(made.path) as tables:
        names, lines = [], []
        for heading, rows in tables:
            names.append(heading.table)
            lines += [bytes(repr(row), "utf-8") for row in rows]
            for row in lines:
                assert not any(secret in row for secret in hidden)
    assert len(hidden) == 4 and len(lines) > 5
    assert not {"seal_key", "offered_key", "hub_session", "login_try"} & set(names)
    assert made.path.stat().st_mode & 0o077 == 0


LEFT_OUT = {
    "seal_key", "offered_key", "web_secret",  # keys: in the key file, or from the stations
    "erased_key",  # from the journal again, and from the list beside the backups
    "subject", "set_aside", "view_version",  # the view: folded again
    "backup",  # which backups there are is read from the folders
    "hub_session", "login_try", "hub_looked",  # who is signed in and has looked: signs in again
    "blob", "wanted", "sqlite_sequence",  # files of their own; a station's
}  # fmt: skip


def test_no_table_of_the_hub_is_forgotten(harbour: Harbour) -> None:
    """A new table is either backed up, folded again, or named here as left out."""
    from hub.app import create_app
    from yizhan.db import shape_of

    create_app(harbour.hub.node, harbour.data)
    node = harbour.hub.node
    held = {name for (name,) in node.db.sql("SELECT name FROM sqlite_master WHERE type = 'table'")}
    known = {shape_of(table)[0] for table in (*backup.TABLES, *node.view.tables)}
    assert held - known - LEFT_OUT == set()
