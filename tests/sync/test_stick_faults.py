"""What may happen to a stick between two piers: nothing of it loses a record."""

import errno
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.status import unsent
from sync.stick_files import Folder, Places
from tests.sync.sticks import at_hub, export, files, numbered, said, settled, take_in, tickets
from yizhan.errors import Refusal, Unreachable


def test_files_that_come_last_first_are_no_second_machine(road, taohua, stick, small):
    tickets(taohua, 35)
    export(taohua, stick)
    names = files(stick, "up")
    for number, path in enumerate(reversed(names), 1):
        path.rename(path.with_name(f"net-taohua-000000000000-{number}.up"))
    at_hub(road, stick)
    assert numbered(road) == 35
    assert road.hub.watch.branches() == []
    take_in(taohua, stick)
    assert settled(road, taohua)


@pytest.mark.parametrize("tenth", range(10))
def test_a_file_cut_at_any_tenth_is_refused_and_nothing_is_lost(road, taohua, stick, small, tenth):
    tickets(taohua, 35)
    export(taohua, stick)
    victim = files(stick, "up")[1]
    victim.write_bytes(victim.read_bytes()[: victim.stat().st_size * tenth // 10])
    result = at_hub(road, stick)
    assert "有 1 个文件坏了" in said(result) and not result.good
    assert numbered(road) == 25
    take_in(taohua, stick)
    assert unsent(taohua.node) == 10
    export(taohua, stick)
    at_hub(road, stick)
    take_in(taohua, stick)
    assert settled(road, taohua) and numbered(road) == 35
    assert road.hub.watch.branches() == []


@pytest.mark.parametrize("tenth", range(10))
def test_an_answer_cut_on_the_way_home_is_named_and_asked_for_again(
    road, taohua, stick, small, tenth
):
    tickets(taohua, 35)
    export(taohua, stick)
    at_hub(road, stick)
    victim = files(stick, "down")[1]
    victim.write_bytes(victim.read_bytes()[: victim.stat().st_size * tenth // 10])
    result = take_in(taohua, stick)
    assert "有 1 封回信坏了" in said(result) and not result.good
    assert len(files(stick, "up")) == 1
    at_hub(road, stick)
    take_in(taohua, stick)
    assert settled(road, taohua) and numbered(road) == 35


def test_a_stick_pulled_before_the_rename_holds_no_half_file(
    road, taohua, stick, small, monkeypatch
):
    tickets(taohua, 35)
    renamed, real = [], os.rename

    def pulled(source, target, **where):
        renamed.append(target)
        if len(renamed) == 3:
            raise OSError(errno.EIO, "gone")
        real(source, target, **where)

    with monkeypatch.context() as patch:
        patch.setattr("sync.stick_files.os.rename", pulled)
        with pytest.raises(Unreachable, match="没有东西丢失"):
            export(taohua, stick)
    assert len(files(stick, "up")) == 2
    at_hub(road, stick)
    assert said(take_in(taohua, stick)).startswith("中心已收到 20 条；还有 15 条没有带去")
    export(taohua, stick)
    at_hub(road, stick)
    take_in(taohua, stick)
    assert settled(road, taohua) and numbered(road) == 35


def test_a_power_cut_in_the_middle_of_a_file_leaves_no_half_one(road, taohua, stick, monkeypatch):
    tickets(taohua, 3)
    real = Folder._write

    def cut(self: Folder, name: str, raw: bytes) -> None:
        real(self, name, raw[: len(raw) // 2])
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Folder, "_write", cut)
        with pytest.raises(KeyboardInterrupt):
            export(taohua, stick)
    assert files(stick, "up") == []
    export(taohua, stick)
    assert len(list((stick / "yizhan").iterdir())) == 1, "what was half written is cleared away"
    at_hub(road, stick)
    with monkeypatch.context() as patch:
        patch.setattr(Folder, "_write", cut)
        with pytest.raises(KeyboardInterrupt):
            at_hub(road, stick)
    assert said(take_in(taohua, stick)) == "中心已收到 3 条", "the older answer is still whole"
    assert settled(road, taohua)


@pytest.mark.parametrize("reads", [0, 1, 3])
def test_a_stick_pulled_at_the_hub_says_so_and_can_come_again(
    road, taohua, stick, small, monkeypatch, reads
):
    tickets(taohua, 35)
    export(taohua, stick)
    real, count = os.open, iter(range(1000))

    def pulled(path, flags, *mode, **where):
        if where and next(count) >= reads:
            raise OSError(errno.ENODEV, "gone")
        return real(path, flags, *mode, **where)

    with monkeypatch.context() as patch:
        patch.setattr("sync.stick_files.os.open", pulled)
        result = at_hub(road, stick)
    assert not result.good and "U盘拔掉了" in said(result)
    assert at_hub(road, stick).good
    take_in(taohua, stick)
    assert settled(road, taohua) and numbered(road) == 35


@pytest.mark.parametrize("doing", [export, take_in])
def test_a_stick_that_is_not_there_is_said_so(taohua, stick, doing):
    stick.rmdir()
    with pytest.raises(Unreachable, match="插好再来一次"):
        doing(taohua, stick)


def no_space(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """The stick is full after so many files."""
    written = iter(range(1000))

    def write(self: Folder, name: str, raw: bytes) -> None:
        if next(written) >= after:
            raise OSError(errno.ENOSPC, "no space left on device")
        real(self, name, raw)

    real = Folder._write
    monkeypatch.setattr(Folder, "_write", write)


def test_a_full_stick_keeps_what_fits_and_the_rest_goes_on_another(
    road, taohua, stick, tmp_path, small, monkeypatch
):
    tickets(taohua, 35)
    with monkeypatch.context() as patch:
        no_space(patch, 2)
        with pytest.raises(Refusal, match="U盘满了"):
            export(taohua, stick)
    assert [path.suffix for path in (stick / "yizhan").iterdir()] == [".up", ".up"]
    other = tmp_path / "other"
    other.mkdir()
    export(taohua, other)
    at_hub(road, stick)
    at_hub(road, other)
    take_in(taohua, stick)
    take_in(taohua, other)
    assert settled(road, taohua) and numbered(road) == 35


def test_a_stick_that_fills_up_at_the_hub_is_still_read_to_the_end(
    road, taohua, stick, small, monkeypatch
):
    tickets(taohua, 35)
    export(taohua, stick)
    with monkeypatch.context() as patch:
        no_space(patch, 1)
        result = at_hub(road, stick)
    assert "记录都收下了，但回信没有写上U盘；U盘满了" in said(result) and not result.good
    assert numbered(road) == 35
    assert at_hub(road, stick).good
    take_in(taohua, stick)
    assert settled(road, taohua)


@pytest.fixture
def tiny(stick: Path) -> Iterator[Path]:
    """A real stick of 32 KiB, as a file system in memory."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=32k", "none", str(stick)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("may not mount here")
    yield stick
    subprocess.run(["umount", str(stick)], check=True)


def test_a_real_full_stick_takes_what_fits(road, taohua, tiny, monkeypatch):
    monkeypatch.setattr("sync.outbox.BATCH_EVENTS", 60)
    tickets(taohua, 600)
    assert Places(tiny.parent).sticks() == [tiny]
    with pytest.raises(Refusal, match="U盘满了"):
        export(taohua, tiny)
    fitted = len(files(tiny, "up"))
    assert 0 < fitted < 10
    assert "回信没有写上U盘" in said(at_hub(road, tiny))
    assert numbered(road) == fitted * 60
    road.exchange(taohua)
    assert settled(road, taohua) and numbered(road) == 600


def test_a_stick_that_gives_back_other_bytes_is_not_called_written(taohua, stick, monkeypatch):
    tickets(taohua, 1)
    monkeypatch.setattr(Folder, "_read", lambda self, name: b"YZ1\nsomething else")
    with pytest.raises(Unreachable, match="不一样"):
        export(taohua, stick)
