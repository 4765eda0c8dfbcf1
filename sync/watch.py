"""Two machines on one identity: branches of a station's chain.

A Raspberry Pi put back to an old image, or two from one image, grow two branches: two children
of one digest. Both are stored and numbered; here they are found and named for a person. What
machines that only ask show is in tickets.py. Knows nothing of what the events mean.
"""

from collections.abc import Container, Iterable, Mapping, Sequence

from sync.hub_tables import BranchRow, TipRow
from yizhan.events import GENESIS
from yizhan.held import Arriving
from yizhan.record import Node, Verdict


class Watch:
    """The hub's eye on who is who. Call within the exchange's transaction."""

    def __init__(self, node: Node) -> None:
        self.node, self.db = node, node.db
        self.db.create((TipRow, BranchRow))

    def follow(
        self,
        station: str,
        came: Sequence[tuple[Arriving, Verdict]],
        passed: Mapping[bytes, bytes],
    ) -> dict[bytes, bytes]:
        """Go along a station's chain with the events that it sent, and name a branch.

        `passed` are links (digest to the one before) whose events are not kept. Returns the
        links of those that did not go on from an end.
        """
        before = self._ends(station)
        if len(before) == 1 and _goes_on(came, *before):
            self._move(station, before, dict.fromkeys([came[-1][0].digest], *before.values()))
            return {}
        ends = dict(before)
        loose: dict[bytes, bytes] = {}
        parents, again = set[bytes](), set[bytes]()
        for one, verdict in came:
            way = _way(one.prev, ends, passed)
            if way[-1] in ends:
                _grow(ends, one.digest, ends.pop(way[-1]))
            elif verdict == "new":
                _grow(ends, one.digest, way[-1])
                loose[one.digest] = way[-1]
                # A copy that gave way may have two children itself, wherever the way ends.
                parents |= set(way)
            if verdict != "new" or one.digest in loose:
                again.add(one.digest)
        if not loose and ends == before:
            return loose
        self._end_in_the_middle(station, ends, (ends.keys() - before.keys()) & again)
        self._move(station, before, ends)
        self._branch(station, self._forked(station, parents, passed))
        return loose

    def _end_in_the_middle(
        self, station: str, ends: dict[bytes, bytes | None], again: set[bytes]
    ) -> None:
        """What came again is no end where the chain has long gone on from it.

        This goes through the whole journal, which no index serves: so not for each request.
        """
        if len(ends) > 1:
            for digest in self._among(station, "prev", again):
                del ends[digest]

    def gaps(self, station: str, links: Mapping[bytes, bytes]) -> set[bytes]:
        """Those of these links (digest to the one before) of which the one before is not here:
        its author may have lost it too."""
        if not links:
            return set()
        parents = set(links.values())
        known = {GENESIS} | self._among(station, "digest", parents)
        known |= self.node.journal.passed_over(parents).keys()
        return {digest for digest, prev in links.items() if prev not in known}

    def branches(self) -> list[BranchRow]:
        """All branches that no person has closed yet, oldest first."""
        query = BranchRow.select().where(BranchRow.network == self.node.network)
        return self.db.all(query.order_by(BranchRow.since))

    def grown_since(self, branch: BranchRow) -> int:
        """How many ends of this chain grew after the branch: two or more are two machines."""
        # By the head, for seconds do not tell two requests apart; older branches have none.
        by, since = ("moved", branch.since) if branch.head is None else ("head", branch.head)
        rows = self.db.sql(
            f"SELECT COUNT(*) FROM tip WHERE network = ? AND source = ? AND {by} >= ?",
            (self.node.network, branch.source, since),
        )
        return int(rows[0][0])

    def forget(self, station: str) -> None:
        """A person has looked into it: from here on one end counts, the one that grew last."""
        where = (self.node.network, station)
        self.db.sql("DELETE FROM branch WHERE network = ? AND source = ?", where)
        self.db.sql(
            "DELETE FROM tip WHERE network = ? AND source = ? AND digest NOT IN (SELECT digest"
            " FROM tip WHERE network = ? AND source = ? ORDER BY head DESC LIMIT 1)",
            (*where, *where),
        )

    def _ends(self, station: str) -> dict[bytes, bytes | None]:
        """The ends of a station's chain, and what the strand of each goes on from."""
        rows = self.db.sql(
            "SELECT digest, begun FROM tip WHERE network = ? AND source = ?",
            (self.node.network, station),
        )
        return {bytes(digest): None if begun is None else bytes(begun) for digest, begun in rows}

    def _among(self, station: str, column: str, digests: Iterable[bytes]) -> set[bytes]:
        """Those of these that an event in this chain has as its `digest`, or as its `prev`."""
        rows = self.db.within(
            f"SELECT {column} FROM journal WHERE network = ? AND source IN (?, '')"
            f" AND {column} IN ({{}})",
            (self.node.network, station),
            list(digests),
        )
        return {bytes(found) for (found,) in rows}

    def _forked(
        self, station: str, parents: set[bytes], passed: Mapping[bytes, bytes]
    ) -> set[bytes]:
        """Those with two children here. One with a single child only came after it, as from a
        stick whose files were taken in out of order: a gap, and no second machine."""
        children = {
            parent: {d for d, prev in passed.items() if prev == parent} for parent in parents
        }
        for table in ("journal", "passed_over"):
            rows = self.db.within(
                f"SELECT prev, digest FROM {table} WHERE network = ? AND source = ?"
                " AND prev IN ({})",
                (self.node.network, station),
                list(parents),
            )
            for prev, digest in rows:
                children[bytes(prev)].add(bytes(digest))
        return {parent for parent, found in children.items() if len(found) > 1}

    def _move(
        self, station: str, before: dict[bytes, bytes | None], ends: dict[bytes, bytes | None]
    ) -> None:
        network, now, head = self.node.network, self.node.clock.stamp(), self.node.journal.head()
        self.db.many(
            "DELETE FROM tip WHERE network = ? AND source = ? AND digest = ?",
            [(network, station, digest) for digest in before.keys() - ends.keys()],
        )
        # A strand that is found to have begun earlier has not grown at its end.
        self.db.many(
            "UPDATE tip SET begun = ? WHERE network = ? AND source = ? AND digest = ?",
            [
                (ends[digest], network, station, digest)
                for digest, begun in before.items()
                if digest in ends and ends[digest] != begun
            ],
        )
        grown = [(digest, begun) for digest, begun in ends.items() if digest not in before]
        self.db.upsert(
            TipRow, [(network, station, digest, now, head, begun) for digest, begun in grown]
        )

    def _branch(self, station: str, parents: set[bytes]) -> None:
        network, now, head = self.node.network, self.node.clock.stamp(), self.node.journal.head()
        self.db.many(
            "INSERT INTO branch (network, source, parent, since, head) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            [(network, station, parent, now, head) for parent in parents],
        )


