"""Folding a mechanism's steps one by one, as every test of a model does."""

from typing import Any

from tests.yizhan.test_folding import event
from yizhan.events import Data
from yizhan.folding import Fold, SetAside

ANN = "person/" + "0" * 31 + "1"


def fold_one(fold: Fold, state: Any, data: Data, audience: str = "station:zhongda") -> Any:
    """The state after one more step, or the SetAside."""
    return fold(state, event(type=data.type, audience=audience, actor=ANN), data)


def fold_all(fold: Fold, steps: list[Data], audience: str = "station:zhongda") -> Any:
    """The state after these steps, all of which must be legal."""
    state = None
    for data in steps:
        state = fold_one(fold, state, data, audience)
        assert not isinstance(state, SetAside), (data, state)
    return state


def told(outcome: Any) -> str:
    """The sentence of what was set aside; fails for a step that was folded."""
    assert isinstance(outcome, SetAside), outcome
    assert len(outcome.reason) >= 5, "a sentence for a person"
    return outcome.reason
