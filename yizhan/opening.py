"""Opening a data directory: settings, database, clock, node. The mouth of every door.

Says in plain words what is wrong with a directory and what to do, and changes nothing in one
that is damaged.
"""

import sqlite3
import threading
from pathlib import Path

from yizhan import salvage, settings
from yizhan.checking import wrong_in
from yizhan.clock import from_environment
from yizhan.db import Db
from yizhan.errors import Corrupt, Refusal
from yizhan.keys import NETWORK, Signer
from yizhan.mechanisms import REGISTRY
from yizhan.record import Node

SIGNING_KEY = "signing.key"

AT_ONCE_BYTES = 64 << 20
"""A file that SQLite walks through within a second; 1 GB takes 6 s here and 20 s on a card."""

RECENT = 500
"""Events looked at before the first page: a card that wears out damages what it wrote last."""


def open_node(data: Path, *, pretend: bool = False, database: str = "") -> Node:
    """The node of a data directory.

    `pretend` lets YIZHAN_CLOCK set the clock. Raises Refusal where nothing was set up there,
    Corrupt where the database is damaged.
    """
    found = settings.read(data)
    url = database or found.url(data)
    if not url.startswith(("postgres://", "postgresql://")):
        check_file(Path(url), at_once=Path(url).exists() and _small(Path(url)))
    clock = from_environment(found.offset, pretend=pretend, data=data)
    return Node(Db(url, found.network), REGISTRY, found.source, clock)


def checked(data: Path, *, pretend: bool = False, database: str = "") -> Node:
    """The node for a process that goes on writing: nothing is added to a damaged file.

    Of a large file the newest events are looked at before anything is served; the rest in a
    thread of its own, after which a damaged one is no longer written. Raises as `open_node()`.
    """
    node = open_node(data, pretend=pretend, database=database)
    end = node.db.sql("SELECT MAX(local) FROM journal WHERE network = ?", (node.network,))[0][0]
    for row in node.journal.after((end or 0) - RECENT, RECENT):
        for wrong in wrong_in(row):
            raise Corrupt(_damaged(Path(node.db.url), wrong.said))
    if not node.db.postgres and not _small(Path(node.db.url)):
        threading.Thread(target=_check_later, args=(node,), daemon=True).start()
    return node


def _check_later(node: Node) -> None:
    try:
        check_file(Path(node.db.url), at_once=True)
    except (Corrupt, Refusal) as error:
        node.db.damaged = str(error)


def _small(path: Path) -> bool:
    return path.stat().st_size <= AT_ONCE_BYTES


def make_node(data: Path, network_key: bytes) -> Node:
    """The node of a new data directory, its database made; an existing one is kept."""
    found = settings.read(data)
    clock = from_environment(found.offset, pretend=False)
    node = Node(Db(found.url(data), found.network), REGISTRY, found.source, clock)
    with node.writing():
        node.keys.take(NETWORK, network_key)
    return node


def check_file(path: Path, *, at_once: bool) -> None:
    """Whether the database file is there, and (`at_once`) whole: PRAGMA quick_check."""
    if not path.exists():
        raise Refusal(
            "数据库文件 %(path)s 不见了：把备份放回这里；确实没有备份，请换一个空目录重新入网，"
            "已上传的会从中心回来",
            path=path,
        )
    try:
        with salvage.reading(path) as connection:
            check = "PRAGMA quick_check(1)" if at_once else "PRAGMA schema_version"
            answer = str(connection.execute(check).fetchone()[0])
    except sqlite3.DatabaseError as error:
        raise Corrupt(_damaged(path, str(error))) from error
    if at_once and answer != "ok":
        raise Corrupt(_damaged(path, answer))


def _damaged(path: Path, what: str) -> str:
    return (
        f"数据库文件 {path} 已损坏（{what}）。没有再写进去。请停下触摸屏和同步，"
        f"运行 python -m yizhan mend --data {path.parent} --yes"
    )


def signer(data: Path) -> Signer:
    """The node's own key pair."""
    return Signer(data / SIGNING_KEY)
