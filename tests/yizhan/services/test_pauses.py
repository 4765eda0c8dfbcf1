"""Pauses: who may say that something stands still, until when it does, and where it is seen."""

from typing import Any

import pytest

from tests.yizhan.nodes import record
from tests.yizhan.services.steps import told
from tests.yizhan.test_folding import event
from yizhan.errors import Refusal
from yizhan.record import Node
from yizhan.services.pauses import commands, model
from yizhan.services.pauses import projection as pauses
from yizhan.services.pauses.model import Paused, Resumed, subject

TODAY = "2026-11-23"


def fold(state: Any, data: Any, about: str, source: str) -> Any:
    happened = event(type=data.type, source=source, subject=about, audience="network")
    return model.fold(state, happened, data)


def test_each_place_has_one_writer() -> None:
    broken = Paused("坏了")
    assert fold(None, broken, "pause/zhongda/chair", "zhongda").going_on
    assert fold(None, broken, "pause/network/repair", "hub").going_on
    for about, source in (
        ("pause/zhongda/chair", "xiaogan"),
        ("pause/zhongda/chair", "hub"),
        ("pause/network/chair", "zhongda"),
        ("pause/zhongda/chair/more", "zhongda"),
        ("pause/zhongda", "zhongda"),
    ):
        told(fold(None, broken, about, source))


def test_what_is_not_paused_cannot_go_on() -> None:
    told(fold(None, Resumed(), "pause/zhongda/chair", "zhongda"))
    assert isinstance(commands.resume(None, "pause/zhongda/chair"), Refusal)


@pytest.mark.parametrize(
    ("reason", "until"),
    [("", ""), ("长" * 31, ""), ("坏了", "2026-11-22"), ("坏了", "soon")],
)
def test_a_pause_says_why_and_no_day_that_is_over(reason: str, until: str) -> None:
    decided = commands.pause(subject("zhongda", "chair"), TODAY, reason, until)
    assert isinstance(decided, Refusal)


def test_a_pause_ends_with_its_day_or_when_it_is_said(zhongda: Node) -> None:
    chair, tea = subject("zhongda", "chair"), subject("zhongda", "tea")
    record(zhongda, commands.pause(chair, TODAY, "坏了", TODAY))
    record(zhongda, commands.pause(tea, TODAY, "没有茶叶了", ""))

    def stopped(day: str, station: str = "zhongda") -> set[str]:
        return set(pauses.at_station(pauses.going_on(zhongda.db, day), station))

    assert stopped(TODAY) == {"chair", "tea"}
    assert stopped("2026-11-24") == {"tea"}
    assert stopped(TODAY, "xiaogan") == set()
    record(zhongda, commands.resume(zhongda.state("pause", "", tea), tea))
    assert stopped(TODAY) == {"chair"}


def test_what_the_hub_pauses_stands_still_everywhere_and_a_station_s_word_is_told_first(
    hub: Node,
) -> None:
    everywhere = subject(model.EVERYWHERE, "repair")
    record(hub, commands.pause(everywhere, TODAY, "师傅都放假了", ""))
    rows = pauses.going_on(hub.db, TODAY)
    assert pauses.at_station(rows, "xiaogan")["repair"].reason == "师傅都放假了"
