"""The blobs' lane at the hub: whose frames count, for which audience, and a false hub's."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from sync.blobs import Lane, Said, Told, pack, unpack
from sync.bundle import BadBundle
from sync.station import SyncStation
from tests.sync.photos import HERS, NOW, Photos
from tests.sync.road import Road
from yizhan import photos
from yizhan.blobs import BYTES_MAX, Blob, Blobs, digest_of
from yizhan.keys import Signer
from yizhan.record import HUB


def test_only_for_an_audience_that_the_station_belongs_to(
    lane: Photos, road: Road, xiaogan: SyncStation, tmp_path: Path
) -> None:
    road.exchange(xiaogan)
    content = b"\xff\xd8\xff" + bytes(100)
    foreign = Blobs(xiaogan.db, tmp_path / "xiaogan")
    for audience in (HERS, "network", "hub", "station:zhongda", "station:", ""):
        digest = foreign.write(content)
        foreign.enter(Blob(digest, len(content), photos.JPEG, audience), NOW)
        Lane(xiaogan, foreign, lane.hub.answer).run()
        row = foreign.row(digest)
        assert row is not None and row.state == "refused", audience
        assert lane.hub_blobs.held(digest) == 0
        foreign.mark(digest, "waiting")
    foreign.enter(Blob(digest, len(content), photos.JPEG, "station:xiaogan"), NOW)
    Lane(xiaogan, foreign, lane.hub.answer).run()
    assert lane.hub_blobs.read(digest) == content


def test_a_refused_photo_is_tried_again_only_under_the_next_hub_epoch(
    lane: Photos, road: Road, xiaogan: SyncStation, tmp_path: Path
) -> None:
    road.exchange(xiaogan)
    blobs = Blobs(xiaogan.db, tmp_path / "xiaogan")
    content = b"\xff\xd8\xff" + bytes(100)
    blobs.enter(Blob(blobs.write(content), len(content), photos.JPEG, HERS), NOW)
    asked = 0

    def post(raw: bytes) -> bytes:
        nonlocal asked
        asked += 1
        return lane.hub.answer(raw)

    one = Lane(xiaogan, blobs, post)
    one.run()
    one.run()
    assert asked == 2
    road.hub.begin_epoch()
    road.exchange(xiaogan)
    one.run()
    assert asked == 4


CONTENT = b"\xff\xd8\xff" + bytes(1000)
TAP = Blob(digest_of(CONTENT), len(CONTENT), photos.JPEG, HERS)


def tell(lane: Photos, said: Said, body: bytes = b"", key: str = "zhongda") -> Told:
    """One frame by hand, signed with this key."""
    signer = Signer(lane.road.folder / f"{key}.key")
    raw = lane.hub.answer(pack("up", "zhongda", signer, said, body))
    public = {HUB: lane.road.signer.public}
    return unpack(raw, "down", Told, public.get)[1]


@pytest.mark.parametrize(
    "changes",
    [
        {"size": BYTES_MAX + 1},
        {"size": 0},
        {"size": -5},
        {"media": "image/svg+xml"},
        {"digest": "../../hub.key"},
        {"digest": "0" * 63},
    ],
)
def test_what_is_no_photo_s_blob_is_refused(lane: Photos, changes: dict[str, object]) -> None:
    blob = msgspec.structs.replace(TAP, **changes)
    assert tell(lane, Said("net", "n", (), blob), CONTENT).problem == "refused"
    assert list(lane.hub_blobs.folder.glob("*.part")) == []


def test_offsets_that_make_no_sense_write_nothing(lane: Photos) -> None:
    assert tell(lane, Said("net", "n", (), TAP, -1), CONTENT).problem == "refused"
    assert tell(lane, Said("net", "n", (), TAP, 5000), CONTENT).offsets == {TAP.digest: 0}
    assert tell(lane, Said("net", "n", ("x", "../a", "0" * 64))).offsets == {}
    assert tell(lane, Said("net", "n", (), TAP), CONTENT).offsets == {TAP.digest: len(CONTENT)}


@pytest.mark.parametrize("stranger", ["stranger", "xiaogan"])
def test_only_the_station_s_own_key_opens_the_lane(lane: Photos, stranger: str) -> None:
    lane.road.station("xiaogan")
    with pytest.raises(BadBundle):
        tell(lane, Said("net", "n", (), TAP), CONTENT, key=stranger)
    assert lane.hub_blobs.held(TAP.digest) == 0


def test_a_frame_of_another_network_cut_short_or_changed_is_none(lane: Photos) -> None:
    with pytest.raises(BadBundle):
        tell(lane, Said("other", "n", (), TAP), CONTENT)
    raw = pack("up", "zhongda", lane.station.signer, Said("net", "n", (), TAP), CONTENT)
    for end in (0, 3, 4, 5, 10, 60, 80, 120, len(raw) - 1):
        with pytest.raises(BadBundle):
            lane.hub.answer(raw[:end])
    for place in lane.chance.sample(range(len(raw)), 40):
        changed = bytearray(raw)
        changed[place] ^= 1 << lane.chance.randrange(8)
        with pytest.raises(BadBundle):
            lane.hub.answer(bytes(changed))
    assert lane.hub_blobs.held(TAP.digest) == 0
    lane.hub.answer(raw)
    assert lane.hub_blobs.read(TAP.digest) == CONTENT


@pytest.mark.parametrize(
    "answer",
    [
        lambda lane, raw: b"<html>please log in</html>",
        lambda lane, raw: b"",
        lambda lane, raw: raw,
        lambda lane, raw: lane.hub.answer(raw)[:-3],
        lambda lane, raw: false_hub(lane, raw, lane.station.signer),
        lambda lane, raw: false_hub(lane, raw, lane.road.signer),
    ],
)
def test_nobody_but_the_hub_says_that_it_has_the_photo(
    lane: Photos, answer: Callable[[Photos, bytes], bytes]
) -> None:
    digest = lane.photo(20_000)
    lane.on(lambda raw: answer(lane, raw)).run()
    assert lane.state(digest) == "waiting"
    lane.on(lane.post).run()
    assert lane.arrived(digest)


def false_hub(lane: Photos, raw: bytes, signer: Signer) -> bytes:
    """An answer with all of it, by the wrong key, or by the right one to another question."""
    offsets = {row.digest: row.size for row in lane.blobs.unconfirmed("")}
    return pack("down", HUB, signer, Told("net", "another nonce", "epoch", offsets))
