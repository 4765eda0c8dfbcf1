"""Photos on bad roads: cut every few pieces, narrow, weak; little is sent twice."""

import pytest

from sync.blobs import PIECE_BYTES_LOW, PIECE_BYTES_MAX, PIECE_BYTES_MIN
from sync.link import TooLarge
from sync.trouble import Trouble
from tests.sync.photos import CutRoad, Photos


@pytest.mark.parametrize("every", [5, 6, 8])
def test_a_line_that_is_cut_every_few_pieces_costs_at_most_a_tenth_more(
    lane: Photos, every: int
) -> None:
    first = lane.photo(2_000_000)
    lane.lane.run()
    uncut = lane.sent
    second = lane.photo(2_000_000)
    road = CutRoad(lane, every)
    lane.on(road)
    for _ in range(400):
        lane.lane.run()
        if lane.state(second) == "stored":
            break
    assert lane.arrived(first) and lane.arrived(second) and road.cuts > 10
    assert road.sent <= 1.1 * uncut, (road.sent, uncut)


def test_a_hub_that_is_busy_is_asked_at_its_time_with_pieces_as_large_as_before(
    lane: Photos,
) -> None:
    lane.photo()
    asked = 0

    def post(_raw: bytes) -> bytes:
        nonlocal asked
        asked += 1
        raise Trouble("busy", wait_s=41.0)

    road = lane.on(post)
    before = road._size
    for _n in range(3):
        road.run()
    assert (asked, road._size) == (1, before)


def test_whole_pieces_that_are_lost_are_all_that_is_sent_again(lane: Photos) -> None:
    digest = lane.photo(1_000_000)
    lost: list[int] = []
    sent = requests = 0

    def post(raw: bytes) -> bytes:
        nonlocal sent, requests
        sent, requests = sent + len(raw), requests + 1
        if requests == 2 or lane.chance.random() < 0.2:
            lost.append(len(raw))
            raise Trouble("cut")
        return lane.hub.answer(raw)

    lane.on(post)
    for _ in range(400):
        lane.lane.run()
        if lane.state(digest) == "stored":
            break
    assert lane.arrived(digest) and lost
    headers = 600 * (1_000_000 // PIECE_BYTES_MIN + 2 * len(lost))
    assert sent - sum(lost) <= 1_000_000 + headers


def test_a_restarted_station_goes_on_where_the_hub_is(lane: Photos) -> None:
    digest = lane.photo(1_000_000)
    lane.on(CutRoad(lane, 5)).run()
    held = lane.hub_blobs.held(digest)
    assert 0 < held < 1_000_000
    lane.sent = 0
    lane.on(lane.post).run()
    assert lane.arrived(digest)
    assert lane.sent < (1_000_000 - held) * 1.05


def test_a_piece_that_comes_twice_or_late_does_no_harm(lane: Photos) -> None:
    digest = lane.photo(400_000)
    seen: list[bytes] = []

    def twice(raw: bytes) -> bytes:
        seen.append(raw)
        lane.hub.answer(raw)
        return lane.hub.answer(raw)

    lane.on(twice).run()
    assert lane.arrived(digest) and lane.state(digest) == "stored"
    for raw in lane.chance.sample(seen, len(seen)):
        lane.hub.answer(raw)
    assert lane.arrived(digest)


def test_a_narrow_road_gets_smaller_pieces(lane: Photos) -> None:
    digest = lane.photo(200_000)
    sizes: list[int] = []

    def narrow(raw: bytes) -> bytes:
        sizes.append(len(raw))
        if len(raw) > 20_000:
            raise TooLarge("HTTP 413")
        return lane.hub.answer(raw)

    lane.on(narrow).run()
    assert lane.arrived(digest) and max(sizes) > 20_000


def test_a_road_for_no_piece_at_all_ends_the_round_and_keeps_the_photo(lane: Photos) -> None:
    digest = lane.photo(200_000)

    def shut(raw: bytes) -> bytes:
        if len(raw) > 2000:
            raise TooLarge("HTTP 413")
        return lane.hub.answer(raw)

    lane.on(shut).run()
    assert lane.state(digest) == "waiting"


def test_pieces_grow_on_a_good_road_and_shrink_on_a_bad_one(lane: Photos) -> None:
    lane.photo(6_000_000)
    road = CutRoad(lane, 1_000_000)
    lane.on(road).run()
    assert PIECE_BYTES_MAX < road.largest < PIECE_BYTES_MAX + 1000
    lane.photo(500_000)
    lane.lane._post = CutRoad(lane, 3)
    for _ in range(6):
        lane.lane.run()
    last = CutRoad(lane, 1_000_000)
    lane.lane._post = last
    lane.lane.run()
    assert last.largest < PIECE_BYTES_LOW + 1000


def test_a_line_that_passes_only_small_pieces_is_not_given_up(lane: Photos) -> None:
    digest = lane.photo(60_000)

    def weak(raw: bytes) -> bytes:
        if len(raw) > 6000:
            raise Trouble("cut")
        return lane.hub.answer(raw)

    lane.on(weak)
    for _ in range(6):
        lane.lane.run()
    assert lane.arrived(digest)
