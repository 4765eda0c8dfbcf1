"""A station whose file was damaged has everything again that had left it."""

import os
import random
import sqlite3
from pathlib import Path

import pytest

from sync.station import SyncStation
from sync.status import unsent
from tests.damage import DamagedRoad, change, flip, overwrite, pages, scramble
from tests.sync.road import WANG, place_order, take_ticket
from yizhan.checking import verify
from yizhan.errors import Corrupt
from yizhan.ids import new_id
from yizhan.mending import mend
from yizhan.services.people import commands as people
from yizhan.services.tickets.projection import TicketRow

SEED = int(os.environ.get("YIZHAN_SEED", "20261123"))


@pytest.fixture
def road(tmp_path: Path) -> DamagedRoad:
    return DamagedRoad(tmp_path)


def busy(road: DamagedRoad, uploaded: int = 60, waiting: int = 3) -> Path:
    """中大 after a morning: most is uploaded, the last tickets are not."""
    road.register_wang()
    zhongda = road.station("zhongda")
    road.exchange(zhongda)
    for number in range(1, uploaded + 1):
        take_ticket(zhongda, number)
        if number % 10 == 0:
            place_order(zhongda, number)
            road.exchange(zhongda)
    for number in range(uploaded + 1, uploaded + waiting + 1):
        take_ticket(zhongda, number)
    return road.settle(zhongda)


def whole_again(road: DamagedRoad, tickets: int = 63) -> SyncStation:
    """The station works on; it and the hub agree, and nothing that left it is missing."""
    zhongda = road.wake("zhongda")
    road.exchange(zhongda)
    assert road.agrees(zhongda)
    for node in (zhongda.node, road.hub.node):
        report = verify(node)
        assert report.ok, report.sentences
    assert zhongda.db.count(TicketRow.select()) == tickets
    assert zhongda.db.sql("SELECT * FROM wanted") == []
    return zhongda


def damaged(station: SyncStation) -> list[tuple[object, ...]]:
    return station.db.sql("SELECT local, state, wrong_column, byte FROM damaged ORDER BY local")


def test_what_the_hub_has_comes_back_and_the_first_bad_byte_is_named(road: DamagedRoad) -> None:
    data = busy(road)
    scramble(data, 20)
    [found] = mend(data, really=True).damaged
    assert (found.local, found.state) == (20, "wanted")
    before = verify(road.wake("zhongda").node)
    assert before.ok, before.sentences
    zhongda = whole_again(road)
    [(local, state, column, byte)] = damaged(zhongda)
    assert (local, state, column) == (20, "returned", "raw")
    right = next(row.raw for row in road.hub.node.journal.placed(0) if b"!" not in row.raw
                 and row.position == found.position)  # fmt: skip
    assert found.octets[:byte] == right[:byte] and found.octets[byte] != right[byte]


def test_what_had_not_left_is_named_and_kept_and_holds_up_nothing(road: DamagedRoad) -> None:
    data = busy(road)
    last = locals_of(data)[-2]
    scramble(data, last)
    [found] = mend(data, really=True).damaged
    assert (found.local, found.state, found.position) == (last, "lost", None)
    assert found.subject.startswith("ticket/") and b"!!!!" in found.octets
    zhongda = whole_again(road, tickets=62)
    assert damaged(zhongda) == [(last, "lost", "raw", None)]
    take_ticket(zhongda, 99)
    road.exchange(zhongda)
    assert verify(road.hub.node).ok
    assert road.hub.watch.branches() == []


def test_the_last_record_of_all_may_be_the_damaged_one(road: DamagedRoad) -> None:
    data = busy(road)
    last = locals_of(data)[-1]
    scramble(data, last)
    mend(data, really=True)
    zhongda = road.wake("zhongda")
    take_ticket(zhongda, 99)
    zhongda.db.close()
    whole_again(road)
    assert road.hub.watch.branches() == []


