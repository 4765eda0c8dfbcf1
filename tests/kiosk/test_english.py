"""The touchscreen in English: what is Chinese there is a name, or was written by a person."""

import json

import pytest

from kiosk.serving import Kiosk
from tests import english
from tests.kiosk.stations import (
    CARDS,
    CAST,
    LOST_CARD,
    SERVICES,
    STATIONS,
    STRANGE_CARD,
    Hub,
    at_screen,
    lay,
    recognised,
)
from tests.pages import Visitor
from yizhan.record import Node

DATA = [json.dumps(one, ensure_ascii=False) for one in (STATIONS, CAST)]
"""Names. What the pack says of its services must be English here, and the sample's is."""
DONE_BY_OTHERS = ["蓝翔维修部", "陈师傅", "换了垫圈"]
"""What others wrote: a partner's name, a worker's, and what was done."""


@pytest.fixture
def reader(kiosk: Kiosk) -> Visitor:
    """A worker from abroad, who chose English."""
    english.compiled()
    visitor = at_screen(kiosk)
    visitor.press("English")
    return visitor


def in_english(visitor: Visitor, *words: str) -> None:
    """The page that is shown says these words and nothing Chinese of ours."""
    for one in words:
        assert one in visitor.page, visitor.page.text
    assert english.untranslated(visitor.page.html, DATA + DONE_BY_OTHERS) == []


def seen(visitor: Visitor, step: str, *words: str) -> None:
    """Follow a link, and read where it leads."""
    visitor.follow(step)
    in_english(visitor, *words)


def pressed(visitor: Visitor, button: str, *words: str) -> None:
    """Press a button, and read what follows."""
    visitor.press(button)
    in_english(visitor, *words)


def test_the_first_screen_and_help(reader: Visitor) -> None:
    in_english(reader, "Tap your card", "Home repairs", "Get help")
    pressed(reader, "Get help", "120")
    reader.go("/no-such-page")
    in_english(reader, "There is no such page")


def test_a_number(reader: Visitor) -> None:
    seen(reader, "Mending", "2 yuan")
    seen(reader, "Sew on a button", "Right? Take your number", "No one before you")
    pressed(reader, "Take a number", "No. 1", "Saved", "to upload")
    seen(reader, "Cancel", "Give up No. 1?")
    pressed(reader, "Yes, cancel it", "This number was cancelled")


def test_an_order_from_the_card_to_the_face(
    hub: Hub, zhongda: Node, kiosk: Kiosk, reader: Visitor
) -> None:
    seen(reader, "Home repairs", "First tap your card")
    lay(kiosk, reader, CARDS["wang"], "/service/repair/order")
    in_english(reader, "What needs repair?")
    seen(reader, "Tap", "When suits you?")
    seen(reader, "Morning", "Where?", "At home")
    seen(reader, "At home", "Would you like to say something?", "Start speaking")
    seen(reader, "Say nothing", "Right? Then order", "Price")
    pressed(reader, "Order", "Noted. The hub sends someone")
    subject = zhongda.db.sql("SELECT subject FROM orders")[0][0]
    hub.take_in(zhongda)
    hub.work(subject, "wang", "dispatch", "accept", "schedule")
    hub.bring(zhongda)
    reader.go("/me")
    in_english(reader, "王阿姨", "陈师傅 comes", ", Morning")
    seen(reader, "中大-0001", "Visit agreed")
    seen(reader, "See steps", "Only for you", "Ask the keeper to look")
    recognised(kiosk, reader, f"/{subject}/story")
    in_english(reader, "You ordered", "蓝翔维修部 will do it")
    hub.work(subject, "wang", "finish")
    hub.bring(zhongda)
    reader.go("/me")
    seen(reader, "Is it done?", "Fixed")
    pressed(reader, "Fixed", "are you happy with it?")
    pressed(reader, "So-so", "Thank you")


def test_a_step_that_came_too_late(hub: Hub, zhongda: Node, kiosk: Kiosk, reader: Visitor) -> None:
    lay(kiosk, reader, CARDS["wang"])
    for step in ("Home repairs", "Tap", "Morning", "At home", "Say nothing"):
        reader.follow(step)
    reader.press("Order")
    subject = zhongda.db.sql("SELECT subject FROM orders")[0][0]
    hub.take_in(zhongda)
    hub.work(subject, "wang", "dispatch", "accept", "schedule", "finish")
    seen(reader, "Cancel order", "Then nobody will come")
    pressed(reader, "Yes, cancel it", "Cancelled")
    hub.take_in(zhongda)
    reader.go("/me")
    in_english(reader, "Messages for you: 2")
    seen(reader, "For you", "Your order was not cancelled: The worker says it is done")
    pressed(reader, "OK", "They say it is done. Is it?", "See this order")


def test_cards_that_open_nothing(kiosk: Kiosk, reader: Visitor) -> None:
    lay(kiosk, reader, STRANGE_CARD)
    in_english(reader, "This card is not registered yet")
    reader.go("/")
    lay(kiosk, reader, LOST_CARD)
    in_english(reader, "This card was reported lost")


def test_a_word_on_an_order_of_another_station(kiosk: Kiosk, reader: Visitor) -> None:
    lay(kiosk, reader, CARDS["li"])
    in_english(reader, "李师傅", "I have an order No.")
    seen(reader, "I have an order No.", "At which station")
    seen(reader, "小干", "What is the number on your slip?")
    pressed(reader, "1")
    pressed(reader, "Next", "is it fixed?")
    pressed(reader, "Not fixed", "The centre checks the number")


def test_the_keeper_reads_chinese_whatever_the_resident_reads(
    kiosk: Kiosk, reader: Visitor
) -> None:
    pressed(reader, "Get help")
    assert [note.about for note in kiosk.here.notes.open()] == ["触摸屏旁"]
    reader.go("/")
    for step in ("Mending", "Sew on a button"):
        reader.follow(step)
    reader.press("Take a number")
    assert [paper.title for paper in kiosk.here.papers.recent()] == ["缝补 第 1 号"]


@pytest.mark.parametrize("code", [code for code, one in SERVICES.items() if one["flow"] == "info"])
def test_what_a_tile_only_tells(reader: Visitor, code: str) -> None:
    """Every page of every service that the screen only tells of."""
    reader.go(f"/service/{code}/about")
    in_english(reader, SERVICES[code]["name_en"], SERVICES[code]["hours_en"])
    while any("More" in said for said, _href in reader.page.links):
        seen(reader, "More")


def test_what_a_pack_does_not_say_in_english_is_told_in_chinese(
    hub: Hub, zhongda: Node, kiosk: Kiosk, reader: Visitor
) -> None:
    hub.publish(
        "service",
        "books",
        {name: value for name, value in SERVICES["books"].items() if not name.endswith("_en")},
    )
    hub.bring(zhongda)
    reader.go("/service/books/about")
    assert (
        SERVICES["books"]["text"][:12] in reader.page and SERVICES["books"]["name"] in reader.page
    )
