"""One thread per device, on real cables that are pulled and plugged."""

import time
from collections.abc import Iterator

import pytest

from kiosk.devices.port import Port
from kiosk.devices.pretend_wire import Wire
from kiosk.devices.supervisor import Backoff, State, Supervisor
from tests.kiosk.devices.helpers import eventually
from yizhan.errors import Unreachable

QUICK = Backoff(waits=(0.02,), jitter=0)


class Ear:
    """An attendant that keeps what it hears, and stumbles when told."""

    def __init__(self) -> None:
        self.heard = b""
        self.states: list[State] = []
        self.stumbles: list[Exception | None] = []

    @property
    def opened_count(self) -> int:
        return self.states.count(State.READY)

    def attend(self, port: Port) -> None:
        if self.stumbles:
            if stumble := self.stumbles.pop():
                raise stumble
            return
        self.heard += port.read()

    def changed(self, state: State) -> None:
        self.states.append(state)


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def supervisor(wire: Wire, ear: Ear) -> Iterator[Supervisor]:
    supervisor = Supervisor("card", Port(str(wire.link)), ear, QUICK)
    yield supervisor
    supervisor.stop()


def is_in(supervisor: Supervisor, state: State) -> bool:
    return eventually(lambda: supervisor.state is state)


def test_it_opens_and_hears(supervisor: Supervisor, wire: Wire, ear: Ear) -> None:
    supervisor.start()
    assert is_in(supervisor, State.READY)
    wire.write(b"card")
    assert eventually(lambda: ear.heard == b"card")
    assert ear.states == [State.OPENING, State.READY]


def test_a_device_that_is_not_there_is_absent_until_it_comes(
    supervisor: Supervisor, wire: Wire, ear: Ear
) -> None:
    wire.pull()
    supervisor.start()
    assert eventually(lambda: ear.states == [State.ABSENT])
    wire.plug()
    assert is_in(supervisor, State.READY)
    assert ear.states == [State.ABSENT, State.OPENING, State.READY]


def test_a_pulled_cable_is_a_fault_and_a_plugged_one_is_heard_again(
    supervisor: Supervisor, wire: Wire, ear: Ear
) -> None:
    supervisor.start()
    for _ in range(3):
        assert is_in(supervisor, State.READY)
        wire.pull()
        assert is_in(supervisor, State.ABSENT)
        wire.plug()
    assert is_in(supervisor, State.READY)
    wire.write(b"back")
    assert eventually(lambda: ear.heard == b"back")
    once = [State.OPENING, State.READY, State.FAULT, State.ABSENT]
    assert ear.states == once * 3 + once[:2]


def test_a_port_that_another_program_holds_is_a_fault(
    supervisor: Supervisor, wire: Wire, ear: Ear
) -> None:
    other = Port(str(wire.link))
    other.open()
    supervisor.start()
    assert is_in(supervisor, State.FAULT)
    other.close()
    assert is_in(supervisor, State.READY)


@pytest.mark.parametrize("stumble", [Unreachable("gone"), ValueError("our own mistake")])
def test_no_error_ends_the_thread(
    supervisor: Supervisor, wire: Wire, ear: Ear, stumble: Exception
) -> None:
    supervisor.start()
    assert is_in(supervisor, State.READY)
    ear.stumbles.append(stumble)
    assert eventually(lambda: ear.opened_count == 2)
    wire.write(b"still here")
    assert eventually(lambda: ear.heard == b"still here")


def test_it_stops_while_it_waits_for_the_next_try(wire: Wire, ear: Ear) -> None:
    wire.pull()
    supervisor = Supervisor("card", Port(str(wire.link)), ear, Backoff(waits=(60,)))
    supervisor.start()
    assert eventually(lambda: ear.states == [State.ABSENT])
    started = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - started < 1


def test_it_stops_while_it_reads_and_lets_go_of_the_port(
    supervisor: Supervisor, wire: Wire
) -> None:
    supervisor.start()
    assert is_in(supervisor, State.READY)
    supervisor.stop()
    port = Port(str(wire.link))
    port.open()
    port.close()


def test_a_supervisor_never_started_stops(supervisor: Supervisor) -> None:
    supervisor.stop()


def test_the_thread_shows_life_while_it_serves_and_while_it_waits(
    supervisor: Supervisor, wire: Wire
) -> None:
    supervisor.start()
    assert is_in(supervisor, State.READY)
    time.sleep(0.3)
    assert supervisor.quiet() < 0.2
    wire.pull()
    time.sleep(0.3)
    assert supervisor.quiet() < 0.2


def test_waits_grow_to_a_cap_and_chance_only_shortens_them() -> None:
    steady = Backoff(jitter=0)
    assert [steady.seconds(failures) for failures in (1, 2, 3, 4, 5, 100)] == [1, 2, 5, 10, 10, 10]
    shaken = [Backoff().seconds(9) for _ in range(200)]
    assert all(8 <= seconds <= 10 for seconds in shaken)
    assert len(set(shaken)) > 100


def test_a_plug_that_fails_at_once_is_tried_ever_more_slowly(wire: Wire, ear: Ear) -> None:
    supervisor = Supervisor(
        "card", Port(str(wire.link)), ear, Backoff(waits=(0.01, 0.02, 0.2), jitter=0)
    )
    ear.stumbles += [Unreachable("loose"), None] * 100
    supervisor.start()
    time.sleep(0.7)
    supervisor.stop()
    assert 3 <= ear.opened_count <= 7


def test_a_plug_that_held_is_forgiven(wire: Wire, ear: Ear) -> None:
    supervisor = Supervisor(
        "card", Port(str(wire.link)), ear, Backoff(waits=(0.01, 0.02, 0.4), jitter=0)
    )
    ear.stumbles += [Unreachable("loose")] * 2
    supervisor.start()
    assert eventually(lambda: ear.opened_count == 3)
    time.sleep(0.6)
    ear.stumbles.append(Unreachable("pulled"))
    assert eventually(lambda: ear.opened_count == 4, within=0.3)
    supervisor.stop()
