"""An errand with a stick, as a page, a command or udev starts it: lock, do, keep score.

At a station never beside another exchange. Knows data directories; knows no files' names.
"""

from collections.abc import Callable
from pathlib import Path

from sync import loop
from sync.hub import SyncHub
from sync.station import SyncStation
from sync.stick import StickStation
from sync.stick_hub import StickHub
from sync.stick_work import Doing, Result, Step, Work
from yizhan import opening, settings
from yizhan.errors import N_, Refusal
from yizhan.record import Node

NOT_ENROLLED = N_("本站还没有入网，没有东西可以带：先用入网码入网")


def begin(node: Node, data: Path, doing: Doing, stick: Path) -> Callable[[], Result]:
    """Begin a station's errand; what is returned does it, in any thread.

    Raises Refusal at once where another one goes on or this is no enrolled station; later
    what StickStation raises.
    """
    found = settings.read(data)
    key = found.hub_key
    if node.is_hub or found.practice or not key:
        raise Refusal(NOT_ENROLLED)
    work = Work(data, doing, stick, node.clock.stamp())

    def job(step: Step) -> Result:
        with loop.alone(data):
            road = StickStation(SyncStation(node, opening.signer(data), bytes.fromhex(key)))
            carry = road.export if doing == "export" else road.take_in
            return carry(stick, step)

    return lambda: work.run(job)


def begin_at_hub(hub: SyncHub, data: Path, stick: Path, by: str = "") -> Callable[[], Result]:
    """Begin to take in a stick at the hub; what is returned does it, in any thread.

    `by` (an actor) allows the rescue. Raises Refusal at once where another stick is read;
    later what StickHub raises.
    """
    work = Work(data, "rescue" if by else "import", stick, hub.node.clock.stamp())
    return lambda: work.run(lambda step: StickHub(hub).take_in(stick, step, by))
