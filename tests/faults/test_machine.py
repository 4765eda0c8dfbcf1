"""The fault machine over a bounded number of seeds, and the machine itself put to the test.

YIZHAN_SEED chooses the first seed; `make faults` runs as many as one has time for.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import sync.blobs
import tests.faults.town
from sync import rotation
from sync.blobs import Lane
from sync.link import Link
from sync.loop import Pace
from sync.station import SyncStation
from sync.stream import Stream
from tests.faults.machine import run
from tests.faults.roads import Move
from tests.faults.schedule import read, schedule, shortest, write
from tests.faults.town import Founded
from tests.yizhan.postgres import running
from yizhan.blobs import Blobs
from yizhan.db import Db
from yizhan.events import Draft, Event
from yizhan.journal import Journal
from yizhan.record import Node
from yizhan.services.escrow import commands as escrow
from yizhan.services.escrow import projection as pools
from yizhan.services.escrow import reactions
from yizhan.services.escrow.model import Asked
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


def live(town: Founded, seed: int) -> Counter[str]:
    print(f"python -m tests.faults {seed} 1  makes this one short")
    return run(town, seed, schedule(seed)).did


def test_no_fault_loses_doubles_or_misleads(town: Founded, chance: random.Random) -> None:
    did = Counter[str]()
    for seed in numbers(chance, SEEDS):
        did += live(town, seed)
    print(did)
    assert did["photos"] and did["keys"] and did["uses"], "the mix lacks something"


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
        lambda self, after: self.db.sql("UPDATE journal SET position = NULL, stored = 'x'"),
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


def believes_that_a_photo_came(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(sync.blobs, "_became", lambda row, told: ("stored", row.size, told.hub))


def records_a_photo_and_never_sends_it(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Blobs, "enter", lambda *_: None)


def sends_photos_before_records(patch: pytest.MonkeyPatch) -> None:
    exchanges = tests.faults.town._exchange_in_step

    def photos_first(station: SyncStation, link: Link, pace: Pace) -> int:
        data = Path(station.db.url).with_suffix(".data")
        Lane(station, Blobs(station.db, data), link.piece).run()
        return exchanges(station, link, pace)

    patch.setattr(tests.faults.town, "_exchange_in_step", photos_first)


def throws_the_old_key_away(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rotation, "announce_again", lambda *_: False)


def takes_what_is_not_here(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(escrow, "_beyond", lambda *_: None)


def grants_what_it_has_not(patch: pytest.MonkeyPatch) -> None:
    def grant(event: Event, data: Asked, db: Db) -> Iterator[Draft]:
        pool = pools.id_of(event.audience, event.subject)
        yield escrow.grant(pool, event.source, data.amount, event.id)

    patch.setitem(reactions.REACTIONS, Asked.type, grant)


def books_no_debt(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(reactions, "due", lambda *_: [])


@pytest.mark.parametrize(
    "breaking",
    [
        marks_without_a_receipt,
        forgets_a_form,
        skips_an_event_of_the_stream,
        never_lays_the_unplaced_over_again,
        keeps_superseded_copies,
        believes_that_a_photo_came,
        records_a_photo_and_never_sends_it,
        sends_photos_before_records,
        throws_the_old_key_away,
        takes_what_is_not_here,
        grants_what_it_has_not,
        books_no_debt,
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
