"""A hub made again from a backup: refilled by its stations, and giving nothing too early."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub import restoring
from tests.hub.harbour import (
    PRIVATE,
    Harbour,
    back_up,
    journal,
    journal_of,
    put_back,
    secrets_of,
)
from tests.hub.test_doors import hub as door
from tests.hub.test_doors import refused
from tests.sync.road import WANG, place_order, take_ticket
from tests.yizhan.postgres import Postgres, running
from yizhan import escrow
from yizhan.checking import verify
from yizhan.errors import Refusal
from yizhan.fingerprint import fingerprint
from yizhan.ids import new_id
from yizhan.record import opened
from yizhan.services.escrow.projection import held_back
from yizhan.services.orders import commands as orders


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with running() as server:
        yield server


def test_the_older_of_two_backups_is_refilled_by_the_stations(
    harbour: Harbour, tmp_path: Path
) -> None:
    safe = tmp_path / "safe"
    older = back_up(harbour, safe)
    subject = place_order(harbour.stations["zhongda"])
    harbour.exchange()
    harbour.dispatch(subject)
    harbour.exchange()
    newer = back_up(harbour, safe)
    take_ticket(harbour.stations["xiaogan"], 1)
    harbour.exchange()
    lost = set(journal_of(harbour.hub.node))
    assert older.head < newer.head < len(lost)
    put_back(harbour, older.path, secrets_of(harbour))
    assert len(journal(harbour.hub.node)) == older.head + 1, "and that its escrow is held back"
    for _n in range(2):
        harbour.exchange()
    assert lost <= set(journal_of(harbour.hub.node))
    assert harbour.hub.node.state("order", WANG, subject).status == "dispatched"
    harbour.agree()
    assert harbour.hub.recovery.flips() == []
    assert harbour.hub.recovery.backed_up() == older.head
    back_up(harbour, safe)
    contained = harbour.hub.db.sql("SELECT head, contained FROM backup ORDER BY made, head")
    assert (newer.head, older.head) in contained, "what it has beyond is of a hub that is no more"


def test_a_restored_hub_gives_nothing_until_all_have_come_or_a_person_accepts(
    harbour: Harbour, tmp_path: Path
) -> None:
    made = back_up(harbour, tmp_path / "safe")
    put_back(harbour, made.path, secrets_of(harbour))
    node = harbour.hub.node
    assert held_back(node.db) and harbour.hub.recovery.waiting_for() == ["xiaogan", "zhongda"]
    for _n in range(2):
        harbour.exchange("zhongda")
    assert held_back(node.db) and harbour.hub.recovery.waiting_for() == ["xiaogan"]
    for _n in range(2):
        harbour.exchange("xiaogan")
    assert not held_back(node.db) and harbour.hub.recovery.waiting_for() == []
    harbour.hub.recovery.begin("backup", collecting=False)
    assert held_back(node.db)
    assert door("collect", "accept", "--data", str(harbour.data)).returncode == 0
    assert not held_back(node.db)
    harbour.exchange()
    harbour.agree()


def test_a_freeze_of_an_earlier_loss_that_comes_late_holds_nothing_up(
    harbour: Harbour, tmp_path: Path
) -> None:
    """As a second machine brings it back after its twin, and all others, had come."""
    made = back_up(harbour, tmp_path / "safe")
    put_back(harbour, made.path, secrets_of(harbour))
    for _n in range(2):
        harbour.exchange()
    escrow.hold_back(harbour.hub.node)
    assert harbour.hub.recovery.waiting_for() == []
    harbour.exchange("zhongda")
    assert not held_back(harbour.hub.node.db)


def test_what_is_recorded_before_the_restored_hub_serves_is_of_a_new_hub_epoch(
    harbour: Harbour, tmp_path: Path
) -> None:
    """A station has followed the lost hub past the backup: its positions there are void."""
    made = back_up(harbour, tmp_path / "safe")
    for number in range(1, 4):
        take_ticket(harbour.stations["zhongda"], number)
        harbour.exchange()
    kept = secrets_of(harbour)
    harbour.lose_hub()
    harbour.data = tmp_path / "again"
    restoring.restore(harbour.data, kept, made.path, "")
    done = door("station", "add", "east", "--name", "东埠驿站", "--data", str(harbour.data))
    assert done.returncode == 0, done.stderr
    harbour.hub = harbour.open_hub(harbour.data)
    for _n in range(2):
        harbour.exchange()
    harbour.agree()
    assert verify(harbour.hub.node).ok
    held = {row.digest for row in harbour.stations["zhongda"].node.journal.placed(0)}
    assert len(held) >= 3 and held <= set(journal_of(harbour.hub.node))


def test_what_was_decided_otherwise_before_the_stations_came_back_is_listed(
    harbour: Harbour, tmp_path: Path
) -> None:
    """The dispatcher gives 王阿姨's order to 张 again, before 中大 brings 李's back."""
    subject = place_order(harbour.stations["zhongda"])
    harbour.exchange()
    made = back_up(harbour, tmp_path / "safe")
    harbour.dispatch(subject, "li")
    harbour.exchange()
    put_back(harbour, made.path, secrets_of(harbour))
    harbour.dispatch(subject, "zhang")
    node = harbour.hub.node
    state = node.state("order", WANG, subject)
    node.record(new_id(), "staff/zhang", lambda: orders.accept(state, subject, "zhang"))
    harbour.exchange()
    assert harbour.hub.node.state("order", WANG, subject).partner == "zhang"
    [flip] = harbour.hub.recovery.flips()
    assert (flip.type, flip.subject, flip.actor) == ("order.dispatched", subject, "staff/fang")
    told = door("flips", "--data", str(harbour.data))
    assert subject in told.stdout and flip.reason in told.stdout
    harbour.exchange()
    harbour.agree()


def test_an_image_put_back_by_hand_asks_for_keys_and_lists_what_flipped(
    harbour: Harbour, tmp_path: Path
) -> None:
    """Nobody ran restore: the stations' memory is enough to know that something is lost."""
    image = tmp_path / "image.db"
    harbour.hub.db.sql("VACUUM INTO ?", (str(image),))
    subject = place_order(harbour.stations["zhongda"])
    harbour.exchange()
    harbour.hub.db.close()
    for path in harbour.data.glob("yizhan.db*"):
        path.unlink()
    image.rename(harbour.data / "yizhan.db")
    harbour.hub = harbour.open_hub(harbour.data)
    harbour.hub.db.sql("DELETE FROM seal_key WHERE owner = ?", (WANG,))
    for _n in range(2):
        harbour.exchange()
    row = harbour.hub.recovery.row()
    assert row is not None and row.how == "found"
    assert harbour.hub.node.keys.get(WANG) is not None
    assert harbour.hub.node.state("order", WANG, subject).status == "submitted"
    harbour.agree()


