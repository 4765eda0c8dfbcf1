"""Clips lie where they belong, under names that tell nobody anything, and never without end."""

import os
import re
from pathlib import Path

import pytest

from kiosk.speech import assets
from kiosk.speech.clips import NAME, Clips, Phrase, fixed_name, recorded_name
from kiosk.speech.speaker import Chosen, Speaker
from tests.kiosk.stations import eventually
from tests.voices import asked, tone

GREETING = "王阿姨，早上好"


def at_rest(speaker: Speaker) -> bool:
    return speaker.rendering.idle()


def said(speaker: Speaker, text: str, language: str = "zh_CN") -> list[str]:
    """The clips of a text, once they are made."""
    names = speaker.names(text, language)
    eventually(lambda: all(speaker.clips.find(name) for name in names), "the clips are made")
    return names


def test_what_is_missing_is_made_once_and_nobody_waits(speaker: Speaker, home: Path) -> None:
    names = speaker.names("对吗？对就取号")
    assert len(names) == 2
    assert speaker.clips.find(names[0]) is None, "the answer came before the clip"
    assert said(speaker, "对吗？对就取号") == names
    assert said(speaker, "对就取号") == names[1:]
    assert asked(home) == ["对吗？", "对就取号"]


def test_a_fixed_prompt_is_taken_from_the_machine_and_not_made_again(
    speaker: Speaker, home: Path
) -> None:
    fixed = fixed_name(speaker.phrase("请刷卡", "zh"))
    tone(home / "clips" / f"{fixed}.ogg")
    assert speaker.names("请刷卡") == [fixed]
    assert asked(home) == []


def test_the_name_of_a_clip_does_not_tell_whom_it_greets(tmp_path: Path) -> None:
    phrase = Phrase(GREETING, "zh", "zf_xiaoyi")
    folders = [tmp_path / one for one in ("a", "b")]
    names = [
        Clips(tmp_path / "fixed", folder, folder.name.encode()).name(phrase) for folder in folders
    ]
    assert names[0] != names[1], "who knows the words does not know the name"
    assert names[0] != fixed_name(phrase).replace("f", "p", 1)
    assert all(NAME.fullmatch(name) for name in names)


@pytest.mark.parametrize("name", ["", "../kiosk.secret", "f" + "0" * 19, "p" + "g" * 20, "x" * 21])
def test_only_names_of_clips_open_files(speaker: Speaker, name: str) -> None:
    assert speaker.clips.find(name) is None


def test_what_was_not_played_for_longest_goes_first(speaker: Speaker) -> None:
    names = said(speaker, "一。二。三")
    files = [path for name in names if (path := speaker.clips.find(name))]
    for age, path in enumerate(files):
        os.utime(path, (1_000_000 - age, 1_000_000 - age))
    speaker.clips.used(files[2])
    speaker.clips.tidy(most=2 * files[0].stat().st_size)
    assert [path.exists() for path in files] == [True, False, True]


def test_names_can_be_forgotten_at_once(speaker: Speaker) -> None:
    [name] = said(speaker, GREETING)
    speaker.clips.forget()
    assert speaker.clips.find(name) is None


def test_another_voice_is_another_clip_and_the_choice_outlives_a_restart(
    speaker: Speaker, home: Path, tmp_path: Path
) -> None:
    before = speaker.names("请刷卡")
    speaker.choose(Chosen(voice="man"))
    assert speaker.names("请刷卡") != before
    again = Speaker(tmp_path / "station", b"secret of this station", home)
    assert again.chosen.voice == "man"
    again.stop()


def test_a_choice_that_cannot_be_read_is_the_usual_one(home: Path, tmp_path: Path) -> None:
    (tmp_path / "speech.json").write_text('{"voice": "robot"}')
    one = Speaker(tmp_path, b"s", home)
    assert one.chosen == Chosen()


def test_a_recording_goes_before_the_voice_where_there_is_one(speaker: Speaker) -> None:
    speaker.choose(Chosen(dialect=True))
    tone(speaker.clips.recorded / f"{recorded_name('请刷卡')}.wav")
    assert speaker.names("请刷卡") == [recorded_name("请刷卡")]
    assert speaker.names("请刷卡", "en")[0][0] != "d"
    assert speaker.names("对就取号")[0][0] != "d", "what is not recorded is said in Mandarin"
    speaker.choose(Chosen(dialect=False))
    assert speaker.names("请刷卡")[0][0] != "d"


def test_a_few_recorded_words_call_every_number(speaker: Speaker) -> None:
    speaker.choose(Chosen(dialect=True))
    for word in ("请", "十", "二", "号"):
        tone(speaker.clips.recorded / f"{recorded_name(word)}.wav")
    assert speaker.names("请 12 号") == [recorded_name(one) for one in ("请", "十", "二", "号")]


def test_without_a_voice_nothing_is_named_that_is_not_there(tmp_path: Path) -> None:
    silent = Speaker(tmp_path, b"s", Path("/dev/null/speech"))
    silent._spare = False
    assert (silent.state(), silent.names("请刷卡")) == ("silent", [])


def test_words_are_in_no_log(speaker: Speaker, caplog: pytest.LogCaptureFixture) -> None:
    speaker.names("王阿姨 mute")
    eventually(lambda: at_rest(speaker), "it was tried")
    assert caplog.records, "the failure is told"
    assert not re.search("王阿姨", caplog.text)


def test_a_greeting_is_her_name_and_the_hour_so_every_hour_is_ready(
    speaker: Speaker, home: Path
) -> None:
    for hour in ("早上好", "晚上好"):
        tone(home / "clips" / f"{fixed_name(speaker.phrase(hour, 'zh'))}.ogg")
    morning = said(speaker, GREETING)
    evening = speaker.names("王阿姨，晚上好")
    assert morning[0] == evening[0] and all(speaker.clips.find(name) for name in evening)
    assert asked(home) == ["王阿姨"], "only what was missing"
    whole = speaker.names("请把卡都拿开，只放一张")
    assert len(whole) == 1, "a sentence whose parts are not there is said in one breath"


def test_a_stations_own_texts_are_made_ahead_once_the_prompts_of_all_are(
    speaker: Speaker, home: Path
) -> None:
    speaker.ahead(["渔民画月月有课"])
    assert asked(home) == []
    (home / assets.PROMPTED).touch()
    speaker.ahead(["渔民画月月有课"])
    eventually(lambda: asked(home) == ["渔民画月月有课"], "it is made though nobody asked")
