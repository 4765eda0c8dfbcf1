"""`make run`: the sample network on this machine, as a person would set one up by hand.

Starts the hub and two stations through their public doors, prints what to open and what to
try, and ends everything at Ctrl-C. Knows ports, processes and the sample's log-ins; knows
nothing of journals. Data stays under var/ from run to run.
"""

import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from yizhan.pack import read_pack

PACK = Path("deploy/sample")
STATIONS = ("zhongda", "xiaogan")
CALL = "repair"
"""The house call of the walk-through: two partners that can do it get a log-in."""

READY_S = 30.0
STOP_S = 5.0


class Sample:
    """The sample network under one folder."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.pack = read_pack(PACK)
        self.hub = folder / "hub"
        self.url = f"http://127.0.0.1:{port}"
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.started: dict[str, tuple[str, ...]] = {}
        self.beside: subprocess.Popen[bytes] | None = None

    def door(self, *words: str, stdin: str = "") -> str:
        """Use one of the product's doors; what it printed. Ends all where it fails."""
        done = subprocess.run(
            [sys.executable, "-m", *words], input=stdin, capture_output=True, text=True
        )
        if done.returncode:
            self.stop()
            sys.exit(f"python -m {' '.join(words)}\n{done.stderr.strip()}")
        return done.stdout.strip()

    def start(self, name: str, *words: str) -> None:
        """Start a process that stays."""
        self.started[name] = words
        log = (self.folder / f"{name}.log").open("ab")
        self.children[name] = subprocess.Popen(
            [sys.executable, "-m", *words], stdout=log, stderr=log, start_new_session=True
        )

    def stop(self) -> None:
        """End what was started: asked first, then told."""
        if self.beside and self.beside.poll() is None:
            # With its pip and its renderer, which are of its own group.
            os.killpg(self.beside.pid, signal.SIGTERM)
        for child in self.children.values():
            child.terminate()
        ends = time.monotonic() + STOP_S
        for child in self.children.values():
            try:
                child.wait(max(0.1, ends - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def logins(self) -> dict[str, str]:
        """The sample's log-ins, made at the first run."""
        path = self.folder / "logins.json"
        if path.exists():
            found: dict[str, str] = json.loads(path.read_text())
            return found
        made = {}
        for login, name, *role in self._people():
            made[login] = secrets.token_urlsafe(9)
            words = ("staff", "add", login, "--name", name, "--role", *role, "--password-stdin")
            self.door("hub", *words, "--data", str(self.hub), stdin=made[login])
        path.touch(mode=0o600)
        path.write_text(json.dumps(made))
        return made

    def _people(self) -> list[tuple[str, ...]]:
        """Log-in, name, role and the option of its scope, of everybody in the walk-through."""
        names = {station.code: station.name for station in self.pack.stations}
        able = [partner for partner in self.pack.partners if CALL in partner.capabilities][:2]
        return [
            ("admin", "管理员", "street_admin"),
            ("dispatcher", "派单员", "dispatcher"),
            *(
                (f"keeper{n}", f"{names[code]}站长", "keeper", "--station", code)
                for n, code in enumerate(STATIONS, 1)
            ),
            *(
                (f"partner{n}", one.name, "partner_worker", "--partner", one.code)
                for n, one in enumerate(able, 1)
            ),
        ]

    def set_up_hub(self) -> None:
        """A hub with the pack, at the first run."""
        if not (self.hub / "settings.json").exists():
            words = ("--network", self.pack.network.code, "--url", self.url)
            self.door("hub", "init", "--data", str(self.hub), *words)
        self.door("yizhan", "load", str(PACK), "--data", str(self.hub))

    def set_up_station(self, code: str) -> Path:
        """A station enrolled with a one-time code, at the first run."""
        data = self.folder / code
        if not (data / "settings.json").exists():
            made = self.door("hub", "station", "add", code, "--name", code, "--data", str(self.hub))
            self.door("sync", "enrol", "--data", str(data), "--code", made)
        self.door("sync", "run", "--data", str(data), "--hub", self.url, "--once")
        cast = [{"called": one.called, "card": one.card} for one in self.pack.cast]
        (data / "cast.json").write_text(json.dumps(cast, ensure_ascii=False))
        return data

    def start_station(self, code: str, place: int) -> None:
        """The touchscreen with its desk, and its road."""
        data = self.set_up_station(code)
        screen, desk = self.port + place, self.port + 10 + place
        self.start(
            f"{code}-kiosk", "kiosk", "serve", "--data", str(data), "--pretend",
            "--listen", f"127.0.0.1:{screen}", "--desk", f"127.0.0.1:{desk}",
        )  # fmt: skip
        self.start(
            f"{code}-sync", "sync", "run", "--data", str(data), "--hub", self.url,
            "--every", "5", "--pretend",
        )  # fmt: skip

    def fetch_speech(self) -> None:
        """Have the voice fetched and its prompts rendered beside the work; nothing waits for it."""
        log = (self.folder / "speech.log").open("ab")
        words = [sys.executable, "-m", "deploy.setup.speech", "--prompts"]
        self.beside = subprocess.Popen(words, stdout=log, stderr=log, start_new_session=True)

    def wait_for(self, name: str, port: int) -> None:
        """Until a server answers, or say why it does not."""
        ends = time.monotonic() + READY_S
        while time.monotonic() < ends:
            if self.children[name].poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1):
                    return
            except OSError:
                time.sleep(0.1)
        self.stop()
        log = (self.folder / f"{name}.log").read_text(errors="replace").strip().splitlines()
        sys.exit(f"{name} 没有起来：{log[-1] if log else '没有输出'}（{self.folder}/{name}.log）")


def refuse_taken_ports(ports: Sequence[int]) -> None:
    """Say at once which port is in use, before anything is made."""
    for port in ports:
        with socket.socket() as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                sys.exit(f"端口 {port} 已被占用：换一个，例如 make run PORT={ports[0] + 1000}")


def words(sample: Sample, logins: dict[str, str]) -> str:
    """What to open and what to try."""
    names = {station.code: station.name for station in sample.pack.stations}
    pages = "\n".join(
        f"  {names[code]}  触摸屏 touchscreen  http://127.0.0.1:{sample.port + place}"
        f"    站长台 desk  http://127.0.0.1:{sample.port + 10 + place}"
        for place, code in enumerate(STATIONS, 1)
    )
    people = "\n".join(f"    {login:<11} {password}" for login, password in logins.items())
    card = sample.pack.cast[0]
    able = [one.name for one in sample.pack.partners if CALL in one.capabilities]
    python = Path(sys.executable)
    return f"""
驿站示例网络已启动，按 Ctrl-C 全部结束 · The sample network is running, Ctrl-C ends it

{pages}
  中心 hub  {sample.url}

  登录 log-ins
{people}

  试一试 try
    1 刷卡：打开 http://127.0.0.1:{sample.port + 1}/pretend 放上{card.called}的卡；
      或者另开一个终端：
      {python} -m kiosk pretend --data {sample.folder / STATIONS[0]} card lay {card.card}
      触摸屏上出现问候以后，按“拿走卡”（card lift）。
    2 触摸屏上点“缝补”，选一样，取号。小票在 /pretend 页上。
    3 keeper1 在站长台叫号、办完、收钱；{card.called}再刷卡，点一个笑脸。
    4 点“家电维修”下单；dispatcher 派给{able[0]}（partner1）；partner1 接单、约时间、办完；
      {card.called}再刷卡，说修好了没有。
    5 断网试试：kill -STOP $(pgrep -f "hub serve --data {sample.hub}")，触摸屏照常；
      再 kill -CONT 同一个，底下一行会自己清掉。

  声音：第一次运行时在后台取来（几分钟），取好自己就有；进度见 {sample.folder}/speech.log

  In English: lay the first card at /pretend, take it away once the screen greets, take a number
  for 缝补 (Mending); keeper1 calls and finishes it; order 家电维修 (Home repairs); dispatcher
  sends it to {able[0]}; partner1 accepts, schedules, finishes; lay the card again and say
  whether it works. The voice is fetched meanwhile (minutes, once): speech.log tells how far.
"""


@click.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--folder", type=click.Path(path_type=Path), default=Path("var"), show_default=True)
def main(port: int, folder: Path) -> None:
    """Run the sample network until Ctrl-C."""
    ports = [port, *(port + n for n in (1, 2, 11, 12))]
    refuse_taken_ports(ports)
    folder.mkdir(parents=True, exist_ok=True)
    with alone(folder):
        run(Sample(folder, port), port)


def run(sample: Sample, port: int) -> None:
    """Set up what is missing, start everything, and stay."""
    # A shell that starts it in the background leaves SIGINT ignored.
    for end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(end, signal.default_int_handler)
    try:
        sample.set_up_hub()
        logins = sample.logins()
        listen = ("--listen", f"127.0.0.1:{port}", "--pretend")
        sample.start("hub", "hub", "serve", "--data", str(sample.hub), *listen)
        sample.wait_for("hub", port)
        for place, code in enumerate(STATIONS, 1):
            sample.start_station(code, place)
        for place, code in enumerate(STATIONS, 1):
            sample.wait_for(f"{code}-kiosk", port + place)
        print(words(sample, logins), flush=True)
        sample.fetch_speech()
        watch(sample)
    except KeyboardInterrupt:
        pass
    finally:
        sample.stop()


def watch(sample: Sample) -> None:
    """Stay for ever; what ends by itself or is killed is started again, as a station would."""
    while True:
        for name, child in list(sample.children.items()):
            if child.poll() is not None:
                log = sample.folder / f"{name}.log"
                print(f"{name} 停了（{child.returncode}），重新启动；原因见 {log}", flush=True)
                sample.start(name, *sample.started[name])
        time.sleep(1)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Refuse a second sample network on the same folder."""
    with (folder / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"{folder} 里已经有一个示例网络在运行：先在那边按 Ctrl-C，或者换一个 --folder")
        yield


if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parent.parent)
    main()
