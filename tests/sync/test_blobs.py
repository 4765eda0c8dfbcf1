"""The blobs' lane at a station: a photo on a bad road, at a full hub, at a hub that forgot."""

import pytest

from sync import blobs as lane_module
from sync import loop
from sync.blobs import Lane
from sync.link import Link
from sync.station import SyncStation
from sync.status import unsent
from sync.trouble import Rejected, Trouble
from tests.sync.photos import GIB, HERS, CutRoad, Photos
from tests.sync.road import WANG, Road, place_order, take_ticket
from yizhan.blobs import DISK_MIN_BYTES


def test_a_photo_arrives_and_the_station_knows(lane: Photos) -> None:
    digest = lane.photo()
    lane.lane.run()
    assert lane.arrived(digest) and lane.state(digest) == "stored"
    row = lane.blobs.row(digest)
    assert row is not None and row.sent == row.size
    assert lane.hub_blobs.row(digest).audience == HERS  # type: ignore[union-attr]


def test_the_loop_sends_records_first_and_then_photos(
    lane: Photos, road: Road, zhongda: SyncStation
) -> None:
    went: list[str] = []

    class Telling(Link):
        def exchange(self, raw: bytes) -> bytes:
            went.append("records")
            return road.hub.exchange(raw)

        def piece(self, raw: bytes) -> bytes:
            went.append("photo")
            return lane.hub.answer(raw)

    digest = lane.photo(100_000)
    place_order(zhongda)
    data = road.folder / "zhongda"
    (data / "signing.key").write_bytes((road.folder / "zhongda.key").read_bytes())
    loop.once(zhongda, Telling("http://127.0.0.1:1"), data)
    assert lane.arrived(digest) and unsent(zhongda.node) == 0
    first = went.index("photo")
    assert first > 0 and set(went[first:]) == {"photo"}


def test_a_hub_that_named_a_time_is_left_alone_until_then(lane: Photos) -> None:
    lane.photo(20_000)
    asked = 0

    def busy(_raw: bytes) -> bytes:
        nonlocal asked
        asked += 1
        raise Trouble("busy", "", 60.0)

    lane.on(busy).run()
    lane.lane.run()
    assert asked == 1


def test_nothing_waiting_asks_nothing(lane: Photos) -> None:
    lane.lane.run()
    digest = lane.photo(1000)
    lane.lane.run()
    asked = lane.requests
    lane.lane.run()
    assert lane.requests == asked == 2 and lane.arrived(digest)


def test_bytes_that_proved_wrong_are_thrown_away_and_asked_for_anew(lane: Photos) -> None:
    digest = lane.photo(300_000)
    cut = CutRoad(lane, 4)
    lane.on(cut).run()
    part = lane.hub_blobs.folder / f"{digest}.part"
    damaged = bytearray(part.read_bytes())
    damaged[7] ^= 1
    part.write_bytes(damaged)
    lane.on(lane.post).run()
    assert lane.state(digest) == "waiting" and not part.exists()
    lane.on(lane.post).run()
    assert lane.arrived(digest) and lane.state(digest) == "stored"


def test_a_photo_damaged_at_the_station_is_said_and_not_sent(lane: Photos) -> None:
    digest = lane.photo(100_000)
    path = lane.blobs.path(digest)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    lane.lane.run()
    assert lane.state(digest) == "gone" and lane.hub_blobs.held(digest) == 0
    asked = lane.requests
    lane.lane.run()
    assert lane.requests == asked


def test_a_full_hub_is_known_the_records_go_on_and_later_the_photo(
    lane: Photos, road: Road, zhongda: SyncStation
) -> None:
    digest = lane.photo()
    lane.hub_disk.free = DISK_MIN_BYTES
    lane.lane.run()
    assert lane.state(digest) == "full"
    take_ticket(zhongda, 1)
    road.exchange(zhongda)
    assert unsent(zhongda.node) == 0
    lane.hub_disk.free = 50 * GIB
    lane.lane.run()
    assert lane.arrived(digest) and lane.state(digest) == "stored"


