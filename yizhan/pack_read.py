"""One file of a pack into typed rows, and each mistake into a sentence with its place.

Knows TOML, CSV and what spreadsheet programs do to it; knows no register. A row of a CSV file
is counted as a spreadsheet shows it: the header is row 1. Every error is a Refusal.
"""

import csv
import io
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import msgspec
from msgspec import inspect, structs

from yizhan.errors import N_, Refusal
from yizhan.pack_types import Row

T = TypeVar("T", bound=Row)

SEPARATOR = re.compile(r"[;；]")
SHOWN_MAX = 20
"""How much of a wrong value a sentence repeats."""


class Where(msgspec.Struct, frozen=True):
    """A place in a pack: the file, then the row or table in it."""

    file: str
    row: str = ""

    def inside(self, row: str) -> "Where":
        """A row of this file, or a table inside this table."""
        return Where(self.file, f"{self.row} {row}".strip())

    def column(self, name: str) -> str:
        """One field of this row, in words."""
        return f"{self}“{name}”一栏"

    def __str__(self) -> str:
        return f"{self.file} {self.row}".rstrip()


def text_of(path: Path) -> str:
    """A file's text. Excel and Notepad put a byte order mark before it; that is no mistake."""
    try:
        return path.read_text("utf-8-sig")
    except OSError:
        raise Refusal(
            N_("读不到文件 %(file)s：资料包里每一份都要有，请照示例补上"), file=path.name
        ) from None
    except UnicodeDecodeError:
        raise Refusal(
            N_("%(file)s 不是 UTF-8 文字：请在%(program)s里另存为“%(format)s”，再重新装入"),
            file=path.name,
            program=N_("表格软件") if path.suffix == ".csv" else N_("记事本"),
            format="CSV UTF-8" if path.suffix == ".csv" else "UTF-8",
        ) from None


def read_toml(path: Path, *names: str) -> dict[str, Any]:
    """A TOML file that has these tables and no others."""
    try:
        found = tomllib.loads(text_of(path))
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+), column (\d+)", str(error))
        where = f"第 {at[1]} 行第 {at[2]} 个字" if at else "末尾"
        raise Refusal(
            N_("%(file)s 的%(where)s写得不对：请检查那里的引号、等号和方括号"),
            file=path.name,
            where=where,
        ) from None
    _names(Where(path.name), found, names, names)
    return found


def tables(rows: object, where: Where, name: str) -> list[tuple[Where, object]]:
    """The tables [[name]] of a TOML file, each with its place."""
    if not isinstance(rows, list) or not rows:
        raise Refusal(
            N_("%(where)s：%(name)s 要写成一段或几段 [[%(name)s]]，请照示例改"),
            where=where,
            name=name,
        )
    return [(where.inside(_table(number, name, row)), row) for number, row in enumerate(rows, 1)]


def _table(number: int, name: str, row: object) -> str:
    """Which table: a person finds it sooner by its code than by counting."""
    code = row.get("code", "") if isinstance(row, dict) else ""
    return f"第 {number} 段 [[{name}]]" + (f"（{code}）" if code else "")


def read_sheet(kind: type[T], path: Path) -> list[tuple[Where, T]]:
    """A CSV file: a header with a row's field names, then one row a line."""
    sheet = Where(path.name)
    lines = _lines(text_of(path), sheet)
    header = _header(kind, next(lines, []), sheet.inside("表头"))
    types = {field.name: field.type for field in structs.fields(kind)}
    found = []
    for number, line in enumerate(lines, 2):
        where = sheet.inside(f"第 {number} 行")
        cells = zip(header, _no_wider(line, len(header), where), strict=False)
        given = {name: _cell(cell, types[name]) for name, cell in cells if cell}
        if given:
            found.append((where, build(kind, given, where)))
    return found


def _header(kind: type[Row], cells: list[str], where: Where) -> list[str]:
    header = _without_tail(cells)
    fields = structs.fields(kind)
    _names(where, header, [f.name for f in fields], [f.name for f in fields if f.required])
    for place, name in enumerate(header):
        if name in header[:place]:
            raise Refusal(N_("%(where)s重复了：只留一栏"), where=where.column(name))
    return header


