"""What can be done on a board: read what was written, publish, change, take down, put up again."""

import datetime
import re
from collections.abc import Mapping

import msgspec

from yizhan.errors import N_, Refusal
from yizhan.events import Data, Draft
from yizhan.services.notices.model import (
    LEGAL,
    SORTS,
    WORDS,
    Changed,
    Content,
    Notice,
    Published,
    Restored,
    Withdrawn,
)

TITLE_MAX, SAID_MAX, PLACE_MAX = 16, 80, 16
"""Hanzi, so that a notice is read from where one stands."""
ENGLISH = 3
"""English takes about three times as many letters as Chinese takes hanzi."""
DAYS_MAX = 366

TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def read(form: Mapping[str, str]) -> Content:
    """What a form says, checked. Raises Refusal, which says what to write."""
    fields = {name: " ".join(form.get(name, "").split()) for name in Content.__struct_fields__}
    fields["until_day"] = fields["until_day"] or fields["from_day"]
    _check_words(fields)
    _check_days(fields["from_day"], fields["until_day"])
    _check_times(fields["from_time"], fields["until_time"])
    return Content(**fields)


def _check_words(fields: Mapping[str, str]) -> None:
    if fields["sort"] not in SORTS:
        raise Refusal(N_("请选一种：活动、通知还是关门"))
    if not fields["title"]:
        raise Refusal(N_("请写标题"))
    limits = {"title": TITLE_MAX, "said": SAID_MAX, "place": PLACE_MAX}
    for name, most in limits.items():
        if len(fields[name]) > most or len(fields[f"{name}_en"]) > most * ENGLISH:
            raise Refusal(
                N_("写得太长了，屏幕上放不下：标题最多 %(title)d 个字，一句话 %(said)d 个字，"
                   "地点 %(place)d 个字，英文按三倍的字母算"),
                **limits,
            )  # fmt: skip


def _check_days(from_day: str, until_day: str) -> None:
    try:
        first, last = (datetime.date.fromisoformat(one) for one in (from_day, until_day))
    except ValueError:
        raise Refusal(N_("请选日期：从哪天起、到哪天止")) from None
    if not 0 <= (last - first).days < DAYS_MAX:
        raise Refusal(N_("“到哪天”不能早于“从哪天”，也不能超过一年"))


def _check_times(from_time: str, until_time: str) -> None:
    if any(one and not TIME.fullmatch(one) for one in (from_time, until_time)):
        raise Refusal(N_("时间要写成 14:00 这样，不写就是全天"))
    if until_time and until_time <= from_time:
        raise Refusal(N_("结束的时间要晚于开始的时间"))
    if until_time and not from_time:
        raise Refusal(N_("写了结束的时间，也请写开始的时间"))


def publish(subject: str, station: str, content: Content) -> Draft:
    """Put a notice on a board; `station` is empty for the network's board."""
    return Draft(subject, Published(**msgspec.structs.asdict(content)), owner=station)


def change(notice: Notice | None, subject: str, station: str, content: Content) -> Draft | Refusal:
    """Write a notice anew."""
    return _step(notice, subject, station, Changed(**msgspec.structs.asdict(content)))


def withdraw(notice: Notice | None, subject: str, station: str) -> Draft | Refusal:
    """Take a notice down before its time."""
    return _step(notice, subject, station, Withdrawn())


def restore(notice: Notice | None, subject: str, station: str) -> Draft | Refusal:
    """Put a notice up again that was taken down."""
    return _step(notice, subject, station, Restored())


def _step(notice: Notice | None, subject: str, station: str, data: Data) -> Draft | Refusal:
    status = notice.status if notice else None
    if data.type not in LEGAL.get(status, {}):
        return Refusal(WORDS[status])
    return Draft(subject, data, owner=station)
