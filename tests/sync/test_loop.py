"""The loop: how much goes at once, when it comes again, and what it says of a closed road."""

import contextlib
import json
import threading
import time
from pathlib import Path

import pytest

from sync import loop, trouble
from sync.bundle import MAGIC
from sync.hub import SyncHub
from sync.link import TooLarge
from sync.loop import BATCH_BYTES_MIN, Pace
from sync.station import SyncStation
from sync.status import status, unsent, wake
from sync.trouble import Rejected, Trouble
from tests.sync.answers import TestRoad, fails, only_below
from tests.sync.road import Road, take_ticket
from yizhan.errors import Corrupt, Unreachable
from yizhan.keys import Signer


@pytest.fixture
def data(road: Road, zhongda: SyncStation) -> Path:
    """The station's data directory, with its key where the loop looks for it."""
    (road.folder / "zhongda.key").rename(road.folder / "signing.key")
    return road.folder


def tickets(station: SyncStation, count: int) -> None:
    for number in range(1, count + 1):
        take_ticket(station, number)


def test_batches_are_halved_until_they_pass(road: Road, zhongda: SyncStation) -> None:
    tickets(zhongda, 300)
    narrow = TestRoad(only_below(4000, road.hub))
    loop.exchange_all(zhongda, narrow)
    assert max(narrow.sizes) > 4000 > min(narrow.sizes)
    assert unsent(zhongda.node) == 0
    assert len(road.hub.node.journal.placed(0, 10_000)) >= 300


