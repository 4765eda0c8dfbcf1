"""The ID card reader: frames to the letter of the vectors, one reading a card, and no photo."""

import random
from pathlib import Path

import pytest

from kiosk.devices import sam
from kiosk.devices.id_reader import DEAD, IdReader
from kiosk.devices.pretend_sam import text_of
from kiosk.devices.sam import Answer, Answers, IdCard

VECTOR = (Path(__file__).parent / "sam_read_vector.bin").read_bytes()
WANG = IdCard("王测试", "female", 1949, "11010519491231002X")


@pytest.mark.parametrize(
    ("command", "wire"),
    [
        (sam.FIND, "AA AA AA 96 69 00 03 20 01 22"),
        (sam.SELECT, "AA AA AA 96 69 00 03 20 02 21"),
        (sam.READ, "AA AA AA 96 69 00 03 30 01 32"),
    ],
)
def test_requests_are_those_of_the_standard(command: bytes, wire: str) -> None:
    assert sam.request(command) == bytes.fromhex(wire)


@pytest.mark.parametrize(
    ("wire", "status"),
    [
        ("AA AA AA 96 69 00 08 00 00 9F 00 00 00 00 97", 0x9F),
        ("AA AA AA 96 69 00 04 00 00 80 84", 0x80),
        ("AA AA AA 96 69 00 04 00 00 81 85", 0x81),
        ("AA AA AA 96 69 00 04 00 00 41 45", 0x41),
        ("AA AA AA 96 69 00 04 00 00 91 95", 0x91),
    ],
)
def test_answers_are_read_as_they_come_byte_by_byte(wire: str, status: int) -> None:
    answers = Answers()
    found = [one for byte in bytes.fromhex(wire) for one in answers.feed(bytes([byte]))]
    assert [one.status for one in found] == [status]


def test_a_card_is_read_and_its_photo_is_not() -> None:
    (answer,) = Answers().feed(VECTOR)
    assert answer.status == sam.OK
    found = sam.card(answer.data)
    assert found == WANG
    assert repr(found) == "IdCard(…)", "nothing of a card gets into a log by mistake"


def test_a_broken_frame_is_dropped_and_the_next_one_counts() -> None:
    broken = VECTOR[:-1] + bytes([VECTOR[-1] ^ 1])
    found = Answers().feed(b"\x00noise" + broken + VECTOR)
    assert [sam.card(one.data) for one in found] == [WANG]


def test_noise_of_any_kind_never_raises() -> None:
    chance = random.Random(7)
    answers = Answers()
    for _ in range(300):
        for one in answers.feed(chance.randbytes(chance.randrange(80)) + sam.PREAMBLE * 2):
            sam.card(one.data)


@pytest.mark.parametrize(
    "data", [b"", b"\x01\x00", bytes(2000), b"\x01\x00\x04\x00" + b"\xff" * 256]
)
def test_a_layout_that_we_do_not_know_is_no_card(data: bytes) -> None:
    assert sam.card(data) is None


def test_a_residence_card_of_a_foreigner_has_its_own_places() -> None:
    text = [" "] * 128
    for at, said in (
        (60, "2"),
        (61, "CHN110549123102"),
        (79, "王外国"),
        (110, "19491231"),
        (124, "I"),
    ):
        text[at : at + len(said)] = said
    data = b"\x01\x00\x04\x00" + "".join(text).encode("utf-16-le") + bytes(1024)
    assert sam.card(data) == IdCard("王外国", "female", 1949, "CHN110549123102")


class Module:
    """A port with a module behind it that answers as told, by command."""

    def __init__(self, **answers: bytes) -> None:
        self.answers, self.asked, self.waiting = answers, [], b""

    def flush_input(self) -> None:
        self.waiting = b""

    def write(self, data: bytes) -> None:
        name = {sam.FIND: "find", sam.SELECT: "select", sam.READ: "read"}[data[7:9]]
        self.asked.append(name)
        self.waiting = self.answers.get(name, b"")

    def read(self) -> bytes:
        said, self.waiting = self.waiting, b""
        return said


FOUND = sam.answer_bytes(b"\x00\x00\x9f", bytes(4))
SELECTED = sam.answer_bytes(b"\x00\x00\x90", bytes(8))


def reader() -> tuple[IdReader, list[str], list[float]]:
    said: list[str] = []
    now = [0.0]

    def clock() -> float:
        now[0] += 0.01
        return now[0]

    one = IdReader(said.append, clock, lambda seconds: None)
    one.changed("ready")  # type: ignore[arg-type]
    return one, said, now


def test_nothing_is_asked_while_no_page_wants_a_card() -> None:
    one, _said, _now = reader()
    module = Module(find=FOUND, select=SELECTED, read=VECTOR)
    one.attend(module)  # type: ignore[arg-type]
    assert module.asked == [] and one.take() is None


def test_a_card_that_lies_there_is_told_once_and_again_for_the_next_page() -> None:
    one, _said, now = reader()
    module = Module(find=FOUND, select=SELECTED, read=VECTOR)
    one.want()
    for _ in range(3):
        one.attend(module)  # type: ignore[arg-type]
    assert one.take() == WANG
    one.attend(module)  # type: ignore[arg-type]
    assert one.take() is None
    now[0] += 10
    one.want()
    one.attend(module)  # type: ignore[arg-type]
    assert one.take() == WANG


def test_a_reading_that_nobody_took_is_forgotten() -> None:
    one, _said, now = reader()
    one.want()
    one.attend(Module(find=FOUND, select=SELECTED, read=VECTOR))  # type: ignore[arg-type]
    now[0] += 61
    assert one.take() is None


def test_three_failures_ask_her_to_lay_it_flat_and_a_good_reading_forgets_them() -> None:
    one, _said, _now = reader()
    one.want()
    for _ in range(3):
        one.attend(Module(find=FOUND, select=SELECTED, read=sam.answer_bytes(b"\0\0\x41")))  # type: ignore[arg-type]
    assert one.again
    one.attend(Module(find=FOUND, select=SELECTED, read=VECTOR))  # type: ignore[arg-type]
    assert not one.again and one.take() == WANG


@pytest.mark.parametrize("status", sam.DEAD)
def test_a_dead_module_is_said_and_asked_no_more(status: int) -> None:
    one, said, _now = reader()
    module = Module(find=sam.answer_bytes(bytes([0, 0, status])))
    one.want()
    one.attend(module)  # type: ignore[arg-type]
    one.attend(module)  # type: ignore[arg-type]
    assert said[-1] == DEAD and module.asked == ["find"]


def test_the_pretended_card_has_the_places_of_a_real_one() -> None:
    (answer,) = Answers().feed(VECTOR)
    real = answer.data[sam.TEXT_AT : sam.TEXT_AT + sam.TEXT]
    made = text_of("王测试", "11010519491231002X")
    for where in (sam.NAME, sam.SEX, sam.BORN, sam.NUMBER, sam.KIND):
        assert made[where] == real[where]
    assert len(made) == sam.TEXT and Answer(0x90).data == b""
