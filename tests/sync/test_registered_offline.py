"""Registered at a station without a network: her key reaches the hub with her record, or before."""

from pathlib import Path

import pytest

from sync.bundle import Key
from sync.station import SyncStation
from sync.stick import StickStation
from sync.stick_hub import StickHub
from tests.sync.people import (
    SECOND_CARD,
    WANG,
    WANG_CARD,
    WANG_PHONE,
    enrolled,
    private,
    register,
    step,
)
from tests.sync.road import Road, place_order
from yizhan import registering
from yizhan.errors import Refusal
from yizhan.fingerprint import fingerprint
from yizhan.ids import new_id
from yizhan.keys import NETWORK
from yizhan.registering import NewPerson
from yizhan.services.people import commands, finding, numbers
from yizhan.services.people import projection as people


@pytest.fixture
def zhongda(road: Road) -> SyncStation:
    return enrolled(road, "zhongda")


@pytest.fixture
def xiaogan(road: Road) -> SyncStation:
    return enrolled(road, "xiaogan")


def agree(road: Road, *stations: SyncStation) -> None:
    for station in stations:
        own = fingerprint(station.node)
        assert own == fingerprint(road.hub.node, own.at, station.node.source)


def test_she_gets_a_number_of_the_station_and_is_provisional(zhongda: SyncStation) -> None:
    first, second = register(zhongda), register(zhongda, NewPerson("李师傅", "zhongda"))
    assert (first.number, second.number) == ("中大-居0001", "中大-居0002")
    state = zhongda.node.state("person", first.person, f"person/{first.person}")
    assert registering.is_provisional(state)
    assert private(zhongda.node, first.person) == "王秀英"
    raw = b"".join(row.raw for row in zhongda.node.journal.unplaced())
    for secret in ("王秀英", "0001", "1幢101", "alone", WANG.idcard, "13800000001"):
        written = raw.replace("中大-居0001".encode(), b"").decode()
        assert secret not in written or secret == "0001", "sealed or hashed, but for the last four"


def test_the_same_form_registers_her_once(zhongda: SyncStation) -> None:
    form = new_id()
    one, again = register(zhongda, form=form), register(zhongda, form=form)
    assert (one.person, one.number) == (again.person, again.number)
    assert again.repeated and not one.repeated
    assert len(zhongda.db.sql("SELECT 1 FROM person")) == 1


def test_a_refused_card_takes_the_whole_registration_back(zhongda: SyncStation) -> None:
    register(zhongda, NewPerson("李师傅", "zhongda", card=WANG_CARD))
    with pytest.raises(Refusal, match="已经发给别人"):
        register(zhongda, NewPerson("王阿姨", "zhongda", "王秀英", card=WANG_CARD))
    assert [row[0] for row in zhongda.db.sql("SELECT called FROM person")] == ["李师傅"]
    keys = zhongda.db.sql("SELECT COUNT(*) FROM seal_key WHERE owner <> ?", (NETWORK,))
    assert keys == [(1,)], "the key of nobody is left"


def test_her_key_comes_with_her_record_and_is_not_sent_for_ever(
    road: Road, zhongda: SyncStation, xiaogan: SyncStation
) -> None:
    wang = register(zhongda).person
    assert [key.owner for key in zhongda.refill.keys_to_send()] == [wang]
    road.exchange(zhongda)
    assert private(road.hub.node, wang) == "王秀英"
    assert zhongda.refill.keys_to_send() == []
    agree(road, zhongda)
    road.exchange(xiaogan)
    assert people.card(xiaogan.db, "x") is None and people.home(xiaogan.db, wang) is None
    assert xiaogan.node.keys.get(wang) is None, "a station where she never was has no key"


def test_a_station_where_she_lives_gets_record_and_key(
    road: Road, zhongda: SyncStation, xiaogan: SyncStation
) -> None:
    wang = register(zhongda, NewPerson("王阿姨", "xiaogan", "王秀英")).person
    road.exchange(zhongda)
    road.exchange(xiaogan)
    assert private(xiaogan.node, wang) == "王秀英" == private(zhongda.node, wang)
    agree(road, zhongda, xiaogan)


