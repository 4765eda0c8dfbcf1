"""The browser of the tests itself: it shows hanzi, it is touched, and it hears complaints."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.complaints import Complaints

# U+10FFFF is no character: it shows what a missing glyph looks like.
HANZI = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>驿站</title>
<body style="margin:0"><p style="font-size:59px">王阿姨，欢迎来到驿站。缝补、磨刀、维修</p>
<p style="font-size:59px"><i id=a>驿</i> <i id=b>站</i> <i id=c>&#x10FFFF;</i>"""


def test_the_screen_shows_hanzi_and_not_boxes(page: Page) -> None:
    page.set_content(HANZI)
    glyphs = {page.locator(f"#{name}").screenshot() for name in "abc"}
    assert len(glyphs) == 3, "missing glyphs all look the same: install fonts-noto-cjk"


def test_the_screen_is_touched_and_speaks_chinese(page: Page) -> None:
    page.set_content("<button ontouchend='this.textContent = navigator.language'>按这里</button>")
    page.locator("button").tap()
    assert page.locator("button").text_content() == "zh-CN"


@pytest.mark.parametrize(
    ("screen", "width", "height"),
    [("kiosk", 1280, 800), ("phone", 390, 844)],
    indirect=["screen"],
)
def test_the_screen_has_the_size_it_was_asked_for(page: Page, width: int, height: int) -> None:
    assert page.evaluate("[innerWidth, innerHeight]") == [width, height]


def test_a_complaint_of_a_page_is_heard_unless_it_was_allowed(
    page: Page, complaints: Complaints
) -> None:
    with page.expect_console_message():
        page.evaluate("console.error('抽屉卡住了')")
    with page.expect_event("pageerror"):
        page.evaluate("setTimeout(() => { throw new Error('没纸了') })")
    with page.expect_console_message(lambda message: "ERR_NAME_NOT_RESOLVED" in message.text):
        page.evaluate("fetch('http://elsewhere.example/').catch(() => 0)")
    heard = " / ".join(complaints.unexpected())
    assert "console: 抽屉卡住了" in heard
    assert "script: 没纸了" in heard
    assert "outside: http://elsewhere.example/" in heard

    for pattern in ("抽屉卡住了", "没纸了", "elsewhere", "ERR_NAME_NOT_RESOLVED"):
        complaints.allow(pattern)
    assert complaints.unexpected() == []

    complaints.allow("打印机冒烟")
    assert complaints.unexpected() == ["never heard: 打印机冒烟"]
    complaints.heard.append("打印机冒烟")


def test_a_picture_with_a_blank_icon_fails(
    page: Page,
    picture: Callable[[Page, str], Path],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("YIZHAN_PICTURES", str(tmp_path))
    symbol = '<svg><symbol id="bell"><path d="M0 0h9v9z"/></symbol></svg>'
    hidden = '<p hidden><svg><use href="#unseen"/></svg></p>'
    page.set_content(f'{symbol}<svg><use href="#bell"/></svg>{hidden}')
    assert picture(page, "one").read_bytes().startswith(b"\x89PNG")
    page.set_content(f'{symbol}<svg><use href="#bell"/></svg><svg><use href="#bel"/></svg>')
    with pytest.raises(AssertionError, match="#bel'"):
        picture(page, "two")
