"""What a tile only tells is cut at sentences, in both languages, so that a screen holds it."""

import pytest

from kiosk.info import lines_of, pages_of, width


def test_a_letter_is_about_half_a_hanzi() -> None:
    assert width("老人") == 2
    assert width("abcd") < 2.5
    assert lines_of(["老" * 23, "人"], 23) == 2


@pytest.mark.parametrize(
    ("paragraphs", "pages"),
    [
        (["一句。二句。"], [["一句。二句。"]]),
        (["老" * 30 + "。", "人" * 30 + "。"], [["老" * 30 + "。"], ["人" * 30 + "。"]]),
        (["Open 9.30 a.m. Come in."], [["Open 9.30 a.m. Come in."]]),
    ],
)
def test_pages_break_between_sentences(paragraphs: list[str], pages: list[list[str]]) -> None:
    assert pages_of(paragraphs, 3, 20) == pages


def test_nothing_is_lost_and_nothing_said_twice() -> None:
    text = (
        "There are massage chairs here: first come, first served, 20 minutes each. Ask first. " * 3
    )
    found = pages_of([text, "这块屏幕还不能替您排队。请叫工作人员。"], 4, 23)
    assert len(found) > 1
    assert (
        "".join(one for page in found for one in page)
        == text + "这块屏幕还不能替您排队。请叫工作人员。"
    )
