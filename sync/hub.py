"""The hub's end of the road: take in what stations send, answer with receipt and stream.

Knows bundles, positions and audiences; folding is the node's business, HTTP that of
hub_routes.py. The hub stores nothing from a request that names another hub epoch.
"""

import datetime
from collections.abc import Collection, Sequence

from sync import bundle, enrolment, refetch
from sync.bundle import BadBundle, Contents, Item, Reply, Request
from sync.enrolment import Asking, Welcome
from sync.epochs import Epochs
from sync.hub_tables import ContactRow
from sync.recovery import Recovery
from sync.stream import Stream
from sync.tickets import Tickets
from sync.watch import Watch, whose
from yizhan.held import Arriving
from yizhan.ids import new_id
from yizhan.keys import NETWORK, Signer
from yizhan.record import Node, Verdict
from yizhan.services.stations import commands as stations
from yizhan.services.stations.projection import station as station_row

SKEW_MAX_S = (1 << 31) - 1
"""A clock further off than 68 years is as wrong as can be told."""

COUNT_MAX = (1 << 31) - 1


class SyncHub:
    """The road's end at the hub."""

    def __init__(self, node: Node, signer: Signer) -> None:
        self.node, self.signer, self.db = node, signer, node.db
        self.epochs = Epochs(node, signer)
        self.stream = Stream(node)
        self.watch, self.tickets = Watch(node), Tickets(node, signer)
        self.recovery = Recovery(node)
        self.db.create((ContactRow,))

    def begin_epoch(self) -> None:
        """A process starts on this database: positions from here on are of a new hub epoch."""
        with self.node.writing():
            self.epochs.begin(self.node.journal.head() + 1)

    def hub_epochs(self) -> list[bundle.HubEpoch]:
        """All hub epochs of the network, oldest first."""
        return self.epochs.all()

    def exchange(self, raw: bytes) -> bytes:
        """One request, one reply. Raises BadBundle; then nothing was stored."""
        proven = self._unpack(raw)
        if proven is None:
            return self._not_taken(bundle.stated(raw)[1], self.hub_epochs(), collecting=True)
        station, request, contents = proven
        if request.network != self.node.network:
            raise BadBundle("of another network")
        with self.node.writing():
            forgotten = self.epochs.forgotten(
                station, request, lambda: self.tickets.behind(station, request)
            )
            hubs, collecting = self.epochs.all(), self.recovery.collecting
            if forgotten:
                self.recovery.found(forgotten, hubs)
            self._contact(station, request, rescue=bool(forgotten))
            if hubs and tuple(request.hub) == hubs[-1] and self.tickets.forgot(station, request):
                # No position is in doubt, but what else we said under this epoch is.
                self.begin_epoch()
                hubs = self.epochs.all()
            if not hubs or tuple(request.hub) != hubs[-1]:
                return self._not_taken(request, hubs, collecting=collecting)
            self.recovery.offer_keys(station, request, contents.keys)
            if collecting:
                return self._collect(station, request, contents)
            return self._take(station, request, contents)

    def _unpack(self, raw: bytes) -> tuple[str, Request, Contents] | None:
        """A request from a station that we know, or that proves to be ours while we collect."""
        if self.recovery.collecting and station_row(self.db, bundle.stated(raw)[0]) is None:
            return self.recovery.unpack(raw)
        return bundle.unpack(raw, "up", Request, self.key_of)

    def _not_taken(
        self, request: Request, hubs: list[bundle.HubEpoch], *, collecting: bool
    ) -> bytes:
        common = _from_common(request, hubs)
        return self._answer(request, taken=False, hubs=common, collecting=collecting)

    def _collect(self, station: str, request: Request, contents: Contents) -> bytes:
        """Store what came and give no position: hub/collecting.py numbers it all later."""
        self.recovery.admit(station, request)
        self.recovery.collected.keep(station, contents.events, _asides(request, contents))
        self.node.journal.pass_over(whose(station, contents.events, contents.passed))
        if contents.events:
            self._came(station, len(contents.events))
        wants = self.recovery.wants_keys(station)
        return self._answer(request, cursor=request.cursor, collecting=True, keys=wants)

    def key_of(self, station: str) -> bytes | None:
        """The public key of an enrolled station that is not revoked."""
        row = station_row(self.db, station)
        return bytes.fromhex(row.public_key) if row and not row.revoked else None

    def _take(self, station: str, request: Request, contents: Contents) -> bytes:
        # Before anything is granted to it, and so that it is told with this reply.
        ticket = self.tickets.judge(station, request)
        refused = self._foreign(station, contents.events)
        kept = [n for n in range(len(contents.events)) if n not in refused]
        accepted = [contents.events[n] for n in kept]
        before = self.node.journal.head()
        verdicts = self.node.number(accepted)
        if accepted:
            self._came(station, len(accepted))
        duplicates = [n for n, verdict in zip(kept, verdicts, strict=True) if verdict == "other"]
        came = list(zip(accepted, verdicts, strict=True))
        self.attribute(station, came, contents.passed, _asides(request, contents))
        self.recovery.heard(station, request, len(accepted))
        held_here = {one.digest for one in accepted}
        fresh = [one for one, verdict in came if verdict == "new"]
        rows, new, head = self.stream.after(station, request.cursor, before, fresh)
        again, given = refetch.serve(self.stream, station, request)
        items = [
            *again,
            *refetch.lacked(self.stream, station, request),
            *self.stream.backfill(station, request.cursor, new),
            *self.stream.items(rows, held_here, request),
        ]
        return self._answer(
            request,
            items,
            stored=head,
            backed_up=min(head, self.recovery.backed_up()),
            keys=self.recovery.wants_keys(station),
            duplicates=tuple(duplicates),
            refused=tuple(sorted(refused)),
            cursor=new,
            more=new < head or self.recovery.unsure_of(request, head),
            ticket=ticket,
            mark=self.epochs.mark(station, request.hub[0], head),
            given=given,
        )

    def attribute(
        self,
        station: str,
        came: list[tuple[Arriving, Verdict]],
        passed: dict[bytes, bytes],
        asides: Collection[bytes] = (),
    ) -> None:
        """Whose word each event rests on: its author's own, or only who brought it back.

        `asides` are digests of those that did nothing before a loss either.
        """
        self.recovery.compare(came, asides)
        # What cannot be read names no author, but stands in its sender's chain.
        own = [(one, verdict) for one, verdict in came if one.source in (station, "")]
        # What another station brought back is its author's own word only from now on.
        vouched = self.node.journal.vouched([one.digest for one, _ in own])
        fresh: list[tuple[Arriving, Verdict]] = [
            (one, "new" if one.digest in vouched else verdict) for one, verdict in own
        ]
        links = whose(station, [one for one, _ in came], passed)
        mine = {digest: prev for source, digest, prev in links if source == station}
        loose = self.watch.follow(station, fresh, mine)
        self.node.journal.pass_over(links)
        gaps = self.watch.gaps(station, loose)
        self.node.journal.own_copy_came([digest for digest in vouched if digest not in gaps])
        others = [
            one.digest
            for one, verdict in came
            if verdict == "new" and (one.source not in (station, "") or one.digest in gaps)
        ]
        self.node.journal.vouch(others, station)

    def _answer(self, request: Request, items: Sequence[Item] = (), **fields: object) -> bytes:
        time = self.node.clock.stamp()
        reply = Reply(self.node.network, request.nonce, time, **fields)  # type: ignore[arg-type]
        return bundle.pack("down", "hub", self.signer, reply, bundle.lines_of(items))

    def _foreign(self, station: str, events: Sequence[Arriving]) -> set[int]:
        """Which of these a station may not send: it writes as itself.

        What others recorded it may bring back only after it found positions void, that is
        after the hub lost some.
        """
        foreign = {n for n, one in enumerate(events) if one.event and one.event.source != station}
        contact = self._contact_row(station) if foreign else None
        return set() if contact is not None and contact.rescue else foreign

    def _contact(self, station: str, request: Request, *, rescue: bool) -> None:
        now = self.node.clock.now()
        try:
            skew = round((datetime.datetime.fromisoformat(request.time) - now).total_seconds())
        except (ValueError, TypeError):
            skew = 0
        before = self._contact_row(station)
        rescue = rescue or (before is not None and bool(before.rescue))
        seen = self.node.clock.stamp()
        unsent = max(0, min(request.unsent, COUNT_MAX))
        # Before its first word a station had nothing that we could miss.
        clear_at = before.clear_at if before and before.clear_at and unsent else seen
        self.db.upsert(
            ContactRow,
            [(
                self.node.network, station, seen, unsent, request.cursor,
                request.version[:40], request.clock[:10],
                max(-SKEW_MAX_S, min(skew, SKEW_MAX_S)), rescue,
                max(0, min(request.disk, COUNT_MAX)), max(0, min(request.aside, COUNT_MAX)),
                unsent, clear_at,
            )],
        )  # fmt: skip

    def _came(self, station: str, count: int) -> None:
        """So many of what waited at a station have come with its last word."""
        self.db.sql(
            "UPDATE contact SET waiting = CASE WHEN unsent > ? THEN unsent - ? ELSE 0 END,"
            " clear_at = CASE WHEN unsent > ? THEN clear_at ELSE seen END"
            " WHERE network = ? AND station = ?",
            (count, count, count, self.node.network, station),
        )

    def _contact_row(self, station: str) -> ContactRow | None:
        row: ContactRow | None = self.db.first(
            ContactRow.select().where(
                (ContactRow.network == self.node.network) & (ContactRow.station == station)
            )
        )
        return row

    def contacts(self) -> list[ContactRow]:
        """Every station's last word."""
        return self.db.all(ContactRow.select().where(ContactRow.network == self.node.network))

    def one_machine(self, station: str) -> None:
        """A person has seen to it that one machine goes by this name."""
        self.watch.forget(station)
        self.tickets.forget(station)

    def enrol(self, asking: Asking, offset: str) -> bytes:
        """Take in a station that proves its code; the sealed welcome. Raises Refusal."""
        self.recovery.refuse_while_collecting()
        state = self.node.state("station", "", f"station/{asking.station}")
        hashed = state.secret_hash if state else ""
        shown = hashed if hashed and enrolment.proven(hashed, asking) else ""
        self.node.record(
            new_id(),
            f"station/{asking.station}",
            lambda: stations.enrol(state, shown, asking.public_key),
        )
        self.one_machine(asking.station)
        network_key = self.node.keys.make(NETWORK)
        welcome = Welcome(self.node.network, self.signer.public.hex(), network_key.hex(), offset)
        return enrolment.seal_welcome(hashed, asking, welcome)


def _asides(request: Request, contents: Contents) -> set[bytes]:
    events = contents.events
    return {events[n].digest for n in request.asides if 0 <= n < len(events)}


def _from_common(request: Request, hubs: list[bundle.HubEpoch]) -> tuple[bundle.HubEpoch, ...]:
    known = tuple(request.hub)
    return tuple(hubs[hubs.index(known) :] if known in hubs else hubs)