def test_a_record_that_the_hub_had_taken_without_our_knowing_comes_back(road: DamagedRoad) -> None:
    road.register_wang()
    zhongda = road.station("zhongda")
    road.exchange(zhongda)
    take_ticket(zhongda, 1)
    road.hub.exchange(zhongda.request().raw)
    local = zhongda.node.journal.unplaced()[-1].local
    data = road.settle(zhongda)
    scramble(data, local)
    assert [one.state for one in mend(data, really=True).damaged] == ["lost"]
    again = whole_again(road, tickets=1)
    assert damaged(again)[0][:2] == (local, "returned")


def locals_of(data: Path) -> list[int]:
    connection = sqlite3.connect(data / "yizhan.db")
    found = [row[0] for row in connection.execute("SELECT local FROM journal ORDER BY local")]
    connection.close()
    return found


@pytest.mark.parametrize("turn", range(6))
def test_flipped_bits_anywhere_in_a_row_are_found_and_mended(road: DamagedRoad, turn: int) -> None:
    chance = random.Random(SEED + turn)
    data = busy(road, uploaded=30)
    local = chance.choice(locals_of(data))
    column = chance.choice(["raw", "raw", "raw", "prev", "digest"])
    byte, mask = chance.randrange(2000), chance.randrange(1, 256)
    print(f"YIZHAN_SEED={SEED} turn {turn}: local {local} {column} byte {byte} mask {mask}")
    flip(data, local, column, byte, mask)
    report = verify(road.wake("zhongda").node)
    assert not report.ok and report.bad is not None
    assert (report.bad.local, report.bad.column) == (local, column)
    mended = mend(data, really=True)
    assert [(one.local, one.state) for one in mended.damaged] == [(local, "healed")]
    whole_again(road, tickets=33)


@pytest.mark.parametrize("wrong", [11, 3, 40, None, "x"])
def test_a_position_that_its_index_denies_is_asked_of_the_hub(
    road: DamagedRoad, wrong: object
) -> None:
    data = busy(road)
    change(data, "UPDATE journal SET position = ? WHERE local = 12", wrong, hide="journal_position")
    report = verify(road.wake("zhongda").node)
    assert not report.ok, "the index is not in step with the row"
    assert {one.state for one in mend(data, really=True).damaged} == {"wanted"}
    assert damaged(whole_again(road))[0][:2] == (12, "returned")


@pytest.mark.parametrize(
    "column, wrong",
    [
        ("subject", "ticket/none"),
        ("id", "0" * 32),
        ("position", 1 << 40),
        ("seq", 7),
        ("audience", "network"),
    ],
)
def test_a_wrong_index_column_is_put_right(road: DamagedRoad, column: str, wrong: object) -> None:
    data = busy(road)
    change(data, f"UPDATE journal SET {column} = ? WHERE local = 12", wrong)
    mend(data, really=True)
    whole_again(road)


@pytest.mark.parametrize("turn", range(4))
def test_an_overwritten_page_costs_nothing_that_had_left(road: DamagedRoad, turn: int) -> None:
    chance = random.Random(SEED + turn)
    data = busy(road)
    waiting = {row.local for row in road.wake("zhongda").node.journal.unplaced()}
    page = chance.choice(pages(data, "journal")[:-1])
    print(f"YIZHAN_SEED={SEED} turn {turn}: page {page}")
    overwrite(data, page)
    mended = mend(data, really=True)
    lost = {one.local for one in mended.state("lost")}
    assert mended.damaged and lost <= waiting, "the last page but one may hold some that waited"
    whole_again(road, tickets=63 - len(lost))
    assert [path.name for path in data.glob("yizhan.db.damaged-*")] == [mended.kept]


