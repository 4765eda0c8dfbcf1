"""The line that says what day it is, in both languages; a clock that is not sure tells no feast."""

from collections.abc import Iterator
from pathlib import Path

import flask
import pytest
from flask_babel import Babel

from kiosk.calendar import today_line
from tests import english
from yizhan import clock as clocks
from yizhan.clock import Clock

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def asked() -> Iterator[None]:
    """Within a request of somebody who reads Chinese."""
    english.compiled()
    app = flask.Flask("calendar")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "locale")
    Babel(app, default_locale="zh_CN")
    with app.test_request_context():
        yield


def at(moment: str) -> Clock:
    return Clock("+08:00", f"{moment}x0")


@pytest.mark.parametrize(
    ("moment", "chinese", "english"),
    [
        (
            "2026-11-28T09:00",
            "11月28日 星期六 · 十月二十 · 小雪后",
            "Sat, Nov 28 · 10th moon, day 20 · after Minor Snow",
        ),
        (
            "2026-12-22T09:00",
            "12月22日 星期二 · 十一月十四 · 今日冬至",
            "Tue, Dec 22 · 11th moon, day 14 · Winter Solstice today",
        ),
        (
            "2025-07-25T09:00",
            "7月25日 星期五 · 闰六月初一 · 大暑后",
            "Fri, Jul 25 · leap 6th moon, day 1 · after Major Heat",
        ),
        (
            "2026-02-16T23:59:59",
            "2月16日 星期一 · 十二月廿九 · 除夕",
            "Mon, Feb 16 · 12th moon, day 29 · New Year's Eve",
        ),
        (
            "2026-02-17T00:00",
            "2月17日 星期二 · 正月初一 · 春节",
            "Tue, Feb 17 · 1st moon, day 1 · Spring Festival",
        ),
        (
            "2027-01-01T00:00",
            "1月1日 星期五 · 十一月廿四 · 冬至后",
            "Fri, Jan 1 · 11th moon, day 24 · after Winter Solstice",
        ),
    ],
)
def test_today_in_one_line(moment: str, chinese: str, english: str) -> None:
    assert today_line(at(moment)) == chinese
    assert today_line(at(moment), "zh_CN") == chinese
    assert today_line(at(moment), "en") == english


def test_it_is_the_place_s_midnight_that_counts_not_the_machine_s() -> None:
    """16:30 of the day before in London is already the new year here."""
    assert today_line(at("2026-02-16T16:30:00+00:00")) == today_line(at("2026-02-17T00:30:00"))


def test_a_clock_that_is_not_sure_tells_no_feast(monkeypatch: pytest.MonkeyPatch) -> None:
    unsure = at("2026-02-17T09:00")
    monkeypatch.setattr(unsure, "quality", lambda: "unsure")
    assert today_line(unsure) == "2月17日 星期二 · 时间待校准"
    assert "Spring Festival" not in today_line(unsure, "en")
    assert "unsure" in clocks.Quality.__args__
