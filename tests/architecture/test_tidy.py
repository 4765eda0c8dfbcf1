"""The rules of the house, held over every file of the project.

Which rule is for which files is said here; what a rule means, in rules.py. Files are read as
they stand in the folder, so a breach shows before it is committed.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.architecture import rules
from tests.architecture.rules import Finding
from tests.architecture.tree import PACKAGES, files, read

Rule = Callable[[str], Iterable[Finding]]

HTTP_CLIENTS = ("aiohttp", "http.client", "httpx", "requests", "urllib.request")
DATABASES = ("playhouse", "psycopg", "sqlite3")
# opening.py looks at a file before it is opened for use, and changes nothing in it.
STORE = {Path(f"yizhan/{name}.py") for name in ("db", "opening", "salvage")}


def breaches(rule: Rule, paths: Iterable[Path]) -> list[str]:
    """Every breach of a rule in these files, as lines that an editor can jump to."""
    return [f"{path}:{line}: {said}" for path in paths for line, said in rule(read(path))]


@pytest.mark.parametrize(
    "rule",
    [rules.too_long, rules.long_functions, rules.broad_excepts, rules.missing_docstring],
    ids=lambda rule: rule.__name__,
)
def test_every_python_file_keeps_the_rule(rule: Rule) -> None:
    assert breaches(rule, files("*.py")) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_most_functions_of_a_package_are_short(package: str) -> None:
    share = rules.share_of_long_functions([read(path) for path in files("*.py", package)])
    long = [
        f"{path}:{function.line}: {function.name} has {function.length} lines"
        for path in files("*.py", package)
        for function in rules.functions(read(path))
        if function.length > rules.FUNCTION_LINES_GOOD
    ]
    assert share <= rules.LONG_FUNCTIONS_SHARE_MAX, "\n".join(long)


def test_only_the_link_speaks_http() -> None:
    def others_speak_http(text: str) -> Iterable[Finding]:
        return rules.forbidden_imports(text, HTTP_CLIENTS)

    paths = [path for path in files("*.py", *PACKAGES) if path != Path("sync/link.py")]
    assert breaches(others_speak_http, paths) == []


def test_only_the_store_opens_a_database() -> None:
    def others_open_one(text: str) -> Iterable[Finding]:
        return rules.forbidden_imports(text, DATABASES)

    paths = [path for path in files("*.py", *PACKAGES) if path not in STORE]
    assert breaches(others_open_one, paths) == []


def test_only_the_clock_reads_the_time_of_day() -> None:
    paths = [path for path in files("*.py", *PACKAGES) if path != Path("yizhan/clock.py")]
    assert breaches(rules.clock_reads, paths) == []


def test_no_script_or_style_stands_in_a_page() -> None:
    assert breaches(rules.inline_code, files("*.html", "templates")) == []


def test_no_place_stands_in_the_code() -> None:
    paths = files("*", "hub", "kiosk", "static", "sync", "templates", "yizhan")
    text = [path for path in paths if path.suffix in {".css", ".html", ".js", ".py", ".svg"}]
    assert breaches(rules.place_names, text) == []


def test_the_lock_file_names_no_host() -> None:
    assert breaches(rules.download_hosts, [Path("package-lock.json")]) == []


def test_every_target_of_the_makefile_says_what_it_does() -> None:
    assert breaches(rules.targets_without_help, [Path("Makefile")]) == []
