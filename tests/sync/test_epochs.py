"""Hub epochs and marks: a hub that was put back learns it from the first station that comes."""

import shutil

import pytest

from hub.collecting import number_all
from sync.station import SyncStation
from sync.status import unsent
from tests.sync.road import Road, clone, image, suspected, take_ticket
from yizhan.fingerprint import fingerprint
from yizhan.services.tickets.projection import TicketRow


def put_back(road: Road) -> None:
    """Beneath the hub's process, its database is replaced by the one of before."""
    road.hub.db.close()
    for suffix in ("-wal", "-shm"):
        (road.folder / f"hub.db{suffix}").unlink(missing_ok=True)
    shutil.copy(road.folder / "before.db", road.folder / "hub.db")


def remember(road: Road) -> None:
    """The hub's database as it is now, to be put back later."""
    road.hub.db.close()
    shutil.copy(road.folder / "hub.db", road.folder / "before.db")


def numbers(road: Road) -> list[int]:
    return [row.number for row in road.hub.db.all(TicketRow.select().order_by(TicketRow.number))]


def same_view(road: Road, station: SyncStation) -> bool:
    code, at = station.node.source, station.node.journal.head()
    return fingerprint(road.hub.node, at, code).digest == fingerprint(station.node).digest


@pytest.mark.parametrize("meanwhile", [0, 1, 2], ids=["nothing came", "one came", "as many came"])
def test_a_hub_put_back_beneath_its_process_loses_no_ticket(
    road: Road, zhongda: SyncStation, xiaogan: SyncStation, meanwhile: int
) -> None:
    """Other tickets may have taken the numbers of the lost ones before their station comes."""
    for station in (zhongda, xiaogan):
        road.exchange(station)
    remember(road)
    for number in (1, 2):
        take_ticket(zhongda, number)
    road.exchange(zhongda)
    put_back(road)
    for number in range(3, 3 + meanwhile):
        take_ticket(xiaogan, number)
        road.exchange(xiaogan)
    for _round in range(2):
        for station in (zhongda, xiaogan):
            road.exchange(station)
    assert numbers(road) == [1, 2, *range(3, 3 + meanwhile)]
    assert unsent(zhongda.node) == 0
    assert same_view(road, zhongda) and same_view(road, xiaogan)
    assert road.hub.recovery.row().how == "found"


def test_a_hub_that_was_not_put_back_begins_no_epoch(road: Road, zhongda: SyncStation) -> None:
    for number in range(1, 40):
        take_ticket(zhongda, number)
        road.exchange(zhongda)
    assert len(road.hub.hub_epochs()) == 1 and road.hub.recovery.row() is None


def test_a_hub_that_forgot_only_tickets_suspects_nobody(road: Road, zhongda: SyncStation) -> None:
    """Nothing was stored meanwhile, so its marks fit; the ticket shown is one that it forgot."""
    road.exchange(zhongda)
    second = clone(road, "zhongda", image(zhongda))
    remember(road)
    for _time in range(3):
        road.exchange(zhongda)
    put_back(road)
    road.exchange(zhongda)
    assert not suspected(road)
    assert len(road.hub.hub_epochs()) == 2, "what it said of photos is in doubt"
    road.exchange(zhongda)
    assert len(road.hub.hub_epochs()) == 2
    road.exchange(second)
    assert suspected(road), "a second machine is found all the same"


def test_a_record_beside_a_flipped_one_is_not_lost_when_the_hub_is_put_back(
    road: Road, zhongda: SyncStation
) -> None:
    """Its station followed the hub past it with a mark that could not say what stood there."""
    road.exchange(zhongda)
    remember(road)
    road.register_wang()
    flip = "UPDATE journal SET prev = ? WHERE position = 1"
    [(prev,)] = road.hub.db.sql("SELECT prev FROM journal WHERE position = 1")
    road.hub.db.sql(flip, (b"x" * 32,))
    road.exchange(zhongda)
    put_back(road)
    road.hub.begin_epoch()
    for _round in range(2):
        road.exchange(zhongda)
    assert unsent(zhongda.node) == 0
    assert road.hub.db.sql("SELECT COUNT(*) FROM person")[0][0] == 1
    assert same_view(road, zhongda) and bytes(prev) != b"x" * 32


