"""A station goes over to a new key: no crash, lost answer or old hub locks it out."""

import secrets
from collections.abc import Callable
from pathlib import Path

import flask
import msgspec
import pytest

from sync import loop, rotation
from sync.bundle import BadBundle
from sync.hub_routes import blueprint
from sync.link import Answered, Link
from sync.rotation import Announced, Announcement
from sync.station import SyncStation
from sync.status import unsent
from sync.trouble import Rejected, Trouble
from tests.sync.road import Road, take_ticket
from yizhan.checking import verify
from yizhan.errors import Refusal
from yizhan.ids import new_id
from yizhan.keys import NETWORK, Signer
from yizhan.services.stations import commands as stations
from yizhan.services.stations.projection import station as station_row


class Spoken(Link):
    """The hub's routes without sockets. `lose` names a path whose answers do not come back."""

    def __init__(self, road: Road) -> None:
        super().__init__("http://127.0.0.1:1")
        self.road, self.lose, self.heard = road, "", list[bytes]()

    def _post(self, path: str, body: bytes) -> Answered:
        app = flask.Flask(__name__)
        app.register_blueprint(blueprint(self.road.hub, "+08:00"))
        found = app.test_client().post(path, data=body)
        self.heard.append(body)
        if self.lose and path.endswith(self.lose):
            raise Trouble("cut")
        return Answered(found.status_code, found.data, 0)


@pytest.fixture
def link(road: Road) -> Spoken:
    return Spoken(road)


@pytest.fixture
def data(road: Road, zhongda: SyncStation, link: Spoken) -> Path:
    """The station's data directory; its key is where the product keeps it."""
    (road.folder / "zhongda.key").rename(road.folder / "signing.key")
    loop.once(zhongda, link, road.folder)
    return road.folder


def key_at_hub(road: Road) -> bytes | None:
    return road.hub.key_of("zhongda")


def exchanges(road: Road, station: SyncStation, link: Spoken, data: Path) -> bool:
    """Whether a new record reaches the hub."""
    take_ticket(station, 1)
    loop.once(station, link, data)
    return unsent(station.node) == 0


def announcement(road: Road, old: Signer, new: Signer, /, **other: str) -> bytes:
    said = Announced("net", "zhongda", secrets.token_hex(4), old.public.hex(), new.public.hex())
    said = msgspec.structs.replace(said, **other)
    signed = said.message(b"rotate")
    return msgspec.json.encode(Announcement(said, old.sign(signed).hex(), new.sign(signed).hex()))


def test_after_a_change_of_keys_only_the_new_one_opens(road, zhongda, link, data) -> None:
    old = Signer(data / "signing.key")
    rotation.begin(data)
    assert exchanges(road, zhongda, link, data)
    assert not rotation.pending(data)
    assert key_at_hub(road) == zhongda.signer.public == Signer(data / "signing.key").public
    assert zhongda.signer.public != old.public
    thief = SyncStation(zhongda.node, old, road.signer.public)
    with pytest.raises(Rejected) as caught:
        loop.exchange_all(thief, link)
    assert caught.value.kind == "key"
    assert verify(road.hub.node).ok


def test_an_answer_that_is_lost_locks_nobody_out(road, zhongda, link, data) -> None:
    rotation.begin(data)
    link.lose = "rotate"
    with pytest.raises(Rejected):
        loop.once(zhongda, link, data)
    assert rotation.pending(data)
    link.lose = ""
    assert exchanges(road, zhongda, link, data)
    rows = road.hub.node.db.sql("SELECT raw FROM journal WHERE subject = 'station/zhongda'")
    assert sum(b"station.rotated" in bytes(row[0]) for row in rows) == 1


def test_a_hub_that_knows_no_such_thing_does_not_stop_the_road(
    road, zhongda, link, data, monkeypatch
) -> None:
    def unknown(*_: object) -> bytes:
        raise BadBundle("never heard of it")

    rotation.begin(data)
    monkeypatch.setattr(rotation, "take", unknown)
    assert exchanges(road, zhongda, link, data)
    assert rotation.pending(data)
    monkeypatch.undo()
    assert exchanges(road, zhongda, link, data)
    assert not rotation.pending(data)


