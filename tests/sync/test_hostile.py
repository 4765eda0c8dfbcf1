"""Who is not enrolled, and who is and means harm: the hub refuses, or it does not matter.

An enrolled station that is stolen signs what it likes. Whatever it sends, the hub keeps its
positions without a gap and gives away nothing of others.
"""

import msgspec
import pytest
import zstandard

from sync import bundle
from sync.bundle import BadBundle
from sync.station import SyncStation
from sync.status import unsent
from tests.sync.hostile import as_json, body_of, event, send, signed, sound, traces
from tests.sync.road import WANG, Road, place_order, take_ticket
from yizhan.events import GENESIS, digest
from yizhan.keys import Signer


@pytest.fixture
def town(road: Road, zhongda: SyncStation, xiaogan: SyncStation) -> Road:
    """王阿姨 is at home near 中大 and has ordered there; 小干 does not know her."""
    road.register_wang("zhongda")
    road.exchange(zhongda)
    place_order(zhongda)
    take_ticket(zhongda, 1)
    road.exchange(zhongda)
    road.exchange(xiaogan)
    return road


# What reaches the hub without a station's key


def test_damaged_cut_and_foreign_bundles_leave_no_trace(town, zhongda, tmp_path, chance) -> None:
    take_ticket(zhongda, 2)
    raw = zhongda.request().raw
    other = Road(tmp_path / "west")
    other.hub.node.network = "west"
    before = traces(town)
    flipped = [
        bytes([*raw[:at], raw[at] ^ 1 << chance.randrange(8), *raw[at + 1 :]])
        for at in range(len(raw))
    ]
    cut = [raw[:at] for at in range(len(raw))]
    stranger = signed("zhongda", Signer(tmp_path / "stranger"), body_of(raw))
    as_other = signed("xiaogan", zhongda.signer, body_of(raw))
    nobody = signed("nowhere", zhongda.signer, body_of(raw))
    longer = [raw + b"\x00", raw + raw]
    west = signed("zhongda", zhongda.signer, body_of(raw).replace(b'"net"', b'"west"'))
    too_long = raw + bytes(bundle.PACKED_BYTES_MAX)
    for bad in [*flipped, *cut, stranger, as_other, nobody, *longer, west, too_long, b""]:
        with pytest.raises(BadBundle):
            town.hub.exchange(bad)
    assert traces(town) == before


@pytest.mark.parametrize("size", [bundle.UNPACKED_BYTES_MAX + 1, 1 << 30])
def test_a_bomb_is_refused_before_it_unfolds(town, zhongda, size: int) -> None:
    bomb = zstandard.ZstdCompressor(level=1).compressobj(size=size)
    packed = b"".join(bomb.compress(bytes(1 << 20)) for _ in range(size >> 20))
    packed += bomb.compress(bytes(size & (1 << 20) - 1)) + bomb.flush()
    packed = packed.removeprefix(bundle.ZSTD_MAGIC)
    signature = zhongda.signer.sign(b"yizhan up zhongda\n" + packed)
    before = traces(town)
    with pytest.raises(BadBundle):
        town.hub.exchange(bundle.MAGIC + b"\x07zhongda" + signature + packed)
    assert traces(town) == before


def test_a_request_said_again_or_out_of_order_stores_nothing_twice(town, zhongda) -> None:
    take_ticket(zhongda, 2)
    older = zhongda.request().raw
    take_ticket(zhongda, 3)
    newer = zhongda.request().raw
    head = town.hub.node.journal.head()
    for raw in (newer, older, newer, older, older):
        town.hub.exchange(raw)
    assert town.hub.node.journal.head() == head + 2
    town.exchange(zhongda)
    assert sound(town)


def test_an_answer_to_somebody_else_is_of_no_use(town, zhongda, xiaogan) -> None:
    theirs = town.hub.exchange(zhongda.request().raw)
    mine = xiaogan.request()
    with pytest.raises(BadBundle):
        xiaogan.take(mine, theirs)


# What a stolen station's key opens


def test_a_stolen_key_writes_only_as_its_own_station(town, xiaogan) -> None:
    head = town.hub.node.journal.head()
    as_others = [event(source=who) for who in ("zhongda", "hub", "nowhere", "XIAOGAN", "")]
    reply, _ = send(town, xiaogan, *as_others)
    assert reply.refused == (0, 1, 2, 3, 4)
    assert town.hub.node.journal.head() == head
    assert sound(town)


