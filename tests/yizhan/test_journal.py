"""The journal: bytes in, bytes out, in order; nothing it does loses a row."""

import peewee
import pytest

from tests.yizhan.nodes import counted, drafts_of, exchange, push, record, take
from yizhan.events import GENESIS
from yizhan.journal import Arriving
from yizhan.record import Node


def test_bytes_come_out_as_they_went_in(zhongda: Node) -> None:
    raw = b'{"odd":  "bytes \xe9"}'
    with zhongda.writing():
        zhongda.journal.append([Arriving.read(GENESIS, raw).held()])
    [row] = zhongda.journal.after(0)
    assert (row.raw, row.readable, row.prev) == (raw, None, GENESIS)
    assert row.id == row.digest.hex() and row.subject == f"unreadable/{row.id}"
    with pytest.raises(ValueError, match="no event"):
        _ = row.event


def test_two_events_cannot_have_one_position(hub: Node) -> None:
    take(hub)
    with pytest.raises(peewee.IntegrityError), hub.writing():
        hub.journal.append([Arriving.read(GENESIS, b"{}", 1).held()])
    assert counted(hub) == 1


def test_a_number_of_arrival_is_never_given_twice(zhongda: Node) -> None:
    """A receipt names rows by it: another row under an old number would count as sent."""
    take(zhongda)
    [row] = zhongda.journal.after(0)
    with zhongda.writing():
        zhongda.journal.drop([row.local])
    take(zhongda)
    [later] = zhongda.journal.after(0)
    assert later.local > row.local


def test_unplaced_and_placed_come_in_their_order(hub: Node, zhongda: Node) -> None:
    for number in range(5):
        take(zhongda, number)
    rows = zhongda.journal.unplaced()
    with zhongda.writing():
        zhongda.journal.give_positions([(2, rows[0].local), (1, rows[3].local)])
    assert [row.local for row in zhongda.journal.placed(0)] == [rows[3].local, rows[0].local]
    assert [row.local for row in zhongda.journal.unplaced()] == [rows[n].local for n in (1, 2, 4)]
    assert [row.local for row in zhongda.journal.unplaced(after=rows[1].local, limit=1)] == [
        rows[2].local
    ]


def test_the_pages_of_the_stream_join_without_gap(hub: Node, zhongda: Node) -> None:
    for number in range(7):
        take(zhongda, number)
    push(zhongda, hub)
    found, after = [], 0
    while rows := hub.journal.placed(after, 3):
        found += [row.position for row in rows]
        after = rows[-1].position or 0
    assert found == [1, 2, 3, 4, 5, 6, 7]
    assert [row.position for row in hub.journal.placed(2, until=4)] == [3, 4]


def test_the_events_of_a_state_come_with_the_batches_they_are_in(zhongda: Node) -> None:
    record(zhongda, drafts_of(["one", "two"], "zhongda"))
    record(zhongda, drafts_of(["three", "four"], "zhongda"))
    key = ("station:zhongda", "ticket/one")
    found = zhongda.journal.of_keys([key], placed=False)
    assert [row.subject for row in found] == ["ticket/one", "ticket/two"]
    assert zhongda.journal.of_keys([key], placed=True) == []


def test_a_subject_of_another_audience_is_another_state(hub: Node, zhongda: Node) -> None:
    take(zhongda, form="a" * 32)
    take(hub, form="a" * 32)
    push(zhongda, hub)
    keys = [(f"station:{code}", f"ticket/{'a' * 32}") for code in ("zhongda", "hub")]
    assert [len(hub.journal.of_keys([key], placed=True)) for key in keys] == [0, 1]


def test_more_subjects_than_a_statement_takes_are_found(zhongda: Node) -> None:
    take(zhongda, form="b" * 32)
    many = [("station:zhongda", f"ticket/{n}") for n in range(40_000)]
    wanted = [*many, ("station:zhongda", f"ticket/{'b' * 32}")]
    assert len(zhongda.journal.of_keys(wanted, placed=False)) == 1


def test_what_waits_is_known_and_what_was_stored_is_marked(hub: Node, zhongda: Node) -> None:
    assert not zhongda.journal.has_unplaced()
    take(zhongda)
    [row] = zhongda.journal.unplaced()
    with zhongda.writing():
        zhongda.journal.mark_stored([row.local], "epoch")
    assert zhongda.journal.unplaced()[0].stored == "epoch"
    exchange(zhongda, hub)
    assert not zhongda.journal.has_unplaced()
    zhongda.void(0)
    assert [(row.position, row.stored) for row in zhongda.journal.unplaced()] == [(None, None)]


def test_an_epoch_is_found_by_seq(zhongda: Node) -> None:
    for number in range(4):
        take(zhongda, number)
    assert [row.seq for row in zhongda.journal.located(zhongda.epoch, 2, 3)] == [2, 3]
    assert zhongda.journal.last_seq(zhongda.epoch) == 4
    assert zhongda.journal.last_seq("other") == 0
