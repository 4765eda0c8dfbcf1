"""Builds static/vendor/icons.svg: one sprite with the icons that the project names, no others.

An icon is named by `icon('needle-thread')` in a template or `icon = "needle-thread"` in a data
pack; a name that Tabler does not have stops the set-up. Code hands names about as plain strings,
so there every string that Tabler has is taken: a word that happens to be one costs 300 bytes,
a blank button costs more. Knows Tabler's outline files and nothing of what an icon means.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
CALL = re.compile(r"\bicon\(([^,)]*)")
# The value of "a" or of "a" if … else "b", and no string of the condition between.
VALUES = re.compile(r"""(?:^|\belse)\s*["']([^"']+)["']""")
SYMBOL = (
    '<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
    'stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>'
)


class MissingIcon(Exception):
    """A name that is not among Tabler's outline icons."""


def names_in_template(text: str) -> Iterator[str]:
    """Every name that a call of the macro `icon` spells out."""
    for call in CALL.findall(text):
        yield from VALUES.findall(call)


def names_in_pack(value: object) -> Iterator[str]:
    """Every string under a key `icon`, however deep in the pack."""
    if isinstance(value, list):
        for item in value:
            yield from names_in_pack(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "icon" and isinstance(item, str):
                yield item
            yield from names_in_pack(item)


def names_in_code(source: str, outline: Path) -> Iterator[str]:
    """Every string of a module that is the name of an icon."""
    values = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    for value in values:
        if isinstance(value, str) and NAME.fullmatch(value) and _file(outline, value).is_file():
            yield value


def _file(outline: Path, name: str) -> Path:
    return outline / f"{name}.svg"


def named(root: Path, outline: Path) -> dict[str, Path]:
    """Each icon's name with a file that names it, by name."""
    found: dict[str, Path] = {}
    code = (path for room in ("kiosk", "hub", "yizhan") for path in (root / room).rglob("*.py"))
    for path in code:
        found |= dict.fromkeys(names_in_code(path.read_text("utf-8"), outline), path)
    for path in (root / "templates").rglob("*.html"):
        found |= dict.fromkeys(names_in_template(path.read_text("utf-8")), path)
    for path in (root / "deploy").glob("*/services.toml"):
        found |= dict.fromkeys(names_in_pack(tomllib.loads(path.read_text("utf-8"))), path)
    return dict(sorted(found.items()))


def symbol(name: str, named_in: Path, outline: Path) -> str:
    """The icon as a <symbol>. Raises MissingIcon, which says where the name stands."""
    file = _file(outline, name)
    if not file.is_file():
        raise MissingIcon(
            f"{named_in}: there is no outline icon '{name}' in @tabler/icons; "
            f"choose another name (the folder {outline} lists them)"
        )
    inner = file.read_text("utf-8").partition(">")[2].rpartition("</svg>")[0]
    # Tabler begins every icon with an invisible square; it would only catch fingers.
    shapes = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>', "", inner)
    return SYMBOL.format(name=name, shapes="".join(line.strip() for line in shapes.splitlines()))


def sprite(root: Path, outline: Path) -> str:
    """The whole sprite; the same names give the same bytes."""
    symbols = [symbol(name, path, outline) for name, path in named(root, outline).items()]
    head = '<svg xmlns="http://www.w3.org/2000/svg"><!-- Tabler Icons, MIT licence -->'
    return "\n".join([head, *symbols, "</svg>\n"])


def main() -> None:
    """Write the sprite, only when it changed, so that browsers keep theirs."""
    root = Path()
    target = root / "static" / "vendor" / "icons.svg"
    try:
        wanted = sprite(root, root / "node_modules" / "@tabler" / "icons" / "icons" / "outline")
    except MissingIcon as missing:
        sys.exit(f"set-up: {missing}")
    if not target.exists() or target.read_text("utf-8") != wanted:
        target.write_text(wanted, "utf-8")


if __name__ == "__main__":
    main()
