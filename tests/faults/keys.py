"""Stations go over to new keys amid all other faults, and who may be locked out by that.

A hub takes the announcement of the last change of keys again. So a person has to let in only a
machine that went back to before a change (an old image, one of two from one image), or any
machine of a hub that went back to before the last but one. Every other one gets through alone.
"""

from sync import rotation
from sync.trouble import Rejected
from tests.faults.disks import Disks
from tests.faults.photos import Photos
from tests.faults.town import Box, Post
from yizhan.keys import Signer
from yizhan.opening import SIGNING_KEY

KEYS = (SIGNING_KEY, rotation.NEXT_KEY, rotation.OLD_KEY)


class Keys(Photos):
    """The town with stations that change their keys."""

    def __init__(self, disks: Disks) -> None:
        super().__init__(disks)
        self.used: dict[str, list[str]] = {}
        """The keys that each machine has gone over to, in this order."""
        self.hub_forgot = False
        for box in self.stations:
            self._note_key(box)

    def rotate(self, where: str) -> None:
        """A keeper has a new key made; the next rounds tell the hub of it."""
        box = self.boxes.get(where)
        if box is not None and box.code != "hub":
            rotation.begin(box.data)

    def round(self, box: Box, post: Post) -> None:
        try:
            super().round(box, post)
        finally:
            self._note_key(box)

    def _note_key(self, box: Box) -> None:
        known, key = self.used.setdefault(box.name, []), box.signer.public.hex()
        if known[-1:] != [key]:
            self.did["keys"] += bool(known)
            known.append(key)

    def visit(self, box: Box) -> None:
        """A round on a good road; whom the hub rightly does not know a person lets in.

        A hub that collects lets nobody in by hand: that machine comes again later.
        """
        try:
            self.round(box, self.post)
        except Rejected as no:
            assert self.locked_out_rightly(box), f"{box.name} is locked out: {no}"
            if self.collecting:
                return
            assert no.kind == "key", f"{box.name} is not told to be enrolled again: {no}"
            self.did["let in again"] += 1
            self.enrol_one(box)
            self.round(box, self.post)
        self.oracle.check_claims(box)

    def locked_out_rightly(self, box: Box) -> bool:
        """Whether only a person can let this machine in."""
        key = self.hub.end.key_of(box.code)
        known = key.hex() if key else ""
        own = {Signer(box.data / name).public.hex() for name in KEYS if (box.data / name).exists()}
        if known in own:
            return False
        if box.code in self.oracle.doubted:
            return True
        return self.hub_forgot and not self.collecting and known not in self.used[box.name][-2:]