def test_after_a_full_hub_the_lane_rests(lane: Photos) -> None:
    lane.photo()
    lane.hub_disk.free = DISK_MIN_BYTES
    lane.lane = Lane(lane.station, lane.blobs, lane.post)
    lane.lane.run()
    asked = lane.requests
    lane.lane.run()
    assert lane.requests == asked == 2


def test_a_record_that_waits_goes_before_the_rest_of_the_photo(
    lane: Photos, road: Road, zhongda: SyncStation
) -> None:
    digest = lane.photo(2_000_000)

    def tapped(raw: bytes) -> bytes:
        answer = lane.post(raw)
        if lane.requests == 3:
            take_ticket(zhongda, 1)
        return answer

    lane.on(tapped).run()
    assert lane.requests == 3 and lane.state(digest) == "waiting"
    road.exchange(zhongda)
    lane.lane.run()
    assert lane.arrived(digest)


def test_a_round_ends_in_time(lane: Photos, monkeypatch: pytest.MonkeyPatch) -> None:
    lane.photo(2_000_000)
    passed = 0.0

    def clock() -> float:
        nonlocal passed
        passed += 2.0
        return passed

    monkeypatch.setattr(lane_module.time, "monotonic", clock)
    lane.lane.run()
    assert 2 < lane.requests < 12


def test_a_photo_on_the_road_holds_up_no_record(
    lane: Photos, road: Road, zhongda: SyncStation
) -> None:
    digest = lane.photo()
    order = place_order(zhongda)
    road.exchange(zhongda)
    assert road.hub.node.state("order", WANG, order) is not None
    assert lane.hub_blobs.held(digest) == 0


def test_a_hub_from_an_older_backup_asks_for_the_photo_again(
    lane: Photos, road: Road, zhongda: SyncStation
) -> None:
    lost, kept = lane.photo(100_000), lane.photo(50_000)
    lane.lane.run()
    lane.hub_blobs.path(lost).unlink()
    road.hub.begin_epoch()
    road.exchange(zhongda)
    lane.lane.run()
    assert lane.arrived(lost) and lane.arrived(kept)
    assert {lane.state(lost), lane.state(kept)} == {"stored"}
    asked = lane.requests
    lane.lane.run()
    assert lane.requests == asked


def test_a_hub_that_lost_everything_gets_records_and_photos_again(
    lane: Photos, road: Road, zhongda: SyncStation
) -> None:
    digest = lane.photo(100_000)
    lane.lane.run()
    road.hub = road.open_hub("second")
    road.station("zhongda")
    lane.open_hub("second")
    for _ in range(3):
        road.exchange(zhongda)
    assert not lane.arrived(digest)
    lane.lane.run()
    assert lane.arrived(digest)


@pytest.mark.parametrize("error", [Trouble("closed"), Rejected("revoked", "gone")])
def test_a_closed_road_is_no_error_of_the_loop(lane: Photos, error: Exception) -> None:
    digest = lane.photo(20_000)

    def closed(_raw: bytes) -> bytes:
        raise error

    lane.on(closed).run()
    assert lane.state(digest) == "waiting"


def test_a_hub_put_back_beneath_its_photos_knows_each_again_and_none_is_sent_again(
    lane: Photos, road: Road, zhongda: SyncStation
) -> None:
    digest = lane.photo()
    lane.lane.run()
    road.hub.db.sql("DELETE FROM blob")  # the database of yesterday, the folder of today
    road.hub.begin_epoch()
    road.exchange(zhongda)
    lane.sent = 0
    lane.lane.run()
    row = lane.hub_blobs.row(digest)
    assert row is not None and (row.state, row.audience) == ("here", HERS)
    assert lane.state(digest) == "stored" and lane.sent < 300_000
