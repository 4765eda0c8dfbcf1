"""The exchange between stations and the hub, in one process, reply by reply."""

import shutil

import msgspec
import pytest

from sync import bundle
from sync.bundle import BadBundle, Reply, Request
from sync.station import SyncStation
from sync.status import unsent
from tests.sync.road import WANG, Road, place_order, take_ticket
from yizhan.events import digest
from yizhan.fingerprint import fingerprint
from yizhan.held import Arriving
from yizhan.ids import new_id
from yizhan.services.orders import commands as orders
from yizhan.services.orders.projection import OrderRow
from yizhan.services.people import commands as people
from yizhan.services.tickets.projection import TicketRow


def same_view(road: Road, station: SyncStation) -> bool:
    code = station.node.source
    at = station.node.journal.head()
    hub = fingerprint(road.hub.node, at, code).digest
    return hub == fingerprint(station.node, at, code).digest


def test_a_ticket_taken_at_the_station_stands_at_the_hub_once(road, zhongda):
    take_ticket(zhongda, 1)
    assert unsent(zhongda.node) == 1
    road.exchange(zhongda)
    assert unsent(zhongda.node) == 0
    assert [row.number for row in road.hub.db.all(TicketRow.select())] == [1]
    assert same_view(road, zhongda)


def test_a_lost_reply_doubles_nothing(road, zhongda):
    road.exchange(zhongda)
    take_ticket(zhongda, 1)
    lost = zhongda.request()
    road.hub.exchange(lost.raw)
    assert unsent(zhongda.node) == 1, "no receipt came, so nothing is called uploaded"
    road.exchange(zhongda)
    assert unsent(zhongda.node) == 0
    assert road.hub.db.count(TicketRow.select()) == 1


def test_a_late_reply_to_an_older_request_changes_nothing(road, zhongda):
    road.exchange(zhongda)
    older = zhongda.request()
    late = road.hub.exchange(older.raw)
    newer = zhongda.request()
    with pytest.raises(BadBundle):
        zhongda.take(newer, late)


def test_another_station_does_not_receive_a_ticket_but_the_register(road, zhongda, xiaogan):
    take_ticket(zhongda, 1)
    road.exchange(zhongda)
    road.exchange(xiaogan)
    assert xiaogan.node.journal.placed(0) == []
    assert xiaogan.node.journal.head() == road.hub.node.journal.head()


def test_her_home_station_receives_her_record_and_its_key(road, zhongda, xiaogan):
    road.register_wang()
    road.exchange(zhongda)
    road.exchange(xiaogan)
    assert zhongda.node.state("person", WANG, f"person/{WANG}").called == "王阿姨"
    assert zhongda.node.keys.get(WANG) == road.hub.node.keys.get(WANG)
    assert xiaogan.node.state("person", WANG, f"person/{WANG}") is None
    assert xiaogan.node.keys.get(WANG) is None


def test_a_station_that_meets_her_later_gets_all_that_came_before(road, zhongda, xiaogan):
    road.register_wang()
    road.exchange(zhongda)
    subject = place_order(zhongda)
    road.exchange(zhongda)
    road.exchange(xiaogan)
    xiaogan.node.record(new_id(), f"person/{WANG}", lambda: people.meet(WANG, "xiaogan"))
    road.exchange(xiaogan)
    assert xiaogan.node.state("order", WANG, subject).status == "submitted"
    assert xiaogan.node.keys.get(WANG) == road.hub.node.keys.get(WANG)
    assert same_view(road, xiaogan) and same_view(road, zhongda)


def test_what_she_ordered_before_she_was_met_there_folds_with_the_rest(road, zhongda, xiaogan):
    road.register_wang()
    road.exchange(zhongda)
    place_order(zhongda)
    xiaogan.node.record(new_id(), f"person/{WANG}", lambda: people.meet(WANG, "xiaogan"))
    place_order(xiaogan)
    road.exchange(zhongda)
    road.exchange(xiaogan)
    road.exchange(zhongda)
    for station in (zhongda, xiaogan):
        assert station.db.count(OrderRow.select()) == 2
        assert same_view(road, station)


