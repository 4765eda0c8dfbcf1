"""How a station joins, and who does not."""

import pytest

from sync import enrolment
from sync.enrolment import Asking, Welcome
from sync.station import SyncStation
from tests.sync.road import Road
from yizhan.errors import Refusal
from yizhan.ids import new_id
from yizhan.keys import Signer, fingerprint
from yizhan.services.stations import commands as stations

SECRET = "0123456789abcdef0123"


@pytest.fixture
def chawan(road: Road) -> tuple[str, str]:
    """茶湾's public key, and the proof that it has the code."""
    hashed = enrolment.secret_hash(SECRET)
    road.hub.node.record(new_id(), "hub", lambda: stations.add("chawan", "茶湾", hashed))
    public = Signer(road.folder / "chawan.key").public.hex()
    return public, enrolment.prove(hashed, public)


def code_for(road: Road) -> enrolment.Code:
    text = enrolment.make_code("http://hub", fingerprint(road.signer.public), "chawan", SECRET)
    return enrolment.read_code(f"  {text}\n")


def test_a_code_lets_one_station_in_and_gives_it_the_networks_key(road, chawan) -> None:
    public, proof = chawan
    box = road.hub.enrol(Asking("chawan", public, proof), "+08:00")
    welcome = enrolment.open_welcome(code_for(road), public, box)
    assert welcome.hub_key == road.signer.public.hex()
    assert bytes.fromhex(welcome.network_key) == road.hub.node.keys.get("network")
    assert road.hub.key_of("chawan") == bytes.fromhex(public)


def test_a_code_is_used_once(road, chawan) -> None:
    public, proof = chawan
    road.hub.enrol(Asking("chawan", public, proof), "+08:00")
    with pytest.raises(Refusal):
        road.hub.enrol(Asking("chawan", public, proof), "+08:00")


@pytest.mark.parametrize("proof", ["", "00" * 32, "汉字"])
def test_without_the_secret_nobody_comes_in(road, chawan, proof) -> None:
    with pytest.raises(Refusal):
        road.hub.enrol(Asking("chawan", chawan[0], proof), "+08:00")
    assert road.hub.key_of("chawan") in (None, b"")


def test_an_unknown_station_is_refused(road) -> None:
    with pytest.raises(Refusal):
        road.hub.enrol(Asking("elsewhere", "00", "00"), "+08:00")


def test_a_false_hub_is_found_by_its_key(road, chawan, tmp_path) -> None:
    public, _ = chawan
    false = Welcome("net", Signer(tmp_path / "false.key").public.hex(), "00" * 32, "+08:00")
    asking = Asking("chawan", public, "")
    box = enrolment.seal_welcome(enrolment.secret_hash(SECRET), asking, false)
    with pytest.raises(Refusal, match="密钥与入网码不符"):
        enrolment.open_welcome(code_for(road), public, box)


def test_an_answer_from_somebody_without_the_secret_is_refused(road, chawan) -> None:
    public, proof = chawan
    other = enrolment.secret_hash("another secret")
    welcome = Welcome("net", road.signer.public.hex(), "00" * 32, "+08:00")
    box = enrolment.seal_welcome(other, Asking("chawan", public, proof), welcome)
    with pytest.raises(Refusal):
        enrolment.open_welcome(code_for(road), public, box)


@pytest.mark.parametrize("text", ["", "YZ1-", "YZ1-abc", "hello", "YZ1-" + "A" * 999])
def test_a_damaged_code_is_refused_in_words(text) -> None:
    with pytest.raises(Refusal, match="入网码不完整"):
        enrolment.read_code(text)


def test_an_enrolled_station_exchanges(road: Road, zhongda: SyncStation) -> None:
    assert road.exchange(zhongda) == 2
