"""The folder of a USB stick: which files lie in it, and bytes that are surely on it.

    yizhan/<network>-<station>-<epoch>-<n>.up      a station's request, a bundle as on the wire
    yizhan/<network>-<station>-<epoch>-<n>.down    the hub's answer to it

A stick is never trusted: names only say in which order to look, sizes and counts are bounded,
and nothing on it leads elsewhere (the folder is held open, links are not followed). What the
bytes mean is for bundle.py to judge. Knows no journal.
"""

import errno
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Literal

import msgspec

from sync.bundle import PACKED_BYTES_MAX, BadBundle
from yizhan.errors import N_, Refusal, Unreachable

FOLDER = "yizhan"
PART = ".part"
ENTRIES_MAX = 10_000
NAME = re.compile(r"[A-Za-z0-9._-]{1,150}\.(?:up|down)")
NUMBER = re.compile(r"-(\d{1,18})\.(?:up|down)")

GONE = N_("U盘拔掉了，或者读写不了：插好再来一次。没有东西丢失。")
NOT_AS_WRITTEN = N_("写到U盘上的和读回来的不一样：换一个U盘再来。没有东西丢失。")
FULL = N_("U盘满了：删掉些别的东西，或者换一个U盘再来。没有东西丢失。")
LOCKED = N_("这个U盘不让写：看看有没有写保护的小开关，或者换一个U盘。没有东西丢失。")
NO_STICK = N_("这个U盘不在了：插好，等它出现在这一页上，再来一次")
EMPTY = N_("这个U盘上没有驿站的文件")
NO_FOLDER = N_("U盘上的 yizhan 不是文件夹，没有动它：换一个U盘再来")
CROWDED = N_("U盘上 yizhan 文件夹里的文件太多，不像是驿站写的：清空它再来")

Kind = Literal["up", "down"]

REFUSED = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EROFS: LOCKED,
    errno.EACCES: LOCKED,
    errno.EPERM: LOCKED,
    errno.ENOTDIR: NO_FOLDER,
    errno.ELOOP: NO_FOLDER,
}
"""What a person can mend about a stick; every other error means: it is gone, try again."""


@contextmanager
def reaching() -> Iterator[None]:
    """Say which of our errors a stick's error is."""
    try:
        yield
    except OSError as error:
        if error.errno in REFUSED:
            raise Refusal(REFUSED[error.errno]) from error
        raise Unreachable(GONE) from error


class Places(msgspec.Struct, frozen=True):
    """Where sticks are found: mounted under `base`, one or two steps down (/media/user/LABEL);
    `pretend` is a folder that stands for a stick where there is none."""

    base: Path = Path("/media")
    pretend: Path | None = None

    def sticks(self) -> list[Path]:
        """The sticks that are here now."""
        folders = [*self.base.glob("*"), *self.base.glob("*/*")]
        found = {path for path in folders if not path.is_symlink() and os.path.ismount(path)}
        if self.pretend and self.pretend.is_dir():
            found.add(self.pretend)
        return sorted(found)

    def stick(self, chosen: str) -> Path:
        """The stick that a page named. Raises Refusal where it is not one of those here."""
        for path in self.sticks():
            if str(path) == chosen:
                return path
        raise Refusal(NO_STICK)


class Folder:
    """The folder `yizhan` of one stick, held open until the end of a `with`.

    Everything raises Unreachable where the stick is gone, and Refusal with what to do where
    it is full, locked, or has none of our files.
    """

    def __init__(self, stick: Path, *, make: bool = False) -> None:
        path = stick / FOLDER
        with reaching():
            if make:
                with suppress(FileExistsError):
                    path.mkdir()
            elif not stick.is_dir():
                raise FileNotFoundError(errno.ENOENT, "no stick", str(stick))
            try:
                self._fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            except FileNotFoundError as error:
                raise Refusal(EMPTY) from error

    def __enter__(self) -> "Folder":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        os.close(self._fd)

    def names(self, kind: Kind) -> list[str]:
        """The files of one kind, in the order of the numbers in their names."""
        with reaching(), os.scandir(self._fd) as entries:
            found = [entry.name for entry in islice(entries, ENTRIES_MAX + 1)]
        if len(found) > ENTRIES_MAX:
            raise Refusal(CROWDED)
        ours = [name for name in found if NAME.fullmatch(name) and name.endswith(f".{kind}")]
        return sorted(ours, key=lambda name: (_number(name), name))

    def read(self, name: str) -> bytes:
        """A file's bytes, from the stick and not from memory. BadBundle where it is no file
        of ours, or cannot be read."""
        try:
            return self._read(name)
        except OSError as error:
            if error.errno in (errno.EIO, errno.ELOOP, errno.EACCES, errno.ENXIO):
                raise BadBundle("cannot be read") from error
            raise Unreachable(GONE) from error

    def _read(self, name: str) -> bytes:
        # Without O_NONBLOCK, a named pipe on the stick would hold us for ever.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        descriptor = os.open(name, flags, dir_fd=self._fd)
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode) or found.st_size > PACKED_BYTES_MAX:
                raise BadBundle("not a file, or larger than 8 MiB")
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            return _whole(descriptor, found.st_size)
        finally:
            os.close(descriptor)

    def write(self, name: str, raw: bytes) -> None:
        """Write a file so that it is whole or absent, and read it back byte for byte."""
        part = name + PART
        with reaching():
            self.remove(part)
            try:
                self._write(part, raw)
                os.rename(part, name, src_dir_fd=self._fd, dst_dir_fd=self._fd)
                os.fsync(self._fd)
            except OSError:
                self.remove(part)
                raise
        try:
            same = self.read(name) == raw
        except BadBundle:
            same = False
        if not same:
            raise Unreachable(NOT_AS_WRITTEN)

    def _write(self, name: str, raw: bytes) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with os.fdopen(os.open(name, flags, 0o666, dir_fd=self._fd), "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())

    def remove(self, name: str) -> None:
        """Clear a file away; one that cannot be cleared away does no harm."""
        with suppress(OSError):
            os.unlink(name, dir_fd=self._fd)


def _number(name: str) -> int:
    found = NUMBER.search(name)
    return int(found[1]) if found else 0


def _whole(descriptor: int, size: int) -> bytes:
    pieces: list[bytes] = []
    while size > 0 and (piece := os.read(descriptor, size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)
