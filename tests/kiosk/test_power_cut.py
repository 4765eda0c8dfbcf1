"""The plug is pulled in the middle: what the screen called 已保存 is there afterwards."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.kiosk.stations import CARDS, Hub, eventually
from tests.kiosk.test_voice import say
from tests.network import ROOT, free_port, healthy
from tests.pages import Visitor
from tests.sounds import note
from yizhan.record import Node


class Plug:
    """A kiosk as a process of its own."""

    def __init__(self, data: Path) -> None:
        self.data, self.port, self.desk = data, free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.child: subprocess.Popen[bytes] | None = None

    def put_in(self) -> None:
        words = ["serve", "--data", str(self.data), "--pretend"]
        where = ["--listen", f"127.0.0.1:{self.port}", "--desk", f"127.0.0.1:{self.desk}"]
        self.child = subprocess.Popen(
            [sys.executable, "-m", "kiosk", *words, *where], cwd=ROOT, stdout=subprocess.DEVNULL
        )
        eventually(self._answers, "the touchscreen answers", 20)

    def _answers(self) -> bool:
        try:
            return healthy(self.url)
        except OSError:
            return False

    def pull(self, how: signal.Signals = signal.SIGKILL) -> int:
        assert self.child is not None
        self.child.send_signal(how)
        return self.child.wait(15)


@pytest.fixture
def plug(tmp_path: Path) -> Plug:
    Hub(tmp_path).station("zhongda").db.close()
    return Plug(tmp_path / "zhongda")


def types(data: Path) -> list[str]:
    from yizhan.opening import open_node

    node: Node = open_node(data)
    found = [row.event.type for row in node.journal.unplaced()]
    node.db.close()
    return found


def lay(plug: Plug, visitor: Visitor) -> None:
    import json

    from kiosk.devices import control

    control.send(plug.data, ["card", "lay", CARDS["wang"]])
    form = next(one for one in visitor.page.forms if "token" in one.fields)
    told = json.loads(visitor.read("/events?after=0"))
    while not any("token" in event for event in told["events"]):
        told = json.loads(visitor.read(f"/events?after={told['last']}"))
    control.send(plug.data, ["card", "lift"])
    token = next(event["token"] for event in told["events"] if "token" in event)
    visitor.send(form, {"token": token, "next": ""})


def test_a_number_that_was_kept_is_there_after_the_cut(plug: Plug) -> None:
    plug.put_in()
    visitor = Visitor(plug.url)
    visitor.go("/service/mend/jobs/button")
    visitor.press("取号")
    assert "已保存" in visitor.page
    plug.pull()
    assert types(plug.data) == ["ticket.taken"]


def test_an_order_in_the_middle_is_found_again_and_placed_once(plug: Plug) -> None:
    plug.put_in()
    visitor = Visitor(plug.url)
    visitor.go("/")
    lay(plug, visitor)
    visitor.go("/service/repair/order?choice=tap&window=morning&place=home&voice=no")
    form, value = visitor.form("下单")
    plug.pull()
    assert types(plug.data) == []
    plug.put_in()
    visitor.send(form, value)
    assert "请先刷卡" in visitor.page, "nobody is known after a restart; nothing is lost"
    lay(plug, visitor)
    visitor.follow("接着办")
    visitor.press("下单")
    assert "已保存" in visitor.page
    plug.pull()
    assert types(plug.data) == ["order.placed"]
    plug.put_in()
    lay(plug, visitor := at_home(plug))
    assert "中大-0001" in visitor.page
    plug.pull()


def test_what_she_said_is_found_again_after_the_cut_and_goes_with_the_order(plug: Plug) -> None:
    plug.put_in()
    visitor = at_home(plug)
    lay(plug, visitor)
    visitor.go("/service/repair/order?choice=tap&window=morning&place=home")
    assert say(visitor, note(5))[0] == 200
    plug.pull()
    plug.put_in()
    lay(plug, visitor := at_home(plug))
    visitor.follow("接着办")
    assert "您说的话，已保存" in visitor.page and "5 秒" in visitor.page
    visitor.follow("好了，下一步")
    visitor.press("下单")
    assert "已保存" in visitor.page
    plug.pull()
    assert types(plug.data) == ["order.placed", "order.spoken"]


def at_home(plug: Plug) -> Visitor:
    visitor = Visitor(plug.url)
    visitor.go("/")
    return visitor


def test_it_ends_cleanly_when_it_is_asked_to(plug: Plug) -> None:
    plug.put_in()
    at_home(plug)
    began = time.monotonic()
    assert plug.pull(signal.SIGTERM) == 0
    assert time.monotonic() - began < 5
    plug.put_in()
    assert plug.pull(signal.SIGINT) == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["serve", "--data", "/nowhere"], 65, "还没有驿站"),
        (["pretend", "--data", "/nowhere", "card", "lift"], 75, "--pretend"),
    ],
)
def test_the_door_says_in_one_sentence_what_is_wrong(words: list[str], code: int, said: str):
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", *words], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_it_is_small_enough_for_a_pi(plug: Plug) -> None:
    plug.put_in()
    at_home(plug)
    assert plug.child is not None
    status = Path(f"/proc/{plug.child.pid}/status").read_text("utf-8")
    resident = int(status.split("VmRSS:")[1].split()[0])
    plug.pull()
    assert resident <= 80 * 1024, "kibibytes"
