"""Figures are said as one says them: a queue number, a price, a time, a telephone."""

import pytest

from kiosk.speech.numbers import cardinal, in_words


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "零"), (2, "二"), (10, "十"), (12, "十二"), (20, "二十"), (99, "九十九"),
        (100, "一百"), (105, "一百零五"), (110, "一百一十"), (112, "一百一十二"), (200, "二百"),
        (1001, "一千零一"), (1010, "一千零一十"), (9999, "九千九百九十九"),
    ],
)  # fmt: skip
def test_a_count(number: int, said: str) -> None:
    assert cardinal(number) == said


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("请12号到缝补", "请十二号到缝补"),
        ("请２号", "请二号"),
        ("第 2 号", "第 二号"),
        ("2 元", "两元"),
        ("2 条待上传", "两条待上传"),
        ("前面还有 12 位", "前面还有 十二位"),
        ("1.5 元", "一点五元"),
        ("100%", "百分之一百"),
        ("中大-0412", "中大，零四一二"),
        ("小干-12", "小干，一二"),
        ("打 120", "打 幺二零"),
        ("120 元", "一百二十元"),
        ("120号", "一百二十号"),
        ("0580-302-0001", "零五八零，三零二，零零零幺"),
        ("13800001112", "幺三八零零零零幺幺幺二"),
        ("2026-11-25", "二零二六年十一月二十五日"),
        ("11月2日 09:05", "十一月二日 九点零五分"),
        ("9:00–17:00", "九点到十七点"),
        ("13:30", "十三点半"),
        ("2:00", "两点"),
        ("20 分钟", "二十分钟"),
        ("第2–3天", "第二到三天"),
    ],
)  # fmt: skip
def test_what_stands_on_a_screen(shown: str, said: str) -> None:
    assert in_words(shown) == said


def test_nothing_is_left_in_figures_whatever_is_shown() -> None:
    for shown in (
        "1" * 40,
        "25:99",
        "1-2-3",
        "3/4",
        "00:00:00",
        "1.2.3",
        "９９",
        "0",
        "-1",
        "٣",
        "²",
    ):
        assert not any(one.isascii() and one.isdigit() for one in in_words(shown)), shown
