"""Writing to a person, telling her, taking it back. Each returns an event or a Refusal."""

from yizhan.errors import N_, Refusal
from yizhan.events import Data, Draft
from yizhan.services.messages.model import (
    LEGAL,
    TOPICS,
    WORDS,
    Message,
    Recalled,
    Sent,
    Told,
    Withdrawn,
)

TEXT_MAX = 80
"""Said aloud in twenty seconds, read on the smallest screen at once."""


def subject(name: str) -> str:
    """The subject of a message: by the form it was written with, or by the news that it is."""
    return f"message/{name}"


def send(
    name: str, person: str, topic: str, text: str, *, station: str = "", about: str = "",
    private: bool = False,
) -> Draft | Refusal:  # fmt: skip
    """Write to a person; the text is sealed under her key."""
    if topic not in TOPICS:
        return Refusal(N_("请选一种事由"))
    said = " ".join(text.split())
    if not said:
        return Refusal(N_("请写一句话给居民"))
    if len(said) > TEXT_MAX:
        return Refusal(N_("写得太长了，居民听不完。请写在 %(most)s 个字以内"), most=TEXT_MAX)
    data = Sent(topic, station, about, private)
    return Draft(subject(name), data, owner=person, sealed={"text": said}, seal=person)


def _step(message: Message | None, name: str, person: str, data: Data) -> Draft | Refusal:
    status = message.status if message else None
    if data.type not in LEGAL.get(status, {}):
        return Refusal(WORDS[status])
    return Draft(subject(name), data, owner=person)


def tell(
    message: Message | None, name: str, person: str, station: str = "", about: str = ""
) -> Draft | Refusal:
    """She was told; `message` is None for news that nobody wrote."""
    return _step(message, name, person, Told(station, about))


def recall(message: Message | None, name: str, person: str) -> Draft | Refusal:
    """She wants to be told again."""
    return _step(message, name, person, Recalled())


def withdraw(message: Message | None, name: str, person: str) -> Draft | Refusal:
    """It need not be said any more."""
    return _step(message, name, person, Withdrawn())
