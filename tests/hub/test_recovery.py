"""The hub lost whole: made again from its paper and from what its stations hold."""

import pytest

from hub import collecting
from sync import bundle
from sync.bundle import Request
from sync.status import unsent
from tests.hub.harbour import (
    PRIVATE,
    Harbour,
    held,
    paper,
    rebuild,
)
from tests.sync.road import WANG, place_order, take_ticket
from yizhan.checking import verify
from yizhan.errors import Refusal
from yizhan.ids import new_id
from yizhan.record import opened
from yizhan.services.orders import commands as orders
from yizhan.services.words import commands as words


def test_wang_s_repair_survives_the_hub_s_disk(harbour: Harbour) -> None:
    subject = place_order(harbour.stations["zhongda"])
    harbour.exchange()
    harbour.dispatch(subject)
    harbour.exchange()
    printed = paper(harbour)
    before = {row.digest for row in harbour.stations["zhongda"].node.journal.after(0)}
    harbour.lose_hub()
    rebuild(harbour, printed)
    harbour.exchange()
    assert collecting.number_all(harbour.hub).stations == ("xiaogan", "zhongda")
    for _n in range(2):
        harbour.exchange()
    assert harbour.hub.node.state("order", WANG, subject).status == "dispatched"
    assert before <= {row.digest for row in harbour.hub.node.journal.placed(0)}
    harbour.agree()
    assert verify(harbour.hub.node).ok, verify(harbour.hub.node).sentences
    assert harbour.hub.recovery.flips() == []


def test_her_name_is_readable_again_for_her_key_comes_from_her_station(harbour: Harbour) -> None:
    printed = paper(harbour)
    key = harbour.stations["zhongda"].node.keys.get(WANG)
    harbour.lose_hub()
    rebuild(harbour, printed)
    harbour.exchange()
    node = harbour.hub.node
    assert node.keys.get(WANG) is None, "not before it is known that zhongda holds her record"
    collecting.number_all(harbour.hub)
    assert key is not None and node.keys.get(WANG) == key
    assert opened(node, "person", WANG, f"person/{WANG}", "name") == PRIVATE["name"]
    assert node.db.sql("SELECT COUNT(*) FROM offered_key")[0][0] == 0


def test_a_key_from_a_station_that_does_not_know_her_is_not_taken(harbour: Harbour) -> None:
    printed = paper(harbour)
    true = harbour.stations["zhongda"].node.keys.get(WANG)
    harbour.stations["xiaogan"].node.keys.take(WANG, b"x" * 32)
    harbour.lose_hub()
    rebuild(harbour, printed)
    harbour.exchange("xiaogan", "zhongda")
    collecting.number_all(harbour.hub)
    assert harbour.hub.node.keys.get(WANG) == true


def test_while_it_collects_nothing_has_a_position_and_the_screen_says_no_more(
    harbour: Harbour,
) -> None:
    zhongda = harbour.stations["zhongda"]
    take_ticket(zhongda, 1)
    harbour.exchange()
    printed = paper(harbour)
    harbour.lose_hub()
    rebuild(harbour, printed)
    harbour.exchange("zhongda")
    receipt = zhongda.receipt()
    assert receipt and (receipt.stored, receipt.applied, receipt.backed_up) == (0, 0, 0)
    assert zhongda.node.journal.placed(0) == [] and zhongda.node.journal.head() == 0
    assert unsent(zhongda.node) == 0, "the hub holds it on its disk, and says so"
    assert harbour.hub.node.journal.head() == 0
    take_ticket(zhongda, 2)
    assert unsent(zhongda.node) == 1
    harbour.exchange("zhongda")
    assert harbour.hub.recovery.collected.brought() == {"zhongda": len(held(zhongda))}


def test_what_the_lost_hub_had_numbered_keeps_its_order_whoever_comes_first(
    harbour: Harbour,
) -> None:
    harbour.meet_wang("xiaogan")
    first = place_order(harbour.stations["zhongda"], 1)
    harbour.exchange()
    second = place_order(harbour.stations["xiaogan"], 2)
    harbour.exchange()
    old = {row.digest: row.position or 0 for row in harbour.hub.node.journal.placed(0)}
    printed = paper(harbour)
    place_order(harbour.stations["xiaogan"], 3)
    harbour.lose_hub()
    rebuild(harbour, printed)
    harbour.exchange("xiaogan")
    harbour.exchange("zhongda")
    collecting.number_all(harbour.hub)
    again = [row for row in harbour.hub.node.journal.placed(0) if row.digest in old]
    assert [old[row.digest] for row in again] == sorted(old[row.digest] for row in again)
    assert {first, second} <= {row.subject for row in again}
    harbour.exchange()
    harbour.exchange()
    harbour.agree()


def test_a_numbering_that_was_broken_off_goes_on(
    harbour: Harbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 8):
        take_ticket(harbour.stations["zhongda"], number)
    harbour.exchange()
    printed = paper(harbour)
    harbour.lose_hub()
    rebuild(harbour, printed)
    harbour.exchange()
    monkeypatch.setattr(collecting, "PAGE", 3)
    pages = collecting._page
    calls = []

    def pulled(sync: object) -> int:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return pages(sync)  # type: ignore[arg-type]

    monkeypatch.setattr(collecting, "_page", pulled)
    with pytest.raises(KeyboardInterrupt):
        collecting.number_all(harbour.hub)
    assert harbour.hub.recovery.collecting and harbour.hub.node.journal.head() == 6
    assert collecting.number_all(harbour.hub).events > 0
    assert not harbour.hub.recovery.collecting
    harbour.exchange()
    harbour.exchange()
    harbour.agree()
    ids = [row.id for row in harbour.hub.node.journal.placed(0)]
    assert len(ids) == len(set(ids))


