"""Blobs on the disk: whole or absent, one writer, limits that refuse, digests that prove."""

import errno
import os
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.yizhan.nodes import WANG, make_node
from tests.yizhan.postgres import running
from yizhan import blobs as module
from yizhan import photos
from yizhan.blobs import DISK_MIN_BYTES, LANE_SHARE, Blob, Blobs, NoRoom, digest_of
from yizhan.record import Node

NOW = "2026-11-23T12:00:00+08:00"
GIB = 1 << 30
PLENTY = SimpleNamespace(total=100 * GIB, free=50 * GIB)
TAP = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 400
PIECE = 10_000


@pytest.fixture
def disk() -> SimpleNamespace:
    """The disk as it is told; a test makes it small."""
    return SimpleNamespace(total=PLENTY.total, free=PLENTY.free)


@pytest.fixture
def kept(zhongda: Node, tmp_path: Path, disk: SimpleNamespace) -> Blobs:
    """Where the photos are made."""
    return Blobs(zhongda.db, tmp_path / "zhongda", lambda _path: disk)


@pytest.fixture
def arriving(hub: Node, tmp_path: Path, disk: SimpleNamespace) -> Blobs:
    """Where they come to."""
    return Blobs(hub.db, tmp_path / "hub", lambda _path: disk)


def blob_of(content: bytes) -> Blob:
    return Blob(digest_of(content), len(content), photos.JPEG, f"person:{WANG}")


def bring(to: Blobs, blob: Blob, content: bytes, offset: int, size: int = PIECE) -> int:
    return to.take(blob, offset, content[offset : offset + size], NOW)


def whole(to: Blobs, blob: Blob, content: bytes) -> int:
    here = to.held(blob.digest)
    while here < blob.size:
        here = bring(to, blob, content, here)
    return here


def files(of: Blobs) -> set[str]:
    return {path.name for path in of.folder.iterdir()} - {"lock"}


def test_what_was_written_is_read_and_its_name_is_its_digest(kept: Blobs) -> None:
    digest = kept.write(TAP)
    assert digest == digest_of(TAP) and len(digest) == 64
    assert kept.read(digest) == TAP
    assert files(kept) == {digest}
    assert kept.path(digest).stat().st_mode & 0o077 == 0


def test_a_file_that_was_damaged_is_not_what_its_name_says(kept: Blobs) -> None:
    digest = kept.write(TAP)
    kept.path(digest).write_bytes(TAP[:-1] + b"x")
    assert kept.read(digest) is None
    assert kept.read("0" * 64) is None


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "/x"])
def test_what_is_no_digest_names_no_file(kept: Blobs, name: str) -> None:
    with pytest.raises(ValueError):
        kept.path(name)
    assert kept.read(name) is None


def test_what_was_taken_back_is_gone(kept: Blobs) -> None:
    kept.discard(kept.write(TAP))
    assert files(kept) == set()


def test_a_low_disk_refuses_and_writes_nothing(kept: Blobs, disk: SimpleNamespace) -> None:
    disk.free = DISK_MIN_BYTES + len(TAP) - 1
    with pytest.raises(NoRoom):
        kept.write(TAP)
    assert files(kept) == set()
    disk.free += 1
    assert kept.write(TAP)