def test_what_it_writes_into_others_audiences_does_nothing(town, xiaogan) -> None:
    [[order]] = town.hub.db.sql("SELECT subject FROM journal WHERE subject LIKE 'order/%'")
    before = town.hub.node.state("order", WANG, order)
    into = [
        event(source="xiaogan", type="order.withdrawn", subject=order, audience=f"person:{WANG}"),
        event(source="xiaogan", type="station.revoked", subject="station/zhongda", audience="hub"),
        event(source="xiaogan", type="ticket.called", audience="station:zhongda"),
        event(source="xiaogan", type="made.up", audience="network", subject="made/up"),
        event(source="xiaogan", type="order.placed", audience="everybody", subject="order/1"),
    ]
    send(town, xiaogan, *into[2:])
    assert town.hub.node.state("order", WANG, order) == before
    assert sound(town)


def test_it_reads_only_what_its_station_may_see(town, zhongda, xiaogan) -> None:
    hers = [row for row in town.hub.node.journal.placed(0) if row.source == "zhongda"]
    last = bundle.text(hers[-1].digest)
    for header in (
        {"cursor": 0},
        {"cursor": (1 << 62) - 1},
        {"cursor": 0, "holds": [[hers[0].epoch, 1, 1 << 31, last]]},
        {"cursor": 0, "wants": [[1, 1 << 31]]},
        {"cursor": 1 << 40, "wants": [[1, 1 << 31], [-5, 0]]},
    ):
        _, contents = send(town, xiaogan, **header)
        for one in contents.events:
            assert one.event.audience in ("network", "station:xiaogan"), one.event
        assert contents.keys == [] and contents.held == []


def test_a_chain_that_hangs_in_the_air_is_kept_and_holds_up_nobody(town, zhongda, xiaogan) -> None:
    nowhere = msgspec.json.encode(["prev", bundle.text(digest(b"", b"nothing that was"))])
    head = town.hub.node.journal.head()
    send(town, zhongda, nowhere, event())
    assert town.hub.node.journal.head() >= head + 1
    take_ticket(xiaogan, 7)
    town.exchange(xiaogan)
    assert unsent(xiaogan.node) == 0


def test_her_key_goes_to_no_station_that_has_not_met_her(town, xiaogan) -> None:
    forged = event(
        source="xiaogan", type="person.met", subject=f"person/{WANG}", audience="hub",
        data={"station": "xiaogan"},
    )  # fmt: skip
    _, contents = send(town, xiaogan, forged)
    assert contents.keys == []
    _, contents = send(town, xiaogan, cursor=0)
    assert contents.keys == []


# Numbers and words beyond what a database keeps

HUGE = (1 << 62, 2**63, 2**70, -(2**63) - 1)


@pytest.mark.parametrize("number", HUGE)
@pytest.mark.parametrize("field", ["cursor", "unsent", "number", "disk", "holds", "wants", "at"])
def test_a_number_that_no_database_keeps_is_no_bundle(
    town: Road, zhongda: SyncStation, field: str, number: int
) -> None:
    text = bundle.text(GENESIS)
    value = {"holds": [["ab12", 1, number, text]], "wants": [[1, number]]}.get(field, number)
    before = traces(town)
    lines = [as_json(["at", number]), event(seq=7)] if field == "at" else []
    with pytest.raises(BadBundle):
        send(town, zhongda, *lines, **({} if field == "at" else {field: value}))
    assert traces(town) == before


@pytest.mark.parametrize("text", ["", "AA==", "汉", "A" * 44, "A" * 5000])
def test_a_run_of_held_events_whose_digest_is_none_is_no_bundle(
    town: Road, zhongda: SyncStation, text: str
) -> None:
    with pytest.raises(BadBundle):
        send(town, zhongda, holds=[[zhongda.node.epoch, 1, 1, text]])


@pytest.mark.parametrize("field", ["epoch", "ticket", "version", "clock", "time", "nonce"])
def test_a_word_that_no_database_keeps_is_no_bundle(
    town: Road, zhongda: SyncStation, field: str
) -> None:
    for word in ("a\x00b", "x" * 100_000):
        with pytest.raises(BadBundle):
            send(town, zhongda, **{field: word})


def test_a_loss_is_believed_on_the_hubs_own_word_alone(road: Road) -> None:
    """A stolen station names a hub epoch that never was, to bring what others never wrote."""
    zhongda = road.station("zhongda")
    road.exchange(zhongda)
    zhongda.db.sql("UPDATE known_hub SET epoch = 'never-was'")
    zhongda.db.sql("UPDATE road SET hub = 'never-was', marked = 1000")
    road.hub.exchange(zhongda.request().raw)
    assert not road.hub.contacts()[0].rescue
