"""The hub's doors as an operator meets them: real processes, real files, sentences and codes."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import argon2
import pytest

from hub import staffing
from sync.enrolment import read_code, secret_hash
from tests.hub import cast
from yizhan import opening, settings
from yizhan.keys import fingerprint

ROOT = Path(__file__).parents[2]
START_S = 20


def hub(*words: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m hub …` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "hub", *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def refused(done: subprocess.CompletedProcess[str], code: int, sentence: str) -> None:
    """It ended with this code and one sentence; no traceback, nothing on stdout."""
    assert done.returncode == code, done.stderr
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert done.stdout == ""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_init_makes_a_hub_and_prints_its_fingerprint(tmp_path: Path) -> None:
    data = tmp_path / "new" / "hub"
    done = hub(
        "init", "--data", str(data), "--network", "harbour", "--url", "http://hub.test:8000/"
    )
    assert done.returncode == 0, done.stderr
    kept = settings.read(data)
    public = opening.signer(data).public
    assert (kept.network, kept.source, kept.hub_url) == ("harbour", "hub", "http://hub.test:8000")
    assert kept.hub_key == public.hex()
    assert fingerprint(public) in done.stdout
    node = opening.open_node(data)
    assert node.keys.get("network") is not None
    node.db.close()
    for name in ("signing.key", "web.secret", "settings.json"):
        assert (data / name).stat().st_mode & 0o077 == 0, name


def test_init_leaves_a_hub_that_is_there_alone(data: Path) -> None:
    before = {path.name: path.read_bytes() for path in data.iterdir() if path.suffix != ".db"}
    done = hub("init", "--data", str(data), "--network", "other", "--url", "http://hub.test")
    refused(done, 65, "已经有一个驿站（网络 harbour）")
    after = {path.name: path.read_bytes() for path in data.iterdir() if path.suffix != ".db"}
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize(
    ("network", "url", "sentence"),
    [
        ("Harbour 1", "http://hub.test", "网络代码要用小写字母开头"),
        ("harbour", "hub.test", "地址要写成 http://"),
        ("harbour", "ftp://hub.test", "地址要写成 http://"),
        ("harbour", "http://:80", "地址要写成 http://"),
        ("harbour", "http://hub.test:99999", "地址要写成 http://"),
    ],
)
def test_init_refuses_what_cannot_be_and_makes_nothing(
    tmp_path: Path, network: str, url: str, sentence: str
) -> None:
    data = tmp_path / "hub"
    refused(hub("init", "--data", str(data), "--network", network, "--url", url), 65, sentence)
    assert not data.exists()


def test_init_with_a_database_that_does_not_answer_can_be_tried_again(tmp_path: Path) -> None:
    data = tmp_path / "hub"
    words = ("init", "--data", str(data), "--network", "harbour", "--url", "http://hub.test")
    nowhere = f"postgresql://nobody@127.0.0.1:{free_port()}/none"
    done = hub(*words, "--database", nowhere)
    assert done.returncode == 75, done.stderr
    assert "请稍后再试" in done.stderr and "Traceback" not in done.stderr
    assert not (data / "settings.json").exists()
    assert hub(*words).returncode == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("fly",), "fly"),
        (("init",), "--network"),
        (("serve", "--wings", "2"), "--wings"),
        (("staff", "add", "fang", "--role", "king", "--password-stdin"), "king"),
        (("staff", "add", "fang", "--role", "dispatcher"), "--password-stdin"),
    ],
)
def test_a_command_that_is_written_wrong_is_answered_in_a_sentence(
    words: tuple[str, ...], sentence: str
) -> None:
    refused(hub(*words), 2, sentence)


def test_a_directory_without_a_hub_is_named(tmp_path: Path) -> None:
    refused(hub("serve", "--data", str(tmp_path)), 65, f"{tmp_path} 里还没有驿站")


def test_a_damaged_database_is_named_and_left_alone(data: Path) -> None:
    path = data / "yizhan.db"
    assert not (data / "yizhan.db-wal").exists(), "its pages would cover the damage"
    whole = path.read_bytes()
    broken = whole[:4096] + b"\xff" * 8192 + whole[12288:]
    path.write_bytes(broken)
    refused(hub("serve", "--data", str(data)), 70, "已损坏")
    assert path.read_bytes() == broken


def test_settings_that_are_no_settings_are_named(data: Path) -> None:
    (data / "settings.json").write_text("{")
    refused(hub("serve", "--data", str(data)), 70, "settings.json 损坏")


def test_a_station_s_directory_is_not_served_as_a_hub(data: Path) -> None:
    kept = settings.read(data)
    (data / "settings.json").unlink()
    settings.write(data, settings.Settings(kept.network, "east", kept.hub_url, kept.hub_key))
    refused(hub("serve", "--data", str(data)), 65, "站点 east 的数据目录")
    refused(hub("station", "add", "west", "--name", "西", "--data", str(data)), 65, "中心的目录")


def test_a_web_secret_that_is_gone_is_named(data: Path) -> None:
    (data / "web.secret").unlink()
    refused(hub("serve", "--data", str(data)), 70, "web.secret")


@pytest.mark.parametrize("listen", ["8000", "127.0.0.1:http", "127.0.0.1:99999"])
def test_an_address_to_listen_on_that_is_none_is_refused(data: Path, listen: str) -> None:
    refused(hub("serve", "--data", str(data), "--listen", listen), 65, "主机:端口")


def test_a_port_in_use_is_named(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = hub("serve", "--data", str(data), "--listen", f"127.0.0.1:{port}")
    refused(done, 65, f"端口 {port} 用不了")


def test_serve_answers_begins_a_hub_epoch_and_ends_when_told(data: Path) -> None:
    port = free_port()
    words = ("serve", "--data", str(data), "--listen", f"127.0.0.1:{port}")
    served = subprocess.Popen(
        [sys.executable, "-m", "hub", *words],
        cwd=ROOT, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        told = json.loads(fetched(f"http://127.0.0.1:{port}/status.json"))
        assert told["network"] == "harbour" and told["hub_epoch"]
    finally:
        served.send_signal(signal.SIGTERM)
        _out, said = served.communicate(timeout=START_S)
    assert served.returncode == 0, said
    assert "Traceback" not in said


def fetched(url: str) -> str:
    """What the server answers, as soon as it does."""
    for _n in range(START_S * 10):
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{url} did not answer")


def test_adding_a_station_prints_its_code_alone(data: Path) -> None:
    done = hub("station", "add", "east", "--name", "东埠驿站", YIZHAN_DATA=str(data))
    assert done.returncode == 0, done.stderr
    code = read_code(done.stdout.strip())
    assert (code.url, code.station) == (cast.URL, "east")
    assert code.hub_fingerprint == fingerprint(opening.signer(data).public)
    node = opening.open_node(data)
    state = node.state("station", "", "station/east")
    assert (state.name, state.secret_hash) == ("东埠驿站", secret_hash(code.secret))
    assert code.secret.encode() not in b"".join(row.raw for row in node.journal.placed(0))
    node.db.close()


def test_adding_a_station_tells_programs_in_json(data: Path) -> None:
    done = hub("station", "add", "east", "--name", "东埠驿站", "--data", str(data), "--json")
    told = json.loads(done.stdout)
    assert (told["station"], told["name"]) == ("east", "东埠驿站")
    assert read_code(told["code"]).station == "east"


@pytest.mark.parametrize(("code", "name"), [("East!", "东"), ("e", "东"), ("east", " ")])
def test_a_station_without_a_proper_code_or_name_is_refused(
    data: Path, code: str, name: str
) -> None:
    done = hub("station", "add", code, "--name", name, "--data", str(data))
    refused(done, 65, "站点")


def staff_add(
    data: Path, *words: str, password: str = "ein-gutes-wort"
) -> subprocess.CompletedProcess[str]:
    return hub(
        "staff", "add", *words, "--password-stdin", "--data", str(data), stdin=f"{password}\n"
    )


def test_a_keeper_gets_one_account_for_the_hub_and_one_for_the_station(data: Path) -> None:
    done = staff_add(data, "yang", "--role", "keeper", "--station", "west", "--name", "杨幼红")
    assert done.returncode == 0, done.stderr
    node = opening.open_node(data)
    for kind, owner in (("staff", ""), ("keeper", "west")):
        state = node.state(kind, owner, f"{kind}/yang")
        assert (state.name, state.role, state.scope) == ("杨幼红", "keeper", "west")
        hashed = node.keys.open("network", "password", state.password, f"{kind}/yang")
        assert argon2.PasswordHasher().verify(hashed, "ein-gutes-wort")
    node.db.close()


def test_the_password_is_nowhere_to_be_read(data: Path) -> None:
    done = staff_add(data, "yang", "--role", "dispatcher", password="sehr-geheimes-wort")
    assert "sehr-geheimes-wort" not in done.stdout + done.stderr
    for path in data.iterdir():
        held = path.read_bytes()
        assert b"sehr-geheimes-wort" not in held and b"$argon2" not in held, path.name


@pytest.mark.parametrize(
    ("words", "password", "sentence"),
    [
        (("Yang", "--role", "dispatcher"), "ein-gutes-wort", "登录名要用小写字母开头"),
        (("yang", "--role", "dispatcher"), "kurz", "密码至少要 8 个字"),
        (("yang", "--role", "dispatcher"), "x" * 300, "密码太长了"),
        (("yang", "--role", "keeper"), "ein-gutes-wort", "要写明 --station"),
        (("yang", "--role", "keeper", "--station", "mars"), "ein-gutes-wort", "登记册里没有 mars"),
        (("yang", "--role", "partner_worker"), "ein-gutes-wort", "要写明 --partner"),
        (("yang", "--role", "partner_worker", "--partner", "x"), "ein-gutes-wort", "没有 x"),
        (("yang", "--role", "auditor", "--partner", "lishi"), "ein-gutes-wort", "请去掉"),
    ],
)
def test_an_account_that_cannot_be_is_refused(
    data: Path, words: tuple[str, ...], password: str, sentence: str
) -> None:
    refused(staff_add(data, *words, password=password), 65, sentence)


def test_removing_an_account_closes_it_at_the_hub_and_at_the_station(data: Path) -> None:
    assert hub("staff", "remove", "zhan", "--data", str(data)).returncode == 0
    node = opening.open_node(data)
    assert staffing.account(node, "zhan") is None
    assert not node.state("keeper", "east", "keeper/zhan").active
    node.db.close()
    refused(hub("staff", "remove", "zhan", "--data", str(data)), 65, "没有账号 zhan")


def test_a_keeper_who_changes_station_leaves_the_old_desk(data: Path) -> None:
    assert staff_add(data, "zhan", "--role", "keeper", "--station", "west").returncode == 0
    node = opening.open_node(data)
    assert not node.state("keeper", "east", "keeper/zhan").active
    assert node.state("keeper", "west", "keeper/zhan").active
    node.db.close()