def test_all_blobs_together_have_a_share_of_the_disk(kept: Blobs, disk: SimpleNamespace) -> None:
    disk.total = int(2 * len(TAP) / LANE_SHARE)
    for content in (TAP, b"2" + TAP[1:]):
        kept.write(content)
        kept.enter(blob_of(content), NOW)
    with pytest.raises(NoRoom):
        kept.write(b"3" + TAP[1:])
    assert len(files(kept)) == 2


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_fills_while_writing_leaves_nothing_half(
    kept: Blobs, arriving: Blobs, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob = blob_of(TAP)
    bring(arriving, blob, TAP, 0)

    def full(_file: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(module.os, "fsync", full)
    with pytest.raises(NoRoom):
        kept.write(TAP)
    with pytest.raises(NoRoom):
        bring(arriving, blob, TAP, PIECE)
    monkeypatch.undo()
    assert files(kept) == set()
    assert whole(arriving, blob, TAP) == len(TAP) and arriving.read(blob.digest) == TAP


def test_another_error_of_the_disk_is_not_called_full(
    kept: Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_file: int) -> None:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(module.os, "fsync", broken)
    with pytest.raises(OSError, match="broken"):
        kept.write(TAP)


def test_pieces_become_the_whole_and_only_then_have_its_name(arriving: Blobs) -> None:
    blob = blob_of(TAP)
    assert arriving.held(blob.digest) == 0
    assert bring(arriving, blob, TAP, 0) == PIECE
    assert files(arriving) == {blob.digest + ".part"}
    assert arriving.read(blob.digest) is None
    assert whole(arriving, blob, TAP) == len(TAP)
    assert arriving.read(blob.digest) == TAP and files(arriving) == {blob.digest}
    row = arriving.row(blob.digest)
    assert row is not None and (row.state, row.sent) == ("here", len(TAP))


def test_a_piece_twice_or_overlapping_or_beyond_a_gap_does_no_harm(arriving: Blobs) -> None:
    blob = blob_of(TAP)
    for _ in range(3):
        assert bring(arriving, blob, TAP, 0) == PIECE
    assert bring(arriving, blob, TAP, 2 * PIECE) == PIECE, "a gap is not written over"
    assert bring(arriving, blob, TAP, PIECE // 2) == PIECE * 3 // 2, "the new half is taken"
    assert whole(arriving, blob, TAP) == len(TAP)
    assert bring(arriving, blob, b"x" * len(TAP), 0) == len(TAP), "a whole one is never changed"
    assert arriving.read(blob.digest) == TAP


def test_more_bytes_than_were_announced_are_not_taken(arriving: Blobs) -> None:
    blob = blob_of(TAP)
    assert arriving.take(blob, 0, TAP + b"more", NOW) == 0
    assert arriving.held(blob.digest) == 0


def test_wrong_bytes_are_thrown_away_and_asked_for_anew(arriving: Blobs) -> None:
    blob, wrong = blob_of(TAP), b"x" + TAP[1:]
    assert arriving.take(blob, 0, wrong, NOW) == 0
    assert files(arriving) == set()
    assert whole(arriving, blob, TAP) == len(TAP)


def test_a_crash_in_the_middle_goes_on_from_what_is_on_the_disk(arriving: Blobs, hub: Node) -> None:
    blob = blob_of(TAP)
    bring(arriving, blob, TAP, 0)
    again = Blobs(hub.db, arriving.folder.parent)
    assert again.held(blob.digest) == PIECE
    assert whole(again, blob, TAP) == len(TAP) and again.read(blob.digest) == TAP


def test_a_crash_before_the_last_name_is_finished_when_asked(arriving: Blobs) -> None:
    blob = blob_of(TAP)
    bring(arriving, blob, TAP, 0)
    part = arriving.folder / (blob.digest + ".part")
    part.write_bytes(TAP)
    assert arriving.held(blob.digest) == len(TAP)
    assert arriving.read(blob.digest) == TAP


def test_a_crash_that_left_zeros_is_found_by_the_digest(arriving: Blobs) -> None:
    blob = blob_of(TAP)
    bring(arriving, blob, TAP, 0)
    part = arriving.folder / (blob.digest + ".part")
    part.write_bytes(TAP[:PIECE] + bytes(PIECE))
    assert whole(arriving, blob, TAP) == len(TAP), "begun anew after the digest proved wrong"
    assert arriving.read(blob.digest) == TAP


def test_a_file_without_its_row_is_here_once_a_station_names_it_and_is_not_sent_again(
    arriving: Blobs, hub: Node
) -> None:
    blob = blob_of(TAP)
    whole(arriving, blob, TAP)
    hub.db.sql("DELETE FROM blob")
    assert arriving.held(blob.digest) == 0, "or no row would ever be made again"
    assert bring(arriving, blob, TAP, 0) == len(TAP)
    assert files(arriving) == {blob.digest} and arriving.read(blob.digest) == TAP
    row = arriving.row(blob.digest)
    assert row is not None and (row.state, row.size) == ("here", len(TAP))


def test_a_row_without_its_file_does_not_count(arriving: Blobs) -> None:
    blob = blob_of(TAP)
    whole(arriving, blob, TAP)
    arriving.path(blob.digest).unlink()
    assert arriving.held(blob.digest) == 0


def test_a_hub_without_room_takes_nothing_more_and_keeps_what_it_has(
    arriving: Blobs, disk: SimpleNamespace
) -> None:
    blob = blob_of(TAP)
    bring(arriving, blob, TAP, 0)
    disk.free = DISK_MIN_BYTES - 1
    with pytest.raises(NoRoom):
        bring(arriving, blob, TAP, PIECE)
    with pytest.raises(NoRoom):
        bring(arriving, blob_of(TAP + b"2"), TAP + b"2", 0)
    assert arriving.held(blob.digest) == PIECE
    disk.free = PLENTY.free
    assert whole(arriving, blob, TAP) == len(TAP)


def test_two_writers_at_once_write_one_file(arriving: Blobs) -> None:
    blob = blob_of(TAP)
    errors: list[Any] = []

    def send() -> None:
        try:
            whole(arriving, blob, TAP)
        except Exception as error:  # mouth of a loop: a thread's error belongs to the test
            errors.append(error)
        finally:
            arriving.db.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == [] and arriving.read(blob.digest) == TAP
    assert files(arriving) == {blob.digest}


def test_what_the_hub_settled_holds_for_the_hub_epoch_in_which_it_said_so(kept: Blobs) -> None:
    names = [kept.write(TAP + str(n).encode()) for n in range(4)]
    for digest in names:
        kept.enter(Blob(digest, 1, photos.JPEG, f"person:{WANG}"), NOW)
    kept.mark(names[0], "stored", 1, "epoch1")
    kept.mark(names[1], "refused", 0, "epoch1")
    kept.mark(names[2], "gone")
    kept.mark(names[3], "full")
    assert [row.digest for row in kept.unconfirmed("epoch1")] == [names[3]]
    assert {row.digest for row in kept.unconfirmed("epoch2")} == {*names} - {names[2]}


@pytest.mark.postgres
def test_a_hub_on_postgresql_takes_pieces_too(tmp_path: Path) -> None:
    with running() as postgres:
        node = make_node(tmp_path, "hub", url=postgres.database())
        arriving = Blobs(node.db, tmp_path / "hub", lambda _path: PLENTY)
        blob = blob_of(TAP)
        assert bring(arriving, blob, TAP, 0) == PIECE
        assert whole(arriving, blob, TAP) == len(TAP)
        row = arriving.row(blob.digest)
        assert row is not None and row.state == "here"
        assert arriving.has_room(1) and arriving.unconfirmed("") == []
        node.db.close()
