"""Who was erased, as a list beside the backups: so that an older backup does not bring her back.

A backup of before an erasing does not know of it, and a key file of that day holds her key. The
list names ids alone. It is not signed: who can write to the folder can take the backups away too.
"""

from pathlib import Path

from yizhan.record import Node

SUFFIX = ".erased"


def write(folder: Path, node: Node) -> None:
    """Add those whom this hub has erased; nobody is ever taken off the list."""
    rows = node.db.sql("SELECT owner FROM erased_key WHERE network = ?", (node.network,))
    known = read(folder, node.network)
    names = sorted({*known, *(owner for (owner,) in rows)})
    if names != known:
        fresh = folder / f"{node.network}{SUFFIX}.part"
        fresh.write_text("".join(f"{name}\n" for name in names), "utf-8")
        fresh.replace(folder / f"{node.network}{SUFFIX}")


def read(folder: Path, network: str) -> list[str]:
    """The ids of those who were erased; none where there is no list."""
    path = folder / f"{network}{SUFFIX}"
    return path.read_text("utf-8").split() if path.exists() else []
