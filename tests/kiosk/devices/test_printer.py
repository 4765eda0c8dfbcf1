"""The printer's thread against the pretended printer: each slip once, an honest word about it."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from kiosk.devices.escpos import Slip
from kiosk.devices.port import Port
from kiosk.devices.pretend import PretendDevices
from kiosk.devices.printer import JOBS_MAX, JobState, Pace, Printer
from kiosk.devices.supervisor import Backoff
from tests.kiosk.devices.helpers import eventually
from yizhan.errors import Refusal

PACE = Pace(reply_within=0.5, look_every=0.05)
IMPATIENT = Pace(reply_within=0.1, look_every=0.05)
QUICK = Backoff(waits=(0.02,), jitter=0)


class Desk:
    """A printer and what was told of each job and of itself."""

    def __init__(self, pretend: PretendDevices, pace: Pace = PACE) -> None:
        self.pretend = pretend
        self.news: dict[str, list[JobState]] = {}
        self.noticed: list[str] = []
        self.printer = Printer(
            Port(str(pretend.folder / "printer")), self.report, self.noticed.append, QUICK, pace
        )

    def report(self, job: str, state: JobState) -> None:
        self.news.setdefault(job, []).append(state)

    def prints(self, job: str, text: str = "") -> None:
        self.printer.print(job, slip(text or job))

    def last(self, job: str) -> JobState:
        return self.news[job][-1]

    def comes_to(self, job: str, state: JobState, within: float = 5.0) -> bool:
        return eventually(lambda: self.last(job) is state, within)

    def count(self, text: str) -> int:
        """How often a line of this text stands on the paper."""
        return sum(line.text == text for part in self.pretend.slips() for line in part)


def slip(text: str) -> bytes:
    return bytes(Slip().title("缝补").small(text).cut())


@pytest.fixture
def desk(pretend: PretendDevices) -> Iterator[Desk]:
    yield from running(Desk(pretend))


@pytest.fixture
def impatient(pretend: PretendDevices) -> Iterator[Desk]:
    """For printers that do not answer, so that the test need not wait long for nothing."""
    yield from running(Desk(pretend, IMPATIENT))


def running(desk: Desk) -> Iterator[Desk]:
    desk.printer.start()
    assert eventually(lambda: desk.printer.state == "ready")
    yield desk
    desk.printer.stop()


def test_a_slip_is_printed_once_and_said_to_be(desk: Desk) -> None:
    desk.prints("A-012")
    assert desk.comes_to("A-012", JobState.PRINTED)
    assert desk.news["A-012"] == [JobState.WAITING, JobState.PRINTING, JobState.PRINTED]
    assert desk.count("A-012") == 1


def test_slips_come_out_in_the_order_in_which_they_were_asked_for(desk: Desk) -> None:
    jobs = [f"job {number}" for number in range(12)]
    for job in jobs:
        desk.prints(job)
    assert desk.comes_to(jobs[-1], JobState.PRINTED)
    assert [part[1].text for part in desk.pretend.slips()] == jobs


def test_a_long_slip_arrives_whole(desk: Desk) -> None:
    lines = [f"{number:03d} 修水管" for number in range(600)]
    desk.printer.print("list", bytes(Slip().small("\n".join(lines)).cut()))
    assert desk.comes_to("list", JobState.PRINTED, within=15)
    [printed] = desk.pretend.slips()
    assert [line.text for line in printed[:-3]] == lines


def test_without_paper_the_slip_waits_and_prints_exactly_once_when_paper_is_back(
    desk: Desk,
) -> None:
    desk.pretend.do(["printer", "out"])
    desk.prints("A-012")
    assert desk.comes_to("A-012", JobState.NO_PAPER)
    assert eventually(lambda: desk.printer.state == "no_paper")
    time.sleep(0.3)
    assert desk.count("A-012") == 0
    desk.pretend.do(["printer", "in"])
    assert desk.comes_to("A-012", JobState.PRINTED)
    time.sleep(0.2)
    assert desk.count("A-012") == 1
    assert desk.news["A-012"][-4:] == [
        JobState.NO_PAPER,
        JobState.WAITING,
        JobState.PRINTING,
        JobState.PRINTED,
    ]


def test_paper_that_ends_within_a_slip_prints_the_whole_slip_again(desk: Desk) -> None:
    taken: list[bytes] = []
    keep: Callable[[bytes], None] = desk.pretend.printer._print

    def ends_after_the_first_piece(data: bytes) -> None:
        keep(data)
        if data and not taken:
            desk.pretend.printer.has_paper = False
            taken.append(data)

    desk.pretend.printer._print = ends_after_the_first_piece  # type: ignore[method-assign]
    lines = [f"{number:03d} 修水管" for number in range(1000)]
    desk.printer.print("list", bytes(Slip().small("\n".join(lines)).cut()))
    assert desk.comes_to("list", JobState.NO_PAPER)
    desk.pretend.do(["printer", "in"])
    assert desk.comes_to("list", JobState.PRINTED, within=15)
    assert desk.count("000 修水管") == 2
    assert desk.count("999 修水管") == 1


def test_an_open_cover_holds_the_slip_and_is_named(desk: Desk) -> None:
    desk.pretend.do(["printer", "open"])
    assert eventually(lambda: desk.printer.state == "cover_open")
    desk.prints("A-012")
    assert desk.news["A-012"] == [JobState.WAITING, JobState.NO_PAPER]
    desk.pretend.do(["printer", "close"])
    assert desk.comes_to("A-012", JobState.PRINTED)
    assert desk.count("A-012") == 1


def test_a_pulled_cable_holds_the_slip_until_it_is_plugged(desk: Desk) -> None:
    desk.pretend.do(["cable", "pull", "printer"])
    assert eventually(lambda: desk.printer.state == "absent")
    desk.prints("A-012")
    assert desk.news["A-012"] == [JobState.WAITING, JobState.UNREACHABLE]
    desk.pretend.do(["cable", "plug", "printer"])
    assert desk.comes_to("A-012", JobState.PRINTED)
    assert desk.count("A-012") == 1


def test_a_cable_pulled_within_a_slip_prints_the_whole_slip_again(desk: Desk) -> None:
    lines = [f"{number:03d} 修水管" for number in range(2000)]
    desk.printer.print("list", bytes(Slip().small("\n".join(lines)).cut()))
    assert eventually(lambda: desk.pretend.printer.paper)
    desk.pretend.do(["cable", "pull", "printer"])
    assert desk.comes_to("list", JobState.UNREACHABLE)
    desk.pretend.do(["cable", "plug", "printer"])
    assert desk.comes_to("list", JobState.PRINTED, within=15)
    assert [line.text for line in desk.pretend.slips()[-1]][-2003:-3] == lines


def test_a_mute_printer_gets_the_slip_and_nobody_claims_that_it_came_out(impatient: Desk) -> None:
    impatient.pretend.do(["printer", "mute"])
    assert eventually(lambda: impatient.printer.state == "unknown")
    impatient.prints("A-012")
    assert impatient.comes_to("A-012", JobState.UNKNOWN)
    time.sleep(0.3)
    assert impatient.count("A-012") == 1


def test_a_cheap_board_is_asked_in_the_old_way(impatient: Desk) -> None:
    impatient.pretend.do(["printer", "simple"])
    impatient.prints("A-012")
    assert impatient.comes_to("A-012", JobState.PRINTED)
    impatient.pretend.do(["printer", "out"])
    assert eventually(lambda: impatient.printer.state == "no_paper")
    impatient.prints("A-013")
    assert impatient.comes_to("A-013", JobState.NO_PAPER)
    impatient.pretend.do(["printer", "in"])
    assert impatient.comes_to("A-013", JobState.PRINTED)
    assert (impatient.count("A-012"), impatient.count("A-013")) == (1, 1)


def test_the_same_job_asked_for_twice_is_one_slip(desk: Desk) -> None:
    desk.pretend.do(["printer", "out"])
    assert eventually(lambda: desk.printer.state == "no_paper")
    desk.prints("A-012")
    desk.prints("A-012")
    assert desk.news["A-012"] == [JobState.WAITING, JobState.NO_PAPER]
    desk.pretend.do(["printer", "in"])
    assert desk.comes_to("A-012", JobState.PRINTED)
    time.sleep(0.2)
    assert desk.count("A-012") == 1


def test_the_same_job_from_two_hands_in_the_same_moment_is_one_slip(desk: Desk) -> None:
    report, both_have_asked = desk.report, threading.Barrier(2, timeout=5)

    def meet(job: str, state: JobState) -> None:
        report(job, state)
        if state is JobState.WAITING:
            both_have_asked.wait()

    desk.printer._report = meet
    hands = [threading.Thread(target=desk.prints, args=("A-012",)) for _ in range(2)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert desk.comes_to("A-012", JobState.PRINTED)
    time.sleep(0.2)
    assert desk.count("A-012") == 1


def test_a_full_queue_refuses_and_forgets_nobody(pretend: PretendDevices) -> None:
    desk = Desk(pretend)
    for number in range(JOBS_MAX):
        desk.prints(str(number))
    with pytest.raises(Refusal):
        desk.prints("one too many")
    assert "one too many" not in desk.news
    desk.printer.start()
    assert desk.comes_to(str(JOBS_MAX - 1), JobState.PRINTED, within=15)
    assert all(states[-1] is JobState.PRINTED for states in desk.news.values())
    desk.printer.stop()


def test_many_hands_ask_while_the_cable_comes_and_goes(desk: Desk) -> None:
    def ask(hand: int) -> None:
        for number in range(10):
            desk.prints(f"{hand}-{number}")
            time.sleep(0.01)

    hands = [threading.Thread(target=ask, args=(hand,)) for hand in range(4)]
    for hand in hands:
        hand.start()
    for _ in range(3):
        time.sleep(0.04)
        desk.pretend.do(["cable", "pull", "printer"])
        time.sleep(0.04)
        desk.pretend.do(["cable", "plug", "printer"])
    for hand in hands:
        hand.join()
    assert eventually(lambda: all(s[-1] is JobState.PRINTED for s in desk.news.values()), 15)
    assert len(desk.news) == 40
    for job, states in desk.news.items():
        assert states[0] is JobState.WAITING
        assert states.count(JobState.PRINTED) == 1
        assert desk.count(job) >= 1


def test_a_printer_just_plugged_in_is_looked_at_without_delay(pretend: PretendDevices) -> None:
    desk = Desk(pretend, Pace(look_every=60))
    desk.printer.start()
    assert eventually(lambda: desk.printer.state == "ready", within=2)
    desk.printer.stop()


def test_it_stops_at_once_with_work_left(desk: Desk) -> None:
    desk.pretend.do(["printer", "out"])
    desk.prints("A-012")
    assert desk.comes_to("A-012", JobState.NO_PAPER)
    started = time.monotonic()
    desk.printer.stop()
    assert time.monotonic() - started < 1
    assert desk.last("A-012") is JobState.NO_PAPER


def test_an_error_of_the_caller_does_not_print_twice(desk: Desk) -> None:
    report = desk.report

    def stumbles_when_printed(job: str, state: JobState) -> None:
        report(job, state)
        if state is JobState.PRINTED:
            raise RuntimeError("the caller's own mistake")

    desk.printer._report = stumbles_when_printed
    desk.prints("A-012")
    desk.prints("A-013")
    assert desk.comes_to("A-013", JobState.PRINTED)
    time.sleep(0.2)
    assert (desk.count("A-012"), desk.count("A-013")) == (1, 1)
