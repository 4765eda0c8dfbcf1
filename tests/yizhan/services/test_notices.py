"""Notices: one writer a board, what hangs on a day, and what a form may say."""

from typing import Any

import pytest

from tests.yizhan.nodes import record
from tests.yizhan.services.steps import told
from tests.yizhan.test_folding import event
from yizhan.errors import Refusal
from yizhan.events import Data, Draft
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.notices import commands, model
from yizhan.services.notices import projection as notices
from yizhan.services.notices.model import Changed, Content, Published, Restored, Withdrawn

CLASS = {
    "sort": "event",
    "title": "渔绳结课",
    "said": "材料站里有",
    "from_day": "2026-11-23",
    "from_time": "14:00",
    "until_time": "15:30",
    "place": "二楼",
}
PUT_UP = Published(**(CLASS | {"until_day": "2026-11-23"}))
DATA: dict[type[Data], Data] = {
    Published: PUT_UP,
    Changed: Changed(**(CLASS | {"until_day": "2026-11-23", "title": "剪纸课"})),
    Withdrawn: Withdrawn(),
    Restored: Restored(),
}
PATHS: dict[str | None, list[Data]] = {
    None: [],
    "up": [PUT_UP],
    "down": [PUT_UP, Withdrawn()],
}
LEGAL = {
    (None, Published): "up",
    ("up", Changed): "up",
    ("up", Withdrawn): "down",
    ("down", Restored): "up",
}
COMMANDS: dict[type[Data], Any] = {
    Changed: lambda n: commands.change(n, "notice/1", "zhongda", _content(title="剪纸课")),
    Withdrawn: lambda n: commands.withdraw(n, "notice/1", "zhongda"),
    Restored: lambda n: commands.restore(n, "notice/1", "zhongda"),
}


def _content(**changed: str) -> Content:
    return commands.read(CLASS | changed)


def step(state: Any, data: Data, source: str = "zhongda", audience: str = "station:zhongda") -> Any:
    happened = event(type=data.type, source=source, audience=audience, actor="staff/zhou")
    return model.fold(state, happened, data)


@pytest.mark.parametrize("kind", model.TYPES)
@pytest.mark.parametrize("status", PATHS)
def test_fold_and_command_agree_on_each_step(status: str | None, kind: type[Data]) -> None:
    before = None
    for data in PATHS[status]:
        before = step(before, data)
    outcome = step(before, DATA[kind])
    if (status, kind) in LEGAL:
        assert outcome.status == LEGAL[status, kind]
    else:
        told(outcome)
    if kind in COMMANDS:
        decision = COMMANDS[kind](before)
        legal = (status, kind) in LEGAL
        assert isinstance(decision, Draft) if legal else str(decision) == told(outcome)


def test_a_board_has_one_writer() -> None:
    told(step(None, PUT_UP, source="xiaogan"))
    told(step(None, PUT_UP, source="hub"))
    told(step(None, PUT_UP, source="zhongda", audience="network"))
    assert step(None, PUT_UP, source="hub", audience="network").status == "up"


def hang(node: Node, **changed: str) -> str:
    form = new_id()
    board = "" if node.is_hub else node.source
    kind = "bulletin" if node.is_hub else "notice"
    subject = f"{kind}/{form}"
    record(node, commands.publish(subject, board, _content(**changed)), form)
    return subject


def titles(rows: Any) -> list[str]:
    return [row.title for row in rows]


def test_what_hangs_on_a_day_is_closed_first_then_by_time(zhongda: Node) -> None:
    hang(zhongda, title="晚上放电影", from_time="18:30", until_time="20:00")
    hang(zhongda, title="渔绳结课")
    hang(zhongda, title="夏令时间", sort="notice", from_day="2026-11-01", until_day="2026-11-30",
         from_time="", until_time="")  # fmt: skip
    hang(zhongda, title="洗衣坊停水", sort="closed", from_time="", until_time="")
    hang(zhongda, title="明天的课", from_day="2026-11-24")
    gone = hang(zhongda, title="取消的课")
    record(zhongda, commands.withdraw(zhongda.state("notice", "zhongda", gone), gone, "zhongda"))
    on = notices.today(zhongda.db, "zhongda", "2026-11-23")
    assert titles(on) == ["洗衣坊停水", "渔绳结课", "晚上放电影", "夏令时间"]
    at_four = notices.current(zhongda.db, "zhongda", "2026-11-23", "16:00")
    assert titles(at_four) == ["洗衣坊停水", "晚上放电影", "夏令时间"]
    assert titles(notices.today(zhongda.db, "zhongda", "2026-11-24")) == ["明天的课", "夏令时间"]
    assert "取消的课" in titles(notices.written(zhongda.db, "zhongda", "2026-11-23"))


def test_the_street_s_notice_hangs_everywhere_and_a_station_s_only_there(hub: Node) -> None:
    hang(hub, title="全街道体检")
    assert titles(notices.today(hub.db, "zhongda", "2026-11-23")) == ["全街道体检"]
    assert titles(notices.today(hub.db, "xiaogan", "2026-11-23")) == ["全街道体检"]
    assert titles(notices.written(hub.db, "zhongda", "2026-11-23")) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"sort": "party"},
        {"title": " "},
        {"title": "长" * 17},
        {"said": "长" * 81},
        {"title_en": "w" * 49},
        {"from_day": "2026-13-01"},
        {"until_day": "2026-11-22"},
        {"until_day": "2027-12-01"},
        {"from_time": "25:00"},
        {"until_time": "13:00"},
        {"from_time": "", "until_time": "13:00"},
    ],
    ids=str,
)
def test_what_a_board_cannot_show_is_refused_with_advice(wrong: dict[str, str]) -> None:
    with pytest.raises(Refusal):
        _content(**wrong)


def test_one_day_needs_to_be_said_once() -> None:
    assert _content().until_day == "2026-11-23"
