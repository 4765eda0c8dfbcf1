"""Keys: what is sealed opens only in its place and with its key; files are private."""

import stat
from pathlib import Path

import pytest

from tests.yizhan.nodes import KEY, WANG, make_node
from yizhan.errors import Corrupt
from yizhan.keys import NETWORK, Keyring, Signer, fingerprint, verify, write_private
from yizhan.record import Node


@pytest.fixture
def keys(zhongda: Node) -> Keyring:
    return zhongda.keys


def test_what_was_sealed_opens_in_its_place_only(keys: Keyring) -> None:
    sealed = keys.seal(WANG, {"name": "王秀英", "phone": ""}, "person/wang")
    assert keys.open(WANG, "name", sealed["name"], "person/wang") == "王秀英"
    assert keys.open(WANG, "phone", sealed["phone"], "person/wang") == ""
    assert keys.open(WANG, "phone", sealed["name"], "person/wang") == ""
    assert keys.open(WANG, "name", sealed["name"], "person/li") == ""


def test_the_same_text_is_never_sealed_the_same(keys: Keyring) -> None:
    one, two = (keys.seal(WANG, {"name": "王秀英"}, "p")["name"] for _ in range(2))
    assert one != two


@pytest.mark.parametrize("sealed", ["", "AAAA", "no base64!", "王"])
def test_what_is_no_box_opens_to_nothing(keys: Keyring, sealed: str) -> None:
    keys.make(WANG)
    assert keys.open(WANG, "name", sealed, "p") == ""


def test_without_the_key_there_is_nothing(keys: Keyring, xiaogan: Node) -> None:
    sealed = keys.seal(WANG, {"name": "王秀英"}, "p")["name"]
    assert xiaogan.keys.open(WANG, "name", sealed, "p") == ""
    xiaogan.keys.take(WANG, keys.make(WANG))
    assert xiaogan.keys.open(WANG, "name", sealed, "p") == "王秀英"


def test_a_key_destroyed_by_another_process_opens_nothing_any_more(
    keys: Keyring, tmp_path: Path
) -> None:
    sealed = keys.seal(WANG, {"name": "王秀英"}, "p")["name"]
    assert keys.open(WANG, "name", sealed, "p") == "王秀英"
    other = make_node(tmp_path, "zhongda")
    other.db.sql("DELETE FROM seal_key WHERE owner = ?", (WANG,))
    assert keys.open(WANG, "name", sealed, "p") == ""


def test_the_first_key_of_a_person_stays(keys: Keyring) -> None:
    first = keys.make(WANG)
    keys.take(WANG, b"x" * 32)
    assert keys.get(WANG) == keys.make(WANG) == first and len(first) == 32


def test_the_key_of_another_network_is_not_taken(keys: Keyring) -> None:
    keys.take(NETWORK, KEY)
    with pytest.raises(Corrupt, match="另一个网络"):
        keys.take(NETWORK, b"x" * 32)
    assert keys.get(NETWORK) == KEY


def test_a_card_has_the_same_hash_at_every_station_and_another_in_another_network(
    keys: Keyring, xiaogan: Node, tmp_path: Path
) -> None:
    assert keys.hash("card", "0003887558") == xiaogan.keys.hash("card", "0003887558")
    assert keys.hash("card", "0003887558") != keys.hash("card", "0003887559")
    assert keys.hash("card", "0003887558") != keys.hash("pin", "0003887558")
    xiaogan.db.sql("UPDATE seal_key SET key = zeroblob(32)")
    assert keys.hash("card", "0003887558") != xiaogan.keys.hash("card", "0003887558")


def test_a_node_keeps_its_signing_key_and_signs_with_it(tmp_path: Path) -> None:
    path = tmp_path / "signing.key"
    signature = Signer(path).sign(b"42 records")
    public = Signer(path).public
    assert verify(public, signature, b"42 records")
    assert not verify(public, signature, b"43 records")
    assert not verify(public, signature[:-1], b"42 records")
    assert not verify(b"short", signature, b"42 records")
    assert not verify(Signer(tmp_path / "other.key").public, signature, b"42 records")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(fingerprint(public)) == 20


def test_a_damaged_signing_key_is_said_and_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "signing.key"
    path.write_bytes(b"half a k")
    with pytest.raises(Corrupt, match=r"signing\.key"):
        Signer(path)
    assert path.read_bytes() == b"half a k"


def test_a_private_file_is_replaced_whole_and_what_a_crash_left_is_in_nobodys_way(
    tmp_path: Path,
) -> None:
    path = tmp_path / "settings.json"
    (tmp_path / "settings.json.new").write_bytes(b"left by a crash, readable by all")
    write_private(path, b"one")
    write_private(path, b"two")
    assert path.read_bytes() == b"two" and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["settings.json"]
