"""Photos beside the backups: each copied once, proven by its name, and put back."""

import errno
import json
import os
import random
from pathlib import Path

import pytest

from hub import backup_photos
from sync.blob_hub import BlobHub
from sync.blobs import Lane
from tests.hub.harbour import Harbour, paper
from tests.hub.test_doors import hub as door
from tests.hub.test_doors import refused
from tests.pictures import jpeg
from tests.sync.road import WANG
from yizhan.blobs import Blob, Blobs
from yizhan.errors import Refusal
from yizhan.photos import seal


def take_photo(harbour: Harbour, chance: random.Random) -> str:
    """A photo of 王阿姨's tap at zhongda, and the lane to the hub; its digest."""
    zhongda = harbour.stations["zhongda"]
    blobs = Blobs(zhongda.db, harbour.folder / "zhongda")
    content = seal(zhongda.node.keys, WANG, "order/1", jpeg(chance.randbytes(50_000)))
    digest = blobs.write(content)
    blobs.enter(Blob(digest, len(content), "image/jpeg", f"person:{WANG}"), "2026-11-23")
    bring(harbour)
    return digest


def bring(harbour: Harbour) -> None:
    """zhongda's lane, to the end."""
    zhongda = harbour.stations["zhongda"]
    blobs = Blobs(zhongda.db, harbour.folder / "zhongda")
    Lane(zhongda, blobs, BlobHub(harbour.hub, at_hub(harbour)).answer).run()


def at_hub(harbour: Harbour) -> Blobs:
    return Blobs(harbour.hub.db, harbour.data)


def test_photos_are_copied_once_and_put_back_beside_their_records(
    harbour: Harbour, tmp_path: Path, chance: random.Random
) -> None:
    first, safe = take_photo(harbour, chance), tmp_path / "safe"
    done = door("backup", str(safe), "--data", str(harbour.data))
    assert "照片也复制在里面：新的 1 张，一共 1 张" in done.stdout, done.stderr
    second = take_photo(harbour, chance)
    told = json.loads(door("backup", str(safe), "--data", str(harbour.data), "--json").stdout)
    assert told["photos"] == {"new": 1, "all": 2, "damaged": 0}
    printed = paper(harbour)
    harbour.lose_hub()
    backup = max(safe.glob("*.yzb"))
    again = tmp_path / "again"
    words = ("restore", str(backup), "--data", str(again), "--from-sheet")
    done = door(*words, stdin=printed)
    assert "放回了 2 张照片；" in done.stdout, done.stderr
    harbour.data, harbour.hub = again, harbour.open_hub(again)
    for digest in (first, second):
        assert at_hub(harbour).read(digest) is not None


def test_a_copy_that_was_damaged_is_not_put_back_and_the_station_brings_it_again(
    harbour: Harbour, tmp_path: Path, chance: random.Random
) -> None:
    digest, safe = take_photo(harbour, chance), tmp_path / "safe"
    assert door("backup", str(safe), "--data", str(harbour.data)).returncode == 0
    copy = backup_photos.folder_of(safe, "harbour") / digest
    copy.write_bytes(copy.read_bytes()[:-1] + b"?")
    printed = paper(harbour)
    harbour.lose_hub()
    again = tmp_path / "again"
    words = ("restore", str(max(safe.glob("*.yzb"))), "--data", str(again), "--from-sheet")
    assert "放回了 0 张照片，1 张坏了" in door(*words, stdin=printed).stdout
    harbour.data, harbour.hub = again, harbour.open_hub(again)
    assert at_hub(harbour).read(digest) is None
    harbour.exchange()
    bring(harbour)
    assert at_hub(harbour).read(digest) is not None


def test_a_photo_that_is_damaged_at_the_hub_does_not_spoil_the_backup(
    harbour: Harbour, tmp_path: Path, chance: random.Random
) -> None:
    digest, safe = take_photo(harbour, chance), tmp_path / "safe"
    safe.mkdir()
    at_hub(harbour).path(digest).write_bytes(b"?")
    found = backup_photos.back_up(harbour.data, safe, "harbour")
    assert (found.new, found.all, found.damaged) == (0, 0, 1)


def test_a_disk_that_is_full_of_photos_has_the_records_all_the_same(
    harbour: Harbour, tmp_path: Path, chance: random.Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_photo(harbour, chance)
    safe = tmp_path / "safe"
    safe.mkdir()

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(backup_photos.os, "fsync", full)
    with pytest.raises(Refusal, match="照片没有复制完"):
        backup_photos.back_up(harbour.data, safe, "harbour")
    monkeypatch.undo()
    assert backup_photos.back_up(harbour.data, safe, "harbour").new == 1


def test_the_records_are_backed_up_before_the_photos(
    harbour: Harbour, tmp_path: Path, chance: random.Random
) -> None:
    take_photo(harbour, chance)
    safe = tmp_path / "safe"
    safe.mkdir()
    (safe / "harbour-blobs").write_text("in the way")
    refused(door("backup", str(safe), "--data", str(harbour.data)), 65, "记录备份好了")
    assert len(list(safe.glob("*.yzb"))) == 1
