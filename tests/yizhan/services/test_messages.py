"""Messages: written once, told once for all stations, told again only when she asks."""

from typing import Any

import pytest

from tests.yizhan.nodes import WANG, record
from tests.yizhan.services.steps import fold_all, fold_one, told
from yizhan.errors import Refusal
from yizhan.events import Data, Draft
from yizhan.record import Node, opened
from yizhan.services.messages import commands
from yizhan.services.messages import projection as messages
from yizhan.services.messages.model import TYPES, Recalled, Sent, Told, Withdrawn, fold

HERS = f"person:{WANG}"
SENT = Sent("collect", "zhongda")
DATA: dict[type[Data], Data] = {
    Sent: SENT,
    Told: Told("xiaogan", "order/1"),
    Recalled: Recalled(),
    Withdrawn: Withdrawn(),
}
PATHS: dict[str | None, list[Data]] = {
    None: [],
    "waiting": [SENT],
    "told": [SENT, Told("zhongda")],
    "withdrawn": [SENT, Withdrawn()],
}
LEGAL = {
    (None, Sent): "waiting",
    (None, Told): "told",
    ("waiting", Told): "told",
    ("waiting", Withdrawn): "withdrawn",
    ("told", Recalled): "waiting",
}


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("status", PATHS)
def test_each_step_is_folded_where_it_is_legal_and_set_aside_elsewhere(
    status: str | None, kind: type[Data]
) -> None:
    before = fold_all(fold, PATHS[status], HERS)
    outcome = fold_one(fold, before, DATA[kind], HERS)
    if (status, kind) in LEGAL:
        assert outcome.status == LEGAL[status, kind]
        assert outcome.person == WANG
        assert bool(outcome.told_by) == (outcome.status == "told")
    else:
        told(outcome)


COMMANDS: dict[type[Data], Any] = {
    Told: lambda m: commands.tell(m, "1", WANG, "zhongda"),
    Recalled: lambda m: commands.recall(m, "1", WANG),
    Withdrawn: lambda m: commands.withdraw(m, "1", WANG),
}


@pytest.mark.parametrize("kind", COMMANDS)
@pytest.mark.parametrize("status", PATHS)
def test_a_command_offers_what_the_fold_allows(status: str | None, kind: type[Data]) -> None:
    before = fold_all(fold, PATHS[status], HERS)
    decision = COMMANDS[kind](before)
    assert isinstance(decision, Draft if (status, kind) in LEGAL else Refusal)


@pytest.mark.parametrize(
    ("topic", "text", "sentence"),
    [
        ("gossip", "来一下", "请选一种事由"),
        ("call", " \n ", "请写一句话"),
        ("call", "来" * 81, "80 个字以内"),
    ],
)
def test_what_nobody_could_listen_to_is_refused(topic: str, text: str, sentence: str) -> None:
    decision = commands.send("1", WANG, topic, text)
    assert isinstance(decision, Refusal) and sentence in str(decision)


def test_the_text_is_sealed_and_goes_with_her_key(zhongda: Node) -> None:
    zhongda.keys.make(WANG)
    sent = commands.send("1", WANG, "collect", "您的裤子  补好了", station="zhongda")
    record(zhongda, sent, actor="staff/zhou")
    assert "裤子".encode() not in b"".join(row.raw for row in zhongda.journal.unplaced())
    assert opened(zhongda, "message", WANG, "message/1", "text") == "您的裤子 补好了"
    row = messages.waiting(zhongda.db, WANG)[0]
    assert (row.sender, row.station, row.topic, row.private) == (
        "staff/zhou", "zhongda", "collect", False,
    )  # fmt: skip
    assert [one.person for one in messages.to_call(zhongda.db)] == [WANG]
    zhongda.db.sql("DELETE FROM seal_key WHERE owner = ?", (WANG,))
    assert opened(zhongda, "message", WANG, "message/1", "text") == ""


def test_what_was_told_stands_on_no_list_and_news_on_none_ever(zhongda: Node) -> None:
    zhongda.keys.make(WANG)
    record(zhongda, commands.send("1", WANG, "call", "请来一下", station="zhongda"))
    state = zhongda.state("message", WANG, "message/1")
    record(zhongda, commands.tell(state, "1", WANG, "zhongda"))
    record(zhongda, commands.tell(None, "news-3", WANG, "zhongda", "order/1"))
    assert messages.waiting(zhongda.db, WANG) == [] == messages.to_call(zhongda.db)
    known = ["message/1", "message/news-3", "message/news-4"]
    assert messages.told_among(zhongda.db, WANG, known) == {"message/1", "message/news-3"}
    assert messages.told_among(zhongda.db, "li", known) == set()
    again = zhongda.state("message", WANG, "message/news-3")
    record(zhongda, commands.recall(again, "news-3", WANG))
    assert messages.told_among(zhongda.db, WANG, known) == {"message/1"}
    assert messages.waiting(zhongda.db, WANG) == [], "news is told from what it follows from"
