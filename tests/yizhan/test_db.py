"""The database: what was committed is on the disk, and its errors are ours."""

import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import peewee
import pytest

from tests.yizhan.nodes import counted, make_node, take
from yizhan.checking import verify
from yizhan.db import PRAGMAS, Db
from yizhan.errors import Corrupt, Unreachable
from yizhan.record import Node

CHILD = """
import sys
from pathlib import Path
from tests.yizhan.nodes import make_node, take, BUTTON, record
from yizhan.ids import new_id
from yizhan.services.tickets import commands as tickets

node = make_node(Path(sys.argv[1]), "zhongda")
print("ready", flush=True)
while True:
    forms = [new_id() for _ in range(3)]
    take(node, 1, forms[0])
    print(forms[0], flush=True)
    draft = [tickets.take(f"ticket/{form}", "zhongda", BUTTON) for form in forms[1:]]
    batch = record(node, draft)
    print(batch.events[1].id, flush=True)
"""


def test_a_station_commits_to_the_disk_before_it_says_so(zhongda: Node) -> None:
    found = {name: zhongda.db.sql(f"PRAGMA {name}")[0][0] for name in PRAGMAS}
    assert found == {**PRAGMAS, "synchronous": 2}


@pytest.mark.parametrize("kill_after_s", [0.05, 0.2, 0.31, 0.43])
def test_a_power_cut_loses_nothing_that_was_recorded(tmp_path: Path, kill_after_s: float) -> None:
    words = [sys.executable, "-c", CHILD, str(tmp_path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None and child.stdout.readline() == "ready\n"
        time.sleep(kill_after_s)
        child.send_signal(signal.SIGKILL)
        said = [line for line in child.stdout.read().split("\n") if len(line) == 32]
    node = make_node(tmp_path, "zhongda")
    assert node.db.sql("PRAGMA quick_check") == [("ok",)]
    held = {row.id for row in node.journal.after(0, 1 << 20)}
    assert said and set(said) <= held
    assert len(held) - len(said) <= len(said) // 2 + 3, "a batch of two says one of its ids"
    assert verify(node).ok
    take(node)
    assert verify(node).ok


def test_an_error_rolls_everything_back(zhongda: Node) -> None:
    with pytest.raises(ZeroDivisionError), zhongda.writing():
        take(zhongda)
        raise ZeroDivisionError
    assert counted(zhongda) == 0


def test_an_error_inside_cannot_be_passed_over(zhongda: Node) -> None:
    with pytest.raises(RuntimeError, match="passed over"), zhongda.writing():
        take(zhongda)
        try:
            with zhongda.db.writing():
                zhongda.journal.set_head(99)
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
    assert counted(zhongda) == 0 and zhongda.journal.head() == 0
    take(zhongda)
    assert counted(zhongda) == 1, "the next transaction begins anew"


def test_threads_write_one_after_the_other_and_read_at_once(zhongda: Node) -> None:
    def work(number: int) -> None:
        for _ in range(10):
            take(zhongda, number)
        zhongda.db.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted(zhongda) == 40
    assert [row.seq for row in zhongda.journal.after(0)] == list(range(1, 41))
    assert verify(zhongda).ok


def test_a_database_that_another_holds_is_unreachable_for_now(
    zhongda: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PRAGMAS, "busy_timeout", 50)
    other = Db(zhongda.db.url, "net")
    with zhongda.db.writing(), pytest.raises(Unreachable):
        other.sql("UPDATE head SET head = 5")
    assert zhongda.journal.head() == 0


def test_a_full_disk_is_unreachable_and_loses_nothing(zhongda: Node) -> None:
    take(zhongda)
    [(pages,)] = zhongda.db.sql("PRAGMA page_count")
    zhongda.db.sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Unreachable, match="写不进去"):
        for number in range(1000):
            take(zhongda, number)
    held = counted(zhongda)
    zhongda.db.sql("PRAGMA max_page_count = 1000000")
    take(zhongda)
    assert counted(zhongda) == held + 1 and verify(zhongda).ok


def test_a_damaged_file_is_corrupt(tmp_path: Path) -> None:
    path = tmp_path / "zhongda.db"
    node = make_node(tmp_path, "zhongda")
    for number in range(50):
        take(node, number)
    node.db.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    node.db.close()
    with path.open("r+b") as file:
        for page in range(2, path.stat().st_size // 4096):
            file.seek(page * 4096)
            file.write(b"\xa5" * 4096)
    with pytest.raises(Corrupt, match="损坏"):
        make_node(tmp_path, "zhongda").journal.after(0)


def test_a_file_that_is_no_database_is_corrupt(tmp_path: Path) -> None:
    (tmp_path / "zhongda.db").write_bytes(b"no database, but long enough to be read as one" * 99)
    with pytest.raises(Corrupt):
        make_node(tmp_path, "zhongda")


def test_what_breaks_a_rule_of_a_table_is_our_mistake_and_no_damage(zhongda: Node) -> None:
    statement = "INSERT INTO head (network, head) VALUES (?, ?)"
    with pytest.raises(peewee.IntegrityError):
        zhongda.db.many(statement, [("net", 1)])
    with pytest.raises(peewee.IntegrityError):
        zhongda.db.sql(statement, ("net", 1))


def test_two_networks_share_a_database_and_see_only_their_own(tmp_path: Path, hub: Node) -> None:
    other = make_node(tmp_path, "hub")
    other.db.network = other.network = "east"
    other = Node(other.db, hub.registry, "hub", hub.clock)
    take(hub, 1)
    take(other, 2)
    assert (hub.journal.head(), other.journal.head()) == (1, 1)
    assert len(hub.journal.after(0)) == len(other.journal.after(0)) == 1
    assert hub.view.rebuild() == 1 and verify(other).ok and verify(hub).ok


def test_a_copy_of_the_files_of_a_running_station_opens(zhongda: Node, tmp_path: Path) -> None:
    take(zhongda)
    for suffix in ("", "-wal"):
        shutil.copy(f"{zhongda.db.url}{suffix}", tmp_path / f"copy.db{suffix}")
    with sqlite3.connect(tmp_path / "copy.db") as copy:
        assert copy.execute("SELECT COUNT(*) FROM journal").fetchone() == (1,)
