"""What a page says is what it shows: its question, its facts, its choices, in their order."""

import re
from html import unescape

import pytest

from kiosk.serving import Kiosk
from kiosk.speech.heard import lines
from tests.kiosk.stations import at_screen


def said_on(text: str) -> str:
    found = re.search(r'data-say="([^"]*)"', text)
    assert found
    return unescape(found[1])


def test_a_page_says_its_question_and_its_choices_once_each() -> None:
    page = """<h1>要修<b>什么</b>？</h1><nav><a class="tile" href="/a"><svg><title>x</title></svg>
    <span class="name">水龙头</span> <span class="price">2 元</span></a>
    <a class="tile" href="/b">A &amp; B</a><a class="tile" href="/c">A &amp; B</a></nav>"""
    assert lines(page).split("\n") == ["要修什么？", "水龙头", "2 元", "A & B"]


def test_a_read_back_is_read_back_whole() -> None:
    facts = "<div><dt>要做</dt><dd>缝补 · 缝扣子</dd></div><div><dt>多少</dt><dd>2 元</dd></div>"
    assert lines(f"<dl>{facts}</dl>").split("\n") == ["要做", "缝补 · 缝扣子", "多少", "2 元"]


@pytest.mark.parametrize(
    "silent",
    [
        "<p hidden>x</p>",
        "<div data-unsaid><button>1</button><p>2</p></div>",
        '<i aria-hidden="true">x</i>',
        "<dialog><p>x</p></dialog>",
        "<script>x</script>",
        '<input value="x"><br><img alt="x">',
    ],
)
def test_what_is_not_for_ears_is_left_out(silent: str) -> None:
    assert lines(f"<p>前</p>{silent}<p>后</p>") == "前\n后"


def test_a_balance_is_said_only_to_somebody_who_asks() -> None:
    page = "<h1>您的积分</h1><p data-private>35 分</p><p>下个月到期</p>"
    assert lines(page) == "您的积分\n下个月到期"
    assert lines(page, asked=True) == "您的积分\n35 分\n下个月到期"


def test_broken_markup_does_not_break_the_page() -> None:
    for page in ("<p", "</p></p>", "<svg><p>x", "<dialog>x", "&#xD800;", "<" * 50, ""):
        lines(page)


def test_every_screen_has_something_to_say_and_the_keys_for_it(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    for path in ("/", "/service/mend/jobs", "/service/mend/jobs/button", "/service/chair/about"):
        page = visitor.go(path)
        assert said_on(page.html), path
        assert 'id="hear"' in page.html and 'id="mute"' in page.html
    assert "缝扣子" in said_on(visitor.go("/service/mend/jobs").html)


def test_nothing_said_breaks_out_of_its_attribute(kiosk: Kiosk) -> None:
    assert lines("<h1>&quot;&gt;&lt;b&gt;</h1>") == '"><b>'
    page = at_screen(kiosk, "wang").page
    assert "王阿姨" in said_on(page.html)
