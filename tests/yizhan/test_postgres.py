"""The hub on PostgreSQL: the same tests as on SQLite, and several writers at once."""

import inspect
import random
import string
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.yizhan import test_fingerprint, test_following, test_reactions, test_record, test_view
from tests.yizhan.nodes import counted, drafts_of, dump, make_node, record, take
from tests.yizhan.postgres import Postgres, running
from tests.yizhan.test_folding import event
from tests.yizhan.test_view import number_all
from yizhan import events
from yizhan.checking import verify
from yizhan.errors import Unreachable
from yizhan.journal import Arriving
from yizhan.mechanisms import REGISTRY
from yizhan.record import Node

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running() as server:
        yield server


@pytest.fixture
def url(postgres: Postgres) -> str:
    return postgres.database()


@pytest.fixture
def hub(url: str, tmp_path: Path) -> Iterator[Node]:
    node = make_node(tmp_path, "hub", url=url)
    yield node
    node.db.close()


def of_the_hub(module: Any) -> dict[str, Any]:
    """The tests of a module that have a hub; here it is the one above."""
    return {
        name: test
        for name, test in vars(module).items()
        if name.startswith("test_") and "hub" in inspect.signature(test).parameters
    }


for module in (test_record, test_reactions, test_view, test_following, test_fingerprint):
    globals().update(of_the_hub(module))


def test_several_writers_leave_no_gap_and_nothing_comes_late(url: str, tmp_path: Path) -> None:
    """Two number what stations sent, two record at the hub; a reader never misses anything."""
    stations = [make_node(tmp_path, code) for code in ("zhongda", "xiaogan")]
    for station in stations:
        for number in range(60):
            take(station, number)
    nodes = [make_node(tmp_path, "hub", url=url) for _ in range(5)]
    over, found, errors = threading.Event(), [], []

    def number(node: Node, station: Node) -> None:
        rows = [Arriving.read(row.prev, row.raw) for row in station.journal.unplaced()]
        for start in range(0, len(rows), 3):
            with node.writing():
                node.number(rows[start : start + 3])

    def write(node: Node) -> None:
        for n in range(30):
            take(node, n)
            record(node, drafts_of([f"{node.epoch}{n}{letter}" for letter in "ab"], "hub"))

    def read(node: Node) -> None:
        last = 0
        while not over.is_set():
            rows = node.journal.placed(last, 50)
            found.extend(row.position for row in rows)
            last = rows[-1].position or 0 if rows else last
            if found != list(range(1, last + 1)):
                errors.append(f"late or missing before {last}")
                return

    def run(work: Any, *given: Any) -> None:
        try:
            work(*given)
        except Exception as error:  # mouth of a loop: a thread's error is the test's
            errors.append(repr(error))
        given[0].db.close()

    work = [(number, nodes[0], stations[0]), (number, nodes[1], stations[1])]
    threads = [threading.Thread(target=run, args=one) for one in work]
    threads += [threading.Thread(target=run, args=(write, node)) for node in nodes[2:4]]
    reader = threading.Thread(target=run, args=(read, nodes[4]))
    for thread in (reader, *threads):
        thread.start()
    for thread in threads:
        thread.join()
    time.sleep(0.1)
    over.set()
    reader.join()
    assert errors == []
    last = make_node(tmp_path, "hub", url=url)
    head = last.journal.head()
    assert head == counted(last) == 60 + 60 + 2 * 90
    assert [row.position for row in last.journal.placed(0, head)] == list(range(1, head + 1))
    assert len({row.digest for row in last.journal.placed(0, head)}) == head
    assert verify(last).ok, verify(last).sentences
    for node in (last, *nodes):
        node.db.close()


def test_hubs_that_start_at_once_make_the_tables_once(url: str, tmp_path: Path) -> None:
    errors: list[str] = []

    def start() -> None:
        try:
            make_node(tmp_path, "hub", url=url).db.close()
        except Exception as error:  # mouth of a loop: a thread's error is the test's
            errors.append(repr(error))

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def extremes(kind: str, type_: str, chance: random.Random) -> Iterator[bytes]:
    """Events of a type whose every text is long and every number large, or neither."""
    data = REGISTRY.kinds[kind].types[type_]
    scope = REGISTRY.kinds[kind].scope
    audience = f"{scope}:x" if scope in ("station", "person") else scope
    for length, number in ((150, 2**31 - 1), (150, -(2**31)), (3000, 1), (3, 2**31), (3, 10**30)):
        fields: dict[str, Any] = {}
        for field in msgspec.structs.fields(data):
            text = "".join(chance.choices(string.ascii_letters + "王阿姨", k=length))
            info = str(field.type)
            fields[field.name] = number if "int" in info else text
            if "bool" in info:
                fields[field.name] = True
            if "dict" in info:
                fields[field.name] = {text: number}
            if "tuple" in info:
                fields[field.name] = [text]
        subject = f"{kind}/{chance.getrandbits(64):x}"
        raw = msgspec.Raw(msgspec.json.encode(fields))
        one = event(1, type=type_, audience=audience, subject=subject, data=raw)
        one = msgspec.structs.replace(one, id=f"{chance.getrandbits(128):032x}")
        yield events.encode(one)


def test_no_number_and_no_text_of_an_event_holds_up_the_hub(
    hub: Node, chance: random.Random
) -> None:
    raws = [
        raw
        for kind in REGISTRY.kinds.values()
        for type_ in kind.types
        for raw in extremes(kind.name, type_, chance)
    ]
    number_all(hub, raws)
    # The hub may answer some of them with events of its own.
    assert {row.raw for row in hub.journal.placed(0, 1 << 31)} >= set(raws)
    assert hub.journal.head() >= len(raws) > 100
    before = dump(hub)
    assert len(before['"ticket"']) == 2 and len(before['"orders"']) == 2
    hub.view.rebuild()
    assert dump(hub) == before


def test_a_server_that_is_gone_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(Unreachable):
        make_node(tmp_path, "hub", url=f"postgresql://postgres:@/none?host={tmp_path}")
