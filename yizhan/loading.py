"""A pack into the journal: registers become listings, generated residents become people.

Loading the same pack again records only what changed. Knows the pack and the commands of two
mechanisms; knows no table.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from yizhan.errors import Refusal
from yizhan.events import Draft
from yizhan.ids import new_id
from yizhan.pack import read_pack
from yizhan.record import Node
from yizhan.residents import Resident, residents
from yizhan.services.catalogue import commands as catalogue
from yizhan.services.catalogue import projection as registers
from yizhan.services.people import commands as people

ACTOR = "hub"

COLLECTING = "中心正在收集各站点的记录，还没有编号：先运行 hub collect off，再办这件事"


def load(node: Node, pack: Path, count: int, seed: int) -> tuple[int, int]:
    """Load a pack and `count` generated residents at the hub; how many of each were new."""
    if not node.is_hub:
        raise Refusal("资料包要在中心装入；站点会在同步时收到")
    _refuse_while_collecting(node)
    found = read_pack(pack)
    if found.network.code != node.network:
        raise Refusal(
            "资料包是给网络 %(pack)s 的，这个中心是 %(here)s："
            "换对的资料包，或者改 network.toml 里的 code",
            pack=found.network.code,
            here=node.network,
        )
    with node.writing():
        listed = _record(node, _listings(node, list(found.listings())))
        registered = _record(node, _people(node, residents(found, count, seed)))
    return listed, registered


def _refuse_while_collecting(node: Node) -> None:
    """What a hub made anew records before its stations' records are numbered would come first.

    The table is the road's (sync/hub_tables.py), which stands above this package: read by name.
    """
    if not node.db.has_table("recovery"):
        return
    if node.db.sql("SELECT 1 FROM recovery WHERE network = ? AND collecting", (node.network,)):
        raise Refusal(COLLECTING)


def _record(node: Node, drafts: Iterator[Draft]) -> int:
    recorded = 0
    for draft in drafts:
        node.record(new_id(), ACTOR, lambda draft=draft: draft)  # type: ignore[misc]
        recorded += 1
    return recorded


def _listings(node: Node, rows: list[tuple[str, str, dict[str, Any]]]) -> Iterator[Draft]:
    known = {kind: registers.register(node.db, kind) for kind in {row[0] for row in rows}}
    for rank, (kind, code, fields) in enumerate(rows):
        if known[kind].pop(code, None) != fields:
            yield catalogue.publish(kind, code, fields, rank)
    for kind, gone in known.items():
        for code in gone:
            yield catalogue.remove(kind, code)


def _people(node: Node, found: Iterator[Resident]) -> Iterator[Draft]:
    for one in found:
        if node.state("person", one.person, f"person/{one.person}") is not None:
            continue
        private = {"name": one.name, "phone": one.phone, "address": one.address}
        yield people.register(
            one.person, one.called, one.home, private, born=one.born, flags=one.flags
        )
        card = node.keys.hash("card", one.card)
        yield people.issue(card, one.person, one.called, one.home)
