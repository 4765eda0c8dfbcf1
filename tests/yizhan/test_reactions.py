"""Reactions: run once, at the hub, and whatever they answer holds up nothing."""

from tests.yizhan.nodes import (
    WANG,
    aside,
    order,
    place,
    push,
    record,
    step,
)
from yizhan.events import Draft
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.orders import commands as orders
from yizhan.services.words import commands as words
from yizhan.services.words.model import Given


def test_her_word_at_another_station_disputes_the_order_once(hub: Node, xiaogan: Node) -> None:
    subject = place(hub, number="zhongda-0001")
    for command, values in (
        (orders.dispatch, ("li",)),
        (orders.accept, ("li",)),
        (orders.finish, ("li", "换了灯泡", 0)),
    ):
        step(hub, command, subject, *values)
    form = new_id()
    word = words.give(f"word/{form}", "xiaogan", WANG, "zhongda-0001", False, "还是不亮")
    record(xiaogan, word, form)
    assert push(xiaogan, hub) == ["new"]
    assert push(xiaogan, hub) == ["held"], "the same event again is held, and nothing more"
    assert (order(hub, subject).status, order(hub, subject).reopened) == ("reopened", 1)
    answers = [row.event for row in hub.journal.after(0) if row.event.cause]
    assert [(event.type, event.cause) for event in answers] == [("order.disputed", form)]


def test_a_word_that_is_set_aside_has_no_consequence(hub: Node, xiaogan: Node) -> None:
    subject = place(hub, number="zhongda-0001")
    for command, values in (
        (orders.dispatch, ("li",)),
        (orders.accept, ("li",)),
        (orders.finish, ("li", "换了灯泡", 0)),
    ):
        step(hub, command, subject, *values)
    for said in ("还是不亮", "又坏了"):
        word = words.give("word/twice", "hub", WANG, "zhongda-0001", False, said)
        rows = hub._writer.write(new_id(), "staff/li", [word], "", placed=True)
        hub._advance(rows)
    assert order(hub, subject).reopened == 1
    assert aside(hub) == ["这句话已经记下了"]


def test_a_reaction_that_is_not_legal_is_kept_and_set_aside(hub: Node, xiaogan: Node) -> None:
    place(hub, number="zhongda-0001")
    record(xiaogan, words.give("word/early", "xiaogan", WANG, "zhongda-0001", False))
    push(xiaogan, hub)
    assert aside(hub) == ["这张单还在等派单"]
    assert hub.journal.head() == 3


def test_an_answer_that_grows_too_long_does_not_hold_up_the_hub(hub: Node, xiaogan: Node) -> None:
    place(hub, number="zhongda-0001")
    said = "亮" * 5400
    rows = xiaogan._writer
    with xiaogan.writing():
        draft = Draft("word/long", Given("zhongda-0001", WANG, False, said), owner="xiaogan")
        rows.write(new_id(), "person/" + WANG, [draft], "", placed=False)
    assert push(xiaogan, hub) == ["new"]
    assert hub.journal.head() == 3
