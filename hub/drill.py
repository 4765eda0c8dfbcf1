"""A rehearsal of the hub's total loss, on copies: is everything there again, and how long does
it take?

Copies station directories, makes an empty hub from the recovery sheet as it would be typed in,
lets it collect and number through real bundles, and compares. Changes nothing of what it is
given. Knows nodes and the road's two ends; speaks no HTTP.
"""

import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from hub import collecting, restoring
from hub.sheet import Sheet, draw, read
from sync.hub import SyncHub
from sync.recovery import Flip
from sync.station import SyncStation
from yizhan import opening, settings
from yizhan.checking import verify
from yizhan.db import Db
from yizhan.errors import Corrupt, Refusal
from yizhan.fingerprint import Folded, fingerprint, lay
from yizhan.held import Held
from yizhan.keys import NETWORK
from yizhan.record import Node

PAGE = 2000
ROUNDS_MAX = 100_000


class Compared(msgspec.Struct, frozen=True):
    """One station after the drill; `same`: hub and station have one fingerprint."""

    station: str
    held: int
    fingerprint: str
    same: bool


class Drill(msgspec.Struct, frozen=True):
    """What a rehearsal found; `seconds` by step.

    `held` are all events that any station holds, `numbered` what the new hub numbered of them.
    `differing` are subjects on which old hub and new differ, folded from what any station
    holds; `only_hub` are the old hub's events that no station holds, by type: lost without a
    backup.
    """

    seconds: dict[str, float]
    held: int
    numbered: int
    stations: list[Compared]
    differing: list[str]
    only_hub: dict[str, int]
    flips: list[Flip]
    sound: list[str]

    @property
    def well(self) -> bool:
        """Whether everything that any station holds is there again and all agree."""
        agreed = all(one.same for one in self.stations)
        return agreed and not self.differing and self.numbered >= self.held


def sheet_of(node: Node, data: Path) -> Sheet:
    """What the recovery sheet of a hub's directory says. Raises Refusal where it is a station's."""
    found, seal = settings.read(data), node.keys.get(NETWORK)
    if not node.is_hub:
        raise Refusal("这里是站点 %(station)s 的数据目录，请到中心的目录里做", station=node.source)
    if seal is None:
        raise Corrupt("没有这个网络的密钥：请从密钥备份恢复")
    signing = (data / opening.SIGNING_KEY).read_bytes()
    return Sheet(found.network, found.hub_url, found.offset, signing, seal)


def rehearse(data: Path, stations: Sequence[Path], database: str = "") -> Drill:
    """Lose the hub of `data` on paper, and make it again from what these stations hold."""
    if not stations:
        raise Refusal("请用 --stations 写上至少一个站点的数据目录")
    watch = _Watch()
    old = opening.open_node(data, database=database)
    with tempfile.TemporaryDirectory(prefix="yizhan-drill-") as name:
        folder = Path(name)
        roads = [_copy(path, folder, old) for path in stations]
        held = set().union(*(_digests(road.node) for road in roads))
        counts = {road.node.source: _count(road.node) for road in roads}
        watch.passed("copy")
        paper = draw(sheet_of(old, data), opening.signer(data).public)
        restoring.restore(folder / "hub", restoring.secrets_from(read(paper)), None, "")
        sync = SyncHub(opening.open_node(folder / "hub"), opening.signer(folder / "hub"))
        sync.begin_epoch()
        watch.passed("sheet")
        for road in roads:
            _exchange(road, sync)
        watch.passed("collect")
        collecting.number_all(sync)
        watch.passed("number")
        for road in (*roads, *roads):
            _exchange(road, sync)
        watch.passed("settle")
        compared = [_compare(road.node, sync.node, counts) for road in roads]
        differing, only_hub = _against(old, sync.node, held)
        sound = verify(sync.node).sentences
        watch.passed("compare")
        numbered = len(held & _digests(sync.node))
        flips = sync.recovery.flips()
        for node in (sync.node, *(road.node for road in roads)):
            node.db.close()
    return Drill(watch.seconds, len(held), numbered, compared, differing, only_hub, flips, sound)


class _Watch:
    """How long each step took, in seconds."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.monotonic()

    def passed(self, step: str) -> None:
        now = time.monotonic()
        self.seconds[step] = round(now - self._last, 3)
        self._last = now


def _copy(path: Path, folder: Path, old: Node) -> SyncStation:
    """A station on a copy of its directory, taken while it may be running."""
    found = settings.read(path)
    if found.network != old.network or found.source == "hub":
        raise Refusal("%(path)s 不是这个网络的站点", path=path)
    to = folder / found.source
    to.mkdir()
    db = Db(found.url(path), found.network)
    db.sql("VACUUM INTO ?", (str(to / "yizhan.db"),))
    db.close()
    for name in (settings.FILE, opening.SIGNING_KEY):
        shutil.copy(path / name, to / name)
    return SyncStation(opening.open_node(to), opening.signer(to), bytes.fromhex(found.hub_key))


def _exchange(road: SyncStation, sync: SyncHub) -> None:
    for _n in range(ROUNDS_MAX):
        sent = road.request()
        if road.take(sent, sync.exchange(sent.raw)) == "done":
            return
    raise Corrupt(f"站点 {road.node.source} 的交换没有尽头")


def _digests(node: Node) -> set[bytes]:
    rows = node.db.sql("SELECT digest FROM journal WHERE network = ?", (node.network,))
    return {bytes(digest) for (digest,) in rows}


def _count(node: Node) -> int:
    rows = node.db.sql("SELECT COUNT(*) FROM journal WHERE network = ?", (node.network,))
    return int(rows[0][0])


def _compare(node: Node, hub: Node, counts: dict[str, int]) -> Compared:
    own = fingerprint(node)
    same = own == fingerprint(hub, node.journal.head(), node.source)
    return Compared(node.source, counts[node.source], own.digest, same)


def _against(old: Node, new: Node, held: set[bytes]) -> tuple[list[str], dict[str, int]]:
    """Where old hub and new differ on what any station holds, and what none of them holds."""
    both = held & _digests(old) & _digests(new)
    before, after = _fold(old, both), _fold(new, both)
    differing = {
        subject
        for audience, subject in before.states.keys() | after.states.keys()
        if before.states.get((audience, subject)) != after.states.get((audience, subject))
    }
    only: Counter[str] = Counter()
    for page in _pages(old):
        only.update(row.event.type for row in page if row.readable and row.digest not in held)
    return sorted(differing), dict(only.most_common())


def _fold(node: Node, wanted: set[bytes]) -> Folded:
    """These events alone, in this hub's order."""
    folded = Folded({}, {}, {})
    for page in _pages(node):
        rows = [row for row in page if row.digest in wanted]
        if rows:
            rows = [row for row in node.view.with_waiting(rows) if row.digest in wanted]
            for row in rows:
                folded.states.setdefault(row.key, None)
            lay(node, folded, rows)
    return folded


def _pages(node: Node) -> Iterator[list[Held]]:
    after = 0
    while rows := node.journal.placed(after, PAGE):
        yield rows
        after = rows[-1].position or 0
