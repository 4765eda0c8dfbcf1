"""The desk in English: what is Chinese there is a name, or was written by a person."""

import json

from kiosk.serving import Kiosk
from tests import english
from tests.kiosk.stations import CAST, STATIONS, address, at_desk, at_screen
from tests.kiosk.test_tickets import take_a_number
from tests.pages import Visitor

NAMED = (STATIONS, CAST)
KEPT = "缝补 第 1 号"
"""What a slip was called when it was printed: kept in the keeper's Chinese."""
DATA = ["周站长", KEPT, *(json.dumps(one, ensure_ascii=False) for one in NAMED)]


def in_english(visitor: Visitor, *words: str) -> None:
    """The page that is shown says these words and nothing Chinese of ours."""
    for one in words:
        assert one in visitor.page, visitor.page.text
    assert english.untranslated(visitor.page.html, DATA) == []


def test_a_keeper_reads_english_where_she_stands_and_stays_there(kiosk: Kiosk) -> None:
    english.compiled()
    take_a_number(at_screen(kiosk, "wang"))
    keeper = at_desk(kiosk)
    keeper.go("/today")
    keeper.press("English")
    assert keeper.page.url.endswith("/today")
    in_english(keeper, "Today")
    for path in (
        "/",
        "/duty",
        "/devices",
        "/today/closing",
        "/photos",
        "/stocks",
        "/board",
        "/board/new",
        "/setup",
        "/setup/tiles",
        "/setup/hours",
        "/setup/prices",
        "/setup/screen",
        "/pauses/chair",
        "/machine",
        "/people",
        "/people/new",
        "/people/wang",
        "/people/wang/card",
        "/people/wang/pin",
        "/people/wang/message",
        "/news",
        "/news/wang",
        "/practice",
        "/matters",
        "/stick",
        "/no-such-page",
    ):
        keeper.go(path)
        in_english(keeper)
    keeper.press("中文")
    assert keeper.page.status == 200 and "排队" in keeper.page


def test_the_choice_outlives_signing_in_and_out(kiosk: Kiosk) -> None:
    english.compiled()
    visitor = Visitor(address(kiosk, 1))
    visitor.go("/login")
    visitor.press("English")
    in_english(visitor, "Password")
    visitor.press("Sign in", login="keeper-zhongda", password="correct horse battery")
    in_english(visitor, "Photos")
    visitor.press("Sign out")
    in_english(visitor, "Password")