def whose(
    station: str, came: Iterable[Arriving], passed: Mapping[bytes, bytes]
) -> list[tuple[str, bytes, bytes]]:
    """Links (source, digest, prev) that a station told: each is of the chain of whoever's event
    goes on from it, and where none of these does, of the station's own.

    A station that brings back what others wrote tells the links of their chains too.
    """
    sources: dict[bytes, str] = {}
    for one in came:
        at = one.prev
        while at in passed and at not in sources:
            sources[at] = one.source or station
            at = passed[at]
    return [(sources.get(digest, station), digest, prev) for digest, prev in passed.items()]


def _goes_on(came: Sequence[tuple[Arriving, Verdict]], end: bytes) -> bool:
    """Whether all of this is new and goes on from this end in one line, as it mostly does."""
    for one, verdict in came:
        if verdict != "new" or one.prev != end:
            return False
        end = one.digest
    return bool(came)


def _way(prev: bytes, ends: Container[bytes], passed: Mapping[bytes, bytes]) -> list[bytes]:
    """Back through links to the nearest digest that is an end, or is no link; a ring ends too."""
    way = [prev]
    while way[-1] not in ends and way[-1] in passed and len(way) <= len(passed):
        way.append(passed[way[-1]])
    return way


def _grow(ends: dict[bytes, bytes | None], digest: bytes, begun: bytes | None) -> None:
    """Another end; but where a strand came before what it goes on from, that begins earlier."""
    later = [end for end, of in ends.items() if of == digest]
    ends.update(dict.fromkeys(later or [digest], begun))
