"""A look at the machine around a node: what is well, what is not, and what to do.

Reads and changes nothing. Knows disk, clock, keys and how much waits; knows no mechanism, and
of the records only what opening the node tells (checking.py walks them).
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

from yizhan import opening, settings
from yizhan.errors import Corrupt, Refusal, Unreachable
from yizhan.keys import NETWORK
from yizhan.record import Node

DISK_MIN_MIB = 200

Finding = tuple[bool, str]


def doctor(data: Path, database: str = "") -> list[Finding]:
    """What is well and what is not, each in a sentence that says what to do."""
    try:
        found = settings.read(data)
        node = opening.open_node(data, database=database)
    except (Refusal, Unreachable, Corrupt) as error:
        return [(False, str(error))]
    who = "中心" if node.is_hub else f"站点 {found.source}"
    return [
        (True, f"这里是 {found.network} 的{who}，数据库完好"),
        _disk(data),
        _clock(node),
        _keys(node, data),
        *_road(node),
    ]


def _disk(data: Path) -> Finding:
    free = shutil.disk_usage(data).free >> 20
    if free < DISK_MIN_MIB:
        return False, f"磁盘只剩 {free} MiB：请清出至少 {DISK_MIN_MIB} MiB，不然记录写不进去"
    return True, f"磁盘还有 {free} MiB"


def _clock(node: Node) -> Finding:
    said = f"时钟是 {node.clock.stamp()}"
    match node.clock.quality():
        case "unsure":
            return False, f"{said}，没有对过时：请连上网络，或装一块时钟电池"
        case "pretend":
            return False, f"{said}，是演示用的假时间"
        case quality:
            return True, f"{said}（{'网络对时' if quality == 'synced' else '电池时钟'}）"


def _keys(node: Node, data: Path) -> Finding:
    if not (data / opening.SIGNING_KEY).exists():
        return False, f"签名密钥 {opening.SIGNING_KEY} 不见了：请从备份放回，或重新入网"
    if node.keys.get(NETWORK) is None:
        return False, "没有这个网络的密钥：请重新入网，不然刷卡认不出人"
    return True, "签名密钥和网络密钥都在"


def _road(node: Node) -> Iterator[Finding]:
    if node.is_hub:
        return
    rows = node.db.sql(
        "SELECT COUNT(*) FROM journal WHERE network = ? AND position IS NULL AND stored IS NULL",
        (node.network,),
    )
    yield True, f"{rows[0][0]} 条记录还没有上传"
    if node.db.has_table("road"):
        for (time,) in node.db.sql("SELECT time FROM road WHERE network = ?", (node.network,)):
            yield True, f"上次连上中心是 {time}"
