"""A message to a person: who wrote it, whether she was told; and news of hers that she was told.

Goes where her record goes, so what she was told at one station is not told again at another.
News that follows from something else (her order was taken) is no message until she is told it:
then its subject says which it was, and the telling is its first event. The text is sealed and
never read here.
"""

from typing import ClassVar

import msgspec

from yizhan.errors import N_
from yizhan.events import Data, Event, Name
from yizhan.folding import SetAside, advance

TOPICS = ("collect", "visit", "call", "notice")
"""Something is ready for her; somebody comes; please ring or come by; anything else."""


class Sent(Data, frozen=True):
    """Somebody wrote her a message; sealed: text. `private`: only for her own eyes and ears.

    `station` is where it was written, empty for the hub; `about` a subject that it is about.
    """

    type: ClassVar[str] = "message.sent"
    topic: Name
    station: Name = ""
    about: Name = ""
    private: bool = False


class Told(Data, frozen=True):
    """She was told: at a station's screen, or by whoever rang her."""

    type: ClassVar[str] = "message.told"
    station: Name = ""
    about: Name = ""


class Recalled(Data, frozen=True):
    """She was not told after all, or wants to be told again."""

    type: ClassVar[str] = "message.recalled"


class Withdrawn(Data, frozen=True):
    """It need not be said any more."""

    type: ClassVar[str] = "message.withdrawn"


class Message(msgspec.Struct, frozen=True):
    """A message as it stands; `topic` is "news" where nobody wrote it."""

    person: str
    topic: str
    sender: str
    station: str
    about: str
    private: bool
    time: str
    status: str
    told: str = ""
    told_at: str = ""
    told_by: str = ""
    sealed: dict[str, str] = {}


TYPES = (Sent, Told, Recalled, Withdrawn)

NEWS = "news"

LEGAL = {
    None: {"message.sent": "waiting", "message.told": "told"},
    "waiting": {"message.told": "told", "message.withdrawn": "withdrawn"},
    "told": {"message.recalled": "waiting"},
}

WORDS = {
    None: N_("没有这句话"),
    "waiting": N_("这句话还没有告诉居民"),
    "told": N_("这句话已经告诉居民了"),
    "withdrawn": N_("这句话不用再说了"),
}


def fold(state: Message | None, event: Event, data: Data) -> Message | SetAside:
    """The message after one more event, or why that step is not legal."""
    status = advance(LEGAL, state.status if state else None, event, WORDS)
    if isinstance(status, SetAside):
        return status
    if state is None:
        state = _begun(event, data)
    changes = {"status": status, "told": "", "told_at": "", "told_by": ""}
    if isinstance(data, Told):
        changes |= {"told": event.time, "told_at": data.station, "told_by": event.actor}
    return msgspec.structs.replace(state, **changes)


def _begun(event: Event, data: Data) -> Message:
    person = event.audience.partition(":")[2]
    if isinstance(data, Sent):
        said = (data.topic, event.actor, data.station, data.about, data.private)
    else:
        said = (NEWS, "", "", getattr(data, "about", ""), False)
    return Message(person, *said, event.time, "", sealed=event.sealed)
