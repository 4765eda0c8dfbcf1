"""docs/operating.md is run as it stands: every command line of it, in the order of the page.

Only paths, ports and what an earlier line prints are put in. Knows of a line whether it stays
(serve, run) and whether it wants the station switched off; what each door does in depth is
tested elsewhere.
"""

import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.commands import FENCE
from tests.network import ROOT, eventually, free_port, healthy
from yizhan import opening
from yizhan.check_code import check_code

PAGE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
STAYS = re.compile(r"-m (hub serve|kiosk serve|sync run)\b")


def lines(page: str) -> list[str]:
    """The command lines of a page's ```sh fences."""
    found = "".join(FENCE.findall(page)).replace("\\\n", " ").splitlines()
    return [line for line in found if line.strip()]


class Operator:
    """Somebody who types the page, line by line, and reads what comes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sheet = self.code = ""
        self.running: dict[str, subprocess.Popen[str]] = {}
        self.ports = {number: str(free_port()) for number in ("8000", "8001", "8011")}
        for name in ("var", "mnt/backup", "mnt/other", "media/yizhan"):
            (folder / name).mkdir(parents=True)

    def typed(self, line: str) -> str:
        """The line with this machine's paths and ports, and with what was printed before."""
        for number, port in self.ports.items():
            line = line.replace(f"127.0.0.1:{number}", f"127.0.0.1:{port}")
        for folder in ("var/", "/mnt/", "/media/"):
            line = re.sub(rf"(?<=[ ]){folder}", f"{self.folder}/{folder.strip('/')}/", line)
        newest = max((self.folder / "mnt" / "backup").glob("*.yzb"), default=Path("none"))
        line = line.replace("NEWEST.yzb", newest.name).replace("XXXX-XXXX", self.check_code())
        return re.sub(r"\bCODE\b", self.code, line).replace("python -m", f"{sys.executable} -m")

    def check_code(self) -> str:
        """What stands on a slip; empty before the station has followed the hub."""
        data = self.folder / "var" / "zhongda"
        if not (data / "yizhan.db").exists():
            return ""
        node = opening.open_node(data)
        try:
            found = node.db.sql("SELECT digest FROM journal WHERE position = 1")
        finally:
            node.db.close()
        return check_code(bytes(found[0][0])) if found else ""

    def type(self, line: str) -> None:
        """Type one line, and see that it does what it should."""
        if "-m hub restore" in line:
            shutil.rmtree(self.folder / "var" / "new", ignore_errors=True)
        if "-m yizhan mend" in line:
            self.switch_off("kiosk serve", "sync run")
        if stays := STAYS.search(line):
            self.start(stays[1], self.typed(line))
            return
        done = subprocess.run(
            self.typed(line), shell=True, input=self.sheet, cwd=ROOT, capture_output=True,
            text=True, timeout=120,
        )  # fmt: skip
        said = done.stdout + done.stderr
        assert "Traceback" not in said, f"{line}\n{said}"
        assert done.returncode == 0 or "doctor" in line, f"{line}: {done.returncode}\n{said}"
        if "hub sheet" in line:
            self.sheet = done.stdout
        if "station add" in line:
            self.code = done.stdout.strip()

    def start(self, what: str, line: str) -> None:
        """Start what stays, and wait until it is there."""
        self.running[what] = subprocess.Popen(
            f"exec {line}", shell=True, cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        port = {"hub serve": "8000", "kiosk serve": "8001"}.get(what)
        if port:
            url = f"http://127.0.0.1:{self.ports[port]}"
            eventually(lambda: healthy(url), f"{what} answers", seconds=60)
        else:
            eventually(self.check_code, "the station has followed the hub", seconds=60)

    def switch_off(self, *whats: str) -> None:
        """End processes that stay."""
        for what in whats:
            child = self.running.pop(what, None)
            if child is not None:
                child.send_signal(signal.SIGTERM)
                child.communicate(timeout=30)


def test_the_page_can_be_typed_from_its_first_line_to_its_last(tmp_path: Path) -> None:
    operator = Operator(tmp_path)
    try:
        for line in lines(PAGE):
            operator.type(line)
    finally:
        operator.switch_off(*list(operator.running))


@pytest.mark.parametrize(
    "words",
    [
        "hub backup", "hub restore", "hub sheet", "hub collect", "hub flips", "hub drill",
        "hub slip", "hub stick", "hub station revoke", "sync export", "sync import",
        "sync rotate", "yizhan mend",
    ],
)  # fmt: skip
def test_what_a_bad_day_needs_stands_on_the_page(words: str) -> None:
    assert any(f"python -m {words}" in line for line in lines(PAGE))
