"""The rules of the house that can be read off a file, each as a pure function over its text.

Knows text and Python's grammar. Walks nothing, imports nothing of the product, and decides
no exception by file name: which file a rule is for is said in test_tidy.py.
"""

import ast
import json
import re
from collections.abc import Iterator
from typing import NamedTuple

FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 60
FUNCTION_LINES_GOOD = 20
LONG_FUNCTIONS_SHARE_MAX = 0.10
PLACES = ("沈家门", "舟山", "中大", "小蒲湾", "小干", "茶湾", "桃花")
MOUTH_OF_A_LOOP = re.compile(r"# mouth of a loop: \S")


class Finding(NamedTuple):
    """One breach: the line, counted from 1, and a sentence that says what to do."""

    line: int
    said: str


class Function(NamedTuple):
    """A function's name, its line, and how many lines it has without its docstring."""

    name: str
    line: int
    length: int


def too_long(text: str) -> Iterator[Finding]:
    """A file is read in one sitting: fewer than 300 lines."""
    length = len(text.splitlines())
    if length >= FILE_LINES_MAX:
        yield Finding(1, f"{length} lines; fewer than {FILE_LINES_MAX}, so cut it by idea")


def functions(text: str) -> list[Function]:
    """Every function of a module, the inner ones too."""
    return [
        Function(node.name, node.lineno, _length(node))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if ast.get_docstring(node) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def long_functions(text: str) -> Iterator[Finding]:
    """No function has more than 60 lines."""
    for name, line, length in functions(text):
        if length > FUNCTION_LINES_MAX:
            yield Finding(line, f"{name} has {length} lines; at most {FUNCTION_LINES_MAX}")


def share_of_long_functions(texts: list[str]) -> float:
    """Which part of these modules' functions, from 0 to 1, has more than 20 lines."""
    lengths = [function.length for text in texts for function in functions(text)]
    return sum(length > FUNCTION_LINES_GOOD for length in lengths) / max(1, len(lengths))


def broad_excepts(text: str) -> Iterator[Finding]:
    """`except Exception` stands only at the mouth of a loop, and says what it keeps alive."""
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.ExceptHandler) or not _is_broad(node.type):
            continue
        if not MOUTH_OF_A_LOOP.search(lines[node.lineno - 1]):
            yield Finding(node.lineno, "name the error, or say why: `# mouth of a loop: …`")


def _is_broad(caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(_is_broad(part) for part in caught.elts)
    if caught is None:
        return True
    return isinstance(caught, ast.Name) and caught.id in ("Exception", "BaseException")


def missing_docstring(text: str) -> Iterator[Finding]:
    """A file's first paragraph says what it knows and what it refuses to know."""
    if text.strip() and not ast.get_docstring(ast.parse(text)):
        yield Finding(1, "begin with a docstring: what it knows, what it refuses to know")


def imports(text: str) -> dict[str, int]:
    """The dotted names that a module imports, from this project or not, each with its line."""
    found: dict[str, int] = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name: node.lineno for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found |= {f"{node.module}.{alias.name}": node.lineno for alias in node.names}
    return found


def forbidden_imports(text: str, prefixes: tuple[str, ...]) -> Iterator[Finding]:
    """One file per outside thing: the others do not import what reaches it."""
    for name, line in imports(text).items():
        if any(name == prefix or name.startswith(prefix + ".") for prefix in prefixes):
            yield Finding(line, f"{name} is imported only by the one file that owns it")


def clock_reads(text: str) -> Iterator[Finding]:
    """The time of day is read in one file, so that a test can set it."""
    reads = {("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time")}
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        owner = node.func.value
        name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
        if (name, node.func.attr) in reads:
            yield Finding(node.lineno, f"ask yizhan/clock.py instead of {name}.{node.func.attr}()")


JINJA = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)
INLINE = {
    r"<script(?![^>]*\ssrc=)": "a script of its own file in static/, loaded by src",
    r"<style\b": "a rule in a file of static/",
    r"\sstyle\s*=": "a class, with its rule in a file of static/",
    r"\son[a-z]+\s*=": "a listener in a file of static/",
    r"\shx-on\b": "a listener in a file of static/",
    r"""=\s*["']\s*(?:js|javascript):""": "a form field or a listener in a file of static/",
}


def inline_code(template: str) -> Iterator[Finding]:
    """The content security policy lets no script or style stand in a page."""
    html = JINJA.sub(lambda found: "\n" * found[0].count("\n"), template)
    for pattern, instead in INLINE.items():
        for found in re.finditer(pattern, html, re.IGNORECASE):
            line = html.count("\n", 0, found.start() + 1) + 1
            yield Finding(line, f"`{found[0].strip()}`: use {instead}")


def place_names(text: str) -> Iterator[Finding]:
    """Names of places are data in a pack; the code serves any subdistrict."""
    for number, line in enumerate(text.splitlines(), 1):
        for place in PLACES:
            if place in line:
                yield Finding(number, f"{place} belongs in a data pack")


def download_hosts(text: str) -> Iterator[Finding]:
    """package-lock.json names packages and their digests, never the host they came from."""
    for name, package in json.loads(text)["packages"].items():
        if "://" in package.get("resolved", ""):
            yield Finding(1, f"{name} names a host: npm install with the .npmrc of this project")


def targets_without_help(makefile: str) -> Iterator[Finding]:
    """Every target that a person may call has its sentence for `make help`."""
    for number, line in enumerate(makefile.splitlines(), 1):
        target = re.match(r"([a-z][a-z-]*):(?!=)", line)
        if target and not re.search(r"## [A-Z].*\.$", line):
            yield Finding(number, f"`{target[1]}` needs a sentence: `{target[1]}: … ## Do this.`")
