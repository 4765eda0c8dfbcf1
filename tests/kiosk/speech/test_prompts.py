"""The fixed prompts hold what screens say, and none that would need to know somebody."""

from pathlib import Path

from kiosk.speech import prompts, saying
from kiosk.speech.prompts import COUNTS, NUMBERS

PACK = Path("deploy/sample")


def test_screens_packs_and_numbers_are_all_there() -> None:
    texts = {one.text for one in prompts.prompts(PACK)}
    assert {"请刷卡", "对就取号", "您还在吗？", "早上好"} <= texts, "of the screens"
    assert {"缝补", "到缝补", "缝扣子", "两元", "水龙头"} <= texts, "of the pack"
    counts = {phrase for count in COUNTS for phrase in saying.phrases(f"前面还有 {count} 位")}
    assert counts <= texts, "a sentence with a count"
    calls = {phrase for number in NUMBERS for phrase in saying.phrases(f"请{number}号")}
    assert len(calls) == 200 and calls <= texts


def test_no_place_is_left_open_and_every_phrase_is_said_as_it_stands() -> None:
    for one in prompts.prompts(PACK):
        assert "%" not in one.text and "<" not in one.text, one
        assert saying.phrases(one.text) == [one.text], one


def test_staff_and_devices_are_not_among_them() -> None:
    texts = {one.text for one in prompts.prompts()}
    assert not {"没有找到读卡器", "录音", "退出", "密码"} & texts
