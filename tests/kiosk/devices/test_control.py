"""The socket of the pretended devices, from another caller's side."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.devices import control
from kiosk.devices.control import Control, send
from yizhan.errors import Refusal, Unreachable


class Buttons:
    """Answers as pretended devices do, and stumbles when told."""

    def __init__(self) -> None:
        self.pressed: list[list[str]] = []

    def do(self, words: list[str]) -> str:
        self.pressed.append(words)
        if words == ["bad"]:
            raise Refusal("没有这条命令 100%")
        if words == ["bug"]:
            raise RuntimeError("our own mistake")
        return "卡已放上。\n" * (10_000 if words == ["long"] else 1)


@pytest.fixture
def buttons() -> Buttons:
    return Buttons()


@pytest.fixture
def listening(tmp_path: Path, buttons: Buttons) -> Iterator[Control]:
    control = Control(tmp_path, buttons.do)
    control.start()
    yield control
    control.stop()


@pytest.mark.usefixtures("listening")
class TestListening:
    def test_words_go_in_and_a_sentence_comes_out(self, tmp_path: Path, buttons: Buttons) -> None:
        assert send(tmp_path, ["card", "lay", "0003887558"]) == "卡已放上。\n"
        assert buttons.pressed == [["card", "lay", "0003887558"]]

    def test_a_refusal_arrives_as_one(self, tmp_path: Path) -> None:
        with pytest.raises(Refusal, match="没有这条命令 100%"):
            send(tmp_path, ["bad"])

    def test_a_long_paper_arrives_whole(self, tmp_path: Path) -> None:
        assert send(tmp_path, ["long"]) == "卡已放上。\n" * 10_000

    def test_an_error_of_ours_ends_one_call_and_not_the_service(self, tmp_path: Path) -> None:
        with pytest.raises(Unreachable):
            send(tmp_path, ["bug"])
        assert send(tmp_path, ["card", "lift"])

    def test_a_second_kiosk_in_the_same_directory_is_refused(self, tmp_path: Path) -> None:
        second = Control(tmp_path, lambda words: "second")
        with pytest.raises(Refusal, match="已经有一个驿站"):
            second.start()
        second.stop()
        assert send(tmp_path, ["card", "lift"]) == "卡已放上。\n"

    @pytest.mark.parametrize(
        "line", [b"\n", b"card lay\n", b'{"words": "card"}\n', b"{}\n", b"[1]\n"]
    )
    def test_nonsense_gets_an_answer(self, tmp_path: Path, line: bytes) -> None:
        assert control._exchange(tmp_path / "dev", line).startswith(b'{"said":"","refused":"')

    def test_a_caller_who_hangs_up_does_no_harm(self, tmp_path: Path) -> None:
        with control._short(tmp_path / "dev") as path, socket.socket(socket.AF_UNIX) as caller:
            caller.connect(path)
        assert send(tmp_path, ["card", "lift"])

    def test_nobody_else_on_the_machine_may_press(self, tmp_path: Path) -> None:
        assert (tmp_path / "dev" / control.NAME).stat().st_mode & 0o077 == 0


def test_a_caller_who_says_nothing_holds_nobody_up_for_long(
    tmp_path: Path, buttons: Buttons, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "LISTEN_FOR", 0.1)
    listening = Control(tmp_path, buttons.do)
    listening.start()
    with control._short(tmp_path / "dev") as path, socket.socket(socket.AF_UNIX) as silent:
        silent.connect(path)
        assert send(tmp_path, ["card", "lift"])
    listening.stop()


@pytest.mark.parametrize("make", [False, True])
def test_where_no_kiosk_runs_the_sentence_says_what_to_do(tmp_path: Path, make: bool) -> None:
    if make:
        (tmp_path / "dev").mkdir()
    with pytest.raises(Unreachable, match="--pretend"):
        send(tmp_path, ["card", "lift"])


def test_the_socket_left_by_a_killed_kiosk_is_replaced(tmp_path: Path, buttons: Buttons) -> None:
    (tmp_path / "dev").mkdir()
    with control._short(tmp_path / "dev") as path, socket.socket(socket.AF_UNIX) as killed:
        killed.bind(path)
    with pytest.raises(Unreachable):
        send(tmp_path, ["card", "lift"])
    listening = Control(tmp_path, buttons.do)
    listening.start()
    assert send(tmp_path, ["card", "lift"])
    listening.stop()
    assert not (tmp_path / "dev" / control.NAME).exists()


def test_a_deep_data_directory_is_no_trouble(tmp_path: Path, buttons: Buttons) -> None:
    deep = tmp_path / ("驿站" * 30) / ("x" * 100)
    deep.mkdir(parents=True)
    listening = Control(deep, buttons.do)
    listening.start()
    assert send(deep, ["card", "lift"])
    listening.stop()
