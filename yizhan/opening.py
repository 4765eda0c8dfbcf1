"""Opening a data directory: settings, database, clock, node. The mouth of every door.

Says in plain words what is wrong with a directory and what to do, and changes nothing in one
that is damaged.
"""

import sqlite3
from pathlib import Path

from yizhan import settings
from yizhan.clock import from_environment
from yizhan.db import Db
from yizhan.errors import Corrupt, Refusal
from yizhan.keys import NETWORK, Signer
from yizhan.mechanisms import REGISTRY
from yizhan.record import Node
from yizhan.settings import Settings

SIGNING_KEY = "signing.key"


def open_node(data: Path, *, pretend: bool = False, database: str = "") -> Node:
    """The node of a data directory.

    `pretend` lets YIZHAN_CLOCK set the clock. Raises Refusal where nothing was set up there,
    Corrupt where the database is damaged.
    """
    found = settings.read(data)
    url = database or found.url(data)
    if not url.startswith(("postgres://", "postgresql://")):
        check_file(Path(url), found)
    clock = from_environment(found.offset, pretend=pretend)
    return Node(Db(url, found.network), REGISTRY, found.source, clock)


def make_node(data: Path, network_key: bytes) -> Node:
    """The node of a new data directory, its database made; an existing one is kept."""
    found = settings.read(data)
    clock = from_environment(found.offset, pretend=False)
    node = Node(Db(found.url(data), found.network), REGISTRY, found.source, clock)
    with node.writing():
        node.keys.take(NETWORK, network_key)
    return node


def check_file(path: Path, found: Settings) -> None:
    """Whether the database file is there and whole (PRAGMA quick_check)."""
    if not path.exists():
        raise Refusal(
            "数据库文件 %(path)s 不见了：把备份放回这里；确实没有备份，再运行 "
            "python -m yizhan rebuild --data %(data)s --empty 重新开始",
            path=path,
            data=path.parent,
        )
    connection = sqlite3.connect(f"file:{path}?mode=rw", uri=True)
    try:
        answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        answer = str(error)
    finally:
        connection.close()
    if answer != "ok":
        raise Corrupt(
            f"数据库文件 {path} 已损坏（{answer}）：先把它复制到别处保存，再放回备份；"
            f"没有备份时，已上传的记录可以从中心取回"
        )


def signer(data: Path) -> Signer:
    """The node's own key pair."""
    return Signer(data / SIGNING_KEY)
