"""What a bad neighbour may have put on a stick, and what is no stick of ours."""

import os
from pathlib import Path

import pytest

from tests.sync.road import Road
from tests.sync.sticks import at_hub, export, files, numbered, said, settled, take_in, tickets
from yizhan.errors import Refusal


def hostile(stick: Path, tmp_path: Path) -> None:
    """Everything on a stick that a bad neighbour would think of."""
    folder = stick / "yizhan"
    (folder / "net-taohua-000000000000-1.up").symlink_to(tmp_path / "secret.up")
    os.mkfifo(folder / "net-taohua-000000000000-2.up")
    (folder / "net-taohua-000000000000-3.up").mkdir()
    with (folder / "net-taohua-000000000000-4.up").open("wb") as file:
        file.truncate(1 << 40)
    (folder / "net-taohua-000000000000-5.up").write_bytes(b"")
    (folder / "net-taohua-000000000000-6.up").write_bytes(os.urandom(5000))
    (folder / "..up").write_bytes(b"YZ1\n\xff")
    (folder / "王阿姨.up").write_bytes(b"not ours")
    (folder / os.fsdecode(b"\xff\xfe.up")).write_bytes(b"not ours")


def test_hostile_files_are_passed_by_at_both_ends(road, taohua, stick, tmp_path):
    xiaogan = road.station("xiaogan")
    road.exchange(xiaogan)
    tickets(xiaogan, 5)
    (tmp_path / "elsewhere").mkdir()
    export(xiaogan, tmp_path / "elsewhere")
    genuine = files(tmp_path / "elsewhere", "up")[0].rename(tmp_path / "secret.up").read_bytes()
    tickets(taohua, 3)
    export(taohua, stick)
    hostile(stick, tmp_path)
    result = at_hub(road, stick)
    assert "有 7 个文件坏了" in said(result) and numbered(road) == 3
    for path in (stick / "yizhan").glob("*.up"):
        if path.name.startswith("net-taohua-0000"):
            path.rename(path.with_suffix(".down"))
    assert "中心已收到 3 条" in said(take_in(taohua, stick))
    assert settled(road, taohua)
    assert (tmp_path / "secret.up").read_bytes() == genuine


def test_a_folder_that_is_a_link_is_not_followed(taohua, stick, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (stick / "yizhan").symlink_to(elsewhere)
    tickets(taohua, 1)
    for doing in (export, take_in):
        with pytest.raises(Refusal, match="不是文件夹"):
            doing(taohua, stick)
    assert list(elsewhere.iterdir()) == []


def test_a_link_in_the_place_of_an_answer_is_replaced_not_followed(road, taohua, stick, tmp_path):
    tickets(taohua, 1)
    export(taohua, stick)
    target = tmp_path / "hub.key"
    before = target.read_bytes()
    up = files(stick, "up")[0]
    for name in (f"{up.stem}.down", f"{up.stem}.down.part"):
        (up.parent / name).symlink_to(target)
    at_hub(road, stick)
    assert target.read_bytes() == before
    take_in(taohua, stick)
    assert settled(road, taohua)


def test_the_files_of_another_network_are_not_taken(road, taohua, stick, tmp_path):
    there = Road.__new__(Road)
    there.folder, there.signer = tmp_path / "other", road.signer
    there.folder.mkdir()
    there.hub = there.open_hub("hub")
    foreign = there.station("taohua")
    tickets(foreign, 1)
    export(foreign, stick)
    assert "不是本网络的" in said(at_hub(road, stick)) and numbered(road) == 0


def test_an_empty_stick_is_said_so_at_both_ends(road, taohua, stick):
    with pytest.raises(Refusal, match="没有驿站的文件"):
        at_hub(road, stick)
    with pytest.raises(Refusal, match="没有驿站的文件"):
        take_in(taohua, stick)


def test_a_crowded_folder_is_refused_at_once(taohua, stick, monkeypatch):
    monkeypatch.setattr("sync.stick_files.ENTRIES_MAX", 3)
    (stick / "yizhan").mkdir()
    for number in range(5):
        (stick / "yizhan" / f"{number}.txt").touch()
    with pytest.raises(Refusal, match="太多"):
        take_in(taohua, stick)
