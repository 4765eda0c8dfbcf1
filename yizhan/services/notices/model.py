"""A notice on a board: published, changed, taken down, put up again.

Two kinds with one fold, because an audience belongs to a kind: a "notice" is one station's and
that station alone writes it; a "bulletin" is the whole network's and the hub writes it. Days and
times are the place's own calendar and clock, not instants. Whether a notice still counts is
derived from its days when it is read; nothing here knows what day it is.
"""

from typing import ClassVar

import msgspec

from yizhan.errors import N_
from yizhan.events import Data, Event, Name
from yizhan.folding import SetAside, advance

HUB = "hub"
EVENT, NOTICE, CLOSED = "event", "notice", "closed"
SORTS = (EVENT, NOTICE, CLOSED)
"""Something that takes place; something to know; the place or a part of it is closed."""


class Content(Data, frozen=True):
    """What a notice says, whole. Days are ISO dates, times HH:MM or empty.

    The English is for visitors; where there is none, the Chinese is shown.
    """

    sort: Name
    title: Name
    from_day: Name
    until_day: Name
    said: str = ""
    from_time: Name = ""
    until_time: Name = ""
    place: Name = ""
    title_en: Name = ""
    said_en: str = ""
    place_en: Name = ""


class Published(Content, frozen=True):
    """A notice was put on the board."""

    type: ClassVar[str] = "notice.published"


class Changed(Content, frozen=True):
    """A notice was written anew; how it stood before stays in the journal."""

    type: ClassVar[str] = "notice.changed"


class Withdrawn(Data, frozen=True):
    """A notice was taken down before its time."""

    type: ClassVar[str] = "notice.withdrawn"


class Restored(Data, frozen=True):
    """A notice that was taken down is put up again."""

    type: ClassVar[str] = "notice.restored"


class Notice(msgspec.Struct, frozen=True):
    """A notice as it stands; `published` and `changed` are when, `by` is who wrote it last."""

    content: Content
    status: str
    published: str
    changed: str = ""
    by: str = ""


TYPES = (Published, Changed, Withdrawn, Restored)

UP, DOWN = "up", "down"
LEGAL = {
    None: {Published.type: UP},
    UP: {Changed.type: UP, Withdrawn.type: DOWN},
    DOWN: {Restored.type: UP},
}
WORDS = {
    None: N_("没有这条公告"),
    UP: N_("这条公告已经贴着了"),
    DOWN: N_("这条公告已经撤下了，要改请先再贴出来"),
}
NOT_ITS_BOARD = SetAside(N_("别的站点的公告栏，这里不能写"))


def fold(state: Notice | None, event: Event, data: Data) -> Notice | SetAside:
    """The notice after one more event; a board has one writer."""
    if event.source != (event.audience.partition(":")[2] or HUB):
        return NOT_ITS_BOARD
    status = advance(LEGAL, state.status if state else None, event, WORDS)
    if isinstance(status, SetAside):
        return status
    if isinstance(data, Content):
        content = Content(**msgspec.structs.asdict(data))
        if state is None:
            return Notice(content, status, event.time, by=event.actor)
        return msgspec.structs.replace(state, content=content, changed=event.time, by=event.actor)
    assert state is not None
    return msgspec.structs.replace(state, status=status, changed=event.time, by=event.actor)