def test_a_narrow_road_is_remembered_and_a_wider_one_found_again(
    road: Road, zhongda: SyncStation
) -> None:
    tickets(zhongda, 300)
    narrow, pace = TestRoad(only_below(4000, road.hub)), Pace()
    loop.exchange_all(zhongda, narrow, pace)
    tickets(zhongda, 10)
    again = TestRoad(road.hub.exchange)
    loop.exchange_all(zhongda, again, pace)
    assert len(again.sizes) == 1
    before = pace.size
    pace.came(0.1)
    assert pace.size == min(2 * before, loop.BATCH_BYTES)
    pace.came(10)
    assert pace.size == max(before // (1 if before < loop.BATCH_BYTES else 2), BATCH_BYTES_MIN)


def test_where_no_record_gets_through_the_hub_still_hears_how_many_wait(
    road: Road, zhongda: SyncStation
) -> None:
    road.exchange(zhongda)
    tickets(zhongda, 40)
    no_records = TestRoad(only_below(420, road.hub))
    with pytest.raises(Trouble) as caught:
        loop.exchange_all(zhongda, no_records)
    assert caught.value.kind == "narrow"
    [contact] = road.hub.contacts()
    assert contact.unsent == 40
    assert unsent(zhongda.node) == 40, "nothing is called uploaded"


def test_where_nothing_at_all_gets_through_it_is_too_slow(road: Road, zhongda: SyncStation) -> None:
    road.exchange(zhongda)
    tickets(zhongda, 3)
    with pytest.raises(Trouble) as caught:
        loop.exchange_all(zhongda, TestRoad(fails(TooLarge("60 s"))))
    assert caught.value.kind == "slow"


def test_a_line_that_is_cut_now_and_then_goes_on_at_once(road: Road, zhongda: SyncStation) -> None:
    tickets(zhongda, 900)
    calls = []

    def cut_each_third(raw: bytes) -> bytes:
        calls.append(1)
        if len(calls) % 3 == 0:
            raise Trouble("cut")
        return road.hub.exchange(raw)

    loop.exchange_all(zhongda, TestRoad(cut_each_third))
    assert unsent(zhongda.node) == 0 and len(calls) > 3


def test_what_may_have_arrived_is_asked_after_before_it_is_sent_again(
    road: Road, zhongda: SyncStation
) -> None:
    road.exchange(zhongda)
    tickets(zhongda, 100)

    def answer_lost(raw: bytes) -> bytes:
        road.hub.exchange(raw)
        raise Trouble("cut")

    pace = Pace()
    with pytest.raises(Trouble):
        loop.exchange_all(zhongda, TestRoad(answer_lost), pace)
    again = TestRoad(road.hub.exchange)
    loop.exchange_all(zhongda, again, pace)
    assert len(again.sizes) == 1 and again.sizes[0] < 400
    assert unsent(zhongda.node) == 0


def test_a_line_that_carries_only_small_requests_is_met_with_smaller_ones(
    road: Road, zhongda: SyncStation
) -> None:
    tickets(zhongda, 300)

    def cut(raw: bytes) -> bytes:
        if len(raw) > 4000:
            raise Trouble("cut")
        return road.hub.exchange(raw)

    narrow, pace = TestRoad(cut), Pace()
    for _attempt in range(10):
        with contextlib.suppress(Trouble):
            loop.exchange_all(zhongda, narrow, pace)
    assert unsent(zhongda.node) == 0 and len(narrow.sizes) < 60


def test_a_line_that_is_always_cut_is_left_alone(road: Road, zhongda: SyncStation) -> None:
    dead = TestRoad(fails(Trouble("cut")))
    with pytest.raises(Trouble, match="中途断了"):
        loop.exchange_all(zhongda, dead)
    assert len(dead.sizes) == 1


def test_another_hubs_signature_is_not_believed(
    road: Road, zhongda: SyncStation, tmp_path: Path
) -> None:
    take_ticket(zhongda, 1)
    false = SyncHub(road.hub.node, Signer(tmp_path / "false.key"))
    with pytest.raises(Trouble) as caught:
        loop.exchange_all(zhongda, TestRoad(false.exchange))
    assert caught.value.kind == "false" and zhongda.receipt() is None
    assert unsent(zhongda.node) == 1


def test_a_hub_that_starts_over_and_over_is_left_alone(road: Road, zhongda: SyncStation) -> None:
    def restarting(raw: bytes) -> bytes:
        road.hub.begin_epoch()
        return road.hub.exchange(raw)

    with pytest.raises(Trouble, match="反复重启"):
        loop.exchange_all(zhongda, TestRoad(restarting))


@pytest.mark.parametrize(
    ("error", "raised", "kind"),
    [
        (Trouble("portal", "HTTP 200"), Trouble, "portal"),
        (Trouble("certificate", "self-signed certificate"), Trouble, "certificate"),
        (Rejected("revoked", "x"), Rejected, "revoked"),
        (Rejected("key", "x"), Rejected, "key"),
        (Unreachable("数据库现在写不进去：disk full"), Trouble, "disk"),
        (Corrupt("数据库文件损坏"), Corrupt, "damaged"),
    ],
)
def test_why_nothing_goes_out_stands_in_the_status_until_it_does(
    road: Road, zhongda: SyncStation, data: Path, error: Exception, raised: type, kind: str
) -> None:
    with pytest.raises(raised):
        loop.once(zhongda, TestRoad(fails(error)), data)
    found = status(zhongda.node)["trouble"]
    assert found["kind"] == kind and found["sentence"] == trouble.SENTENCES[kind]
    json.dumps(found)
    with pytest.raises(raised):
        loop.once(zhongda, TestRoad(fails(error)), data)
    assert status(zhongda.node)["trouble"] == found, "since the first time"
    loop.once(zhongda, TestRoad(road.hub.exchange), data)
    assert status(zhongda.node)["trouble"] is None


def test_a_full_disk_does_not_stop_the_loop_from_saying_so(tmp_path: Path) -> None:
    trouble.keep(tmp_path / "gone", Trouble("closed"), "2026-11-23T09:00:00+08:00")
    assert trouble.read(tmp_path / "gone") is None


class Enough(BaseException):
    """The test has seen enough of a loop that never ends."""


class Naps:
    """Stands where the loop sleeps; ends it after so many naps."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
        self.taken: list[tuple[int, float]] = []
        self.count = count
        monkeypatch.setattr(loop.Sleeper, "sleep", lambda _self, *told: self.take(*told))

    def take(self, failures: int, told_s: float) -> None:
        self.taken.append((failures, told_s))
        if len(self.taken) == self.count:
            raise Enough


def test_the_loop_says_a_trouble_once_and_waits_longer_each_time(
    road: Road,
    zhongda: SyncStation,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    closed, portal = fails(Trouble("closed", "refused")), fails(Trouble("portal", "HTTP 302"))
    naps = Naps(monkeypatch, 6)
    bad = TestRoad(closed, closed, closed, portal, portal, road.hub.exchange)
    with pytest.raises(Enough):
        loop.run(zhongda, bad, data, 15)
    said = capsys.readouterr().out.splitlines()
    assert [line[:4] for line in said] == ["连不上中", "回答的不", "已与中心"]
    assert [failures for failures, _ in naps.taken] == [1, 2, 3, 4, 5, 0]


def test_the_loop_waits_as_long_as_the_hub_says(
    zhongda: SyncStation, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    naps = Naps(monkeypatch, 2)
    busy = TestRoad(fails(Trouble("busy", "", 40)))
    with pytest.raises(Enough):
        loop.run(zhongda, busy, data, 15)
    assert [told for _, told in naps.taken] == [40, 40]


def test_a_tap_wakes_the_sender(tmp_path: Path) -> None:
    sleeper = loop.Sleeper(tmp_path, every_s=30)
    threading.Timer(0.2, wake, [tmp_path]).start()
    begun = time.monotonic()
    sleeper.sleep()
    assert time.monotonic() - begun < 5


def test_a_tap_does_not_end_a_wait_that_the_hub_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    naps: list[float] = []
    monkeypatch.setattr(loop.time, "sleep", naps.append)
    sleeper = loop.Sleeper(tmp_path, every_s=0.01)
    wake(tmp_path)
    for _ in range(200):
        sleeper.sleep(1, 40)
    assert len(naps) == 200 and 40 <= min(naps) < 43 and 47 < max(naps) <= 51


def test_waking_nobody_does_no_harm(tmp_path: Path) -> None:
    wake(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_answers_time_is_offered_to_the_clock(road: Road, zhongda: SyncStation) -> None:
    told: list[tuple[str, float]] = []
    zhongda.node.clock.told = lambda *said: told.append(said)  # type: ignore[method-assign]
    loop.exchange_all(zhongda, TestRoad(road.hub.exchange))
    assert len(told) == 2 and all(0 <= seconds < 5 for _, seconds in told)
    told.clear()
    with pytest.raises(Trouble):
        loop.exchange_all(zhongda, TestRoad(lambda _: MAGIC + b"no bundle"))
    assert told == [], "nobody's time but the hub's"
