"""录音: prompts are spoken by the keeper, kept, said first, and hostile sound is refused."""

import json
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from kiosk.serving import Kiosk
from kiosk.speech import recordings
from kiosk.speech.clips import recorded_name
from tests.kiosk.stations import Hub, at_desk, at_screen, running
from tests.kiosk.uploads import fetch
from tests.pages import Visitor
from tests.sounds import note
from tests.voices import stand_in
from yizhan import webm
from yizhan.record import Node

NAME = recorded_name("请刷卡")


@pytest.fixture(autouse=True)
def voice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIZHAN_SPEECH", str(stand_in(tmp_path / "voice")))


def record(keeper: Visitor, content: bytes, name: str = NAME) -> tuple[int, dict[str, str]]:
    """What prompts.js sends when 录好了 is pressed, and what it is answered."""
    token = next(one.fields["csrf_token"] for one in keeper.page.forms)
    mark = "----sound"
    field = f'--{mark}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
    head = (
        f'--{mark}\r\nContent-Disposition: form-data; name="sound"; filename="sound.webm"\r\n\r\n'
    )
    body = field.encode() + head.encode() + content + f"\r\n--{mark}--\r\n".encode()
    request = urllib.request.Request(
        f"{keeper.at}/prompts/{name}",
        body,
        {"Referer": keeper.at, "Content-Type": f"multipart/form-data; boundary={mark}"},
    )
    try:
        with keeper._opener.open(request) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            text = error.read().decode()
            return error.code, json.loads(text) if text.startswith("{") else {}


def test_a_recorded_prompt_is_said_first_and_outlives_a_restart(hub: Hub, zhongda: Node) -> None:
    with running(hub.folder, "zhongda") as kiosk:
        keeper = at_desk(kiosk)
        before = keeper.go("/prompts").text
        status, answer = record(keeper, note(1))
        assert status == 200
        assert answer["next"].startswith("/prompts?group=")
        assert keeper.go("/prompts").text != before, "one fewer is missing"
        keeper.press("就用这个", dialect="yes", voice="woman")
        assert "改好了" in keeper.page
    with running(hub.folder, "zhongda") as again:
        screen = at_screen(again)
        assert NAME in screen.page.html
        status, content, media = fetch(screen, f"/speech/{NAME}")
        assert (status, media) == (200, webm.MEDIA)
        assert webm.read(content).packets == webm.read(note(1)).packets


def test_a_recording_can_be_heard_replaced_and_deleted(kiosk: Kiosk) -> None:
    keeper = at_desk(kiosk)
    keeper.go("/prompts")
    record(keeper, note(1))
    record(keeper, note(2))
    keeper.go(f"/prompts?group=screen&at={NAME}")
    assert "已录" in keeper.page and "重新录" in keeper.page
    _status, content, _media = fetch(keeper, f"/prompts/{NAME}/sound")
    assert len(webm.read(content).packets) == len(webm.read(note(2)).packets)
    keeper.press("删掉这段录音")
    assert "又说普通话" in keeper.page and "还没录" in keeper.page
    assert fetch(keeper, f"/prompts/{NAME}/sound")[0] == 404
    assert kiosk.here.speaker.clips.recording(NAME) is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "没有录好"),
        (b"RIFF....WAVEfmt ", "没有录好"),
        (b"<html>" * 100, "没有录好"),
        (note(1)[:-40], "没有录好"),
        (note(0.1), "太短了"),
        (note(recordings.SECONDS_MAX + 1), "太长了"),
        (b"\x1a\x45\xdf\xa3" + b"\0" * recordings.BYTES_MAX, "太长了"),
    ],
)
def test_what_is_no_short_recording_is_refused_in_words(
    kiosk: Kiosk, content: bytes, sentence: str
) -> None:
    keeper = at_desk(kiosk)
    keeper.go("/prompts")
    status, answer = record(keeper, content)
    assert (status, sentence in answer["say"]) == (409, True), answer
    assert list(kiosk.here.speaker.clips.recorded.iterdir()) == []


def test_a_flood_is_refused_before_it_is_read(kiosk: Kiosk) -> None:
    keeper = at_desk(kiosk)
    keeper.go("/prompts")
    assert record(keeper, b"x" * (3 * recordings.BYTES_MAX))[0] == 413


@pytest.mark.parametrize(
    "name", ["d" + "0" * 20, "kiosk.secret", "..%2F..%2Fkiosk", "f" + NAME[1:]]
)
def test_only_prompts_of_the_station_can_be_recorded(kiosk: Kiosk, name: str) -> None:
    keeper = at_desk(kiosk)
    keeper.go("/prompts")
    assert record(keeper, note(1), name)[0] == 404
    assert fetch(keeper, f"/prompts/{name}/sound")[0] == 404


def test_nobody_records_without_signing_in(kiosk: Kiosk) -> None:
    stranger = Visitor(at_desk(kiosk).at)
    stranger.go("/login")
    assert record(stranger, note(1))[0] in (400, 403)
    assert "登录" in stranger.go("/prompts")


def test_each_kind_says_how_many_are_missing(kiosk: Kiosk) -> None:
    keeper = at_desk(kiosk)
    keeper.go("/prompts")
    for kind, some in (
        ("屏幕上的话", "请刷卡"),
        ("这个站的服务", "到缝补"),
        ("数字和日子", "十二"),
    ):
        page = keeper.follow(kind)
        assert some in page and "缺" in page, kind
