"""The photos of an order: what an event says of one, and how many an order takes. Pure."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from yizhan.errors import N_
from yizhan.events import Data, Name, Whole

PHOTOS_MAX = 6

FULL = N_("这张单的照片已经够多了，最多 6 张")
KNOWN = N_("这张照片已经附在单上了")


class Attached(Data, frozen=True):
    """Staff attached a photo: a blob by its digest (hex), of `size` bytes as it travels."""

    type: ClassVar[str] = "order.attached"
    digest: Name
    media: Name
    size: Whole


class Photo(msgspec.Struct, frozen=True):
    """A photo of the order: which blob, who attached it, when."""

    digest: str
    media: str
    size: int
    actor: str
    time: str


def no_room(photos: Sequence[Photo], data: Attached) -> str:
    """Why an order with these takes no such photo any more; empty where it does."""
    if any(photo.digest == data.digest for photo in photos):
        return KNOWN
    return FULL if len(photos) >= PHOTOS_MAX else ""
