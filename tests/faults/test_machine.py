"""The fault machine over a bounded number of seeds, and the machine itself put to the test.

YIZHAN_SEED chooses the first seed; `make faults` runs as many as one has time for.
"""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.stream import Stream
from tests.faults.machine import run
from tests.faults.roads import Move
from tests.faults.schedule import read, schedule, shortest, write
from tests.faults.town import Founded
from tests.yizhan.postgres import running
from yizhan.journal import Journal
from yizhan.record import Node
from yizhan.view import View

SEEDS, ON_POSTGRES = 40, 2

Breaking = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture(scope="module")
def town() -> Iterator[Founded]:
    one = Founded()
    yield one
    one.close()


def numbers(chance: random.Random, count: int) -> list[int]:
    return [chance.randrange(1 << 31) for _ in range(count)]


def live(town: Founded, seed: int) -> None:
    print(f"python -m tests.faults {seed} 1  makes this one short")
    run(town, seed, schedule(seed))


def test_no_fault_loses_doubles_or_misleads(town: Founded, chance: random.Random) -> None:
    for seed in numbers(chance, SEEDS):
        live(town, seed)


@pytest.mark.postgres
def test_no_fault_does_where_the_hub_is_on_postgresql(chance: random.Random) -> None:
    with running() as server:
        town = Founded(server)
        for seed in numbers(chance, ON_POSTGRES):
            live(town, seed)
        town.close()


def test_a_seed_is_one_run(town: Founded, seed: int) -> None:
    assert schedule(seed) == schedule(seed) != schedule(seed + 1)
    first, second = run(town, seed, schedule(seed)), run(town, seed, schedule(seed))
    assert first.oracle.demanded == second.oracle.demanded
    assert first.oracle.was_at_the_hub == second.oracle.was_at_the_hub


def test_a_failing_run_is_made_short_kept_and_had_again(tmp_path: Path) -> None:
    moves: list[Move] = [("place", "zhongda", n) for n in range(60)]
    moves[17], moves[41] = ("lose", "hub"), ("image", "hub")
    short = shortest(moves, lambda fewer: moves[17] in fewer and moves[41] in fewer)
    assert short == [("lose", "hub"), ("image", "hub")]
    write(tmp_path / "run", 7, False, short)
    assert read(tmp_path / "run") == (7, False, short)


def marks_without_a_receipt(patch: pytest.MonkeyPatch) -> None:
    """Voided positions stay "stored": the station would never send them again."""
    patch.setattr(
        Journal,
        "void",
        lambda self, after: self.db.sql("UPDATE journal SET position = NULL, stored = 'x'") or [],
    )


def forgets_a_form(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Journal, "remember", lambda self, form, asked: None)
    patch.setattr(Journal, "by_ids", lambda self, ids: {})


def skips_an_event_of_the_stream(patch: pytest.MonkeyPatch) -> None:
    items = Stream.items
    patch.setattr(Stream, "items", lambda self, rows, *more: items(self, rows[1:], *more))


def never_lays_the_unplaced_over_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(View, "refold", lambda self, keys: None)


def keeps_superseded_copies(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Node, "_drop", lambda self, superseded: set())


@pytest.mark.parametrize(
    "breaking",
    [
        marks_without_a_receipt,
        forgets_a_form,
        skips_an_event_of_the_stream,
        never_lays_the_unplaced_over_again,
        keeps_superseded_copies,
    ],
)
def test_the_machine_finds_what_is_broken_on_purpose(
    town: Founded, breaking: Breaking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot fail proves nothing: each of these is found within fifty seeds."""
    breaking(monkeypatch)
    with pytest.raises(Exception):  # noqa: B017 - each breaks in its own way, at its own place
        for seed in range(50):
            run(town, seed, schedule(seed))
