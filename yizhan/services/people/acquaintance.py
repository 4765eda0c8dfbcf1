"""A person became known at a station: so that station joins the person's audience. Pure."""

from typing import ClassVar

import msgspec

from yizhan.events import Data, Event, Name
from yizhan.folding import SetAside


class Met(Data, frozen=True):
    """A person used this station for the first time."""

    type: ClassVar[str] = "person.met"
    person: Name


class Acquaintance(msgspec.Struct, frozen=True):
    """A person and the station that knows them."""

    person: str
    station: str


def fold_acquaintance(
    state: Acquaintance | None, event: Event, data: Data
) -> Acquaintance | SetAside:
    """Meeting twice changes nothing."""
    assert isinstance(data, Met)
    station = event.audience.partition(":")[2]
    return state or Acquaintance(data.person, station)
