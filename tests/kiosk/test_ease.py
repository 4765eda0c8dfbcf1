"""看得清: larger text and other colours, for one visit, without losing the place."""

import pytest

from kiosk.serving import Kiosk
from tests.kiosk.stations import Hub, at_screen, running
from tests.pages import Visitor


def test_one_tap_makes_the_text_larger_and_the_next_leads_back(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    visitor.go("/service/mend/jobs?page=0")
    assert 'data-text="large"' not in visitor.page.html
    visitor.press("大")
    assert "这样看得清吗" in visitor.page
    assert 'data-text="large"' in visitor.page.html
    visitor.follow("看得清，继续")
    assert "缝扣子" in visitor.page
    assert 'data-text="large"' in visitor.page.html


def test_each_look_is_a_variant_of_the_tokens(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    for words, theme in (("黑白分明", "contrast"), ("暗一些", "dark"), ("平常", "day")):
        visitor.go("/ease")
        visitor.press(words, theme=theme)
        assert f'data-theme="{theme}"' in visitor.page.html.partition("<head>")[0]


def test_the_next_one_finds_the_station_as_it_was(hub: Hub, kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    assert "完成" not in visitor.page, "nothing is begun"
    visitor.press("大")
    visitor.go("/")
    assert "data-idle" in visitor.page.html, "who walks away is asked, and forgotten"
    visitor.press("完成")
    assert 'data-text="large"' not in visitor.page.html


def test_a_station_in_a_dark_room_begins_dark(hub: Hub) -> None:
    hub.station("xiaogan")
    with running(hub.folder, "xiaogan", theme="dark") as kiosk:
        assert 'data-theme="dark"' in at_screen(kiosk).page.html


def test_what_is_no_choice_changes_nothing(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    visitor.press("大", large="7", theme="rainbow")
    assert 'data-text="large"' not in visitor.page.html
    assert 'data-theme="day"' in visitor.page.html


@pytest.mark.parametrize("away", ["//evil.example", "https://evil.example/", "/\\evil.example", ""])
def test_the_way_back_leads_nowhere_else(kiosk: Kiosk, away: str) -> None:
    visitor: Visitor = at_screen(kiosk)
    visitor.press("大", next=away)
    assert [href for said, href in visitor.page.links if "继续" in said] == ["/"]


def test_the_other_language_is_read_where_she_is(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    visitor.go("/service/mend/jobs")
    visitor.press("English")
    assert visitor.page.url.endswith("/service/mend/jobs")
    assert "Mending" in visitor.page