def _no_wider(line: list[str], width: int, where: Where) -> list[str]:
    cells = _without_tail(line)
    if len(cells) > width:
        raise Refusal(
            N_("%(where)s比表头多出了格子（“%(extra)s”）：请删掉，或者给带逗号的文字加上引号"),
            where=where,
            extra=cells[width],
        )
    return cells


def _lines(text: str, sheet: Where) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for line in reader:
            yield [cell.strip() for cell in line]
    except csv.Error:
        raise Refusal(
            N_("%(where)s 第 %(line)s 行附近的引号不成对：请检查，或者用表格软件重新保存"),
            where=sheet,
            line=reader.line_num,
        ) from None


def _without_tail(cells: list[str]) -> list[str]:
    """Without the empty cells that spreadsheet programs leave at the end of a row."""
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


def _cell(text: str, wanted: Any) -> object:
    """What a cell means; a text that does not fit stays a text, for `build` to refuse."""
    match _plain(inspect.type_info(wanted)):
        case inspect.IntType() if re.fullmatch(r"[0-9]{1,9}", text):
            return int(text)
        case inspect.BoolType() if text == "是":
            return True
        case inspect.VarTupleType():
            return [part.strip() for part in SEPARATOR.split(text) if part.strip()]
        case inspect.DateType():
            # A spreadsheet program turns 2026-11-03 into 2026/11/3 by itself.
            return "-".join(part.zfill(2) for part in re.split(r"[-/]", text))
    return text


def _plain(info: inspect.Type) -> inspect.Type:
    """The type itself: without its advice, and without the None of what may be left empty."""
    if isinstance(info, inspect.Metadata):
        return _plain(info.type)
    if isinstance(info, inspect.UnionType):
        return _plain(info.types[0])
    return info


def build(kind: type[T], given: object, where: Where) -> T:
    """A typed row from what a file says. Raises Refusal with place, column and advice."""
    if not isinstance(given, Mapping):
        raise Refusal(N_("%(where)s要写成一段，一行一栏：请照示例改"), where=where)
    fields = {field.name: field for field in structs.fields(kind)}
    tag = kind.__struct_config__.tag_field
    _names(where, [name for name in given if name != tag], fields, ())
    values = {}
    for name, field in fields.items():
        if name in given:
            values[name] = _value(field.type, given[name], where, name)
        elif field.required:
            raise Refusal(
                N_("%(where)s没有写，应当写：%(wanted)s。请补上后重新装入"),
                where=where.column(name),
                wanted=advice(field.type),
            )
    return kind(**values)


def _value(wanted: Any, value: object, where: Where, name: str) -> object:
    info = _plain(inspect.type_info(wanted))
    if isinstance(info, inspect.VarTupleType) and isinstance(info.item_type, inspect.StructType):
        inner: Any = info.item_type.cls
        return tuple(build(inner, row, place) for place, row in tables(value, where, name))
    try:
        return msgspec.convert(value, wanted)
    except msgspec.ValidationError:
        _refuse(wanted, value, where.column(name))


def _refuse(wanted: Any, value: object, column: str) -> NoReturn:
    shown = "；".join(map(str, value)) if isinstance(value, list) else str(value)
    raise Refusal(
        N_("%(where)s写的是“%(value)s”，应当写：%(wanted)s。请改正后重新装入"),
        where=column,
        value=shown if len(shown) <= SHOWN_MAX else shown[:SHOWN_MAX] + "…",
        wanted=advice(wanted),
    )


def advice(wanted: Any) -> str:
    """What may stand in a field of this type, as a person is told it."""
    info = inspect.type_info(wanted)
    if isinstance(info, inspect.UnionType):
        info = info.types[0]
    assert isinstance(info, inspect.Metadata) and info.extra_json_schema
    return str(info.extra_json_schema["description"])


def _names(
    where: Where, given: Iterable[str], known: Iterable[str], required: Iterable[str]
) -> None:
    """Refuse a name that nobody has defined, and a required one that is not there."""
    given, known = list(given), list(known)
    for name in given:
        if name not in known:
            raise Refusal(
                N_("%(where)s没有人认识：请改成 %(known)s 之一，或者删掉"),
                where=where.column(name),
                known="、".join(known),
            )
    for name in required:
        if name not in given:
            raise Refusal(N_("%(where)s不见了：请补上"), where=where.column(name))
