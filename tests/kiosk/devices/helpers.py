"""What the tests of the devices share: the cast's cards and patience.

王阿姨 and 杨幼红 carry the first two cards of the vectors, 李师傅 the one of another version.
"""

import time
from collections.abc import Callable
from typing import TypeVar

from kiosk.devices.port import Port
from kiosk.devices.rdm6300 import Frame

T = TypeVar("T")

WANG = Frame("67003B51C6")
YANG = Frame("67003BA86C")
LI = Frame("62E3086CED")


def receive(port: Port, count: int) -> bytes:
    """So many bytes from the port; fewer when nothing came for a second."""
    heard = b""
    while len(heard) < count and (chunk := eventually(port.read, within=1.0)):
        heard += chunk
    return heard


def eventually(look: Callable[[], T], within: float = 5.0) -> T:
    """The first true answer of `look`; the last one when `within` seconds have passed."""
    until = time.monotonic() + within
    while not (seen := look()) and time.monotonic() < until:
        time.sleep(0.005)
    return seen
