"""People, cards, staff, stations, words and listings: each step where it belongs."""

from typing import Any

import pytest

from tests.yizhan.nodes import WANG, exchange, pull, record, register_wang
from tests.yizhan.services.steps import fold_all, fold_one, told
from yizhan.errors import Refusal
from yizhan.events import Data
from yizhan.mechanisms import REGISTRY
from yizhan.record import Node, opened
from yizhan.services.catalogue import commands as catalogue
from yizhan.services.catalogue import model as listing
from yizhan.services.catalogue import projection as registers
from yizhan.services.people import commands as people
from yizhan.services.people import projection as known
from yizhan.services.staff import commands as staff
from yizhan.services.staff import model as account
from yizhan.services.staff import projection as accounts
from yizhan.services.stations import commands as stations
from yizhan.services.stations import model as station
from yizhan.services.words import commands as words
from yizhan.services.words import model as word

ADDED = account.Added("li", "李师傅", "partner_worker", "li")
NEW = station.Added("zhongda", "中大", "hash")
LAMP = listing.Published("service", "lamp", {"name": "换灯泡"}, 1)
GIVEN = word.Given("zhongda-0001", WANG, False)

CASES: list[tuple[Any, list[Data], Data, bool]] = [
    (account.fold, [], ADDED, True),
    (account.fold, [ADDED], ADDED, True),
    (account.fold, [], account.Removed(), False),
    (account.fold, [ADDED], account.Removed(), True),
    (account.fold, [ADDED, account.Removed()], ADDED, True),
    (station.fold, [], NEW, True),
    (station.fold, [], station.Enrolled("key"), False),
    (station.fold, [NEW], station.Enrolled("key"), True),
    (station.fold, [NEW, station.Enrolled("key")], station.Enrolled("other"), False),
    (station.fold, [NEW, station.Enrolled("key")], NEW, True),
    (station.fold, [], station.Revoked(), False),
    (station.fold, [NEW], station.Revoked(), True),
    (station.fold, [NEW], station.Rotated("other"), False),
    (station.fold, [NEW, station.Enrolled("key")], station.Rotated("other"), True),
    (station.fold, [], station.Suspected("两台"), False),
    (station.fold, [NEW], station.Suspected("两台"), True),
    (station.fold, [], station.Cleared(), False),
    (station.fold, [NEW, station.Suspected("两台")], station.Cleared(), True),
    (station.fold, [], station.Rescued(3), False),
    (station.fold, [NEW], station.Rescued(3), True),
    (listing.fold, [], LAMP, True),
    (listing.fold, [LAMP], LAMP, True),
    (listing.fold, [], listing.Removed(), False),
    (listing.fold, [LAMP], listing.Removed(), True),
    (listing.fold, [LAMP, listing.Removed()], LAMP, True),
    (word.fold, [], GIVEN, True),
    (word.fold, [GIVEN], GIVEN, False),
]


@pytest.mark.parametrize(("fold", "before", "data", "legal"), CASES)
def test_each_step_is_folded_where_it_is_legal_and_set_aside_elsewhere(
    fold: Any, before: list[Data], data: Data, legal: bool
) -> None:
    outcome = fold_one(fold, fold_all(fold, before), data)
    if legal:
        assert outcome is not None
        assert isinstance(outcome, tuple({kind.state for kind in REGISTRY.kinds.values()}))
    else:
        told(outcome)


def test_every_type_of_event_of_every_kind_has_a_case() -> None:
    tables = {"ticket", "order", "rating", "message", "purse", "stock", "holder"}
    tables |= {"notice", "bulletin", "pause", "setup"}
    people = {"person", "card", "handle", "standing", "proxy", "consent", "look", "acquaintance"}
    tried = {type(data) for _, _, data, _ in CASES}
    kinds = [kind for kind in REGISTRY.kinds.values() if kind.name not in tables | people]
    assert {data for kind in kinds for data in kind.types.values()} == tried


