"""What must hold, whatever went wrong: the one that knows every record that was 已保存.

Looks into all databases at once, which nothing in the product can. It may exempt only a record
of which no copy was left anywhere when a computer was destroyed.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sync.status import unsent
from yizhan.checking import verify
from yizhan.fingerprint import fingerprint

if TYPE_CHECKING:
    from tests.faults.town import Box, Town


class Oracle:
    """What a town's screens and computers claimed, and where its records are."""

    def __init__(self, town: "Town") -> None:
        self.town = town
        self.demanded: set[str] = set()
        self.exempt: set[str] = set()
        self.written: dict[str, set[bytes]] = {}
        """What was recorded under each id; under one form at two stations, either."""
        self.was_at_the_hub: dict[str, set[bytes]] = {}
        """By hub epoch: every digest that the hub ever held while it was the last one."""
        self.head_was: dict[str, int] = {}
        self.doubted: set[str] = set()
        """Stations of which an old image or a second machine was at work."""
        self.blind: set[str] = set()
        """Stations of which the hub has been told to forget what it saw."""
        for (epoch,) in town.hub.sql("SELECT epoch FROM hub_epoch"):
            self._note(epoch)

    def saved(self, box: "Box", ids: Iterable[str]) -> None:
        """A screen of this computer said 已保存 of these."""
        wanted = set(ids)
        self.demanded |= wanted
        for id_, raw in box.sql("SELECT id, raw FROM journal"):
            if id_ in wanted:
                self.written.setdefault(id_, set()).add(bytes(raw))

    def watch_anew(self, code: str) -> None:
        """A person has cleared a station: what was there before is no alarm any more."""
        self.blind.add(code)

    def snapshot(self, box: "Box") -> tuple[Any, ...]:
        """What an attempt that failed must not have changed."""
        found = box.sql(
            "SELECT (SELECT COUNT(*) FROM journal), (SELECT SUM(position) FROM journal),"
            " (SELECT COUNT(stored) FROM journal), (SELECT COUNT(*) FROM form),"
            " (SELECT head FROM head), (SELECT COUNT(*) FROM subject),"
            " (SELECT COUNT(*) FROM set_aside), (SELECT COUNT(*) FROM passed_over)"
        )
        chains = box.sql("SELECT source, digest FROM chain ORDER BY source")
        return found[0], [(source, bytes(digest)) for source, digest in chains]

    def held(self) -> set[str]:
        """The ids of all records that any computer holds."""
        collected = self.town.hub.sql("SELECT id FROM collected")
        everywhere = {id_ for box in self.town.boxes.values() for id_ in self._ids(box)}
        return everywhere | {id_ for (id_,) in collected}

    def destroyed(self, before: set[str]) -> None:
        """A computer was destroyed; what was held anywhere before may be nowhere now."""
        gone = (before & self.demanded) - self.held()
        self.exempt |= gone
        self.demanded -= gone

    def hub_changed(self) -> None:
        """The hub has stored something, or is another one."""
        self._note(self.epoch())

    def _note(self, epoch: str) -> None:
        box = self.town.hub
        rows = box.sql(
            "SELECT digest FROM journal WHERE position IS NOT NULL"
            " UNION ALL SELECT digest FROM collected"
        )
        held = self.was_at_the_hub.setdefault(epoch, set())
        held |= {bytes(row[0]) for row in rows}
        [(head,)] = box.sql("SELECT head FROM head")
        self.head_was[epoch] = max(head, self.head_was.get(epoch, 0))

    def check_claims(self, box: "Box") -> None:
        """No station counts as sent what the hub that it knows has not held."""
        known = box.sql("SELECT epoch FROM known_hub ORDER BY n DESC LIMIT 1")
        held = self.was_at_the_hub.get(known[0][0], set()) if known else set()
        rows = box.sql(
            "SELECT digest, id FROM journal WHERE position IS NOT NULL OR stored IS NOT NULL"
        )
        claimed = [id_ for digest, id_ in rows if bytes(digest) not in held]
        assert not claimed, f"{box.name} counts as sent what the hub never had: {claimed}"
        receipt = box.sql("SELECT stored FROM road")
        if receipt and known:
            head = self.head_was.get(known[0][0], 0)
            assert box.node.journal.head() <= head, f"{box.name} is ahead of the hub: {known}"

    def check(self) -> None:
        """The faults have stopped and all have exchanged twice."""
        self.demanded |= self.exempt & self.held()
        self._check_hub()
        for box in self.town.stations:
            self._check_station(box)
        self._check_alarms()

    def _check_hub(self) -> None:
        hub = self.town.hub
        ids = list(self._ids(hub))
        assert len(ids) == len(set(ids)), "an event was doubled"
        lost = self.demanded - set(ids)
        assert not lost, f"lost: {sorted(lost)}"
        for id_, raw in hub.sql("SELECT id, raw FROM journal"):
            assert bytes(raw) in self.written.get(id_, {bytes(raw)}), f"nobody wrote this: {id_}"
        report = verify(hub.node)
        assert report.ok, f"verify at the hub: {report.sentences}"

    def _check_station(self, box: "Box") -> None:
        node = box.node
        left = unsent(node)
        assert left == 0, f"still something to send: {left} at {box.name}"
        here = list(self._ids(box))
        assert len(here) == len(set(here)), f"two copies of one event: {box.name}"
        strange = set(here) - set(self._ids(self.town.hub))
        assert not strange, f"the hub lacks: {strange} of {box.name}"
        at, hub = node.journal.head(), self.town.hub.node
        since = {row.source for row in hub.journal.placed(at)}
        assert since <= {"hub"}, f"has not followed to the end: {box.name}"
        assert fingerprint(node) == fingerprint(hub, at, box.code), f"not the same: {box.name}"
        report = verify(node)
        assert report.ok, f"verify at a station: {box.name}: {report.sentences}"

    def _check_alarms(self) -> None:
        """Two machines on one identity are named; one machine alone never is."""
        hub = self.town.hub
        suspected = {code for (code,) in hub.sql("SELECT code FROM station WHERE suspected <> ''")}
        branched = {branch.source for branch in hub.end.watch.branches()}
        false = (suspected | branched) - self.doubted
        assert not false, f"a false alarm: {false} (ticket {suspected}, branch {branched})"
        forks = hub.sql(
            "SELECT source FROM journal WHERE source NOT IN ('', 'hub')"
            " AND digest NOT IN (SELECT digest FROM vouched) GROUP BY source, prev"
            " HAVING COUNT(*) > 1"
        )
        silent = {source for (source,) in forks} - branched - self.blind
        assert not silent, f"two branches and no alarm: {silent}"

    def _ids(self, box: "Box") -> Iterable[str]:
        return (row[0] for row in box.sql("SELECT id FROM journal"))

    def epoch(self) -> str:
        """The hub epoch that the hub is in."""
        rows = self.town.hub.sql("SELECT epoch FROM hub_epoch ORDER BY n DESC LIMIT 1")
        return str(rows[0][0]) if rows else ""
