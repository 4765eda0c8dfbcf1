"""Damage to a station's data directory: flipped bits, overwritten pages; and its way back.

A road of tests/sync/road.py whose stations have data directories of their own.
"""

import sqlite3
from pathlib import Path

from sync.station import SyncStation
from tests.sync.road import Road
from yizhan import opening, settings
from yizhan.fingerprint import fingerprint
from yizhan.keys import Signer
from yizhan.settings import Settings


class DamagedRoad(Road):
    """Stations that live in a directory each, as the doors open them."""

    def data(self, code: str) -> Path:
        """The data directory of a station."""
        return self.folder / code

    def settle(self, station: SyncStation) -> Path:
        """Close a station and move what it has into its data directory."""
        code = station.node.source
        station.db.close()
        data = self.data(code)
        settings.write(data, Settings("net", code, hub_key=self.signer.public.hex()))
        for name in (f"{code}.db", f"{code}.key"):
            moved = {"db": "yizhan.db", "key": opening.SIGNING_KEY}[name.rpartition(".")[2]]
            (self.folder / name).rename(data / moved)
        return data

    def wake(self, code: str) -> SyncStation:
        """A station's process on its data directory."""
        data = self.data(code)
        return SyncStation(opening.open_node(data), Signer(data / opening.SIGNING_KEY),
                           self.signer.public)  # fmt: skip

    def agrees(self, station: SyncStation) -> bool:
        """Whether hub and station have the same fingerprint at the station's position."""
        code, at = station.node.source, station.node.journal.head()
        return fingerprint(self.hub.node, at, code) == fingerprint(station.node, at, code)


def change(data: Path, statement: str, *values: object, hide: str = "") -> None:
    """Change the file behind the product's back; its pages stay valid.

    The index `hide` is not told, as where a bit of the row itself flips.
    """
    if hide:
        kept = _schema(data, "SELECT * FROM sqlite_master WHERE name = ?", hide)[0]
        _schema(data, "DELETE FROM sqlite_master WHERE name = ?", hide)
    _schema(data, statement, *values)
    if hide:
        _schema(data, "INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", *kept)


def _schema(data: Path, statement: str, *values: object) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(data / "yizhan.db")
    connection.execute("PRAGMA writable_schema = ON")
    with connection:
        rows = connection.execute(statement, values).fetchall()
    connection.close()
    return rows


def flip(data: Path, local: int, column: str, byte: int, mask: int = 1) -> None:
    """Flip bits of one byte of a row's column."""
    connection = sqlite3.connect(data / "yizhan.db")
    query = f"SELECT {column} FROM journal WHERE local = ?"
    content = bytearray(connection.execute(query, (local,)).fetchone()[0])
    content[byte % len(content)] ^= mask
    connection.close()
    change(data, f"UPDATE journal SET {column} = ? WHERE local = ?", bytes(content), local)


def scramble(data: Path, local: int) -> None:
    """Write over forty bytes of an event; it stays an event that can be read."""
    change(
        data,
        "UPDATE journal SET raw = CAST(replace(CAST(raw AS TEXT), substr(id, 1, 20),"
        " '!!!!!!!!!!!!!!!!!!!!') AS BLOB) WHERE local = ?",
        local,
    )


def pages(data: Path, table: str) -> list[int]:
    """The leaf pages of a table or index, counted from 1: those that hold its rows."""
    content = (data / "yizhan.db").read_bytes()
    connection = sqlite3.connect(data / "yizhan.db")
    root = connection.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)
    ).fetchone()[0]
    size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    return _leaves(content, root, size)


def _leaves(content: bytes, number: int, size: int) -> list[int]:
    page = content[(number - 1) * size : number * size]
    at = 100 if number == 1 else 0
    if page[at] in (0x0D, 0x0A):
        return [number]
    count = int.from_bytes(page[at + 3 : at + 5], "big")
    found = []
    for n in range(count):
        cell = int.from_bytes(page[at + 12 + 2 * n : at + 14 + 2 * n], "big")
        found += _leaves(content, int.from_bytes(page[cell : cell + 4], "big"), size)
    return [*found, *_leaves(content, int.from_bytes(page[at + 8 : at + 12], "big"), size)]


def overwrite(data: Path, page: int, size: int = 4096) -> None:
    """A sector of the card is gone: other bytes stand there."""
    with (data / "yizhan.db").open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xa5" * size)
