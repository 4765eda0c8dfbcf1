"""Blobs: files too large for an event, named by the BLAKE2b-256 of their bytes.

Keeps them beside the database (DIR/blobs), whole ones under their digest, what is still
arriving under digest.part, and a row for each. A whole file is never changed; only one
writer at a time is in the folder. Knows limits and the disk; knows no road, no order and
no picture. What is personal is sealed before it comes here.
"""

import errno
import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Protocol

import msgspec
import peewee

from yizhan.db import Db

BYTES_MAX = 8 << 20
"""The size of one blob; a photo of a phone has 2 to 5 MiB."""

LANE_SHARE = 0.25
"""All blobs together take at most this part of the disk."""

DISK_MIN_BYTES = 256 << 20
"""What a blob leaves free: records go before photos."""

DIGEST = re.compile(r"[0-9a-f]{64}")
FOLDER = "blobs"

State = Literal["waiting", "full", "refused", "stored", "gone", "coming", "here"]
"""Where it was made: waiting to be sent; the hub has no room, or will not have it; stored by
the hub; no longer whole in this folder. Where it arrives: coming, here."""

UNSETTLED: tuple[State, ...] = ("waiting", "full")
SETTLED: tuple[State, ...] = ("stored", "refused")
"""What the hub said of a blob holds for the hub epoch in which it said so."""


class Disk(Protocol):
    """What shutil.disk_usage tells, in bytes."""

    @property
    def total(self) -> int: ...
    @property
    def free(self) -> int: ...


class BlobRow(peewee.Model):
    """One blob. `sent` is how much of it the hub has; `hub`, the hub epoch that said so."""

    network = peewee.TextField()
    digest = peewee.TextField()
    size = peewee.IntegerField()
    media = peewee.TextField()
    audience = peewee.TextField()
    state = peewee.TextField()
    made = peewee.TextField()
    sent = peewee.IntegerField()
    hub = peewee.TextField()

    class Meta:
        table_name = "blob"
        primary_key = peewee.CompositeKey("network", "digest")
        indexes = ((("network", "state"), False),)


class Blob(msgspec.Struct, frozen=True):
    """What is said of a blob before its bytes are here."""

    digest: str
    size: int
    media: str
    audience: str


class NoRoom(Exception):
    """The disk is low, or the blobs have had their share of it; nothing was written."""


def digest_of(content: bytes) -> str:
    """The name of a blob: 64 hex digits."""
    return hashlib.blake2b(content, digest_size=32).hexdigest()


