"""The hub's end of the road: take in what stations send, answer with receipt and stream.

Knows bundles, positions and audiences; folding is the node's business, HTTP the blueprint's
few lines at the end. The hub stores nothing from a request that names another hub epoch.
"""

import datetime
import secrets
from collections.abc import Sequence

import flask
import msgspec

from sync import bundle, enrolment
from sync.bundle import BadBundle, Contents, Reply, Request
from sync.enrolment import Asking, Welcome
from sync.hub_tables import ContactRow, HubEpochRow
from sync.stream import Stream
from sync.watch import Watch
from yizhan.access import PUBLIC, may
from yizhan.errors import Refusal
from yizhan.held import Arriving
from yizhan.ids import new_id
from yizhan.keys import NETWORK, Signer
from yizhan.record import Node, Verdict
from yizhan.services.stations import commands as stations
from yizhan.services.stations.projection import station as station_row

SKEW_MAX_S = (1 << 31) - 1
"""A clock further off than 68 years is as wrong as can be told."""

COUNT_MAX = (1 << 31) - 1

TYPE = "application/vnd.yizhan.bundle"


class SyncHub:
    """The road's end at the hub."""

    def __init__(self, node: Node, signer: Signer) -> None:
        self.node, self.signer, self.db = node, signer, node.db
        self.stream = Stream(node)
        self.watch = Watch(node)
        self.db.create((HubEpochRow, ContactRow))

    def begin_epoch(self) -> None:
        """A process starts on this database: positions from here on are of a new hub epoch."""
        with self.node.writing():
            self.db.sql(
                "INSERT INTO hub_epoch (network, epoch, first) VALUES (?, ?, ?)",
                (self.node.network, secrets.token_urlsafe(6), self.node.journal.head() + 1),
            )

    def hub_epochs(self) -> list[bundle.HubEpoch]:
        """All hub epochs of the network, oldest first."""
        rows = self.db.sql(
            "SELECT epoch, first FROM hub_epoch WHERE network = ? ORDER BY n", (self.node.network,)
        )
        return [(epoch, first) for epoch, first in rows]

    def exchange(self, raw: bytes) -> bytes:
        """One request, one reply. Raises BadBundle; then nothing was stored."""
        station, request, contents = bundle.unpack(raw, "up", Request, self.key_of)
        if request.network != self.node.network:
            raise BadBundle("of another network")
        with self.node.writing():
            hubs = self.hub_epochs()
            self._contact(station, request, rescue=_lost(request, hubs))
            if not hubs or tuple(request.hub) != hubs[-1]:
                reply = self._reply(request, taken=False, hubs=_from_common(request, hubs))
                return bundle.pack("down", "hub", self.signer, reply, ())
            return self._take(station, request, contents)

    def key_of(self, station: str) -> bytes | None:
        """The public key of an enrolled station that is not revoked."""
        row = station_row(self.db, station)
        return bytes.fromhex(row.public_key) if row and not row.revoked else None

    def _take(self, station: str, request: Request, contents: Contents) -> bytes:
        refused = self._foreign(station, contents.events)
        kept = [n for n in range(len(contents.events)) if n not in refused]
        accepted = [contents.events[n] for n in kept]
        verdicts = self.node.number(accepted)
        duplicates = [n for n, verdict in zip(kept, verdicts, strict=True) if verdict == "other"]
        self._attribute(station, list(zip(accepted, verdicts, strict=True)), contents.passed)
        held_here = {one.digest for one in accepted}
        rows, new, head = self.stream.page(station, request.cursor)
        reply = self._reply(
            request,
            stored=head,
            applied=head,
            duplicates=tuple(duplicates),
            refused=tuple(sorted(refused)),
            cursor=new,
            more=new < head,
            ticket=self.watch.judge(station, request, request.hub[0]),
        )
        items = [
            *self.stream.backfill(station, request.cursor, new),
            *self.stream.items(rows, held_here, request),
        ]
        return bundle.pack("down", "hub", self.signer, reply, items)

    def _attribute(
        self, station: str, came: list[tuple[Arriving, Verdict]], passed: dict[bytes, bytes]
    ) -> None:
        """Whose word each event rests on: its author's own, or only who brought it back."""
        own = [(one, verdict) for one, verdict in came if one.source == station]
        self.watch.follow(station, own, passed)
        self.node.journal.pass_over([(station, *link) for link in passed.items()])
        self.node.journal.own_copy_came([one.digest for one, _ in own])
        others = [one.digest for one, verdict in came if verdict == "new" and one.source != station]
        self.node.journal.vouch(others, station)

    def _reply(self, request: Request, **fields: object) -> Reply:
        time = self.node.clock.stamp()
        return Reply(self.node.network, request.nonce, time, **fields)  # type: ignore[arg-type]

    def _foreign(self, station: str, events: Sequence[Arriving]) -> set[int]:
        """Which of these a station may not send: it writes as itself.

        What others recorded it may bring back only after it found positions void, that is
        after the hub lost some.
        """
        contact = self._contact_row(station)
        if contact is not None and contact.rescue:
            return set()
        return {n for n, one in enumerate(events) if one.event and one.event.source != station}

    def _contact(self, station: str, request: Request, *, rescue: bool) -> None:
        now = self.node.clock.now()
        try:
            skew = round((datetime.datetime.fromisoformat(request.time) - now).total_seconds())
        except (ValueError, TypeError):
            skew = 0
        before = self._contact_row(station)
        rescue = rescue or (before is not None and bool(before.rescue))
        self.db.upsert(
            ContactRow,
            [(
                self.node.network, station, self.node.clock.stamp(),
                max(0, min(request.unsent, COUNT_MAX)),
                request.cursor, request.version[:40], request.clock[:10],
                max(-SKEW_MAX_S, min(skew, SKEW_MAX_S)), rescue,
                max(0, min(request.disk, COUNT_MAX)), max(0, min(request.aside, COUNT_MAX)),
            )],
        )  # fmt: skip

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

    def enrol(self, asking: Asking, offset: str) -> bytes:
        """Take in a station that proves its code; the sealed welcome. Raises Refusal."""
        state = self.node.state("station", "", f"station/{asking.station}")
        hashed = state.secret_hash if state else ""
        shown = hashed if hashed and enrolment.proven(hashed, asking) else ""
        self.node.record(
            new_id(),
            f"station/{asking.station}",
            lambda: stations.enrol(state, shown, asking.public_key),
        )
        self.watch.forget(asking.station)
        network_key = self.node.keys.make(NETWORK)
        welcome = Welcome(self.node.network, self.signer.public.hex(), network_key.hex(), offset)
        return enrolment.seal_welcome(hashed, asking, welcome)


