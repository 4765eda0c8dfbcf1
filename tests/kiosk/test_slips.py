"""The check code on a slip names the one event that began it."""

import pytest

from kiosk.check_code import code_of
from kiosk.serving import Kiosk
from tests.kiosk.stations import at_screen, eventually
from tests.kiosk.test_tickets import printed, take_a_number
from yizhan.check_code import ALPHABET, check_code, prefix_of
from yizhan.record import Node


@pytest.mark.parametrize("digest", [bytes(32), b"\xff" * 32, bytes(range(32))])
def test_a_code_gives_back_the_bytes_that_it_was_made_from(digest: bytes) -> None:
    code = check_code(digest)
    assert prefix_of(code) == digest[:5]
    assert len(code) == 9 and set(code) <= {*ALPHABET, "-"}


def test_what_is_misread_is_understood_and_what_is_no_code_is_none() -> None:
    assert prefix_of("o1li-0000") == prefix_of("0111 0000") == prefix_of("01110000")
    assert prefix_of("UUUU-0000") is None
    assert prefix_of("1234-567") is None
    assert prefix_of("1234-5678-9") is None
    assert prefix_of("核对码核对码核对") is None


def test_her_slip_and_the_second_one_carry_the_same_code(kiosk: Kiosk, zhongda: Node) -> None:
    visitor = at_screen(kiosk)
    take_a_number(visitor)
    [row] = zhongda.journal.unplaced()
    code = check_code(row.digest)
    assert code_of(zhongda, row.subject) == code
    eventually(lambda: f"核对码 {code}" in printed(kiosk), "a slip with its code")
    eventually(lambda: kiosk.here.papers.recent()[0].state == "printed", "the printer's word")
    visitor.press("再打一张")
    eventually(lambda: printed(kiosk).count(f"核对码 {code}") == 2, "the second slip")


def test_a_subject_that_nobody_recorded_has_no_code(zhongda: Node) -> None:
    assert code_of(zhongda, "ticket/none") == ""