def test_the_hub_stores_nothing_from_a_request_that_names_another_hub_epoch(road, zhongda):
    road.exchange(zhongda)
    take_ticket(zhongda, 1)
    sent = zhongda.request()
    road.hub.begin_epoch()
    before = road.hub.node.journal.head()
    assert zhongda.take(sent, road.hub.exchange(sent.raw)) == "adopted"
    assert road.hub.node.journal.head() == before
    assert road.exchange(zhongda) == 1
    assert road.hub.db.count(TicketRow.select()) == 1


def test_a_hub_from_an_old_backup_is_refilled_and_the_screen_falls_back(road, zhongda):
    take_ticket(zhongda, 1)
    road.exchange(zhongda)
    road.hub.db.close()
    shutil.copy(road.folder / "hub.db", road.folder / "old.db")
    take_ticket(zhongda, 2)
    road.exchange(zhongda)
    road.hub = road.open_hub("old")
    sent = zhongda.request()
    zhongda.take(sent, road.hub.exchange(sent.raw))
    assert unsent(zhongda.node) == 2, "nobody knows how far back the hub was put"
    road.exchange(zhongda)
    assert [row.number for row in road.hub.db.all(TicketRow.select())] == [1, 2]
    assert same_view(road, zhongda)


def test_the_hubs_own_lost_decision_comes_back_from_a_station(road, zhongda):
    road.register_wang()
    subject = place_order(zhongda)
    road.exchange(zhongda)
    road.hub.db.close()
    shutil.copy(road.folder / "hub.db", road.folder / "old.db")
    hub = road.hub.node
    hub.record(
        new_id(),
        "staff/dispatcher",
        lambda: orders.dispatch(hub.state("order", WANG, subject), subject, "p01"),
    )
    road.exchange(zhongda)
    road.hub = road.open_hub("old")
    assert road.hub.node.state("order", WANG, subject).status == "submitted"
    road.exchange(zhongda)
    assert road.hub.node.state("order", WANG, subject).status == "dispatched"
    assert same_view(road, zhongda)


def test_a_station_put_back_to_an_old_image_gets_its_lost_records_back(road, zhongda):
    take_ticket(zhongda, 1)
    road.exchange(zhongda)
    zhongda.db.close()
    image = (road.folder / "zhongda.db").read_bytes()
    take_ticket(zhongda, 2)
    road.exchange(zhongda)
    zhongda.db.close()
    for old in road.folder.glob("zhongda.db*"):
        old.unlink()
    (road.folder / "zhongda.db").write_bytes(image)
    again = road.reopen("zhongda")
    take_ticket(again, 3)
    road.exchange(again)
    assert sorted(row.number for row in again.db.all(TicketRow.select())) == [1, 2, 3]
    assert sorted(row.number for row in road.hub.db.all(TicketRow.select())) == [1, 2, 3]
    assert same_view(road, again)


def test_a_station_cannot_write_as_another(road, zhongda, xiaogan):
    road.exchange(zhongda)
    road.exchange(xiaogan)
    take_ticket(zhongda, 1)
    stolen = zhongda.node.journal.unplaced()
    known = xiaogan.known()[-1]
    header = Request("net", "e" * 12, "n", known, xiaogan.node.journal.head(), "", "rtc", "dev")
    items = [bundle.Whole(row.prev, row.digest, row.raw) for row in stolen]
    raw = bundle.pack("up", "xiaogan", xiaogan.signer, header, bundle.lines_of(items))
    answer = road.hub.exchange(raw)
    _, reply, _ = bundle.unpack(answer, "down", Reply, lambda _: road.signer.public)
    assert reply.refused == (0,)
    assert road.hub.db.count(TicketRow.select()) == 0


