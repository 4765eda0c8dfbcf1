"""A station's settings: what may be set, who may set it, and how the last change is taken back."""

from typing import Any

import pytest

from tests.yizhan.nodes import record
from tests.yizhan.services.steps import told
from tests.yizhan.test_folding import event
from yizhan.errors import Refusal
from yizhan.events import Draft
from yizhan.record import Node
from yizhan.services.setup import commands, model
from yizhan.services.setup import projection as setups
from yizhan.services.setup.model import Changed, Closed, Price, Setup, Values

KNOWN = {(code, "") for code in ("mend", "repair", "rest", "tea", "books", "chair", "school")} | {
    ("mend", "button")
}
FOUR = ("rest", "tea", "mend", "repair")
PRICE = Price("mend", "button", 150, "2026-12-01")


def changed(setup: Setup | None, **values: Any) -> Draft | Refusal:
    return commands.change(setup, "zhongda", Values(**values), KNOWN)


@pytest.mark.parametrize(
    "good",
    [
        {"tiles": FOUR},
        {"tiles": (*FOUR, "books", "chair")},
        {"week": ("08:00-20:00",) * 5 + ("", "")},
        {"week": ("00:00-24:00",) * 7},
        {"holidays": "closed"},
        {"closed": (Closed("2026-12-01", "2026-12-03", "修屋顶"),)},
        {"prices": (PRICE,)},
        {"theme": "contrast", "volume": 0, "idle_seconds": 600, "warn_seconds": 20},
        {"phone": ""},
    ],
    ids=str,
)
def test_what_may_be_set(good: dict[str, Any]) -> None:
    assert isinstance(changed(None, **good), Draft)


@pytest.mark.parametrize(
    "wrong",
    [
        {"tiles": FOUR[:3]},
        {"tiles": (*FOUR, "books", "chair", "school")},
        {"tiles": (*FOUR[:3], "mend")},
        {"tiles": (*FOUR[:3], "party")},
        {"week": ("08:00-20:00",) * 6},
        {"week": ("20:00-08:00",) * 7},
        {"week": ("8-20",) * 7},
        {"week": ("08:00-24:30",) * 7},
        {"holidays": "sometimes"},
        {"closed": (Closed("2026-12-03", "2026-12-01"),)},
        {"closed": (Closed("2026-12-01", "2026-12-01", "长" * 31),)},
        {"prices": (Price("mend", "button", 155, "2026-12-01"),)},
        {"prices": (Price("mend", "button", 200_000, "2026-12-01"),)},
        {"prices": (Price("mend", "party", 100, "2026-12-01"),)},
        {"prices": (Price("mend", "button", 100, ""),)},
        {"theme": "pink"},
        {"volume": 101},
        {"idle_seconds": 5},
        {"warn_seconds": 19},
        {"help_seconds": 0},
        {"phone": "ring me"},
    ],
    ids=str,
)
def test_what_an_elder_could_not_use_is_refused(wrong: dict[str, Any]) -> None:
    assert isinstance(changed(None, **wrong), Refusal)


def test_a_change_that_changes_nothing_is_refused() -> None:
    assert isinstance(changed(Setup(Values(tiles=FOUR)), tiles=FOUR), Refusal)
    assert isinstance(commands.undo(None, "zhongda"), Refusal)


def test_a_station_is_set_up_by_itself_alone() -> None:
    def fold(source: str, subject: str = "setup/zhongda") -> Any:
        happened = event(type="setup.changed", source=source, subject=subject,
                         audience="station:zhongda", actor="staff/zhou")  # fmt: skip
        return model.fold(None, happened, Changed(Values(tiles=FOUR)))

    assert fold("zhongda").values.tiles == FOUR
    told(fold("xiaogan"))
    told(fold("hub"))
    told(fold("zhongda", "setup/xiaogan"))


def test_each_change_says_who_made_it_and_the_last_is_taken_back_and_made_again(
    zhongda: Node,
) -> None:
    def state() -> Setup:
        found: Setup = zhongda.state("setup", "zhongda", "setup/zhongda")
        return found

    record(zhongda, changed(None, tiles=FOUR), actor="staff/zhou")
    record(zhongda, changed(state(), prices=(PRICE,), phone="0580-1"), actor="staff/lin")
    assert [(one.actor, one.fields) for one in state().log] == [
        ("staff/zhou", ("tiles",)),
        ("staff/lin", ("phone", "prices")),
    ]
    record(zhongda, commands.undo(state(), "zhongda"), actor="staff/zhou")
    assert setups.values(zhongda.db, "zhongda") == Values(tiles=FOUR), "the pack's again"
    assert state().log[-1].undoes
    record(zhongda, commands.undo(state(), "zhongda"))
    assert setups.values(zhongda.db, "zhongda").prices == (PRICE,)
    assert setups.values(zhongda.db, "xiaogan") == Values()


def test_what_is_kept_for_undoing_does_not_grow_without_end(zhongda: Node) -> None:
    for number in range(model.LOG_MAX + 5):
        draft = changed(zhongda.state("setup", "zhongda", "setup/zhongda"), volume=number)
        record(zhongda, draft)
    assert len(setups.setup(zhongda.db, "zhongda").log) == model.LOG_MAX
