"""A photo of 王阿姨's tap at 中大, the lane from there to the hub, and a road that is cut."""

import random
from collections.abc import Callable
from types import SimpleNamespace

from sync.blob_hub import BlobHub
from sync.blobs import Lane
from sync.station import SyncStation
from sync.trouble import Trouble
from tests.sync.road import WANG, Road
from yizhan import photos
from yizhan.blobs import Blob, Blobs

NOW = "2026-11-23T12:00:00+08:00"
HERS = f"person:{WANG}"
GIB = 1 << 30
Post = Callable[[bytes], bytes]


class Photos:
    """王阿姨's tap at zhongda, and a lane from there to the hub; counts what is sent."""

    def __init__(self, road: Road, station: SyncStation, chance: random.Random) -> None:
        self.road, self.station, self.chance = road, station, chance
        self.disk = SimpleNamespace(total=100 * GIB, free=50 * GIB)
        self.blobs = Blobs(station.db, road.folder / "zhongda", lambda _path: self.disk)
        self.hub_disk = SimpleNamespace(total=100 * GIB, free=50 * GIB)
        self.open_hub("hub")
        self.requests = self.sent = 0
        self.lane = Lane(station, self.blobs, self.post, rest_s=0)

    def open_hub(self, name: str) -> None:
        """The hub's lane on the road's present hub, its files in a folder of this name."""
        folder = self.road.folder / name
        self.hub_blobs = Blobs(self.road.hub.db, folder, lambda _path: self.hub_disk)
        self.hub = BlobHub(self.road.hub, self.hub_blobs)

    def photo(self, size: int = 900_000) -> str:
        """A photo that waits; its digest."""
        content = b"\xff\xd8\xff" + self.chance.randbytes(size - 3)
        digest = self.blobs.write(content)
        self.blobs.enter(Blob(digest, size, photos.JPEG, HERS), NOW)
        return digest

    def post(self, raw: bytes) -> bytes:
        """A good road."""
        self.requests += 1
        self.sent += len(raw)
        return self.hub.answer(raw)

    def on(self, post: Post) -> Lane:
        """The lane on another road, with what it learned of this one forgotten."""
        self.lane = Lane(self.station, self.blobs, post, rest_s=0)
        return self.lane

    def state(self, digest: str) -> str:
        row = self.blobs.row(digest)
        assert row is not None
        return row.state

    def arrived(self, digest: str) -> bool:
        """Whether the hub has the very bytes."""
        found = self.hub_blobs.read(digest)
        return found is not None and found == self.blobs.read(digest)


class CutRoad:
    """A road that is cut at every k-th request: half of it went out, or its answer is lost."""

    def __init__(self, lane: Photos, every: int) -> None:
        self.lane, self.every = lane, every
        self.sent = self.count = self.cuts = self.largest = 0

    def __call__(self, raw: bytes) -> bytes:
        self.count += 1
        self.largest = max(self.largest, len(raw))
        if self.count % self.every:
            self.sent += len(raw)
            return self.lane.hub.answer(raw)
        self.cuts += 1
        if self.cuts % 2:
            self.sent += len(raw) // 2
            raise Trouble("cut")
        self.sent += len(raw)
        self.lane.hub.answer(raw)
        raise Trouble("cut", "the answer is lost")
