"""The command lines that the documents show, and whether they exist.

Knows Markdown's ```sh fences, the Makefile, and Click. Runs nothing of the product but --help.
"""

import importlib
import importlib.util
import re
import shlex
from collections.abc import Iterator
from itertools import islice
from types import ModuleType

import click
from click.testing import CliRunner

FENCE = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
BEFORE_A_COMMAND = re.compile(r"^(\$ |sudo |[A-Z_]+=\S+ )+")


class NoSuchCommand(Exception):
    """A document shows what does not exist."""


def shown(markdown: str) -> Iterator[list[str]]:
    """The words of every `make` and `python -m` line in the ```sh fences of a document."""
    for fence in FENCE.findall(markdown):
        for line in fence.replace("\\\n", " ").splitlines():
            words = shlex.split(BEFORE_A_COMMAND.sub("", line.strip()), comments=True)
            if words[:1] == ["make"] or (words[1:2] == ["-m"] and "python" in words[0]):
                yield words


def check_make(words: list[str], makefile: str) -> None:
    """Raise NoSuchCommand for a target or a variable that the Makefile does not have."""
    for word in words[1:]:
        name, is_variable, _value = word.partition("=")
        known = rf"\b{name}\b" if is_variable else rf"^{name}:"
        if not re.search(known, makefile, re.MULTILINE):
            raise NoSuchCommand(f"`{shlex.join(words)}`: the Makefile has no {name}")


def check_python(words: list[str]) -> None:
    """Raise NoSuchCommand for a module, a command or an option that does not exist."""
    line = shlex.join(words)
    try:
        module = door(words[2])
    except ModuleNotFoundError as missing:
        raise NoSuchCommand(f"`{line}`: {missing}") from missing
    if cli := getattr(module, "cli", None):
        check_click(cli, words[3:], line)


def door(name: str) -> ModuleType:
    """The module that `python -m name` runs, imported. Raises ModuleNotFoundError."""
    spec = importlib.util.find_spec(name)
    if spec is None:
        raise ModuleNotFoundError(f"there is no module {name}")
    return importlib.import_module(f"{name}.__main__" if spec.submodule_search_locations else name)


def check_click(cli: click.Command, words: list[str], line: str) -> None:
    """Raise NoSuchCommand unless each command of the line answers --help and has its options."""
    command, path, rest = cli, [], iter(words)
    for word in rest:
        if word.startswith("-"):
            _skip_option(command, word, rest, line)
        elif isinstance(command, click.Group):
            if word not in command.commands:
                raise NoSuchCommand(f"`{line}`: no command {word} in {[*command.commands]}")
            path.append(word)
            command = command.commands[word]
    if CliRunner().invoke(cli, [*path, "--help"]).exit_code != 0:
        raise NoSuchCommand(f"`{line}`: --help fails")


def _skip_option(command: click.Command, word: str, rest: Iterator[str], line: str) -> None:
    """Pass over an option and its values, which are not names of commands."""
    flag, has_value, _value = word.partition("=")
    if flag == "--help":
        return
    for option in command.params:
        if isinstance(option, click.Option) and flag in option.opts + option.secondary_opts:
            if not (has_value or option.is_flag or option.count):
                list(islice(rest, option.nargs))
            return
    raise NoSuchCommand(f"`{line}`: no option {flag} in {[o.opts for o in command.params]}")