def _lost(request: Request, hubs: list[bundle.HubEpoch]) -> bool:
    """Whether the station has followed us further than we remember: we have lost something."""
    known = tuple(request.hub)
    if not known[0]:
        return False
    if known not in hubs:
        return True
    following = hubs[hubs.index(known) + 1 :]
    return bool(following) and request.cursor >= following[0][1]


def _from_common(request: Request, hubs: list[bundle.HubEpoch]) -> tuple[bundle.HubEpoch, ...]:
    known = tuple(request.hub)
    return tuple(hubs[hubs.index(known) :] if known in hubs else hubs)


def blueprint(hub: SyncHub, offset: str) -> flask.Blueprint:
    """POST /sync/v1/exchange and /sync/v1/enrol."""
    routes = flask.Blueprint("sync", __name__, url_prefix="/sync/v1")

    @routes.post("/exchange")
    @may(PUBLIC)
    def exchange() -> flask.typing.ResponseReturnValue:
        flask.request.max_content_length = bundle.PACKED_BYTES_MAX
        try:
            return flask.Response(hub.exchange(flask.request.get_data()), mimetype=TYPE)
        except BadBundle as error:
            return {"error": str(error)}, 400

    @routes.post("/enrol")
    @may(PUBLIC)
    def enrol() -> flask.typing.ResponseReturnValue:
        try:
            asking = msgspec.json.decode(flask.request.get_data(), type=Asking)
            return flask.Response(hub.enrol(asking, offset), mimetype="application/octet-stream")
        except (msgspec.MsgspecError, ValueError):
            return {"error": "not an enrolment"}, 400
        except Refusal as refusal:
            return {"error": str(refusal)}, 403

    return routes
