"""What a page says aloud is what it shows: its title and its choices."""

import re
from html import unescape

from kiosk.saying import spoken
from kiosk.serving import Kiosk
from tests.kiosk.stations import at_screen


def said_on(text: str) -> str:
    found = re.search(r'data-say="([^"]*)"', text)
    assert found
    return unescape(found[1])


def test_a_page_says_its_title_and_its_choices_once_each() -> None:
    page = """<h1>要修<b>什么</b>？</h1><nav><a class="tile" href="/a"><svg></svg>
    <span class="name">水龙头</span> <span class="price">2 元</span></a>
    <a class="tile" href="/b">A &amp; B</a><a class="tile" href="/c">A &amp; B</a></nav>
    <p>小字</p><button class="button" type="submit">再打一张</button>"""
    assert spoken(page) == "要修什么？ 水龙头 2 元。 A & B。"


def test_every_screen_has_something_to_say_and_the_keys_for_it(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    for path in ("/", "/service/mend/jobs", "/service/mend/jobs/button", "/service/chair/about"):
        page = visitor.go(path)
        assert said_on(page.html), path
        assert 'id="hear"' in page.html and 'id="mute"' in page.html
    assert "缝扣子" in said_on(visitor.go("/service/mend/jobs").html)


def test_nothing_said_breaks_out_of_its_attribute(kiosk: Kiosk) -> None:
    assert spoken("<h1>Mending</h1>", "en") == "Mending."
    assert spoken("<h1>&quot;&gt;&lt;b&gt;</h1>") == '"><b>。'
    page = at_screen(kiosk, "wang").page
    assert "王阿姨" in said_on(page.html)