def test_her_key_comes_back_though_her_station_has_nothing_to_send(
    harbour: Harbour, tmp_path: Path
) -> None:
    made = back_up(harbour, tmp_path / "safe")
    put_back(harbour, made.path, secrets_of(harbour))
    node = harbour.hub.node
    assert opened(node, "person", WANG, f"person/{WANG}", "name") == ""
    harbour.exchange()
    assert opened(node, "person", WANG, f"person/{WANG}", "name") == PRIVATE["name"]


def test_restore_takes_an_empty_place_only(harbour: Harbour, tmp_path: Path) -> None:
    made = back_up(harbour, tmp_path / "safe")
    kept = secrets_of(harbour)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter").write_text("dear")
    with pytest.raises(Refusal, match="不是空的"):
        restoring.restore(tmp_path / "full", kept, made.path, "")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter"]
    with pytest.raises(Refusal, match="没有动它"):
        restoring.restore(tmp_path / "new", kept, made.path, str(harbour.data / "yizhan.db"))
    assert not (tmp_path / "new").exists()
    assert verify(harbour.hub.node).ok


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("restore", "x.yzb", "--data", "new"), "--from-sheet"),
        (("restore", "--data", "new", "--keys", "k"), "--passphrase-stdin"),
        (("restore", "--data", "new", "--keys", "k", "--passphrase-stdin", "--from-sheet"), "密钥"),
        (("backup", "safe", "--keys", "k"), "要一起写"),
    ],
)
def test_a_restore_without_keys_is_written_wrongly(words: tuple[str, ...], sentence: str) -> None:
    refused(door(*words), 2, sentence)


@pytest.mark.postgres
@pytest.mark.parametrize("to", ["sqlite", "postgres"])
def test_a_hub_on_postgresql_is_backed_up_and_restored(
    to: str, postgres: Postgres, tmp_path: Path
) -> None:
    harbour = Harbour(tmp_path, postgres.database())
    for code in ("zhongda", "xiaogan"):
        harbour.enrol(code)
    harbour.register_wang("zhongda")
    harbour.exchange()
    subject = place_order(harbour.stations["zhongda"])
    harbour.exchange()
    made = back_up(harbour, tmp_path / "safe")
    before, kept, old = journal(harbour.hub.node), secrets_of(harbour), harbour.found.database
    ticket = take_ticket(harbour.stations["xiaogan"], 3)
    harbour.exchange()
    with pytest.raises(Refusal, match="没有动它"):
        restoring.restore(tmp_path / "same", kept, made.path, old)
    put_back(harbour, made.path, kept, postgres.database() if to == "postgres" else "")
    assert journal(harbour.hub.node)[: made.head] == before
    assert harbour.hub.node.db.postgres == (to == "postgres")
    for _n in range(2):
        harbour.exchange()
    assert harbour.hub.node.state("order", WANG, subject).status == "submitted"
    assert ticket in {row.subject for row in harbour.hub.node.journal.placed(0)}
    harbour.agree()
    assert verify(harbour.hub.node).ok
    harbour.close()


@pytest.mark.postgres
def test_a_backup_from_sqlite_makes_a_hub_on_postgresql(
    harbour: Harbour, postgres: Postgres, tmp_path: Path
) -> None:
    place_order(harbour.stations["zhongda"])
    harbour.exchange()
    made = back_up(harbour, tmp_path / "safe")
    before, folded = journal(harbour.hub.node), fingerprint(harbour.hub.node)
    put_back(harbour, made.path, secrets_of(harbour), postgres.database())
    assert journal(harbour.hub.node)[: made.head] == before
    assert fingerprint(harbour.hub.node, made.head) == folded
    harbour.exchange()
    harbour.agree()
