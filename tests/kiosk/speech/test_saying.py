"""A text becomes short phrases, each of them one clip, and nothing hostile goes further."""

import pytest

from kiosk.speech.saying import PHRASE_MAX, PHRASES_MAX, call, phrases, segmented


def test_a_sentence_is_a_phrase_and_a_question_keeps_its_mark() -> None:
    said = phrases("对吗？对就取号。缝补 · 缝扣子\n2 元")
    assert said == ["对吗？", "对就取号", "缝补", "缝扣子", "两元"]


def test_a_call_is_two_phrases_that_serve_every_number_and_counter() -> None:
    assert phrases(call(12, "缝补")) == ["请十二号", "到缝补"]


def test_english_keeps_its_figures_for_an_english_voice() -> None:
    said = phrases("Please wait. There are 2 before you!", "en")
    assert said == ["Please wait", "There are 2 before you"]


@pytest.mark.parametrize(
    "hostile",
    ["", " \n ", "。。。", "😀🀄", "\x00\x1b[", "<>|;&$()", "--", "''"],
)
def test_what_cannot_be_said_is_not_tried(hostile: str) -> None:
    assert phrases(hostile) == []


def test_a_flood_of_words_is_bounded() -> None:
    said = phrases("，".join(["好好好好好好好好好"] * 5000) + "啊" * 5000)
    assert len(said) <= PHRASES_MAX
    assert max(map(len, said)) <= PHRASE_MAX


def test_markup_is_only_words() -> None:
    assert phrases("<b>alert 1</b>") == ["b alert一b"]


def test_a_number_is_put_together_of_recorded_words() -> None:
    recorded = {"请", "二", "十", "十二", "号", "到缝补"}
    assert segmented("请十二号", recorded) == ["请", "十二", "号"]
    assert segmented("请二十二号", recorded) == ["请", "二", "十二", "号"]
    assert segmented("请三号", recorded) == []
    assert segmented("", recorded) == []


def test_where_somebody_lives_is_for_the_eye() -> None:
    assert phrases("家里（滨港路 18 号）") == ["家里"]
    assert phrases("At home (18 Harbour Road)", "en") == ["At home"]
    assert phrases("（（（") == []