def test_the_page_with_what_had_not_left_is_named_row_by_row(road: DamagedRoad) -> None:
    data = busy(road, waiting=30)
    unplaced = {row.local: row.subject for row in road.wake("zhongda").node.journal.unplaced()}
    overwrite(data, pages(data, "journal")[-1])
    mended = mend(data, really=True)
    lost = {one.local: one.subject for one in mended.state("lost")}
    assert lost and lost.items() <= unplaced.items()
    whole_again(road, tickets=90 - len(lost))


@pytest.mark.parametrize(
    "index", ["journal_position", "journal_unplaced", "journalrow_id", "journal_batch", "form",
              "seal_key", "road", "head", "known_hub", "chain", "ticket", "subject"]
)  # fmt: skip
def test_any_other_page_may_be_gone(road: DamagedRoad, index: str) -> None:
    data = busy(road)
    overwrite(data, pages(data, index)[0])
    mend(data, really=True)
    if index == "seal_key":
        into = "INSERT OR IGNORE INTO seal_key (network, owner, key)"
        change(data, f"{into} SELECT 'net', 'network', ?",
               road.hub.node.keys.get("network"))  # fmt: skip
    zhongda = whole_again(road)
    assert {row[0] for row in zhongda.db.sql("SELECT owner FROM seal_key")} >= {"0" * 31 + "1"}


def test_even_the_first_page_may_be_gone(road: DamagedRoad) -> None:
    data = busy(road)
    overwrite(data, 1)
    mended = mend(data, really=True)
    assert not mended.network_key
    zhongda = whole_again(road)
    take_ticket(zhongda, 99)
    road.exchange(zhongda)
    assert road.agrees(zhongda)


def test_the_hub_brings_wanted_records_in_pieces(road: DamagedRoad, monkeypatch) -> None:
    data = busy(road)
    for page in pages(data, "journal")[:-1]:
        overwrite(data, page)
    lost = mend(data, really=True).state("lost")
    monkeypatch.setattr("sync.refetch.BYTES_MAX", 3000)
    monkeypatch.setattr("sync.refetch.RANGES_MAX", 2)
    monkeypatch.setattr("sync.stream.PAGE_EVENTS_MAX", 7)
    whole_again(road, tickets=63 - len(lost))


def test_a_station_gets_no_more_by_wanting_than_it_may_see(road: DamagedRoad) -> None:
    data = busy(road)
    xiaogan = road.station("xiaogan")
    road.exchange(xiaogan)
    head = xiaogan.node.journal.head()
    xiaogan.db.sql("INSERT INTO wanted VALUES ('net', 1, ?)", (head,))
    road.exchange(xiaogan)
    assert xiaogan.node.journal.placed(0) == []
    assert xiaogan.node.keys.get("0" * 31 + "1") is None
    assert xiaogan.db.sql("SELECT * FROM wanted") == []
    assert data.exists()


def test_a_changed_row_that_a_backfill_meets_is_called_damaged_and_is_mended(
    road: DamagedRoad,
) -> None:
    """王阿姨 becomes known at 小干, which holds an event of hers already, its digest flipped."""
    road.register_wang()
    zhongda, xiaogan = road.station("zhongda"), road.station("xiaogan")
    road.exchange(zhongda)
    order = place_order(xiaogan)
    take_ticket(xiaogan, 1)
    road.exchange(xiaogan)
    data = road.settle(xiaogan)
    change(data, "UPDATE journal SET digest = zeroblob(32) WHERE subject = ?", order)
    xiaogan = road.wake("xiaogan")
    xiaogan.node.record(new_id(), "staff/li", lambda: people.meet(WANG, "xiaogan"))
    with pytest.raises(Corrupt, match="yizhan mend"):
        road.exchange(xiaogan)
    xiaogan.db.close()
    mend(data, really=True)
    xiaogan = road.wake("xiaogan")
    road.exchange(xiaogan)
    assert road.agrees(xiaogan) and verify(xiaogan.node).ok and verify(road.hub.node).ok
    assert unsent(xiaogan.node) == 0
