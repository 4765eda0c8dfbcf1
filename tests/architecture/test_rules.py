"""The rules themselves, on samples that break them: a test that cannot fail is banned."""

import json
from collections.abc import Iterable

import pytest

from tests.architecture import rules
from tests.architecture.rules import Finding
from tests.architecture.test_tidy import breaches
from tests.architecture.tree import PACKAGES, files


def lines_of(findings: Iterable[Finding]) -> list[int]:
    """The lines at which something was said."""
    return [finding.line for finding in findings]


def function_of(lines: int) -> str:
    return "def long():\n" + "    x = 1\n" * (lines - 1)


def test_a_file_of_300_lines_is_too_long_and_one_of_299_is_not() -> None:
    assert lines_of(rules.too_long("x = 1\n" * 300)) == [1]
    assert lines_of(rules.too_long("x = 1\n" * 299)) == []


def test_a_function_of_61_lines_is_too_long_and_one_of_60_is_not() -> None:
    assert lines_of(rules.long_functions(function_of(61))) == [1]
    assert lines_of(rules.long_functions(function_of(60))) == []


def test_a_docstring_does_not_make_a_function_long() -> None:
    documented = 'def f():\n    """One.\n\n    Two.\n    """\n    return 1\n'
    assert [function.length for function in rules.functions(documented)] == [2]


def test_inner_functions_are_counted_too() -> None:
    inner = "class A:\n    async def outer(self):\n        def inner():\n            pass\n"
    assert {function.name for function in rules.functions(inner)} == {"outer", "inner"}


def test_the_share_of_long_functions_is_over_all_files_of_a_package() -> None:
    assert rules.share_of_long_functions([function_of(21), function_of(20) * 3]) == 0.25
    assert rules.share_of_long_functions([]) == 0


@pytest.mark.parametrize(
    "caught", ["", " Exception", " BaseException as e", " (KeyError, Exception)"]
)
def test_a_broad_except_needs_its_reason_on_the_line(caught: str) -> None:
    code = "try:\n    pass\nexcept{}:{}\n    pass\n"
    assert lines_of(rules.broad_excepts(code.format(caught, ""))) == [3]
    assert lines_of(rules.broad_excepts(code.format(caught, "  # mouth of a loop: "))) == [3]
    assert (
        lines_of(rules.broad_excepts(code.format(caught, "  # mouth of a loop: one reader"))) == []
    )


def test_a_named_except_needs_no_reason() -> None:
    assert lines_of(rules.broad_excepts("try:\n    pass\nexcept KeyError:\n    pass\n")) == []


def test_a_module_begins_with_a_docstring() -> None:
    assert lines_of(rules.missing_docstring("import os\n")) == [1]
    assert lines_of(rules.missing_docstring('"""What it knows."""\nimport os\n')) == []
    assert lines_of(rules.missing_docstring("")) == []


@pytest.mark.parametrize(
    "code",
    ["import http.client", "from http import client", "from http.client import HTTPException"],
)
def test_a_forbidden_import_is_found_in_each_of_its_forms(code: str) -> None:
    assert lines_of(rules.forbidden_imports(f"x = 1\n{code}\n", ("http.client",))) == [2]


def test_a_neighbour_of_a_forbidden_module_is_allowed() -> None:
    code = "from http import HTTPStatus\nimport http_client\nfrom . import client\n"
    assert lines_of(rules.forbidden_imports(code, ("http.client",))) == []


def test_the_time_of_day_is_found_however_it_is_asked() -> None:
    code = (
        "a = time.time()\nb = datetime.now(UTC)\nc = datetime.date.today()\nd = time.monotonic()\n"
    )
    assert lines_of(rules.clock_reads(code)) == [1, 2, 3]


@pytest.mark.parametrize(
    "bad",
    [
        "<script>alert(1)</script>",
        '<script type="module">',
        "<STYLE>p{}</STYLE>",
        '<p style="color:red">',
        '<button onclick="go()">',
        '<form hx-on:submit="x">',
        "<form hx-vals='js:{a: 1}'>",
        '<a href="javascript:go()">',
    ],
)
def test_inline_code_is_found(bad: str) -> None:
    assert lines_of(rules.inline_code(f"<p>\n{bad}\n")) == [2]


@pytest.mark.parametrize(
    "good",
    [
        '<script src="/static/kiosk.js" defer></script>',
        '<script\n  defer\n  src="/static/kiosk.js"></script>',
        '{% set online = "yes" %}',
        "{# <style> is not for pages #}",
        '<p class="one" data-style="x">',
        '<link rel="stylesheet" href="/static/kiosk.css">',
    ],
)
def test_what_the_policy_allows_is_left_alone(good: str) -> None:
    assert lines_of(rules.inline_code(good)) == []


@pytest.mark.parametrize("place", rules.PLACES)
def test_each_place_is_found(place: str) -> None:
    assert lines_of(rules.place_names(f'x = 1\ntitle = "{place}驿站"\n')) == [2]


def test_a_host_in_the_lock_file_is_found() -> None:
    packages = {
        "node_modules/a": {"resolved": "https://registry.example/a.tgz"},
        "node_modules/b": {"resolved": "packages/b", "link": True},
        "node_modules/c": {"version": "1.0.0"},
    }
    found = list(rules.download_hosts(json.dumps({"packages": packages})))
    assert [finding.said.split()[0] for finding in found] == ["node_modules/a"]


def test_a_target_without_a_sentence_is_found() -> None:
    makefile = "run: setup\n\t@x\nPORT := 8000\n.PHONY: run\n%.mo: %.po\ntest: ## Test it all.\n"
    assert lines_of(rules.targets_without_help(makefile)) == [1]


def test_the_walk_sees_this_file_and_nothing_that_was_installed() -> None:
    names = {str(path) for path in files("*.py")}
    assert "tests/architecture/test_rules.py" in names
    assert not [name for name in names if "node_modules" in name or ".venv" in name]
    assert all(files("*.py", package) for package in PACKAGES)


def test_a_breach_names_its_file_and_line() -> None:
    [path] = files("rules.py", "tests/architecture")
    lines = breaches(lambda text: [rules.Finding(7, "mend it")], [path])
    assert lines == ["tests/architecture/rules.py:7: mend it"]
