"""Erased: her key is gone at every node that learns of it, and no road brings it back.

The journal stays whole: it verifies, rebuilds and has one fingerprint everywhere.
"""

from pathlib import Path

import pytest

from hub import collecting
from sync.bundle import Key
from tests.hub.harbour import Harbour, back_up, paper, put_back, rebuild, secrets_of
from tests.sync.people import private, step
from tests.sync.road import WANG, place_order
from yizhan import registering
from yizhan.checking import verify
from yizhan.errors import Refusal
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.people import commands, finding
from yizhan.services.people import projection as people

CARD = "0003887558"


def give_card(node: Node, number: str = CARD) -> None:
    registering.give_card(node, new_id(), "staff/fang", WANG, number)


def erase(harbour: Harbour) -> None:
    step(harbour.hub.node, commands.erase, WANG, "本人要求")


def whole(harbour: Harbour) -> None:
    """Verify, rebuild and fingerprint are as they are for any other network."""
    harbour.agree()
    for node in (harbour.hub.node, *(one.node for one in harbour.stations.values())):
        assert verify(node).ok, verify(node).sentences
        node.view.rebuild()
    harbour.agree()


def gone(node: Node) -> None:
    assert node.keys.get(WANG) is None and node.keys.is_erased(WANG)
    assert private(node, WANG) == ""
    assert people.called(node.db, WANG) == ""
    assert finding.stopped(node.db, WANG) == "erased"


def test_her_key_goes_at_every_node_that_learns_of_it(harbour: Harbour) -> None:
    place_order(harbour.stations["zhongda"])
    give_card(harbour.hub.node)
    harbour.exchange()
    before = {row.digest for row in harbour.hub.node.journal.placed(0)}
    erase(harbour)
    gone(harbour.hub.node)
    harbour.exchange()
    for station in harbour.stations.values():
        gone(station.node)
        card = people.card(station.db, station.node.keys.hash("card", CARD))
        assert card is not None and (card.called, card.tail, card.blocked) == ("", "", True)
    assert before <= {row.digest for row in harbour.hub.node.journal.placed(0)}, (
        "nothing is cut out"
    )
    whole(harbour)


def test_her_key_is_not_in_the_files_any_more(harbour: Harbour) -> None:
    harbour.exchange()
    key = harbour.hub.node.keys.get(WANG)
    assert key is not None
    erase(harbour)
    harbour.exchange()
    for end in (harbour.hub, harbour.stations["zhongda"]):
        end.node.db.sql("PRAGMA wal_checkpoint(TRUNCATE)")
        path = Path(end.node.db.url)
        for file in path.parent.glob("*"):
            assert not file.is_file() or key not in file.read_bytes(), file


def test_photos_sealed_for_her_open_nowhere(harbour: Harbour) -> None:
    subject = place_order(harbour.stations["zhongda"])
    harbour.exchange()
    node = harbour.stations["zhongda"].node
    box = node.keys.seal_bytes(WANG, b"a picture", subject)
    assert box is not None and node.keys.open_bytes(WANG, box, subject) == b"a picture"
    erase(harbour)
    harbour.exchange()
    for one in (node, harbour.hub.node):
        assert one.keys.open_bytes(WANG, box, subject) is None
        assert one.keys.seal_bytes(WANG, b"another", subject) is None


def test_nobody_writes_anything_sealed_for_her_again(harbour: Harbour) -> None:
    state = harbour.hub.node.state("person", WANG, f"person/{WANG}")
    erase(harbour)
    draft = commands.correct(state, WANG, {}, {"name": "王秀英"})
    with pytest.raises(Refusal):
        harbour.hub.node.record(new_id(), "staff/fang", lambda: draft)
    with pytest.raises(Refusal):
        harbour.hub.node.keys.make(WANG)
    assert harbour.hub.node.keys.get(WANG) is None


