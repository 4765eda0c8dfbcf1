"""Identifiers: UUIDv7 by its standard, in order of time, and nothing else passes for one."""

import time
import uuid

import pytest

from yizhan.ids import new_epoch, new_id, valid_id


def test_an_id_is_a_uuid_of_version_7_with_the_time_in_front() -> None:
    before = time.time_ns() // 1_000_000
    found = uuid.UUID(new_id())
    assert (found.version, found.variant) == (7, uuid.RFC_4122)
    assert before <= found.int >> 80 <= time.time_ns() // 1_000_000


def test_ids_do_not_repeat_and_later_ones_sort_later() -> None:
    first = [new_id() for _ in range(2000)]
    time.sleep(0.002)
    assert len(set(first)) == 2000 and max(first) < new_id()
    assert len({new_epoch() for _ in range(2000)}) == 2000


@pytest.mark.parametrize(
    "text",
    ["", "0" * 31, "0" * 33, "G" * 32, "A" * 32, "0" * 32 + "\n", "../" + "0" * 29, "零" * 32],
)
def test_what_a_browser_may_send_instead_is_no_id(text: str) -> None:
    assert not valid_id(text)
    assert valid_id(new_id())
