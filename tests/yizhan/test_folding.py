"""Runs that stand or fall together, wherever their events lie; and nothing ever raises."""

import msgspec

from yizhan.events import Event
from yizhan.folding import INCOMPLETE, Folder, SetAside, runs
from yizhan.mechanisms import REGISTRY

TAKEN = b'{"number":1,"day":"2026-11-23","service":"mending","job":"button","price_fen":200}'


def event(number: int = 1, batch: str = "", size: int = 0, **fields: object) -> Event:
    """A ticket taken at zhongda, but for what the test says."""
    given: dict[str, object] = {
        "type": "ticket.taken",
        "source": "zhongda",
        "epoch": "e",
        "audience": "station:zhongda",
        "actor": "staff/li",
        "clock": "synced",
        "time": "2026-11-23T09:00:00+08:00",
        "seq": number,
        "id": f"{number:032x}",
        "subject": f"ticket/{number}",
        "data": msgspec.Raw(TAKEN),
        "batch": batch,
        "batch_size": size,
    }
    return Event(**(given | fields))  # type: ignore[arg-type]


def test_an_event_alone_is_a_run_and_a_batch_counts_where_its_last_event_lies() -> None:
    events = [event(1, "a", 2), event(2), event(3, "b", 2), event(4, "a", 2), event(5, "b", 2)]
    assert runs(events) == [[1], [0, 3], [2, 4]]


def test_what_is_incomplete_comes_at_the_end() -> None:
    assert runs([event(1, "a", 3), event(2, "a", 3), event(3)]) == [[2], [0, 1]]


def test_a_batch_is_closed_when_it_is_whole_and_more_of_its_name_begins_another() -> None:
    assert runs([event(n, "a", 2) for n in range(1, 6)]) == [[0, 1], [2, 3], [4]]


def test_one_batch_has_one_source_one_epoch_and_one_audience() -> None:
    others = ({"source": "xiaogan"}, {"epoch": "f"}, {"audience": "station:xiaogan"})
    for other in others:
        assert runs([event(1, "a", 2), event(2, "a", 2, **other)]) == [[0], [1]]


def test_an_incomplete_batch_is_set_aside_for_that_reason_whatever_else_is_wrong() -> None:
    states: dict[object, object] = {}
    folder = Folder(states, REGISTRY.fold_of)  # type: ignore[arg-type]
    assert folder.run([event(1, "a", 2, type="ticket.finished")]) == INCOMPLETE
    assert folder.run([event(1, size=2)]) == INCOMPLETE
    assert not states


def test_one_bad_event_sets_the_whole_batch_aside() -> None:
    states: dict[object, object] = {}
    folder = Folder(states, REGISTRY.fold_of)  # type: ignore[arg-type]
    outcome = folder.run([event(1, "a", 2), event(2, "a", 2, type="ticket.called")])
    assert outcome == SetAside("没有这个号")
    assert not states


def test_what_cannot_be_read_says_which_way_it_cannot() -> None:
    reasons = {
        "一种": event(subject="chair/1"),
        "type": event(type="ticket.sung"),
        "audience": event(audience="network"),
        "shape": event(data=msgspec.Raw(b'{"number":"one"}')),
        "utf-8": event(data=msgspec.Raw(TAKEN.replace(b"mending", b"\xff"))),
        "depth": event(
            subject="listing/x",
            type="listing.published",
            audience="network",
            data=msgspec.Raw(
                b'{"kind":"k","code":"c","fields":{"a":' + b"[" * 3000 + b"]" * 3000 + b"}}"
            ),
        ),
        "large": event(data=msgspec.Raw(TAKEN.replace(b"200", b"9" * 30))),
    }
    found = {name: REGISTRY.fold_of(one) for name, one in reasons.items()}
    assert all(isinstance(outcome, SetAside) for outcome in found.values()), found
    assert found["audience"] == SetAside("记录的去向与它的种类不符")
    assert found["type"] == SetAside("这台设备还不认识这种记录，升级后会重新处理")
    assert found["utf-8"] == SetAside("记录的内容读不懂")