def test_a_hub_put_back_is_found_also_by_a_mark_that_says_nothing(
    road: Road, zhongda: SyncStation
) -> None:
    """The mark was given over damage; other records have the numbers of the lost ones since."""
    road.exchange(zhongda)
    remember(road)
    road.register_wang()
    flip = "UPDATE journal SET prev = ? WHERE position = 1"
    road.hub.db.sql(flip, (b"x" * 32,))
    road.exchange(zhongda)
    put_back(road)
    road.register_wang()
    for _round in range(2):
        road.exchange(zhongda)
    came = road.hub.db.sql("SELECT COUNT(*) FROM journal WHERE subject LIKE 'person/%'")
    assert came == [(2,)]
    assert same_view(road, zhongda)


def test_one_exchange_tells_a_restored_hub_that_a_station_has_followed(
    road: Road, zhongda: SyncStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many pages it takes: a station far out may not come again for days."""
    road.exchange(zhongda)
    old = clone(road, "zhongda", image(zhongda))
    for number in range(1, 5):
        take_ticket(zhongda, number)
    road.exchange(zhongda)
    monkeypatch.setattr("sync.stream.PAGE_EVENTS_MAX", 1)
    for _loss in range(2):
        road.hub.recovery.begin("backup", collecting=False)
    assert road.hub.recovery.waiting_for() == ["zhongda"]
    road.exchange(old)
    assert road.hub.recovery.waiting_for() == []


def test_a_flipped_bit_at_the_hub_is_no_put_back(road: Road, zhongda: SyncStation) -> None:
    take_ticket(zhongda, 1)
    road.exchange(zhongda)
    [(local, right)] = road.hub.db.sql(
        "SELECT local, digest FROM journal ORDER BY position DESC LIMIT 1"
    )
    road.hub.db.sql("UPDATE journal SET digest = ? WHERE local = ?", (bytes(32), local))
    road.exchange(zhongda)
    road.hub.db.sql("UPDATE journal SET digest = ? WHERE local = ?", (bytes(right), local))
    road.exchange(zhongda)
    assert len(road.hub.hub_epochs()) == 1 and road.hub.recovery.row() is None


def test_what_a_collecting_hub_lost_once_more_is_sent_again(
    road: Road, zhongda: SyncStation
) -> None:
    """It gives no marks yet, so nothing else would tell."""
    road.exchange(zhongda)
    road.hub.recovery.begin("found", collecting=True)
    remember(road)
    take_ticket(zhongda, 1)
    road.exchange(zhongda)
    assert unsent(zhongda.node) == 0
    put_back(road)
    number_all(road.hub)
    road.exchange(zhongda)
    assert numbers(road) == [1] and same_view(road, zhongda)


def test_a_made_up_mark_puts_nothing_in_doubt(road: Road, zhongda: SyncStation) -> None:
    """A stolen station says that the hub forgot: only the hub's own word counts."""
    take_ticket(zhongda, 1)
    road.exchange(zhongda)
    for mark in ("AAAAAAAAAAAA", "", "not base64", "AAAA"):
        zhongda.db.sql("UPDATE road SET mark = ?, marked = marked + 5", (mark,))
        road.exchange(zhongda)
    assert len(road.hub.hub_epochs()) == 1 and road.hub.recovery.row() is None


def test_one_loss_is_counted_once_however_many_stations_show_it(
    road: Road, zhongda: SyncStation, xiaogan: SyncStation
) -> None:
    for station in (zhongda, xiaogan):
        road.exchange(station)
    remember(road)
    take_ticket(zhongda, 1)
    for station in (zhongda, xiaogan):
        road.exchange(station)
    put_back(road)
    for station in (zhongda, xiaogan, zhongda, xiaogan):
        road.exchange(station)
    assert len(road.hub.hub_epochs()) == 2
    assert road.hub.recovery.waiting_for() == []
