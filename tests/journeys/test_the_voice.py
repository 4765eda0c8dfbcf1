"""She says what is broken while the line is dead; dispatcher and partner hear the same bytes."""

import re

from tests.journeys.test_the_house_call import at_screen, partners, send_to, settled
from tests.kiosk.test_voice import say
from tests.kiosk.uploads import fetch
from tests.network import Network, Station, eventually
from tests.pages import Visitor
from tests.sounds import note
from yizhan import voices

__all__ = ["partners"]


def heard(visitor: Visitor, page: str) -> str:
    """The address of the note on a page, empty while it is on the road."""
    found = re.search(r'src="(/\w+/\w+/voice/[0-9a-f]{64})"', visitor.go(page).html)
    return found[1] if found else ""


def test_what_she_said_without_a_line_is_heard_by_whom_it_concerns(
    network: Network, zhongda: Station, partners: list[tuple[str, str]]
) -> None:
    network.hub.kill()
    wang = at_screen(zhongda)
    wang.go("/service/repair/order?choice=light&window=morning&place=home")
    assert say(wang, note(7))[0] == 200
    zhongda.kiosk.kill()
    zhongda.start(road=False)
    wang = at_screen(zhongda)
    wang.follow("接着办")
    wang.follow("好了，下一步")
    wang.press("下单")
    number = wang.page.text.split("单号")[1].split()[0]
    network.start_hub()
    eventually(lambda: settled(zhongda), "the records are at the hub")

    dispatcher = network.staff_at_hub("dispatcher")
    dispatcher.go("/orders")
    dispatcher.follow(number)
    page = dispatcher.page.url
    address = eventually(lambda: heard(dispatcher, page), "the note is at the hub")
    spoken = voices.taken(note(7)).content
    assert fetch(dispatcher, address) == (200, spoken, "audio/webm")

    send_to(network, number, partners[0][0])
    worker = network.staff_at_hub(partners[0][1])
    job = page.replace("/orders/", "/jobs/")
    assert heard(worker, job) == "", "not before the job was taken"
    theirs = address.replace("/orders/", "/jobs/")
    assert fetch(worker, theirs)[0] == 404
    assert fetch(worker, address)[0] == 403
    worker.go(job)
    worker.press("接单")
    assert heard(worker, job) == theirs
    assert fetch(worker, theirs) == (200, spoken, "audio/webm")
    other = network.staff_at_hub(partners[1][1])
    assert fetch(other, theirs)[0] == 404
