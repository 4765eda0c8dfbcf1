"""Two USB sticks that go round among the stations and the hub, whoever has them, in any order.

They are pulled out in the middle (a file is cut short) and worn (a bit flips). Every call is
the product's own; what is on a stick outlives restarts and disks put back.
"""

from pathlib import Path

from sync.stick import StickStation
from sync.stick_hub import StickHub
from tests.faults.faults import damaged
from tests.faults.roads import Roads
from yizhan.errors import Refusal, Unreachable


class Sticks(Roads):
    """The roads with sticks."""

    def stick_out(self, where: str, stick: int) -> None:
        """A keeper writes all that waits onto a stick."""
        box = self.boxes.get(where)
        if box is not None and box.code != "hub":
            try:
                StickStation(box.end).export(self._stick(stick), _no_step)
            except Unreachable:
                return

    def stick_hub(self, stick: int) -> None:
        """The hub takes a stick in and writes its answers on it."""
        try:
            StickHub(self.hub.end).take_in(self._stick(stick), _no_step)
        except (Refusal, Unreachable):
            return

    def stick_in(self, where: str, stick: int) -> None:
        """A keeper takes in the answers on a stick."""
        box = self.boxes.get(where)
        if box is not None and box.code != "hub":
            try:
                StickStation(box.end).take_in(self._stick(stick), _no_step)
            except (Refusal, Unreachable):
                return
            self.oracle.check_claims(box)

    def stick_worn(self, stick: int, which: int, how: str, x: int) -> None:
        """A file on a stick is damaged: pulled out too early, or a bit flips."""
        files = sorted(self._stick(stick).rglob("*.*"), key=str)
        if files:
            file = files[which % len(files)]
            file.write_bytes(damaged(file.read_bytes() or b"?", how, x))

    def _stick(self, number: int) -> Path:
        path = self.disks.folder / f"stick{number % 2}"
        path.mkdir(exist_ok=True)
        return path


def _no_step(_done: int, _of: int) -> None:
    """Nobody watches."""
