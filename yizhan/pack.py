"""Reads a pack: the folder of data that makes this software one subdistrict's own.

Knows which files a pack has and which of their rows point to which; pure reading, so a pack
that is refused has changed nothing. Knows no database and no journal. Every error is a Refusal
that names the file, the row and the column, and says what to do.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from yizhan.errors import N_, Refusal
from yizhan.pack_read import Where, build, read_sheet, read_toml, tables
from yizhan.pack_types import (
    SERVICES,
    AgencyItem,
    Holiday,
    Instructor,
    Member,
    Network,
    Partner,
    Resource,
    Row,
    Scene,
    Service,
    Station,
)

T = TypeVar("T", bound=Row)
Placed = list[tuple[Where, T]]

KINDS = {
    "station": "stations",
    "service": "services",
    "scene": "scenes",
    "partner": "partners",
    "instructor": "instructors",
    "agency_item": "agency_items",
    "resource": "resources",
    "holiday": "holidays",
}
"""The registers by the kind that a listing gives them, in the order of the listings."""

FILES = {
    "stations": "network.toml",
    "services": "services.toml",
    "partners": "partners.csv",
}
"""Where a code that others point to is written."""

POINTERS = (
    ("stations", "tiles", "services"),
    ("scenes", "station", "stations"),
    ("scenes", "service", "services"),
    ("scenes", "manager", "partners"),
    ("partners", "capabilities", "services"),
    ("instructors", "station", "stations"),
    ("resources", "station", "stations"),
    ("cast", "home", "stations"),
)
"""Register, column, and the register in which the codes of that column must stand."""


OWN = {"cast": "card", "holidays": "day"}
"""The column that is each row's own, where it is not its code."""


class Pack(Struct, frozen=True):
    """A pack, read and checked. Registers keep the order of their files."""

    network: Network
    stations: tuple[Station, ...]
    services: tuple[Service, ...]
    scenes: tuple[Scene, ...]
    partners: tuple[Partner, ...]
    instructors: tuple[Instructor, ...]
    agency_items: tuple[AgencyItem, ...]
    resources: tuple[Resource, ...]
    holidays: tuple[Holiday, ...]
    cast: tuple[Member, ...]

    def listings(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Every row as (kind, code, fields), always in the same order; fields are plain JSON."""
        yield "network", self.network.code, _json(self.network)
        for kind, register in KINDS.items():
            for row in getattr(self, register):
                yield kind, row.code, {"code": row.code} | _json(row)


def _json(row: Row) -> dict[str, Any]:
    """As a journal would give it back: dates as text, tuples as lists."""
    fields: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(row))
    return fields


def read_pack(path: Path) -> Pack:
    """Read the pack in this folder. Raises Refusal at the first thing that is wrong."""
    if not path.is_dir():
        raise Refusal(N_("没有 %(path)s 这个文件夹：请检查资料包的位置"), path=path)
    network = read_toml(path / "network.toml", "network", "station")
    registers: dict[str, Placed[Any]] = {
        "stations": _stations(network["station"]),
        "services": _services(path / "services.toml"),
        "scenes": read_sheet(Scene, path / "scenes.csv"),
        "partners": read_sheet(Partner, path / "partners.csv"),
        "instructors": read_sheet(Instructor, path / "instructors.csv"),
        "agency_items": read_sheet(AgencyItem, path / "agency_items.csv"),
        "resources": read_sheet(Resource, path / "resources.csv"),
        "holidays": read_sheet(Holiday, path / "holidays.csv"),
        "cast": read_sheet(Member, path / "cast.csv"),
    }
    _check(registers)
    rows = {name: tuple(row for _, row in placed) for name, placed in registers.items()}
    return Pack(
        build(Network, network["network"], Where("network.toml", "[network]")),
        **rows,
    )


def _stations(rows: object) -> Placed[Station]:
    found = tables(rows, Where("network.toml"), "station")
    return [(place, build(Station, row, place)) for place, row in found]


def _services(path: Path) -> Placed[Service]:
    rows = tables(read_toml(path, "service")["service"], Where(path.name), "service")
    return [(place, build(_flow(row, place), row, place)) for place, row in rows]


def _flow(row: object, where: Where) -> type[Service]:
    flow = row.get("flow") if isinstance(row, dict) else None
    if not isinstance(flow, str) or flow not in SERVICES:
        raise Refusal(
            N_("%(where)s应当写：%(known)s 之一。请改正后重新装入"),
            where=where.column("flow"),
            known="、".join(SERVICES),
        )
    return SERVICES[flow]


def _check(registers: dict[str, Placed[Any]]) -> None:
    """What no row can know alone: that codes are its own, and that what it points to exists."""
    for name, placed in registers.items():
        _unique(placed, OWN.get(name, "code"))
    _unique(registers["stations"], "number")
    for where, station in registers["stations"]:
        _unique_inside(where, "tiles", station.tiles)
    for where, service in registers["services"]:
        for column in ("jobs", "choices", "windows"):
            codes = [one.code for one in getattr(service, column, ())]
            _unique_inside(where, column, codes)
    for register, column, target in POINTERS:
        known = {row.code for _, row in registers[target]}
        for where, row in registers[register]:
            _point(where, column, getattr(row, column), known, FILES[target])


def _unique(placed: Placed[Any], column: str) -> None:
    seen: dict[object, Where] = {}
    for where, row in placed:
        value = getattr(row, column)
        if value in seen:
            raise Refusal(
                N_("%(where)s写的“%(value)s”已经在%(first)s用过了：请换一个"),
                where=where.column(column),
                value=value,
                first=seen[value].row,
            )
        seen[value] = where


def _unique_inside(where: Where, column: str, codes: Iterable[str]) -> None:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise Refusal(
                N_("%(where)s里“%(value)s”写了两次：请删掉一个"),
                where=where.column(column),
                value=code,
            )
        seen.add(code)


def _point(where: Where, column: str, value: Any, known: set[str], file: str) -> None:
    codes = (value,) if isinstance(value, str) else value or ()
    for code in codes:
        if code not in known:
            raise Refusal(
                N_("%(where)s写了“%(value)s”，%(file)s 里没有这个代码：请改正，或者先在那里加上"),
                where=where.column(column),
                value=code,
                file=file,
            )
