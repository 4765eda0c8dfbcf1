"""What the fleet page is made of: stations that were heard, and how its page is read."""

import datetime
import re

from sync.hub_tables import BranchRow, ContactRow, TipRow
from tests.hub import cast
from yizhan import VERSION
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.orders import commands as orders
from yizhan.services.stations import commands as stations

NAMES = [field.name for field in ContactRow._meta.sorted_fields]


def enrol(node: Node, code: str, name: str) -> None:
    """A station that showed its code."""
    node.record(new_id(), "hub", lambda: stations.add(code, name, "00" * 32))
    state = node.state("station", "", f"station/{code}")
    node.record(new_id(), "hub", lambda: stations.enrol(state, "00" * 32, "ab" * 32))


def heard(node: Node, code: str, *, behind: int = 0, **other: object) -> None:
    """The station's last word, now: all is well but for what is said otherwise."""
    now = node.clock.stamp()
    said = {
        "network": node.network, "station": code, "seen": now, "unsent": 0,
        "cursor": node.journal.head() - behind, "version": VERSION, "clock": "synced",
        "skew_s": 0, "rescue": False, "disk_mib": 20_000, "aside": 0, "waiting": None,
        "clear_at": now, **other,
    }  # fmt: skip
    node.db.upsert(ContactRow, [tuple(said[name] for name in NAMES)])


def ago(node: Node, **span: float) -> str:
    """A stamp of some time before now."""
    return (node.clock.now() - datetime.timedelta(**span)).isoformat(timespec="seconds")


def branch(node: Node, code: str, grown: int) -> None:
    """The station's chain branched an hour ago, and so many of its two ends grew since."""
    since, head = ago(node, hours=1), node.journal.head()
    node.db.upsert(BranchRow, [(node.network, code, b"parent", since, head)])
    for n in range(2):
        at = head + 1 if n < grown else head - 1
        node.db.run(
            TipRow.insert(
                network=node.network, source=code, digest=bytes([n]), moved=since, head=at
            )
        )


def set_aside(node: Node) -> None:
    """A record comes that does nothing: 王阿姨 withdraws an order that was never placed."""
    order = cast.place(node)
    cast.step(node, order, "person/wang", orders.withdraw)
    node.db.sql(
        "INSERT INTO set_aside (network, digest, audience, subject, position, type, actor, time,"
        " reason) VALUES (?, ?, 'hub', ?, ?, 'order.withdrawn', 'person/wang', ?, '撤不了')",
        (node.network, order.encode(), f"order/{order}", node.journal.head(), node.clock.stamp()),
    )


def line(page: str, code: str) -> str:
    """One station's line, without its tags."""
    row = page.partition(f'id="s-{code}"')[2].partition("</tr>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", row).split())


def tasks(page: str) -> str:
    """What the page asks a person to do, without tags."""
    listed = page.partition('class="tasks"')[2].partition("</ol>")[0].partition(">")[2]
    return " ".join(re.sub(r"<[^>]*>", " ", listed).split())


def verdict(page: str) -> str:
    """The one sentence on top."""
    said = page.partition('id="verdict"')[2].partition("</p>")[0].partition(">")[2]
    return " ".join(re.sub(r"<[^>]*>", " ", said).split())


def backed_up(node: Node) -> None:
    """The hub has been backed up just now, as `hub backup` notes it."""
    node.db.sql(
        "INSERT INTO backup (network, path, made, head, contained) VALUES (?, 'b', ?, 1, 1)",
        (node.network, node.clock.stamp()),
    )
