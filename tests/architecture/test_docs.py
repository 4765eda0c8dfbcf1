"""Documentation is tested: a command line that a document shows exists."""

from pathlib import Path

import click
import pytest

from tests.architecture import commands
from tests.architecture.commands import (
    NoSuchCommand,
    check_click,
    check_make,
    check_python,
    shown,
)
from tests.architecture.tree import PACKAGES, ROOT, files, read

DOCUMENTS = [
    *sorted(Path(path.name) for path in ROOT.glob("*.md")),
    *files("*.md", "docs", "deploy"),
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_command_that_a_document_shows_exists(document: Path) -> None:
    for words in shown(read(document)):
        if words[0] == "make":
            check_make(words, read(Path("Makefile")))
        else:
            check_python(words)


def test_the_readme_shows_how_to_run_and_how_to_test() -> None:
    lines = [words[:2] for words in shown(read(Path("README.md")))]
    assert ["make", "run"] in lines
    assert ["make", "test"] in lines


@pytest.mark.parametrize("door", PACKAGES)
def test_each_door_answers_help(door: str) -> None:
    assert isinstance(commands.door(door).cli, click.Group)
    check_python(["python", "-m", door, "--help"])


MARKDOWN = """
Not a fence: make nothing
```sh
make run PORT=9000   # the sample network
NO_BROWSER=1 make test
sudo .venv/bin/python -m kiosk serve \\
    --port 80
ls
```
```python
make = "not shell"
```
"""


def test_the_lines_of_sh_fences_are_found_and_no_others() -> None:
    assert list(shown(MARKDOWN)) == [
        ["make", "run", "PORT=9000"],
        ["make", "test"],
        [".venv/bin/python", "-m", "kiosk", "serve", "--port", "80"],
    ]


@pytest.mark.parametrize("words", [["make", "fly"], ["make", "run", "WINGS=2"]])
def test_a_target_or_variable_that_is_not_there_is_found(words: list[str]) -> None:
    with pytest.raises(NoSuchCommand, match=r"has no (fly|WINGS)"):
        check_make(words, "PORT ?= 8000\nrun: setup ## Run.\n\tstart $(PORT)\n")


@pytest.mark.parametrize("module", ["yizhan_of_tomorrow", "yizhan.tomorrow"])
def test_a_module_that_is_not_there_is_found(module: str) -> None:
    with pytest.raises(NoSuchCommand, match="tomorrow"):
        check_python(["python", "-m", module])


@click.group()
@click.option("--data")
@click.option("--quiet", is_flag=True)
def cli(data: str, quiet: bool) -> None:
    """A door with one command."""


@cli.command()
@click.option("--port", default=8000)
@click.argument("file")
def serve(port: int, file: str) -> None:
    """Serve a file."""


@pytest.mark.parametrize(
    "line", ["", "serve a.toml", "serve --port 80 a.toml", "--data fly --quiet serve --port=80 a"]
)
def test_a_command_that_is_there_passes(line: str) -> None:
    check_click(cli, line.split(), line)


@pytest.mark.parametrize("line", ["fly", "serve --wings 2 a.toml", "--port 80 serve"])
def test_a_command_or_option_that_is_not_there_is_found(line: str) -> None:
    with pytest.raises(NoSuchCommand, match=r"no (command|option) "):
        check_click(cli, line.split(), line)
