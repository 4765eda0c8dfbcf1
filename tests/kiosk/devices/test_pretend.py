"""The pretended devices at the end of a real terminal, and their buttons."""

import os
import time
from pathlib import Path

import pytest

from kiosk.devices import escpos
from kiosk.devices.escpos import Slip
from kiosk.devices.port import Port
from kiosk.devices.pretend import PretendDevices
from kiosk.devices.pretend_printer import KEEP, ROLL_MAX, PretendPrinter, tail
from kiosk.devices.pretend_reader import raw_of
from kiosk.devices.pretend_wire import Wire
from kiosk.devices.rdm6300 import Framer, wire
from tests.kiosk.devices.helpers import WANG, YANG, eventually, receive
from yizhan.errors import Refusal


def opened(pretend: PretendDevices, role: str) -> Port:
    port = Port(str(pretend.folder / role))
    port.open()
    return port


def listen(port: Port, seconds: float) -> bytes:
    heard, until = b"", time.monotonic() + seconds
    while time.monotonic() < until:
        heard += port.read()
    return heard


def ask(port: Port, question: bytes) -> bytes:
    port.write(question)
    return port.read()


def test_a_card_repeats_its_frame_while_it_lies_there(pretend: PretendDevices) -> None:
    port = opened(pretend, "card")
    pretend.do(["card", "lay", "67003B51C6"])
    started = time.monotonic()
    assert receive(port, 140) == wire("67003B51C6") * 10
    assert 0.5 < time.monotonic() - started < 1.0
    pretend.do(["card", "lift"])
    listen(port, 0.1)
    assert listen(port, 0.2) == b""
    port.close()


def test_a_printed_number_has_no_version_byte(pretend: PretendDevices) -> None:
    port = opened(pretend, "card")
    pretend.do(["card", "lay", "0003887558"])
    [frame, *_] = Framer().feed(listen(port, 0.2), 0.0)
    assert (frame.raw, frame.number) == ("00003B51C6", "0003887558")
    port.close()


def test_two_cards_take_turns(pretend: PretendDevices) -> None:
    port = opened(pretend, "card")
    assert pretend.do(["card", "lay", WANG.raw]) == "卡已放上。"
    assert pretend.do(["card", "lay", YANG.raw]) == "读卡区现在有 2 张卡。"
    assert set(Framer().feed(listen(port, 0.4), 0.0)) == {WANG, YANG}
    port.close()


def test_garbage_is_so_many_bytes_and_no_card(pretend: PretendDevices) -> None:
    port = opened(pretend, "card")
    pretend.do(["card", "garbage", "250"])
    heard = receive(port, 250)
    assert len(heard + listen(port, 0.1)) == 250
    assert Framer().feed(heard, 0.0) == []
    port.close()


@pytest.mark.parametrize(
    ("number", "raw"),
    [
        ("0003887558", "00003B51C6"),
        ("4294967295", "00FFFFFFFF"),
        ("67003b51c6", "67003B51C6"),
        ("62E3086CED", "62E3086CED"),
    ],
)
def test_numbers_a_card_can_have(number: str, raw: str) -> None:
    assert raw_of(number) == raw


@pytest.mark.parametrize(
    "number",
    ["", "123", "4294967296", "00038875581", "王阿姨", "67003B51G6", "-000000001", "٣" * 10],
)
def test_numbers_no_card_has(number: str) -> None:
    with pytest.raises(Refusal, match="卡号"):
        raw_of(number)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["card"],
        ["card", "lay"],
        ["card", "lay", "0003887558", "0003887558"],
        ["printer", "out", "now"],
        ["printer", "burn"],
        ["stop", ""],
        ["cable", "pull", "router"],
        ["card", "garbage", "many"],
        ["card", "garbage", "0"],
        ["card", "garbage", "4001"],
    ],
)
def test_words_that_mean_nothing_are_refused_in_chinese(
    pretend: PretendDevices, words: list[str]
) -> None:
    with pytest.raises(Refusal, match=r"[\u4e00-\u9fff]"):
        pretend.do(words)


