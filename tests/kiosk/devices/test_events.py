"""The ring: numbers without gaps, waits that end, taps that grow old."""

import threading
import time
from collections.abc import Callable

from kiosk.devices.events import Event, Ring
from tests.kiosk.devices.helpers import eventually


class Hand:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Poll(threading.Thread):
    """One long-poll of a page, and what it got."""

    def __init__(self, look: Callable[[], list[Event] | None]) -> None:
        super().__init__()
        self.look = look
        self.got: list[Event] | None = []
        self.start()
        time.sleep(0.05)

    def run(self) -> None:
        self.got = self.look()

    def answer(self) -> list[Event] | None:
        self.join(2)
        assert not self.is_alive(), "the poll never ended"
        return self.got


def seqs(events: list[Event] | None) -> list[int]:
    assert events is not None
    return [event.seq for event in events]


def test_events_are_numbered_from_one_and_read_from_where_the_page_stands() -> None:
    ring = Ring()
    assert ring.last == 0
    for job in ("a", "b", "c"):
        ring.put("print", {"job": job})
    assert ring.last == 3
    assert seqs(ring.wait(0, 0)) == [1, 2, 3]
    assert seqs(ring.wait(2, 0)) == [3]


def test_only_the_last_200_are_kept() -> None:
    ring = Ring()
    for _ in range(250):
        ring.put("device", {})
    assert seqs(ring.wait(0, 0)) == list(range(51, 251))


def test_a_page_from_before_a_restart_sees_everything() -> None:
    ring = Ring()
    ring.put("device", {})
    assert seqs(ring.wait(57, 0)) == [1]


def test_a_tap_is_gone_after_three_seconds_and_a_slip_is_not() -> None:
    clock = Hand()
    ring = Ring(clock=clock)
    ring.put("card", {"number": "0003887558"}, keep=3.0)
    ring.put("print", {"job": "a"})
    clock.now = 2.9
    assert seqs(ring.wait(0, 0)) == [1, 2]
    clock.now = 3.0
    assert seqs(ring.wait(0, 0)) == [2]


def test_a_wait_ends_at_once_when_something_happens() -> None:
    ring = Ring()
    poll = Poll(lambda: ring.wait(0, 20))
    ring.put("card", {})
    assert seqs(poll.answer()) == [1]


def test_a_wait_without_news_ends_empty() -> None:
    assert Ring().wait(0, 0.01) == []


def test_an_old_tap_alone_does_not_end_a_wait() -> None:
    clock = Hand()
    ring = Ring(clock=clock)
    ring.put("card", {}, keep=3.0)
    clock.now = 4.0
    assert ring.wait(0, 0.01) == []


def test_a_new_wait_of_the_touchscreen_ends_its_old_one() -> None:
    ring = Ring()
    old = Poll(lambda: ring.wait(0, 20, reader="touchscreen"))
    new = Poll(lambda: ring.wait(0, 20, reader="touchscreen"))
    assert old.answer() is None
    assert new.is_alive()
    ring.put("card", {})
    assert seqs(new.answer()) == [1]


def test_other_readers_do_not_disturb_it() -> None:
    ring = Ring()
    poll = Poll(lambda: ring.wait(0, 20, reader="touchscreen"))
    assert ring.wait(0, 0) == []
    assert ring.wait(0, 0, reader="desk") == []
    assert poll.is_alive()
    ring.close()
    assert poll.answer() == []


def test_closing_ends_every_wait_now_and_later() -> None:
    ring = Ring()
    poll = Poll(lambda: ring.wait(0, 20))
    ring.close()
    assert poll.answer() == []
    started = time.monotonic()
    assert ring.wait(0, 20) == []
    assert time.monotonic() - started < 1


def test_many_threads_share_it_without_losing_a_number() -> None:
    ring = Ring(size=1000)
    threads = [
        threading.Thread(target=lambda: [ring.put("device", {}) for _ in range(100)])
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    assert eventually(lambda: ring.last == 800)
    for thread in threads:
        thread.join()
    assert seqs(ring.wait(0, 0)) == list(range(1, 801))