def test_a_station_that_comes_late_brings_nothing_back(harbour: Harbour) -> None:
    late = harbour.stations["zhongda"]
    harbour.exchange()
    subject = place_order(late)
    late.node.record(new_id(), "staff/zhou", lambda: people_correct(late.node))
    give_card(late.node, "0003887000")
    erase(harbour)
    harbour.exchange("xiaogan")
    late.refill.keys_wanted = True
    harbour.exchange("zhongda")
    harbour.exchange()
    gone(harbour.hub.node)
    gone(late.node)
    assert harbour.hub.node.state("order", WANG, subject).status == "submitted", "her order is kept"
    assert harbour.hub.node.db.sql("SELECT COUNT(*) FROM offered_key") == [(0,)]
    card = people.card(harbour.hub.db, late.node.keys.hash("card", "0003887000"))
    assert card is not None and card.called == "", "also a card that came after"
    whole(harbour)


def people_correct(node: Node) -> object:
    state = node.state("person", WANG, f"person/{WANG}")
    return commands.correct(state, WANG, {}, {"address": "新家"})


def test_a_hub_from_a_backup_erases_before_it_serves(harbour: Harbour, tmp_path: Path) -> None:
    harbour.exchange()
    kept = secrets_of(harbour)
    key = harbour.hub.node.keys.get(WANG)
    assert key is not None
    kept.seal[WANG] = key
    erase(harbour)
    harbour.exchange()
    made = back_up(harbour, tmp_path / "safe")
    put_back(harbour, made.path, kept)
    gone(harbour.hub.node)
    harbour.exchange()
    gone(harbour.hub.node)
    whole(harbour)


def test_a_hub_from_an_older_backup_knows_of_it_by_the_list_beside(
    harbour: Harbour, tmp_path: Path
) -> None:
    harbour.exchange()
    kept = secrets_of(harbour)
    key = harbour.hub.node.keys.get(WANG)
    assert key is not None
    kept.seal[WANG] = key
    older = back_up(harbour, tmp_path / "safe")
    erase(harbour)
    back_up(harbour, tmp_path / "safe")
    put_back(harbour, older.path, kept)
    assert harbour.hub.node.keys.get(WANG) is None, "not even before a station tells of it"


def test_a_hub_that_forgot_the_erasing_hears_of_it_from_the_first_station(
    harbour: Harbour, tmp_path: Path
) -> None:
    harbour.exchange()
    kept = secrets_of(harbour)
    key = harbour.hub.node.keys.get(WANG)
    assert key is not None
    kept.seal[WANG] = key
    older = back_up(harbour, tmp_path / "safe")
    erase(harbour)
    harbour.exchange()
    put_back(harbour, older.path, kept)
    assert harbour.hub.node.keys.get(WANG) == key
    harbour.exchange("xiaogan")
    gone(harbour.hub.node)
    for _n in range(2):
        harbour.exchange()
    gone(harbour.hub.node)
    whole(harbour)


def test_after_a_total_loss_a_late_station_does_not_bring_her_key_back(harbour: Harbour) -> None:
    harbour.exchange()
    printed = paper(harbour)
    late = harbour.stations["zhongda"]
    erase(harbour)
    harbour.exchange("xiaogan")
    assert late.node.keys.get(WANG) is not None
    harbour.lose_hub()
    rebuild(harbour, printed)
    harbour.exchange()
    collecting.number_all(harbour.hub)
    for _n in range(2):
        harbour.exchange()
    gone(harbour.hub.node)
    gone(late.node)
    assert harbour.hub.node.db.sql("SELECT COUNT(*) FROM offered_key") == [(0,)]
    whole(harbour)


def test_a_key_that_is_offered_again_is_not_kept_for_a_moment(harbour: Harbour) -> None:
    harbour.exchange()
    key = harbour.hub.node.keys.get(WANG)
    assert key is not None
    erase(harbour)
    with harbour.hub.node.writing():
        harbour.hub.recovery.keys.offer("zhongda", [Key(WANG, key)])
        harbour.hub.node.keys.take(WANG, key)
    assert harbour.hub.node.db.sql("SELECT COUNT(*) FROM offered_key") == [(0,)]
    assert harbour.hub.node.keys.get(WANG) is None