@pytest.mark.parametrize("at", ["unlink", "link", "replace", "fsync"])
def test_a_power_cut_at_any_step_locks_nobody_out(
    road, zhongda, link, data, monkeypatch, at: str
) -> None:
    rotation.begin(data)
    loop.once(zhongda, link, data)
    rotation.begin(data)

    def cut(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    where = Path if at in ("unlink", "replace") else rotation.os
    monkeypatch.setattr(where, at, cut)
    with pytest.raises(KeyboardInterrupt):
        loop.once(zhongda, link, data)
    monkeypatch.undo()
    assert (data / "signing.key").exists()
    assert exchanges(road, road.reopen("zhongda"), link, data)
    assert not rotation.pending(data)


def test_a_hub_from_before_the_change_is_told_again(road, zhongda, link, data) -> None:
    road.hub.db.sql("VACUUM INTO ?", (str(road.folder / "old.db"),))
    rotation.begin(data)
    loop.once(zhongda, link, data)
    road.hub.db.close()
    road.hub = road.open_hub("old")
    assert key_at_hub(road) != zhongda.signer.public
    assert exchanges(road, zhongda, link, data)
    assert key_at_hub(road) == zhongda.signer.public


def test_another_hubs_word_is_not_taken_for_a_confirmation(
    road, zhongda, link, data, tmp_path
) -> None:
    rotation.begin(data)
    genuine = road.hub.signer
    road.hub.signer = Signer(tmp_path / "false.key")
    with pytest.raises((Trouble, Rejected)):
        loop.once(zhongda, link, data)
    assert rotation.pending(data)
    road.hub.signer = genuine
    assert exchanges(road, zhongda, link, data)


def hostile(road: Road, own: Signer, fresh: Signer, stranger: Signer) -> dict[str, bytes]:
    good = msgspec.json.decode(announcement(road, own, fresh))
    return {
        "a stranger's key": announcement(road, stranger, fresh),
        "another station's name": announcement(road, own, fresh, station="xiaogan"),
        "a station that is none": announcement(road, own, fresh, station="nowhere"),
        "another network": announcement(road, own, fresh, network="west"),
        "the same key": announcement(road, own, own),
        "a key named that is not held": announcement(road, own, fresh, new="00" * 32),
        "capitals": announcement(road, own, fresh, new=fresh.public.hex().upper()),
        "no hex": announcement(road, own, fresh, new="zz"),
        "signatures swapped": msgspec.json.encode(
            good | {"by_old": good["by_new"], "by_new": good["by_old"]}
        ),
        "not JSON": b"\x00\xff",
        "deep": b"[" * 100_000,
        "deep within": b'{"by_old":"","more":' + b"[" * 100_000,
        "empty": b"",
        "a list": b"[1, 2]",
    }


def test_who_cannot_sign_with_the_stations_key_changes_nothing(
    road, zhongda, xiaogan, link, data, tmp_path
) -> None:
    own, fresh, stranger = (
        Signer(path) for path in (data / "signing.key", tmp_path / "n", tmp_path / "s")
    )
    before = road.hub.node.journal.head()
    for name, raw in hostile(road, own, fresh, stranger).items():
        with pytest.raises(BadBundle):
            rotation.take(road.hub.node, road.hub.signer, raw)
        assert link._post("/sync/v1/rotate", raw).status == 400, name
    assert road.hub.node.journal.head() == before


def test_an_old_announcement_said_again_changes_nothing(road, zhongda, link, data) -> None:
    rotation.begin(data)
    loop.once(zhongda, link, data)
    [first] = [raw for raw in link.heard if b"by_old" in raw]
    rotation.begin(data)
    loop.once(zhongda, link, data)
    now = key_at_hub(road)
    assert link._post("/sync/v1/rotate", first).status == 400
    assert key_at_hub(road) == now == zhongda.signer.public


def revoke(road: Road) -> None:
    road.hub.node.record(new_id(), "hub", lambda: stations.revoke("zhongda"))


def test_a_revoked_station_is_told_so_and_keeps_what_it_has(road, zhongda, link, data) -> None:
    revoke(road)
    take_ticket(zhongda, 1)
    head = road.hub.node.journal.head()
    with pytest.raises(Rejected, match="已停用这个站点") as caught:
        loop.once(zhongda, link, data)
    assert caught.value.kind == "revoked"
    assert (unsent(zhongda.node), road.hub.node.journal.head()) == (1, head)


def test_who_is_not_the_revoked_station_is_not_told_of_it(road, zhongda, link, data) -> None:
    revoke(road)
    stranger = SyncStation(zhongda.node, Signer(data / "stranger.key"), road.signer.public)
    with pytest.raises(Rejected) as caught:
        loop.exchange_all(stranger, link)
    assert caught.value.kind == "key"


def test_a_revoked_station_cannot_bring_itself_back(road, zhongda, link, data) -> None:
    revoke(road)
    raw = announcement(road, Signer(data / "signing.key"), Signer(data / "new.key"))
    with pytest.raises(Refusal):
        rotation.take(road.hub.node, road.hub.signer, raw)
    assert key_at_hub(road) is None
    row = station_row(road.hub.db, "zhongda")
    assert row is not None and row.public_key == Signer(data / "signing.key").public.hex()


def test_the_operator_takes_in_again_what_a_revoked_station_holds(
    road, zhongda, link, data
) -> None:
    revoke(road)
    take_ticket(zhongda, 1)
    again: Callable[[], object] = lambda: stations.add("zhongda", "中大", "cd")  # noqa: E731
    road.hub.node.record(new_id(), "hub", again)
    state = road.hub.node.state("station", "", "station/zhongda")
    public = Signer(data / "signing.key").public.hex()
    road.hub.node.record(new_id(), "hub", lambda: stations.enrol(state, "cd", public))
    assert exchanges(road, zhongda, link, data)


def test_after_a_change_of_keys_it_comes_back_to_a_hub_that_collects(
    road, zhongda, link, data
) -> None:
    rotation.begin(data)
    assert exchanges(road, zhongda, link, data)
    road.hub = road.open_hub("second")
    zhongda.node.keys.take(NETWORK, road.hub.node.keys.get(NETWORK))
    road.hub.recovery.begin("sheet", collecting=True)
    assert exchanges(road, zhongda, link, data)
    assert road.hub.recovery.admitted("zhongda") == Signer(data / "signing.key").public