def test_the_printer_answers_as_the_manual_says(pretend: PretendDevices) -> None:
    port = opened(pretend, "printer")
    questions = (escpos.ASK_ONLINE, escpos.ASK_CAUSE, escpos.ASK_PAPER, escpos.ASK_PAPER_OLD)
    assert [ask(port, question) for question in questions] == [b"\x12", b"\x12", b"\x12", b"\x00"]
    pretend.do(["printer", "out"])
    assert [ask(port, question) for question in questions] == [b"\x1a", b"\x32", b"\x7e", b"\x0f"]
    pretend.do(["printer", "in"])
    pretend.do(["printer", "open"])
    assert [ask(port, question) for question in questions] == [b"\x1a", b"\x16", b"\x12", b"\x00"]
    pretend.do(["printer", "close"])
    pretend.do(["printer", "simple"])
    assert [ask(port, question) for question in questions] == [b"", b"", b"", b"\x00"]
    pretend.do(["printer", "mute"])
    assert [ask(port, question) for question in questions] == [b"", b"", b"", b""]
    pretend.do(["printer", "talk"])
    assert ask(port, escpos.ASK_PAPER) == b"\x12"
    port.close()


def test_the_paper_shows_what_was_printed(pretend: PretendDevices) -> None:
    assert pretend.do(["printer", "show"]) == "还没有打印过。"
    port = opened(pretend, "printer")
    port.write(bytes(Slip().title("缝补").number("012").cut()))
    assert eventually(lambda: "〔4×4〕012" in pretend.do(["printer", "show"]))
    port.close()


def test_without_paper_nothing_is_printed(pretend: PretendDevices) -> None:
    port = opened(pretend, "printer")
    pretend.do(["printer", "out"])
    port.write(bytes(Slip().title("缝补").cut()))
    assert ask(port, escpos.ASK_PAPER) == b"\x7e"
    pretend.do(["printer", "in"])
    assert pretend.do(["printer", "show"]) == "还没有打印过。"
    port.close()


def test_the_paper_outlives_the_process(pretend: PretendDevices) -> None:
    port = opened(pretend, "printer")
    port.write(bytes(Slip().small("A-012").cut()))
    assert eventually(lambda: "A-012" in pretend.do(["printer", "show"]))
    port.close()
    # Nothing was stopped or flushed: what a second process finds is what a kill leaves behind.
    assert "A-012" in PretendDevices(pretend.folder.parent).do(["printer", "show"])


def test_only_the_end_of_a_long_roll_is_kept(tmp_path: Path) -> None:
    slips = [bytes(Slip().small(f"{number:04d}").cut()) for number in range(5000)]
    kept = tail(b"".join(slips))
    assert KEEP - len(slips[0]) < len(kept) <= KEEP
    assert kept == b"".join(slips)[-len(kept) :]
    assert kept.startswith(b"\x1b@")
    roll = tmp_path / "paper.bin"
    roll.write_bytes(slips[0] * (ROLL_MAX // len(slips[0]) + 1))
    printer = PretendPrinter(Wire(tmp_path / "printer"), roll)
    assert roll.read_bytes() == printer.paper
    assert len(printer.paper) <= KEEP


def test_a_pulled_cable_leaves_no_node_and_a_plugged_one_is_another_terminal(
    pretend: PretendDevices,
) -> None:
    link = pretend.folder / "card"
    port = opened(pretend, "card")
    before = link.readlink()
    pretend.do(["cable", "pull", "card"])
    assert not os.path.lexists(link)
    pretend.do(["cable", "pull", "card"])
    pretend.do(["cable", "plug", "card"])
    pretend.do(["cable", "plug", "card"])
    assert link.readlink() != before, "the kiosk still holds the old one"
    port.close()
    port = opened(pretend, "card")
    pretend.do(["card", "lay", WANG.raw])
    assert eventually(port.read)
    port.close()


def test_stopping_leaves_no_links_behind(tmp_path: Path) -> None:
    devices = PretendDevices(tmp_path)
    devices.start()
    devices.stop()
    assert [path.name for path in devices.folder.iterdir()] == []


def test_links_left_by_a_killed_process_are_replaced(tmp_path: Path) -> None:
    (tmp_path / "dev").mkdir()
    for name in ("card", "card.new", "printer"):
        (tmp_path / "dev" / name).symlink_to("/dev/pts/no-such-terminal")
    devices = PretendDevices(tmp_path)
    devices.start()
    opened(devices, "card").close()
    devices.stop()