def test_a_lost_answer_loses_no_key(road: Road, zhongda: SyncStation) -> None:
    wang = register(zhongda).person
    sent = zhongda.request()
    road.hub.exchange(sent.raw)
    assert [key.owner for key in zhongda.refill.keys_to_send()] == [wang], (
        "until the receipt is here"
    )
    road.exchange(zhongda)
    assert private(road.hub.node, wang) == "王秀英"


def test_a_key_that_never_came_is_asked_for(road: Road, zhongda: SyncStation) -> None:
    road.register_wang("zhongda")
    road.exchange(zhongda)
    person = zhongda.db.sql("SELECT person FROM person")[0][0]
    zhongda.db.sql("DELETE FROM seal_key WHERE owner = ?", (person,))
    again = road.reopen("zhongda")
    assert again.refill.lacks() == (person,)
    road.exchange(again)
    assert private(again.node, person) == "王秀英"
    assert again.refill.lacks() == ()


def test_a_stranger_is_not_given_the_key_that_it_asks_for(
    road: Road, zhongda: SyncStation, xiaogan: SyncStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang = register(zhongda).person
    road.exchange(zhongda)
    monkeypatch.setattr(xiaogan.refill, "lacks", lambda: (wang,))
    road.exchange(xiaogan)
    assert xiaogan.node.keys.get(wang) is None


def test_nobody_replaces_her_key_and_nobody_elses_word_is_taken(
    road: Road, zhongda: SyncStation, xiaogan: SyncStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang = register(zhongda).person
    forged = [Key(wang, b"f" * 32), Key(NETWORK, b"f" * 32)]
    monkeypatch.setattr(xiaogan.refill, "keys_to_send", lambda: forged)
    road.exchange(xiaogan)
    network = road.hub.node.keys.get(NETWORK)
    road.exchange(zhongda)
    road.exchange(xiaogan)
    assert private(road.hub.node, wang) == "王秀英"
    assert road.hub.node.keys.get(NETWORK) == network != b"f" * 32


def test_her_key_goes_by_stick_too(
    road: Road, zhongda: SyncStation, stick: Path, small: None
) -> None:
    road.exchange(zhongda)
    wang = register(zhongda).person
    for serial in range(1, 15):
        register(zhongda, NewPerson("李师傅", "zhongda", f"李{serial}"))
    StickStation(zhongda).export(stick, lambda *_: None)
    StickHub(road.hub).take_in(stick, lambda *_: None)
    StickStation(zhongda).take_in(stick, lambda *_: None)
    assert private(road.hub.node, wang) == "王秀英"
    assert zhongda.refill.keys_to_send() == []


def test_the_same_person_at_two_stations_is_suggested_merged_and_found_whole(
    road: Road, zhongda: SyncStation, xiaogan: SyncStation
) -> None:
    road.exchange(zhongda)
    road.exchange(xiaogan)
    one = register(zhongda, WANG).person
    other = register(
        xiaogan, NewPerson("王奶奶", "xiaogan", "王秀英", WANG_PHONE, born=1948)
    ).person
    for _n in range(2):
        road.exchange(zhongda)
        road.exchange(xiaogan)
    hub = road.hub.node
    named = [(who, private(hub, who), 1948) for who in (one, other)]
    [match] = finding.matches(hub.db, named)
    assert {match.one, match.other} == {one, other}
    assert set(match.whys) == {"phone", "name"}
    into = hub.state("person", one, f"person/{one}")
    step(hub, commands.merge, other, one, into)
    for station in (zhongda, xiaogan):
        road.exchange(station)
        assert finding.group(station.db, other) == [one, other]
        assert finding.survivor(station.db, other) == one
        hashed = numbers.handle_hash(station.node.keys, "phone", WANG_PHONE)
        assert finding.by_handle(station.db, hashed) == [one]
    assert finding.matches(hub.db, named) == []
    agree(road, zhongda, xiaogan)
    step(hub, commands.part, other, "是两姐妹")
    road.exchange(xiaogan)
    assert finding.group(xiaogan.db, other) == [other]
    assert people.called(xiaogan.db, other) == "王奶奶"
    assert finding.matches(hub.db, named) == [], "somebody has decided on them"
    agree(road, xiaogan)


def test_one_card_given_away_twice_offline_is_the_first_ones_and_somebody_is_told(
    road: Road, zhongda: SyncStation, xiaogan: SyncStation
) -> None:
    road.exchange(zhongda)
    road.exchange(xiaogan)
    one = register(zhongda, NewPerson("王阿姨", "zhongda", card=WANG_CARD)).person
    other = register(xiaogan, NewPerson("王奶奶", "xiaogan", card=WANG_CARD)).person
    for _n in range(2):
        road.exchange(zhongda)
        road.exchange(xiaogan)
    for node in (road.hub.node, zhongda.node, xiaogan.node):
        card = people.card(node.db, node.keys.hash("card", WANG_CARD))
        assert card is not None and card.person == one
    [match] = finding.matches(road.hub.db)
    assert ({match.one, match.other}, match.whys) == ({one, other}, ("card",))
    agree(road, zhongda, xiaogan)


def test_a_lost_card_opens_nothing_at_another_station_after_the_exchange(
    road: Road, zhongda: SyncStation, xiaogan: SyncStation
) -> None:
    wang = register(zhongda, NewPerson("王阿姨", "zhongda", card=WANG_CARD)).person
    road.exchange(zhongda)
    lost = zhongda.node.keys.hash("card", WANG_CARD)
    form = new_id()
    registering.replace_card(zhongda.node, form, "staff/zhou", wang, SECOND_CARD, [lost])
    road.exchange(zhongda)
    road.exchange(xiaogan)
    old = people.card(xiaogan.db, lost)
    new = people.card(xiaogan.db, xiaogan.node.keys.hash("card", SECOND_CARD))
    assert old is not None and old.blocked and new is not None and not new.blocked
    state = xiaogan.node.state("card", "", f"card/{lost}")
    assert (state.person, state.why) == (wang, "replaced"), "its history stays"


def test_a_death_stops_everything_everywhere_and_is_taken_back_at_the_hub(
    road: Road, zhongda: SyncStation, xiaogan: SyncStation
) -> None:
    wang = register(zhongda).person
    road.exchange(zhongda)
    step(zhongda.node, commands.die, wang, "2026-11-20")
    assert finding.stopped(zhongda.db, wang) == "deceased", "at once, where it was said"
    road.exchange(zhongda)
    road.exchange(xiaogan)
    assert finding.stopped(xiaogan.db, wang) == "deceased"
    step(road.hub.node, commands.bring_back, wang, "同名同姓，搞错了")
    for station in (zhongda, xiaogan):
        road.exchange(station)
        assert finding.stopped(station.db, wang) == ""
    agree(road, zhongda, xiaogan)


def test_she_moves_within_the_network_and_her_record_follows(
    road: Road, zhongda: SyncStation, xiaogan: SyncStation
) -> None:
    wang = register(zhongda).person
    road.exchange(zhongda)
    road.exchange(xiaogan)
    step(road.hub.node, commands.correct, wang, {"home": "xiaogan"}, {"address": "小干路 3 号"})
    for station in (xiaogan, zhongda):
        road.exchange(station)
        record = people.home(station.db, wang)
        assert record is not None and record.home == "xiaogan"
        assert private(station.node, wang, "address") == "小干路 3 号"
        assert private(station.node, wang, "name") == "王秀英"
    agree(road, zhongda, xiaogan)


def test_nobody_seals_what_nobody_could_open(
    road: Road, zhongda: SyncStation, xiaogan: SyncStation
) -> None:
    wang = register(zhongda).person
    for station in (zhongda, xiaogan):
        road.exchange(station)
    state = zhongda.node.state("person", wang, f"person/{wang}")
    draft = commands.correct(state, wang, {}, {"address": "别处"})
    with pytest.raises(Refusal, match="还没有传到这里"):
        xiaogan.node.record(new_id(), "staff/li", lambda: draft)
    assert xiaogan.node.keys.get(wang) is None, "a second key would be worse than none"


def test_an_order_of_hers_is_a_task_for_somebody_once_she_has_died(
    road: Road, zhongda: SyncStation
) -> None:
    road.register_wang("zhongda")
    road.exchange(zhongda)
    subject = place_order(zhongda)
    road.exchange(zhongda)
    person = zhongda.db.sql("SELECT person FROM person")[0][0]
    step(road.hub.node, commands.die, person)
    assert finding.open_orders_of_stopped(road.hub.db) == [(subject, person, "deceased")]
