"""Where the card lies on the reader as long as she stands there, her visit ends with it."""

import json
import time
from collections.abc import Iterator

import pytest

from kiosk import identity
from kiosk.serving import Kiosk
from tests.kiosk.stations import CARDS, Hub, at_screen, eventually, running
from tests.pages import Visitor
from yizhan.record import Node


@pytest.fixture
def kiosk(hub: Hub, zhongda: Node) -> Iterator[Kiosk]:
    with running(hub.folder, "zhongda", card_stays=True) as one:
        yield one


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "GRACE_SECONDS", 1.5)


def told(kiosk: Kiosk, visitor: Visitor, after: int, what: str) -> dict[str, object]:
    """The event that the page hears."""

    def heard() -> dict[str, object]:
        events = json.loads(visitor.read(f"/events?after={after}"))["events"]
        return next((one for one in events if what in one), {})

    found: dict[str, object] = eventually(heard, what)
    return found


def lay(kiosk: Kiosk, visitor: Visitor) -> None:
    """王阿姨 lays her card and leaves it there."""
    ring, pretended = kiosk.here.devices.events, kiosk.here.devices.pretend
    assert pretended is not None
    after = ring.last
    pretended.card_lay(CARDS["wang"])
    token = told(kiosk, visitor, after, "token")["token"]
    form = next(one for one in visitor.page.forms if "token" in one.fields)
    visitor.send(form, {"token": str(token), "next": ""})


def lift(kiosk: Kiosk, visitor: Visitor) -> dict[str, object]:
    after, pretended = kiosk.here.devices.events.last, kiosk.here.devices.pretend
    assert pretended is not None
    pretended.card_lift()
    return told(kiosk, visitor, after, "ends")


def test_the_visit_ends_soon_after_the_card_is_taken(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    lay(kiosk, visitor)
    assert visitor.page.url.endswith("/me")
    said = lift(kiosk, visitor)
    assert (said["title"], said["ends"]) == ("卡拿走了", 1.5)
    assert "王阿姨" in visitor.go("/me"), "a moment's grace"
    eventually(lambda: "请刷卡" in visitor.go("/me").text, "the visit is over", 5)
    assert "王阿姨" not in visitor.page.html


def test_a_card_that_is_put_back_in_time_goes_on(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    lay(kiosk, visitor)
    lift(kiosk, visitor)
    lay(kiosk, visitor)
    time.sleep(2)
    assert "王阿姨" in visitor.go("/me")


def test_a_card_lifted_when_nobody_is_known_says_nothing(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    lay(kiosk, visitor)
    visitor.press("完成")
    after, pretended = kiosk.here.devices.events.last, kiosk.here.devices.pretend
    assert pretended is not None
    pretended.card_lift()
    eventually(lambda: kiosk.here.devices.events.last > after, "the card is gone")
    assert json.loads(visitor.read(f"/events?after={after}"))["events"] == []
