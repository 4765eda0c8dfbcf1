"""The set-up scripts on machines that lack something: each says in a sentence what to do.

Such a machine is a PATH with stand-ins; the scripts are the real ones.
"""

import os
import subprocess
from pathlib import Path

import pytest

SETUP = Path(__file__).parents[3] / "deploy" / "setup"
NEEDED = ("cat", "sha256sum", "sh")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder with a project in it and a bin/ that is all the PATH there is."""
    (tmp_path / "bin").mkdir()
    for name in NEEDED:
        found = next(path for path in os.defpath.split(":") if Path(path, name).exists())
        (tmp_path / "bin" / name).symlink_to(Path(found, name))
    (tmp_path / "pyproject.toml").write_text("[project]\n", "utf-8")
    return tmp_path


def give(machine: Path, name: str, does: str) -> None:
    """Put a command on the machine that does this and no more."""
    path = machine / "bin" / name
    path.write_text(f"#!/bin/sh\n{does}\n", "utf-8")
    path.chmod(0o755)


def run(machine: Path, script: str, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a set-up script on this machine."""
    return subprocess.run(
        [SETUP / script, *words],
        cwd=machine,
        env={"PATH": str(machine / "bin"), **env},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_old_python_is_named_and_what_to_do_about_it(machine: Path) -> None:
    give(machine, "python3", '[ "$1" = --version ] && echo Python 3.9.2')
    outcome = run(machine, "venv.sh", "run")
    assert outcome.returncode == 1
    assert "needs Python 3.11 or newer; this machine has Python 3.9.2" in outcome.stderr
    assert "apt-get install python3 python3-venv" in outcome.stderr


def test_a_python_without_venv_is_told_the_package(machine: Path) -> None:
    give(machine, "python3", "case $2 in *ensurepip*) exit 1 ;; esac; exit 0")
    outcome = run(machine, "venv.sh", "run")
    assert outcome.returncode == 1
    assert "apt-get install python3-venv" in outcome.stderr


def test_a_newer_python_under_another_name_is_found(machine: Path) -> None:
    give(machine, "python3", "exit 1")
    give(machine, "python3.12", "case $2 in *ensurepip*) exit 1 ;; esac; exit 0")
    assert "python3.12 cannot make a virtual environment" in run(machine, "venv.sh", "run").stderr


def test_one_who_is_not_root_is_told_what_to_install(machine: Path) -> None:
    give(machine, "id", "echo 1000")
    give(machine, "apt-get", "echo called >> calls")
    outcome = run(machine, "browser.sh", CHROMIUM="/nowhere/chromium")
    assert outcome.returncode == 0
    assert "sudo apt-get install chromium" in outcome.stdout
    assert not (machine / "calls").exists()


def test_root_installs_what_is_missing_once_the_lists_are_fresh(machine: Path) -> None:
    give(machine, "id", "echo 0")
    give(machine, "apt-get", 'echo "$@" >> calls; [ "$2" = update ] && : > fresh; [ -e fresh ]')
    outcome = run(machine, "browser.sh", CHROMIUM="/nowhere/chromium")
    assert outcome.returncode == 0, outcome.stderr
    verbs = [line.split()[1] for line in (machine / "calls").read_text("utf-8").splitlines()]
    assert verbs == ["install", "update", "install"]


def test_without_a_browser_nothing_is_asked_for(machine: Path) -> None:
    outcome = run(machine, "browser.sh", CHROMIUM="/nowhere/chromium", NO_BROWSER="1")
    assert (outcome.returncode, outcome.stdout) == (0, "")
