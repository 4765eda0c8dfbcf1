"""A keeper attaches photos to orders, and they travel in pieces amid all other faults.

What the desk's own page does is done here without its page. Knows orders, blobs and the lane's
frames; every round of the loop carries what waits.
"""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from types import SimpleNamespace
from unittest import mock

import msgspec

from kiosk.desk import photo
from sync.status import unsent
from tests.faults.disks import Disks
from tests.faults.sticks import Sticks
from tests.faults.town import PIECE_BYTES, Box, Post
from yizhan.blobs import DIGEST, digest_of
from yizhan.errors import Refusal
from yizhan.record import Outcome
from yizhan.services.orders import projection as orders


class Photos(Sticks):
    """The town with photos."""

    def __init__(self, disks: Disks) -> None:
        super().__init__(disks)
        self.sent: list[tuple[str, str, str, int]] = []
        """Forms of the desk: where, which, of which order, which picture."""
        self.did: Counter[str] = Counter()
        """How much of what is mixed in came to something; for whoever counts runs."""

    def attach(self, where: str, which: int, what: int) -> None:
        """The keeper attaches a photo to an order of this station; some send a form again."""
        box = self.boxes.get(where)
        if box is None or box.code == "hub":
            return
        before = [one for one in self.sent if one[0] == where]
        rows = orders.open_of_station(box.node.db, box.code)
        if before and what % 7 == 0:
            self._attach(box, *before[which % len(before)][1:])
        elif rows:
            form = self.form()
            self.sent.append((where, form, rows[which % len(rows)].subject, what))
            self._attach(box, *self.sent[-1][1:])
        else:
            self.place(where, which)

    def _attach(self, box: Box, form: str, order: str, what: int) -> None:
        row = orders.get(box.node.db, order)
        if row is None:
            return
        before, told = self.oracle.snapshot(box), list[Outcome]()
        try:
            with _desk(box, form, told):
                photo._attach(row, _picture(what))
        except Refusal:
            assert self.oracle.snapshot(box) == before, "a refusal wrote something"
            return
        self.oracle.saved(box, [event.id for outcome in told for event in outcome.events])

    def round(self, box: Box, post: Post) -> None:
        """Also looks whether photos wait for records, and what the station believes then."""
        made = self.moves_made

        def watched(road: str, raw: bytes) -> bytes:
            if road == "piece" and self.moves_made == made and not self.collecting:
                assert not unsent(box.node), f"a photo went before a record: {box.name}"
            return post(road, raw)

        super().round(box, watched)
        self._check_belief(box)

    def _check_belief(self, box: Box) -> None:
        """The desk says 中心已收到 only of what the hub that it knows has whole."""
        for digest, hub in box.sql("SELECT digest, hub FROM blob WHERE state = 'stored'"):
            if hub == self.oracle.epoch():
                whole = self.hub.blobs.read(digest) is not None
                assert whole, f"{box.name} believes that the hub has {digest}"

    def check_photos(self) -> None:
        """The faults have stopped: what a station holds and has recorded is at the hub, once."""
        attached = self._attached()
        doubled = [digest for digest, times in attached.items() if times > 1]
        assert not doubled, f"a photo is recorded twice: {doubled}"
        for box in self.stations:
            files = {path.name for path in box.blobs.folder.iterdir()}
            rows = {digest for (digest,) in box.sql("SELECT digest FROM blob")}
            for digest in sorted((files | rows) & attached.keys()):
                self._check_arrived(box, digest)
        self._check_files()

    def _check_arrived(self, box: Box, digest: str) -> None:
        content, row = box.blobs.read(digest), box.blobs.row(digest)
        held = self.hub.blobs.row(digest)
        assert content is not None and row is not None, f"{box.name} has lost {digest}"
        assert self.hub.blobs.read(digest) == content, f"no {digest}: {box.name}, {row.state}"
        assert row.state == "stored", f"{box.name} does not know: {digest}, {row.state}"
        assert held and held.state == "here", f"the hub does not know: {digest}"
        self.did["photos"] += 1

    def _check_files(self) -> None:
        for path in self.hub.blobs.folder.iterdir():
            name, _dot, part = path.name.partition(".")
            if DIGEST.fullmatch(path.name):
                assert digest_of(path.read_bytes()) == name, f"other bytes: {name}"
            assert not part or not path.with_name(name).exists(), f"twice at the hub: {name}"

    def _attached(self) -> Counter[str]:
        """How many records of the hub name a digest."""
        rows = self.hub.sql("SELECT raw FROM journal WHERE subject LIKE ?", "order/%")
        read = (bytes(raw) for (raw,) in rows)
        found = (msgspec.json.decode(raw) for raw in read if b'"order.attached"' in raw)
        return Counter(event["data"]["digest"] for event in found)


def _picture(what: int) -> bytes:
    """A PNG (ISO/IEC 15948) of so many pieces that each number has its own."""
    pixels = Random(what).randbytes(PIECE_BYTES * (what % 6) + 50)
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    found = b"\x89PNG\r\n\x1a\n"
    for name, body in ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b"")):
        crc = zlib.crc32(name + body)
        found += struct.pack(">I", len(body)) + name + body + struct.pack(">I", crc)
    return found


@contextmanager
def _desk(box: Box, form: str, told: list[Outcome]) -> Iterator[None]:
    """The desk's page of this station, with a keeper signed in who sends this form."""
    here = SimpleNamespace(node=box.node, db=box.db, station=box.code, recorded=told.append)
    keeper = SimpleNamespace(login="yang")
    with mock.patch.multiple(
        photo,
        here=lambda: here,
        blobs=lambda: box.blobs,
        form_id=lambda: form,
        login=SimpleNamespace(keeper=lambda: keeper),
    ):
        yield
