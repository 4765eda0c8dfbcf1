"""Pausing something that is on offer, and letting it go on."""

import datetime

from yizhan.errors import N_, Refusal
from yizhan.events import Draft
from yizhan.services.pauses.model import Pause, Paused, Resumed

REASON_MAX = 30


def pause(
    subject: str, today: str, reason: str, until: str, reason_en: str = ""
) -> Draft | Refusal:
    """It does not take place until the end of a day, or (empty) until it is said."""
    reason, reason_en = reason.strip(), reason_en.strip()
    if not reason or len(reason) > REASON_MAX or len(reason_en) > 3 * REASON_MAX:
        return Refusal(N_("请写为什么停，最多 30 个字，居民看得到"))
    try:
        past = bool(until) and datetime.date.fromisoformat(until).isoformat() < today
    except ValueError:
        past = True
    if past:
        return Refusal(N_("请选停到哪天，不能是过去的日子；不知道就空着"))
    return Draft(subject, Paused(reason, until, reason_en))


def resume(pause: Pause | None, subject: str) -> Draft | Refusal:
    """It takes place again."""
    if pause is None or not pause.going_on:
        return Refusal(N_("这一项现在没有停"))
    return Draft(subject, Resumed())
