"""Who may import whom: import-linter's contracts of pyproject.toml hold, and can fail."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGES, ROOT, files

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter over the packages of this folder."""
    return subprocess.run(
        [LINT_IMPORTS, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the four packages with their contracts, to be broken."""
    for path in [Path("pyproject.toml"), *files("*.py", *PACKAGES)]:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    return tmp_path


def test_the_rooms_import_each_other_only_as_agreed() -> None:
    outcome = lint(ROOT)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("kiosk/bad.py", "import hub", "kiosk and hub stand apart"),
        ("hub/bad.py", "import kiosk", "kiosk and hub stand apart"),
        ("sync/bad.py", "import kiosk", "kiosk and hub stand apart"),
        ("yizhan/bad.py", "import sync", "kiosk and hub stand apart"),
        ("yizhan/services/orders/model.py", "import peewee", "model and commands are pure"),
        ("yizhan/services/orders/commands.py", "import flask", "model and commands are pure"),
        (
            "yizhan/services/orders/commands.py",
            "from yizhan.services.orders import projection",
            "model and commands are pure",
        ),
        ("yizhan/services/orders/model.py", "import random", "model and commands are pure"),
        ("hub/bad.py", "import peewee", "Only projections and the store know peewee"),
        ("hub/bad.py", "import http.client", "Only sync/link.py speaks HTTP"),
        ("kiosk/devices/bad.py", "import serial", "Only kiosk/devices/port.py opens a serial"),
    ],
)
def test_an_import_that_was_not_agreed_is_found(
    copy: Path, file: str, line: str, contract: str
) -> None:
    path = copy / file
    before = path.read_text("utf-8") if path.exists() else '"""Bad."""\n'
    path.write_text(f"{before}\n{line}\n", "utf-8")
    outcome = lint(copy)
    broken = [said for said in outcome.stdout.splitlines() if said.endswith("BROKEN")]
    assert outcome.returncode == 1, outcome.stdout + outcome.stderr
    assert [said for said in broken if contract in said], broken