def test_a_revoked_station_is_not_heard(road, zhongda):
    road.exchange(zhongda)
    from yizhan.services.stations import commands as stations

    road.hub.node.record(new_id(), "hub", lambda: stations.revoke("zhongda"))
    with pytest.raises(BadBundle):
        road.hub.exchange(zhongda.request().raw)


def test_many_pages_keep_what_was_stored_from_being_sent_again(road, zhongda, monkeypatch):
    monkeypatch.setattr("sync.stream.PAGE_EVENTS_MAX", 7)
    for number in range(1, 31):
        take_ticket(zhongda, number)
    road.exchange(zhongda)
    sizes = []
    take_ticket(zhongda, 31)
    while True:
        sent = zhongda.request()
        sizes.append(len(sent.locals))
        if zhongda.take(sent, road.hub.exchange(sent.raw)) == "done":
            break
    assert sum(sizes) == 1
    assert road.hub.db.count(TicketRow.select()) == 31
    assert same_view(road, zhongda)


def test_unreadable_bytes_are_numbered_and_set_aside_and_hold_up_nothing(road, zhongda):
    road.exchange(zhongda)
    known = zhongda.known()[-1]
    header = Request("net", "e" * 12, "n", known, zhongda.node.journal.head(), "", "rtc", "dev")
    poison = b'{"type":"no event at all"}'
    event = bundle.Whole(bytes(32), digest(bytes(32), poison), poison)
    raw = bundle.pack("up", "zhongda", zhongda.signer, header, bundle.lines_of([event]))
    road.hub.exchange(raw)
    take_ticket(zhongda, 1)
    road.exchange(zhongda)
    held = [row.raw for row in road.hub.node.journal.placed(0)]
    assert poison in held
    assert road.hub.db.count(TicketRow.select()) == 1
    assert road.hub.db.sql("SELECT COUNT(*) FROM set_aside")[0][0] == 1


def test_a_copy_that_came_second_goes_even_where_the_first_is_not_seen(road, zhongda, xiaogan):
    form = new_id()
    take_ticket(zhongda, 1, form)
    take_ticket(xiaogan, 1, form)
    road.exchange(zhongda)
    road.exchange(xiaogan)
    assert unsent(xiaogan.node) == 0
    assert xiaogan.node.journal.unplaced() == []
    assert xiaogan.db.count(TicketRow.select()) == 0
    assert road.hub.db.count(TicketRow.select()) == 1
    assert same_view(road, xiaogan)


def test_the_fleet_page_knows_each_stations_last_word(road, zhongda):
    take_ticket(zhongda, 1)
    road.exchange(zhongda)
    contact = road.hub.contacts()[0]
    assert (contact.station, contact.unsent) == ("zhongda", 1)
    assert abs(contact.skew_s) <= 2


def test_a_foreign_networks_bundle_is_refused(road, zhongda):
    road.exchange(zhongda)
    sent = zhongda.request()
    _, header, _ = bundle.unpack(sent.raw, "up", Request, lambda _: zhongda.signer.public)
    other = msgspec.structs.replace(header, network="elsewhere")
    with pytest.raises(BadBundle):
        road.hub.exchange(bundle.pack("up", "zhongda", zhongda.signer, other, ()))


def test_what_the_hub_refuses_holds_nothing_up(
    road: Road, zhongda: SyncStation, xiaogan: SyncStation
) -> None:
    """Words of another that the hub never heard wait before ours, one to a request."""
    road.exchange(zhongda)
    for number in range(1, 4):
        take_ticket(xiaogan, number)
    theirs = [Arriving.read(row.prev, row.raw).held() for row in xiaogan.node.journal.unplaced()]
    zhongda.node.journal.append(theirs)
    for number in (1, 2):
        take_ticket(zhongda, number)
        requests = 1
        while True:
            sent = zhongda.request(bytes_max=1)
            if zhongda.take(sent, road.hub.exchange(sent.raw)) == "done":
                break
            requests += 1
            assert requests <= 4, "it asks for ever"
        assert road.hub.db.count(TicketRow.select()) == number
        assert unsent(zhongda.node) == 3, "the hub refuses them each time"