def test_a_revoked_station_stays_revoked_until_it_is_added_anew() -> None:
    revoked = fold_all(station.fold, [NEW, station.Enrolled("key"), station.Revoked()])
    assert revoked.revoked and revoked.public_key == "key"
    assert isinstance(stations.enrol(revoked, "hash", "key"), Refusal)
    assert not fold_one(station.fold, revoked, NEW).revoked


@pytest.mark.parametrize("code", ["", "Z", "中大", "a" * 40, "9a", "a/b", "a\n"])
def test_a_code_or_login_is_short_and_plain(code: str) -> None:
    assert isinstance(stations.add(code, "中大", "hash"), Refusal)
    assert isinstance(staff.add("staff", account.Added(code, "x", "dispatcher"), "h"), Refusal)


def test_only_the_open_code_enrols() -> None:
    new = fold_all(station.fold, [NEW])
    assert isinstance(stations.enrol(new, "wrong", "key"), Refusal)
    assert isinstance(stations.enrol(new, "", "key"), Refusal)
    assert isinstance(stations.enrol(None, "", "key"), Refusal)
    used = fold_all(station.fold, [NEW, station.Enrolled("key")])
    assert isinstance(stations.enrol(used, "", "other"), Refusal), "an empty hash opens nothing"


def test_her_card_is_known_everywhere_and_her_record_where_she_goes(
    hub: Node, zhongda: Node, xiaogan: Node
) -> None:
    register_wang(hub)
    card = hub.keys.hash("card", "0003887558")
    record(hub, people.issue(card, WANG, "王阿姨", "zhongda"))
    for one in (zhongda, xiaogan):
        exchange(one, hub)
        row = known.card(one.db, card)
        assert row is not None and (row.called, row.home, row.blocked) == (
            "王阿姨",
            "zhongda",
            False,
        )
        assert known.called(one.db, WANG) == "王阿姨"
    assert known.home(zhongda.db, WANG) is not None and known.home(xiaogan.db, WANG) is None
    assert known.known_at(zhongda.db, "zhongda", WANG)
    assert not known.known_at(xiaogan.db, "xiaogan", WANG)
    record(xiaogan, people.meet(WANG, "xiaogan"))
    assert known.known_at(xiaogan.db, "xiaogan", WANG)
    exchange(xiaogan, hub)
    assert known.home(xiaogan.db, WANG) is not None
    assert opened(xiaogan, "person", WANG, f"person/{WANG}", "name") == "", "the key comes apart"
    record(hub, people.block(card))
    pull(xiaogan, hub)
    row = known.card(xiaogan.db, card)
    assert row is not None and row.blocked


def test_a_register_is_read_in_the_packs_order_without_what_was_removed(hub: Node) -> None:
    for rank, code in enumerate(("lamp", "tap", "lock")):
        record(hub, catalogue.publish("service", code, {"name": code}, -rank))
    record(hub, catalogue.remove("service", "tap"))
    record(hub, catalogue.publish("scene", "lamp", {"name": "scene"}))
    assert list(registers.register(hub.db, "service")) == ["lock", "lamp"]
    assert registers.entry(hub.db, "service", "lamp") == {"name": "lamp"}
    assert registers.entry(hub.db, "service", "tap") is None


def test_a_password_is_sealed_and_a_closed_account_is_gone(hub: Node) -> None:
    record(hub, staff.add("staff", account.Added("yang", "杨幼红", "keeper", "zhongda"), "argon"))
    row = accounts.account(hub.db, "yang")
    assert row is not None and row.password not in ("", "argon")
    assert hub.keys.open("network", "password", row.password, row.subject) == "argon"
    record(hub, staff.remove("staff", "yang"))
    assert accounts.account(hub.db, "yang") is None


@pytest.mark.parametrize("number", ["", "  ", "9" * 41])
def test_a_word_needs_the_number_on_the_slip(number: str) -> None:
    assert isinstance(words.give("word/1", "zhongda", WANG, number, True), Refusal)
