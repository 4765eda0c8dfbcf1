"""The fault machine: a town, a bad road, plugs pulled, disks put back; a run is a list of moves.

Records, photos, keys and what is divided go through the same faults: each has a file of its own
(life.py, photos.py, keys.py, purses.py) with what must hold of it in the end.

A move is a tuple: a method's name and its values, plain ones, or another move to be made under
a fault. Each move does nothing where it makes no sense, so that any part of a run is a run.
"""

import contextlib
import shutil
from collections.abc import Iterable

from hub.collecting import number_all
from tests.faults.disks import Disks
from tests.faults.faults import COLUMNS, TIMES, Crash, flipped, full_disk, seeded
from tests.faults.files import plug
from tests.faults.purses import ALL, Purses
from tests.faults.roads import Move
from tests.faults.town import Box, Founded
from yizhan.blobs import FOLDER
from yizhan.checking import verify
from yizhan.errors import Corrupt, Refusal, Unreachable
from yizhan.keys import write_private
from yizhan.opening import SIGNING_KEY

IMAGES = 2
LATEST = -1
"""As `which` of put_back: the image that was made last."""
"""Of each computer two images are kept, so that the older one may be put back."""


class Machine(Purses):
    """The town with everything that may go wrong in it."""

    def __init__(self, disks: Disks) -> None:
        super().__init__(disks)
        self.images: dict[str, list[str]] = {name: [] for name in self.boxes}
        self.made = 0
        for name in list(self.boxes):
            self.image(name)
        self.oracle.hub_changed()
        for box in self.boxes.values():
            self.oracle.saved(box, self.oracle.held())

    # Faults of one computer

    def crash(self, where: str, how: str, n: int, move: Move) -> None:
        """The plug is pulled before the n-th statement of a move, or before the n-th change to
        a file, or after the n-th commit."""
        box = self.boxes.get(where)
        if box is None:
            return
        if how != "files":
            setattr(box.hook, how, n)
        try:
            with plug(box.hook, box.data, n if how == "files" else None):
                self.make(move)
        except Crash as crash:
            self.restart(crash.name)
        box.hook.calm()

    def full(self, where: str, n: int, move: Move) -> None:
        """The disk is full during a move; what could not be written leaves no half."""
        box = self.boxes.get(where)
        if box is None:
            return
        lives, before = box.lives, self.oracle.snapshot(box)
        with full_disk(box.db, n):
            try:
                self.make(move)
            except Unreachable:
                assert self.oracle.snapshot(box) == before, "half of it was written"
        assert box.lives == lives

    def flip(self, where: str, which: int, column: int, x: int) -> None:
        """A bit of the journal flips: verify names it, and the road carries nothing false.

        It is put right by hand here; `mend` has tests of its own.
        """
        box = self.boxes.get(where)
        if box is None:
            return
        rows = box.sql("SELECT local FROM journal ORDER BY local")
        if not rows:
            return
        local = rows[which % len(rows)][0]
        with flipped(box.db, local, COLUMNS[column % len(COLUMNS)], x):
            report = verify(box.node)
            talking = self.boxes["chawan"] if box is self.hub else box
            with contextlib.suppress(Corrupt, Refusal, Unreachable):
                self.round(talking, self.post)
        talking.answers += 1
        self.oracle.hub_changed()
        box.node.view.rebuild()
        self.oracle.check_claims(talking)
        assert not report.ok, f"a flipped bit was not found: {local} at {where}"
        assert f"本地 {local} 号" in " ".join(report.sentences), report.sentences

    def clock(self, where: str, which: int) -> None:
        """A clock stands at 1970, 2038, days back, or right again."""
        if where in self.boxes:
            self.boxes[where].clock.set(TIMES[which % len(TIMES)])

    def software(self, where: str, lacks: str) -> None:
        """A computer gets software that lacks a mechanism, or the present one."""
        box = self.boxes.get(where)
        if box is not None:
            box.lacks = lacks
            self.restart(where)

    # Disks

    def image(self, where: str) -> None:
        """A copy is made of a computer's disk; the older of three goes."""
        box = self.boxes.get(where)
        if box is None:
            return
        box.db.close()
        self.made += 1
        name = f"{where}.{self.made}"
        self.disks.copy(where, name)
        kept = self.images.setdefault(where, [])
        kept.append(name)
        if len(kept) > IMAGES:
            self.disks.remove(kept.pop(0))

    def put_back(self, where: str, which: int, declared: bool = True) -> None:
        """A computer's disk is replaced by an image of it; what only it held is gone.

        Of a hub, `which` also says where its photos are from (the image, the disk that it had,
        nowhere) and whether it was restored by its own door, so that it knows.
        """
        box = self.boxes.get(where)
        if box is None:
            return
        before = self.oracle.held()
        kept, photos, by_its_door = self.images[where], which // 2 % 3, which // 6 % 2
        box.stop()
        if where == "hub" and photos:
            self.disks.restore(kept[which % len(kept)], where)
        else:
            self.disks.copy(kept[which % len(kept)], where)
        if where == "hub" and photos == 2:
            shutil.rmtree(box.data / FOLDER)
        self._changed_disk(box, before, declared)
        if where == "hub" and by_its_door:
            box.end.recovery.begin("backup", collecting=self.collecting)
        else:
            self.may_spend_twice(box.code)

    def relapse(self, where: str, which: int, what: int, fault: str) -> None:
        """A station uses what is divided, goes back to before it did, and uses it again."""
        self.earn(where, which, what)
        self.image(where)
        self.spend(where, which, ALL)
        self.talk(where, fault, what)
        self.put_back(where, LATEST)
        self.spend(where, which, ALL)

    def lose(self, where: str, how: str = "") -> None:
        """A computer burns, and a new one with an empty disk takes its place and its key.

        `how`: "collect", where the new hub waits for all stations before it numbers.
        """
        box = self.boxes.get(where)
        if box is None:
            return
        before, key = self.oracle.held(), (box.data / SIGNING_KEY).read_bytes()
        box.stop()
        self.disks.remove(where)
        write_private(box.data / SIGNING_KEY, key)
        self._changed_disk(box, before, True)
        if how == "collect":
            box.end.recovery.begin("sheet", collecting=True)
            return
        self.may_spend_twice(box.code)
        if where == "hub":
            self.enrol()

    def number(self) -> None:
        """A person says that all have come: the hub numbers what it collected."""
        if self.collecting:
            number_all(self.hub.end)
            self.enrol()

    def _changed_disk(self, box: Box, before: set[str], declared: bool) -> None:
        box.lives += 1
        process = box.node.epoch
        box.start(self.hub_key, epoch=declared)
        if not declared:
            box.goes_on_as(process)
        if box.code == "hub":
            self.hub_forgot = True
        else:
            self.oracle.doubted.add(box.code)
        self.oracle.destroyed(before)
        self.oracle.hub_changed()

    def clone(self, code: str) -> None:
        """A second machine is made from a copy of a station's card, and both go on."""
        name = f"{code}2"
        if name not in self.boxes:
            self.boxes[code].db.close()
            self.disks.copy(code, name)
            self.add(name, code)
            self.oracle.doubted.add(code)
            self.may_spend_twice(code)
            self.copied = True
            self.image(name)

    def unclone(self, code: str) -> None:
        """The second machine is thrown away, with what only it held."""
        box = self.boxes.get(f"{code}2")
        if box is not None:
            before = self.oracle.held()
            box.stop()
            del self.boxes[box.name], self.images[box.name]
            self.oracle.destroyed(before)

    # The end

    def settle(self) -> None:
        """The faults stop: clocks and software are right, and each exchanges twice."""
        for box in list(self.boxes.values()):
            box.clock.set(TIMES[0])
            if box.lacks:
                self.software(box.name, "")
        if self.collecting:
            self._visit_all()
            self.number()
        self.enrol()
        self.oracle.hub_changed()
        for _ in range(2):
            self._visit_all()

    def _visit_all(self) -> None:
        for box in self.stations:
            self.visit(box)

    def check(self) -> None:
        """All that must hold in the end."""
        self.oracle.check()
        self.check_photos()
        self.check_pools()


def run(founded: Founded, seed: object, moves: Iterable[Move]) -> Machine:
    """Make these moves in a town of their own, and check. Raises what went wrong."""
    with founded.copied() as disks, seeded(seed):
        machine = Machine(disks)
        try:
            for move in moves:
                machine.make(move)
            machine.settle()
            machine.check()
        finally:
            machine.close()
        return machine
