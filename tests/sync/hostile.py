"""What a stolen station can make: bundles of any content under a valid signature."""

from typing import Any

import msgspec
import zstandard

from sync import bundle
from sync.bundle import Reply
from sync.primer import DICTIONARY
from sync.station import SyncStation
from tests.sync.road import Road
from yizhan.checking import verify
from yizhan.ids import new_id
from yizhan.keys import Signer


def signed(station: str, signer: Signer, body: bytes) -> bytes:
    """A bundle of any body, signed as a station signs."""
    packed = zstandard.ZstdCompressor().compress(body).removeprefix(bundle.ZSTD_MAGIC)
    name = station.encode()
    signature = signer.sign(b"yizhan up " + name + b"\n" + packed)
    return bundle.MAGIC + bytes([len(name)]) + name + signature + packed


def body_of(raw: bytes) -> bytes:
    """What is in a bundle."""
    start = len(bundle.MAGIC)
    packed = raw[start + 1 + raw[start] + 64 :]
    return zstandard.ZstdDecompressor(dict_data=DICTIONARY).decompress(bundle.ZSTD_MAGIC + packed)


def header_of(station: SyncStation) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(body_of(station.request().raw).split(b"\n")[0])
    return found


def event(**fields: object) -> bytes:
    """An event's bytes as a station would write them, but for these fields."""
    usual: dict[str, object] = {
        "type": "ticket.called", "source": "zhongda", "epoch": "ab12", "audience":
        "station:zhongda", "actor": "staff/li", "clock": "rtc", "time": "2026-11-23T09:00:00+08:00",
        "seq": 1, "id": new_id(), "subject": "ticket/1", "data": {},
    }  # fmt: skip
    return msgspec.json.encode(usual | fields)


def opened(road: Road, raw: bytes) -> tuple[Reply, bundle.Contents]:
    _, reply, contents = bundle.unpack(raw, "down", Reply, lambda _: road.signer.public)
    return reply, contents


def send(road: Road, station: SyncStation, *lines: bytes, **header: object) -> tuple[Reply, Any]:
    """Exchange a request with these lines and these fields of its header changed."""
    body = b"\n".join([msgspec.json.encode(header_of(station) | header), *lines])
    return opened(road, road.hub.exchange(signed(station.node.source, station.signer, body)))


def traces(road: Road) -> tuple[int, list[tuple[Any, ...]]]:
    """What a request may have left behind at the hub."""
    return road.hub.node.journal.head(), road.hub.db.sql("SELECT * FROM contact ORDER BY station")


def sound(road: Road) -> bool:
    """Positions without a gap, and everything as it must be."""
    positions = [row[0] for row in road.hub.db.sql("SELECT position FROM journal ORDER BY 1")]
    assert positions == list(range(1, road.hub.node.journal.head() + 1))
    report = verify(road.hub.node)
    assert report.ok, report
    return report.ok


def as_json(value: object) -> bytes:
    """As JSON; what cannot be, as Python writes it."""
    try:
        return msgspec.json.encode(value)
    except (ValueError, OverflowError):
        return repr(value).encode()
