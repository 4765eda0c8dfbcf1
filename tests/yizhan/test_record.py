"""record(): one durable transaction, one event for one form, nothing half done."""

import random
from itertools import pairwise

import pytest

from tests.yizhan.nodes import (
    BUTTON,
    DAY,
    WANG,
    counted,
    drafts_of,
    dump,
    make_node,
    record,
    register_wang,
    take,
)
from yizhan.errors import Refusal
from yizhan.events import GENESIS, Draft
from yizhan.fingerprint import fingerprint
from yizhan.ids import new_id
from yizhan.journal import Arriving
from yizhan.record import Node, opened
from yizhan.services.catalogue import commands as catalogue
from yizhan.services.people import commands as people
from yizhan.services.tickets import commands as tickets
from yizhan.services.tickets import projection as queue
from yizhan.services.tickets.model import Called, Finished, Taken
from yizhan.writing import BATCH_EVENTS_MAX, EVENT_BYTES_MAX


def test_a_ticket_that_was_taken_stands_in_the_queue_at_once(zhongda: Node) -> None:
    subject = take(zhongda, 7)
    assert [row.number for row in queue.queue(zhongda.db, "zhongda", DAY, "mending")] == [7]
    assert zhongda.state("ticket", "zhongda", subject).status == "waiting"


def test_a_double_tap_is_one_event(zhongda: Node) -> None:
    form = new_id()
    draft = tickets.take(f"ticket/{form}", "zhongda", BUTTON)
    first = record(zhongda, draft, form, asked={"job": "button"})
    again = record(zhongda, draft, form, asked={"job": "button"})
    assert (first.repeated, again.repeated) == (False, True)
    assert again.events == first.events
    assert counted(zhongda) == 1


def test_a_form_that_says_something_else_now_is_refused(zhongda: Node) -> None:
    form = new_id()
    record(zhongda, tickets.take(f"ticket/{form}", "zhongda", BUTTON), form, asked={"fen": 200})
    with pytest.raises(Refusal, match="已经用过"):
        record(zhongda, tickets.take("ticket/x", "zhongda", BUTTON), form, asked={"fen": 300})
    assert counted(zhongda) == 1


def test_the_order_of_the_fields_of_a_form_does_not_matter(zhongda: Node) -> None:
    form = new_id()
    draft = tickets.take(f"ticket/{form}", "zhongda", BUTTON)
    record(zhongda, draft, form, asked={"a": 1, "b": 2})
    assert record(zhongda, draft, form, asked={"b": 2, "a": 1}).repeated


def test_the_repeat_of_a_batch_tells_the_whole_batch(zhongda: Node) -> None:
    form = new_id()
    first = record(zhongda, drafts_of(["one", "two", "three"], "zhongda"), form)
    again = record(zhongda, drafts_of(["one", "two", "three"], "zhongda"), form)
    assert len(first.events) == 3 and again.events == first.events


def test_a_refusal_of_the_command_writes_nothing(zhongda: Node) -> None:
    form, before = new_id(), dump(zhongda)
    with pytest.raises(Refusal, match="没有这个号"):
        record(zhongda, tickets.call(None, "ticket/none", "zhongda"), form)
    assert dump(zhongda) == before and counted(zhongda) == 0
    draft = tickets.take(f"ticket/{form}", "zhongda", BUTTON)
    assert not record(zhongda, draft, form).repeated, "a refused form may be sent again, corrected"


@pytest.mark.parametrize("place_of_record", ["zhongda", "hub"])
def test_what_the_fold_does_not_allow_is_refused_in_its_words(
    request: pytest.FixtureRequest, place_of_record: str
) -> None:
    node = request.getfixturevalue(place_of_record)
    subject = take(node)
    before, head = dump(node), node.journal.head()
    with pytest.raises(Refusal, match="还没有叫到"):
        record(node, Draft(subject, Finished(200), owner=node.source))
    assert dump(node) == before and counted(node) == 1 and node.journal.head() == head


def test_an_error_in_the_command_writes_nothing(zhongda: Node) -> None:
    def falls() -> Draft:
        zhongda.keys.make("person")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        zhongda.record(new_id(), "staff/li", falls)
    assert zhongda.keys.get("person") is None and counted(zhongda) == 0


def test_a_batch_stands_or_falls_together(zhongda: Node) -> None:
    one, two = take(zhongda, 1), take(zhongda, 2)
    both = [Draft(subject, Called(), owner="zhongda") for subject in (one, two)]
    record(zhongda, both)
    before = dump(zhongda)
    with pytest.raises(Refusal, match="已经办完了"):
        record(zhongda, [Draft(one, Finished(200), owner="zhongda"), both[0], both[1]])
    assert dump(zhongda) == before
    assert zhongda.state("ticket", "zhongda", one).status == "called"


def test_a_batch_folds_its_own_steps_one_after_the_other(zhongda: Node) -> None:
    subject = f"ticket/{new_id()}"
    steps = (BUTTON, Called(), Finished(200))
    record(zhongda, [Draft(subject, data, owner="zhongda") for data in steps])
    assert zhongda.state("ticket", "zhongda", subject).status == "finished"


def test_the_ids_of_a_batch_come_from_its_form(zhongda: Node, xiaogan: Node) -> None:
    form = new_id()
    here = record(zhongda, drafts_of(["one", "two"], "zhongda"), form).events
    there = record(xiaogan, drafts_of(["one", "two"], "xiaogan"), form).events
    assert [event.id for event in here] == [event.id for event in there]
    assert here[0].id == form and len({event.id for event in here}) == 2