class Blobs:
    """The blobs of one node. `data` is its data directory."""

    def __init__(
        self, db: Db, data: Path, disk: Callable[[Path], Disk] = shutil.disk_usage
    ) -> None:
        self.db, self.folder, self._disk = db, data / FOLDER, disk
        self.folder.mkdir(parents=True, exist_ok=True)
        db.create((BlobRow,))

    def row(self, digest: str) -> BlobRow | None:
        """What is known of a blob."""
        return self.db.one(
            BlobRow, (BlobRow.network == self.db.network) & (BlobRow.digest == digest)
        )

    def has_room(self, size: int) -> bool:
        """Whether the disk takes so many bytes more."""
        disk = self._disk(self.folder)
        held = self.db.sql("SELECT SUM(size) FROM blob WHERE network = ?", (self.db.network,))
        share = int(held[0][0] or 0) + size <= disk.total * LANE_SHARE
        return share and disk.free - size >= DISK_MIN_BYTES

    def write(self, content: bytes) -> str:
        """Put a blob on the disk, durably, not yet in the table; its digest. Raises NoRoom."""
        digest = digest_of(content)
        part = self._part(digest)
        with self._alone():
            if not self.has_room(len(content)):
                raise NoRoom
            try:
                _append(part, 0, content)
                self._whole(part)
            except OSError as error:
                part.unlink(missing_ok=True)
                raise _no_room(error) from error
        return digest

    def enter(self, blob: Blob, made: str, state: State = "waiting") -> None:
        """A blob that was written is to be sent: call where its record is recorded."""
        values = (self.db.network, *msgspec.structs.astuple(blob), state, made, 0, "")
        self.db.upsert(BlobRow, [values])

    def discard(self, digest: str) -> None:
        """Take back a blob that was written but whose record was not recorded."""
        with self._alone():
            self.path(digest).unlink(missing_ok=True)

    def read(self, digest: str) -> bytes | None:
        """The bytes of a whole blob; None where they are not here or no longer what they were."""
        try:
            content = self.path(digest).read_bytes()
        except (OSError, ValueError):
            return None
        return content if digest_of(content) == digest else None

    def unconfirmed(self, hub: str) -> list[BlobRow]:
        """What the hub of this hub epoch has not settled; oldest first."""
        return self.db.all(
            BlobRow.select()
            .where(
                (BlobRow.network == self.db.network)
                & (
                    BlobRow.state.in_(UNSETTLED)
                    | (BlobRow.state.in_(SETTLED) & (BlobRow.hub != hub))
                )
            )
            .order_by(BlobRow.made, BlobRow.digest)
        )

    def mark(self, digest: str, state: State, sent: int = 0, hub: str = "") -> None:
        """What has become of a blob."""
        self.db.run(
            BlobRow.update(state=state, sent=sent, hub=hub).where(
                (BlobRow.network == self.db.network) & (BlobRow.digest == digest)
            )
        )

    def held(self, digest: str) -> int:
        """How many bytes of a blob are here; all of them only once they proved right."""
        with self._alone():
            return self._held(digest)

    def take(self, blob: Blob, offset: int, body: bytes, now: str) -> int:
        """Add a piece that arrived; how many bytes are here now, 0 if all proved wrong.

        What is here already is not written again, and nothing is written beyond a gap.
        Raises NoRoom.
        """
        with self._alone():
            if self.path(blob.digest).exists() and self.row(blob.digest) is None:
                self.enter(blob, now, "coming")
            here = self._held(blob.digest)
            fresh = body[here - offset :] if offset <= here < offset + len(body) else b""
            if not fresh or here + len(fresh) > blob.size:
                return here
            known = self.row(blob.digest)
            if not self.has_room(0 if known else blob.size):
                raise NoRoom
            if known is None or here == 0:
                self.enter(blob, now, "coming")
            try:
                _append(self._part(blob.digest), here, fresh)
            except OSError as error:
                raise _no_room(error) from error
            return self._held(blob.digest)

    def path(self, digest: str) -> Path:
        """Where a whole blob lies. Raises ValueError for what is no digest."""
        if not DIGEST.fullmatch(digest):
            raise ValueError("not a digest")
        return self.folder / digest

    def _part(self, digest: str) -> Path:
        return self.path(digest).with_name(digest + ".part")

    def _held(self, digest: str) -> int:
        """The files say how much is here of what has a row: a file without one is of another
        day than the database, counted in no share, and might be taken for left over."""
        path, part, row = self.path(digest), self._part(digest), self.row(digest)
        if row is None:
            return 0
        if part.exists() and part.stat().st_size >= row.size:
            self._whole(part)
        if not path.exists():
            return part.stat().st_size if part.exists() else 0
        if row.state == "coming":
            self.mark(digest, "here", row.size)
        return path.stat().st_size

    def _whole(self, part: Path) -> bool:
        """Give a file that has all its bytes its name; throw it away if they are wrong."""
        right = digest_of(part.read_bytes()) == part.stem
        if right:
            part.replace(part.with_name(part.stem))
        else:
            part.unlink()
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return right

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One writer at a time, among threads and among processes."""
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _no_room(error: OSError) -> Exception:
    return NoRoom() if error.errno in (errno.ENOSPC, errno.EDQUOT) else error


def _append(path: Path, offset: int, content: bytes) -> None:
    """Write at an offset, cutting off what a crash left beyond it; on the disk on return."""
    path.touch(mode=0o600)
    with path.open("r+b") as file:
        file.truncate(offset)
        file.seek(offset)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
