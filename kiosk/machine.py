"""What this machine is told about its own hardware: a file beside its data, and no event.

The size of a screen, how far one stands from it and where its serial ports are belong to the
machine: one that replaces a broken one has its own. What it must bring back (tiles, hours, prices,
idle times) is an event instead. What was said at the door (`kiosk serve --inches`) is the default.
"""

from pathlib import Path
from typing import Annotated

import msgspec

from yizhan.errors import Corrupt
from yizhan.keys import write_private

FILE = "machine.json"

Inches = Annotated[float, msgspec.Meta(ge=7, le=65)]
Distance = Annotated[int, msgspec.Meta(ge=30, le=150)]
Port = Annotated[str, msgspec.Meta(pattern=r"^/dev/[A-Za-z0-9._/-]{1,60}\Z")]
Baud = Annotated[int, msgspec.Meta(ge=1200, le=921600)]


class Machine(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was set at the desk; None is what was said at the door."""

    inches: Inches | None = None
    distance_cm: Distance | None = None
    portrait: bool | None = None
    card: Port | None = None
    printer: Port | None = None
    printer_baud: Baud | None = None


def read(data: Path) -> Machine:
    """What was set on this machine. Raises Corrupt."""
    path = data / FILE
    if not path.exists():
        return Machine()
    try:
        return msgspec.json.decode(path.read_bytes(), type=Machine)
    except msgspec.MsgspecError as error:
        raise Corrupt(f"{path} 损坏：{error}") from error


def write(data: Path, machine: Machine) -> None:
    """Keep it."""
    write_private(data / FILE, msgspec.json.format(msgspec.json.encode(machine)))