@pytest.mark.parametrize("drafts", [0, BATCH_EVENTS_MAX + 1])
def test_too_much_at_once_or_nothing_at_all_is_refused(zhongda: Node, drafts: int) -> None:
    with pytest.raises(Refusal, match="分几次"):
        record(zhongda, drafts_of([str(n) for n in range(drafts)], "zhongda"))
    assert counted(zhongda) == 0


def test_a_batch_for_two_audiences_is_a_mistake_of_ours(zhongda: Node) -> None:
    drafts = [*drafts_of(["one"], "zhongda"), *drafts_of(["two"], "xiaogan")]
    with pytest.raises(ValueError, match="one audience"):
        record(zhongda, drafts)
    assert counted(zhongda) == 0


def test_a_subject_without_its_owner_is_a_mistake_of_ours(zhongda: Node) -> None:
    with pytest.raises(ValueError, match="owner"):
        record(zhongda, Draft("ticket/one", BUTTON))
    assert counted(zhongda) == 0


def test_a_text_beyond_16_kib_is_refused(hub: Node) -> None:
    fits = {"text": "x" * (EVENT_BYTES_MAX - 600)}
    record(hub, catalogue.publish("service", "fits", fits))
    with pytest.raises(Refusal, match="太长"):
        record(hub, catalogue.publish("service", "long", {"text": "x" * EVENT_BYTES_MAX}))
    assert counted(hub) == 1


def test_what_not_every_database_can_keep_is_refused(hub: Node) -> None:
    with pytest.raises(Refusal, match="字符"):
        record(hub, catalogue.publish("service", "nul", {"text": "a\0b"}))
    with pytest.raises(Refusal, match="字符"):
        record(hub, catalogue.publish("service", "x" * 300, {}))
    with pytest.raises(Refusal, match="读不懂"):
        price = Taken(1, DAY, "mending", "button", 1 << 40)
        record(hub, Draft("ticket/dear", price, owner="hub"))
    assert counted(hub) == 0


def test_a_sources_events_form_one_chain_with_seq_from_one(zhongda: Node, tmp_path) -> None:
    for number in range(1, 4):
        take(zhongda, number)
    rows = zhongda.journal.after(0)
    assert [row.seq for row in rows] == [1, 2, 3]
    assert [row.prev for row in rows] == [GENESIS, *(row.digest for row in rows[:2])]
    assert [Arriving.read(row.prev, row.raw).digest for row in rows] == [r.digest for r in rows]


def test_a_new_start_of_the_process_continues_the_chain_in_a_new_epoch(
    zhongda: Node, tmp_path
) -> None:
    take(zhongda, 1)
    later = make_node(tmp_path, "zhongda")
    take(later, 2)
    first, second = later.journal.after(0)
    assert second.prev == first.digest
    assert (second.seq, second.epoch != first.epoch) == (1, True)


def test_two_processes_of_a_station_write_one_chain(zhongda: Node, tmp_path) -> None:
    take(zhongda, 1)
    desk = make_node(tmp_path, "zhongda")
    for number in range(2, 5):
        take(zhongda, number)
        take(desk, number)
    rows = desk.journal.after(0)
    assert all(row.prev == before.digest for before, row in pairwise(rows))
    for node in (zhongda, desk):
        seqs = [row.seq for row in desk.journal.located(node.epoch, 1, 9)]
        assert seqs == list(range(1, len(seqs) + 1))


def test_sealed_fields_are_read_with_the_key_and_only_with_it(hub: Node) -> None:
    register_wang(hub)
    assert opened(hub, "person", WANG, f"person/{WANG}", "name") == "王秀英"
    [row] = hub.journal.after(0)
    assert "王秀英".encode() not in row.raw and b"5550001" not in row.raw
    hub.db.sql("DELETE FROM seal_key WHERE owner = ?", (WANG,))
    assert opened(hub, "person", WANG, f"person/{WANG}", "name") == ""


def test_a_key_of_a_refused_record_was_never_made(hub: Node) -> None:
    register_wang(hub)
    hub.db.sql("DELETE FROM seal_key WHERE owner = ?", (WANG,))
    with pytest.raises(Refusal, match="登记过"):
        register_wang(hub)
    assert hub.keys.get(WANG) is None


def test_a_form_whose_event_came_back_by_the_road_is_not_recorded_again(
    hub: Node, zhongda: Node
) -> None:
    form = new_id()
    take(hub, 1, form)
    row = hub.journal.after(0)[0]
    with zhongda.writing():
        zhongda.follow([Arriving.read(row.prev, row.raw, 1)], [], 1)
    with pytest.raises(Refusal, match="已经用过"):
        take(zhongda, 1, form)


def test_random_forms_in_random_order_are_each_recorded_once(
    zhongda: Node, chance: random.Random
) -> None:
    forms = [new_id() for _ in range(20)]
    for form in chance.choices(forms, k=60):
        take_again = tickets.take(f"ticket/{form}", "zhongda", BUTTON)
        record(zhongda, take_again, form, asked=form)
    assert counted(zhongda) == len({row.id for row in zhongda.journal.after(0)}) <= 20
    assert fingerprint(zhongda).subjects == 0, "nothing has a position yet"


def test_meeting_twice_changes_nothing(zhongda: Node) -> None:
    for _ in range(2):
        record(zhongda, people.meet(WANG, "zhongda"))
    assert zhongda.state("acquaintance", "zhongda", f"acquaintance/{WANG}").station == "zhongda"
