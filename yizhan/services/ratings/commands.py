"""Offering a rating, answering it, passing it over."""

import datetime

from yizhan.errors import N_, Refusal
from yizhan.events import Data, Draft
from yizhan.services.ratings.model import (
    FACES,
    LEGAL,
    WORDS,
    Answered,
    Offered,
    Passed,
    Rating,
    Undone,
)
from yizhan.services.undo import UNDO_IS_OVER, undo_is_open


def subject(about: str) -> str:
    """The subject of the rating of a ticket or an order."""
    return f"rating/{about}"


def _step(rating: Rating | None, about: str, station: str, data: Data) -> Draft | Refusal:
    status = rating.status if rating else None
    if data.type not in LEGAL.get(status, {}):
        return Refusal(WORDS[status])
    return Draft(subject(about), data, owner=station)


def offer(rating: Rating | None, station: str, offered: Offered) -> Draft | Refusal:
    """The faces are shown."""
    return _step(rating, offered.about, station, offered)


def answer(rating: Rating | None, about: str, station: str, face: int) -> Draft | Refusal:
    """A face is tapped: 1 not satisfied, 2 so-so, 3 satisfied."""
    if face not in FACES:
        return Refusal(N_("请按一个笑脸"))
    return _step(rating, about, station, Answered(face))


def skip(rating: Rating | None, about: str, station: str) -> Draft | Refusal:
    """The person goes on without rating."""
    return _step(rating, about, station, Passed())


def undo(
    rating: Rating | None, about: str, station: str, now: datetime.datetime
) -> Draft | Refusal:
    """The person takes her answer back, within ten minutes of it."""
    if rating is not None and rating.face and not undo_is_open(rating.since, now):
        return Refusal(UNDO_IS_OVER)
    return _step(rating, about, station, Undone())
