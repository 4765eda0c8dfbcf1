"""Photos beside the backups: copied once each, checked by their names, put back the same way.

A photo is sealed and named by its digest, so a copy opens nothing and proves itself; what is
damaged is left out, and the station that took the photo brings it again. Knows two folders;
knows no table and no key.
"""

import os
from pathlib import Path

import msgspec

from yizhan.blobs import DIGEST, FOLDER, digest_of
from yizhan.errors import Refusal


class Copied(msgspec.Struct, frozen=True):
    """What a copying did: photos that are new there, all that are there, those left out."""

    new: int
    all: int
    damaged: int


def folder_of(backups: Path, network: str) -> Path:
    """Where the photos of a network lie among its backups."""
    return backups / f"{network}-{FOLDER}"


def back_up(data: Path, backups: Path, network: str) -> Copied:
    """Copy what is not yet there. Raises Refusal where the disk does not take it."""
    target = folder_of(backups, network)
    try:
        return _copy(data / FOLDER, target)
    except OSError as error:
        raise Refusal(
            "记录备份好了，照片没有复制完：%(folder)s 写不进去（%(why)s）。"
            "腾出地方再备份一次，已经复制的不会再来",
            folder=target,
            why=error.strerror,
        ) from error


def put_back(source: Path, data: Path, network: str) -> Copied:
    """Into a hub just restored from the backup `source`; nothing where there are none.

    Raises Refusal where not all could be copied; the hub is restored all the same.
    """
    found = folder_of(source.parent, network)
    try:
        return _copy(found, data / FOLDER) if found.is_dir() else Copied(0, 0, 0)
    except OSError as error:
        raise Refusal(
            "中心恢复好了，照片没有放完：%(folder)s（%(why)s）。没有放回的，由附照片的站点再送来",
            folder=data / FOLDER,
            why=error.strerror,
        ) from error


def _copy(source: Path, target: Path) -> Copied:
    target.mkdir(mode=0o700, exist_ok=True)
    wanted, there = _whole(source), _whole(target)
    damaged = sum(not _copied(source / name, target) for name in sorted(wanted - there))
    _sync(target)
    return Copied(len(wanted - there) - damaged, len(wanted | there) - damaged, damaged)


def _whole(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*") if DIGEST.fullmatch(path.name)}


def _copied(path: Path, target: Path) -> bool:
    """Whether the photo was what its name says, and is on the other disk now."""
    content = path.read_bytes()
    if digest_of(content) != path.name:
        return False
    part = target / f"{path.name}.part"
    with part.open("wb") as file:
        part.chmod(0o600)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(target / path.name)
    return True


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
