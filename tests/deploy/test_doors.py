"""The doors say in one sentence what is wrong, and end with the code that tells what to do."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.network import PASSWORD, ROOT, Network, Station, door, eventually, free_port, healthy
from tests.pages import Visitor

REFUSED, DAMAGED, LATER = 65, 70, 75


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    one = Network(tmp_path_factory.mktemp("doors"))
    try:
        one.found(residents=3)
        yield one
    finally:
        one.stop()


@pytest.fixture(scope="module")
def zhongda(network: Network) -> Station:
    return network.station("zhongda")


def refused(*words: str, stdin: str = "") -> tuple[int, str]:
    """The exit code of a door that refuses, and its one sentence."""
    done = subprocess.run(
        [sys.executable, "-m", *words],
        input=stdin, capture_output=True, text=True, cwd=ROOT, timeout=30,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stderr.strip()


def free_ports(*offsets: int) -> int:
    """A port of which these neighbours are free too, below those that the system hands out."""
    start = os.getpid() % 500 * 20
    for port in (20_000 + (start + step) % 10_000 for step in range(0, 10_000, 20)):
        try:
            for offset in offsets:
                with socket.create_server(("127.0.0.1", port + offset)):
                    pass
        except OSError:
            continue
        return port
    raise AssertionError("no free ports")


def copied(data: Path, to: Path) -> Path:
    """A data directory without its database."""
    to.mkdir()
    for name in ("settings.json", "signing.key"):
        (to / name).write_bytes((data / name).read_bytes())
    return to


def serve(data: Path, listen: str = "") -> list[str]:
    at = listen or f"127.0.0.1:{free_port()}"
    where = ["--listen", at, "--desk", f"127.0.0.1:{free_port()}"]
    return ["kiosk", "serve", "--data", str(data), *where]


def test_a_directory_without_a_station_says_how_to_make_one(tmp_path: Path) -> None:
    for words in (serve(tmp_path), ["sync", "run", "--data", str(tmp_path), "--once"]):
        code, said = refused(*words)
        assert code == REFUSED or code == 2
        assert "sync enrol" in said and len(said.splitlines()) == 1


def test_a_missing_database_is_not_replaced_by_an_empty_one(zhongda: Station, tmp_path: Path):
    data = copied(zhongda.data, tmp_path / "zhongda")
    code, said = refused(*serve(data))
    assert code != 0 and "不见了" in said
    assert not (data / "yizhan.db").exists()


def test_a_damaged_database_stops_everything_and_is_left_as_it_is(
    zhongda: Station, tmp_path: Path
) -> None:
    data = copied(zhongda.data, tmp_path / "zhongda")
    whole = (zhongda.data / "yizhan.db").read_bytes()
    broken = whole[:4096] + bytes(len(whole[4096:20000])) + whole[20000:]
    (data / "yizhan.db").write_bytes(broken)
    for words in (serve(data), ["sync", "run", "--data", str(data), "--once"]):
        code, said = refused(*words)
        assert code in (DAMAGED, REFUSED) and "损坏" in said
    assert (data / "yizhan.db").read_bytes() == broken


def test_a_port_in_use_is_named(zhongda: Station) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = refused(*serve(zhongda.data, f"127.0.0.1:{port}"))
        assert code != 0 and str(port) in said and "换一个端口" in said
        words = ("hub", "serve", "--data", str(zhongda.network.hub_data))
        code, said = refused(*words, "--listen", f"127.0.0.1:{port}")
        assert code != 0 and str(port) in said


def test_the_touchscreen_listens_on_loopback_only(zhongda: Station) -> None:
    code, said = refused(*serve(zhongda.data, f"0.0.0.0:{free_port()}"))
    assert code != 0 and "只能在本机" in said


def test_an_unreachable_hub_is_told_apart_from_one_that_refuses(
    network: Network, zhongda: Station
) -> None:
    words = ("sync", "run", "--data", str(zhongda.data), "--once")
    code, said = refused(*words, "--hub", f"http://127.0.0.1:{free_port()}")
    assert code == LATER and "连不上中心" in said
    door("hub", "station", "revoke", "zhongda", "--data", str(network.hub_data))
    code, said = refused(*words, "--hub", network.url)
    assert code == REFUSED
    again = door(
        "hub", "station", "add", "zhongda", "--name", "中大", "--data", str(network.hub_data)
    )
    door("sync", "enrol", "--data", str(zhongda.data), "--code", again)
    assert door(*words, "--hub", network.url) == ""


def test_a_code_works_once(network: Network, tmp_path: Path) -> None:
    hub = str(network.hub_data)
    code = door("hub", "station", "add", "chawan", "--name", "茶湾", "--data", hub)
    door("sync", "enrol", "--data", str(tmp_path / "one"), "--code", code)
    number, said = refused("sync", "enrol", "--data", str(tmp_path / "two"), "--code", code)
    assert number == REFUSED and "已经用过" in said


def test_a_pretend_card_without_a_pretend_kiosk_is_told(zhongda: Station) -> None:
    words = ("kiosk", "pretend", "--data", str(zhongda.data), "card", "lift")
    code, said = refused(*words)
    assert code == LATER and "--pretend" in said


def test_weak_passwords_and_unknown_roles_are_refused(network: Network) -> None:
    add = ("hub", "staff", "add", "someone", "--data", str(network.hub_data), "--password-stdin")
    code, said = refused(*add, "--role", "dispatcher", stdin="short")
    assert code != 0 and "8" in said
    code, _ = refused(*add, "--role", "emperor", stdin=PASSWORD)
    assert code != 0
    code, said = refused(*add, "--role", "keeper", "--station", "nowhere", stdin=PASSWORD)
    assert code != 0 and said


def test_status_and_journal_can_be_read_by_a_program(network: Network, zhongda: Station) -> None:
    status = json.loads(door("sync", "status", "--data", str(zhongda.data), "--json"))
    assert status["station"] == "zhongda" and status["unsent"] == 0
    lines = door("yizhan", "journal", "--data", str(network.hub_data), "--json").splitlines()
    first = json.loads(lines[0])
    names = "id source type subject time data epoch seq position actor audience digest"
    assert set(names.split()) <= first.keys()
    assert [json.loads(line)["position"] for line in lines] == list(range(1, len(lines) + 1))
    later = door("yizhan", "journal", "--data", str(network.hub_data), "--after", "5", "--json")
    assert later.splitlines() == lines[5:]


def test_verify_rebuild_and_doctor_agree_that_all_is_well(zhongda: Station) -> None:
    data = str(zhongda.data)
    before = json.loads(door("yizhan", "fingerprint", "--data", data, "--json"))
    door("yizhan", "rebuild", "--data", data)
    assert json.loads(door("yizhan", "fingerprint", "--data", data, "--json")) == before
    assert door("yizhan", "verify", "--data", data)
    done = subprocess.run(
        [sys.executable, "-m", "yizhan", "doctor", "--data", data, "--json"],
        capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert any("数据库" in one["say"] and one["ok"] for one in found)


def children_of(child: subprocess.Popen[str]) -> list[str]:
    return Path(f"/proc/{child.pid}/task/{child.pid}/children").read_text().split()


def healthy_or_away(port: int) -> bool:
    """Whether something answers there; a closed port is no error."""
    try:
        return healthy(f"http://127.0.0.1:{port}")
    except OSError:
        return False


def test_a_pack_of_another_network_is_not_loaded(tmp_path: Path) -> None:
    data = str(tmp_path / "hub")
    door("hub", "init", "--data", data, "--network", "elsewhere", "--url", "http://127.0.0.1:9")
    code, said = refused("yizhan", "load", "deploy/sample", "--data", data)
    assert code == REFUSED and "shenjiamen" in said and "elsewhere" in said
    assert door("yizhan", "journal", "--data", data, "--json") == ""


def test_make_run_brings_up_the_network_and_ctrl_c_ends_all_of_it(tmp_path: Path) -> None:
    port = free_ports(0, 1, 2, 11, 12)
    words = [sys.executable, "-m", "deploy.run", "--port", str(port), "--folder", str(tmp_path)]
    env = {**os.environ, "NO_SPEECH": "1"}
    child = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=env)
    try:
        for number in (port, port + 1, port + 2, port + 11, port + 12):
            url = f"http://127.0.0.1:{number}"
            eventually(lambda url=url: healthy(url), f"{url} answers", seconds=60)
        # The sixth fetches the voice, and ends.
        assert len(children_of(child)) in (5, 6)
        code, said = refused("deploy.run", "--port", str(port + 100), "--folder", str(tmp_path))
        assert code != 0 and "已经有一个示例网络" in said
        before = json.loads(Visitor(f"http://127.0.0.1:{port + 1}").read("/status.json"))
        os.kill(int(children_of(child)[1]), signal.SIGKILL)
        eventually(lambda: not healthy_or_away(port + 1), "the touchscreen is gone")
        eventually(lambda: healthy(f"http://127.0.0.1:{port + 1}"), "it is started again")
        after = json.loads(Visitor(f"http://127.0.0.1:{port + 1}").read("/status.json"))
        assert after["station"] == before["station"]
        children = children_of(child)
    finally:
        child.send_signal(signal.SIGINT)
        said, _ = child.communicate(timeout=30)
    assert "dispatcher" in said and "/pretend" in said
    assert not any(Path(f"/proc/{one}").exists() for one in children)


def test_make_run_names_a_taken_port_before_it_makes_anything(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = refused("deploy.run", "--port", str(port), "--folder", str(tmp_path / "var"))
    assert code != 0 and str(port) in said and not (tmp_path / "var").exists()