def test_no_reaction_makes_again_what_a_station_brings_back(
    harbour: Harbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    """王阿姨 says at xiaogan that her lamp works; the hub had attached her word already."""
    zhongda, xiaogan = harbour.stations["zhongda"], harbour.stations["xiaogan"]
    subject = place_order(zhongda)
    harbour.exchange()
    harbour.dispatch(subject)
    node = harbour.hub.node
    for command in (
        lambda order: orders.accept(order, subject, "li"),
        lambda order: orders.finish(order, subject, "li", "换了灯泡", 1500),
    ):
        state = node.state("order", WANG, subject)
        node.record(new_id(), "staff/li", lambda c=command, s=state: c(s))
    word = f"word/{new_id()}"
    xiaogan.node.record(
        new_id(),
        f"person/{WANG}",
        lambda: words.give(word, "xiaogan", WANG, "zhongda-0001", True, ""),
    )
    harbour.exchange()
    harbour.exchange()
    [answer] = [row for row in node.journal.placed(0) if row.event.type == "order.confirmed"]
    printed = paper(harbour)
    harbour.lose_hub()
    rebuild(harbour, printed)
    harbour.exchange()
    monkeypatch.setattr(collecting, "PAGE", 1)
    collecting.number_all(harbour.hub)
    rows = harbour.hub.node.journal.placed(0)
    confirmed = [row.digest for row in rows if row.event.type == "order.confirmed"]
    assert confirmed == [answer.digest]
    assert harbour.hub.node.state("order", WANG, subject).status == "closed"


def test_the_lost_station_s_records_come_back_through_another(harbour: Harbour) -> None:
    """小干's station burned with the hub; what 中大 holds of it is vouched for by 中大."""
    harbour.meet_wang("xiaogan")
    subject = place_order(harbour.stations["xiaogan"])
    harbour.exchange()
    harbour.exchange()
    printed = paper(harbour)
    harbour.lose_hub()
    harbour.stations.pop("xiaogan").node.db.close()
    rebuild(harbour, printed)
    harbour.exchange()
    collecting.number_all(harbour.hub)
    node = harbour.hub.node
    assert node.state("order", WANG, subject).status == "submitted"
    [row] = [row for row in node.journal.placed(0) if row.subject == subject]
    assert node.journal.vouched([row.digest]) == {row.digest: "zhongda"}
    assert verify(node).ok, verify(node).sentences


def test_what_is_done_no_more_is_listed_for_a_person(harbour: Harbour) -> None:
    """Only 小干 knew that 王阿姨's order was placed there; it burned. Her 'works' has no order."""
    harbour.meet_wang("xiaogan")
    subject = place_order(harbour.stations["xiaogan"])
    harbour.exchange()
    harbour.exchange()
    zhongda = harbour.stations["zhongda"]
    state = zhongda.node.state("order", WANG, subject)
    zhongda.node.record(new_id(), f"person/{WANG}", lambda: orders.withdraw(state, subject))
    harbour.exchange()
    harbour.exchange()
    printed = paper(harbour)
    harbour.lose_hub()
    placed = next(row for row in zhongda.node.journal.after(0) if row.subject == subject)
    zhongda.node.journal.drop([placed.local])
    harbour.stations.pop("xiaogan").node.db.close()
    rebuild(harbour, printed)
    harbour.exchange()
    collecting.number_all(harbour.hub)
    [flip] = harbour.hub.recovery.flips()
    assert (flip.type, flip.subject) == ("order.withdrawn", subject)
    assert flip.reason


def test_what_was_set_aside_before_is_no_flip(harbour: Harbour) -> None:
    """Two stations withdraw one order; one was told so before the loss, and again after it."""
    harbour.meet_wang("xiaogan")
    subject = place_order(harbour.stations["zhongda"])
    harbour.exchange()
    harbour.exchange()
    for code in ("zhongda", "xiaogan"):
        node = harbour.stations[code].node
        state = node.state("order", WANG, subject)
        node.record(new_id(), f"person/{WANG}", lambda s=state: orders.withdraw(s, subject))
    harbour.exchange()
    harbour.exchange()
    aside = "SELECT COUNT(*) FROM set_aside"
    assert harbour.hub.db.sql(aside)[0][0] == 1
    printed = paper(harbour)
    harbour.lose_hub()
    rebuild(harbour, printed)
    harbour.exchange()
    collecting.number_all(harbour.hub)
    assert harbour.hub.db.sql(aside)[0][0] == 1
    assert harbour.hub.recovery.flips() == []


def test_a_hub_that_does_not_collect_is_not_told_to_stop(harbour: Harbour) -> None:
    with pytest.raises(Refusal):
        collecting.number_all(harbour.hub)


def test_a_request_of_a_station_has_nothing_more_in_it_on_a_good_day(harbour: Harbour) -> None:
    sent = harbour.stations["zhongda"].request()
    _, header, contents = bundle.unpack(
        sent.raw, "up", Request, lambda _: harbour.stations["zhongda"].signer.public
    )
    assert (header.public, header.proof, header.keys, header.asides) == ("", "", False, ())
    assert contents.keys == []
