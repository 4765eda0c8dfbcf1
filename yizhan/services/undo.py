"""How long what a resident did last can be taken back by herself: one rule for all. Pure."""

import datetime

from yizhan.errors import N_

MINUTES = 10

UNDO_IS_OVER = N_("过了十分钟，这里撤不了了。请按“叫人帮忙”，请站长帮您")


def undo_is_open(since: str, now: datetime.datetime) -> bool:
    """Whether a step of that time (RFC 3339) may still be taken back.

    A clock that was set back since does not take the right away.
    """
    return minutes_left(since, now) > 0


def minutes_left(since: str, now: datetime.datetime) -> int:
    """How many minutes are left to take a step back, at most ten; 0 when it is too late."""
    try:
        gone = (now - datetime.datetime.fromisoformat(since)).total_seconds() / 60
    except (ValueError, TypeError):
        return 0
    return max(0, min(MINUTES, MINUTES - int(gone))) if gone <= MINUTES else 0
