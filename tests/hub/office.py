"""The street's office over a harbour: 爱心券 divided among stations, and 林主任 at her browser.

Real stations on the road, the hub's real app. A step is sent, read back and confirmed as her
browser would.
"""

import html
import re

from werkzeug.test import TestResponse

from hub import staffing
from hub.app import create_app
from sync.station import SyncStation
from tests.hub import cast
from tests.hub.conftest import Visitor
from tests.hub.harbour import Harbour
from yizhan import escrow
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.escrow import projection as pools

MEALS = escrow.stock("爱心券")
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


class Office:
    """`admin` sits at the hub of a harbour where 40 爱心券 are divided."""

    def __init__(self, harbour: Harbour) -> None:
        self.harbour = harbour
        node = harbour.hub.node
        node.record(
            new_id(), "hub", lambda: escrow.start(MEALS, "张", {"zhongda": 5, "xiaogan": 12})
        )
        escrow.endow(node, MEALS, 40, "staff/admin", "区里印的", new_id())
        self.app = create_app(node, harbour.data)
        harbour.hub = self.app.extensions["sync_hub"]
        harbour.hub.begin_epoch()
        harbour.exchange()
        harbour.exchange()
        self.admin = self.enter("admin")

    @property
    def node(self) -> Node:
        """The hub's node."""
        return self.harbour.hub.node

    @property
    def holdings(self) -> dict[str, int]:
        """Who holds how many 爱心券, as the hub knows it."""
        found = pools.pool(self.node.db, MEALS)
        assert found is not None
        return found.holdings

    def enter(self, login: str) -> Visitor:
        """A browser in which this person, who gets an account, is signed in."""
        staffing.add(self.node, cast.STAFF[login], cast.PASSWORD)
        one = Visitor(self.app.test_client())
        assert one.log_in(login).status_code == 303
        return one

    def ask(self, act: str, **fields: str) -> TestResponse:
        """Send a form of the page: it is read back, and nothing is recorded yet."""
        return self.admin.send("/escrow", f"/escrow/{act}", **fields)

    def confirm(self, act: str, read: TestResponse, sure: bool = False) -> TestResponse:
        """Press the button of what was read back."""
        fields = {name: html.unescape(value) for name, value in HIDDEN.findall(read.text)}
        ticked = {"sure": "yes"} if sure else {}
        return self.admin.client.post(f"/escrow/{act}", data={**fields, **ticked})

    def do(self, act: str, *, sure: bool = False, **fields: str) -> str:
        """A step from the form to what the page then says."""
        read = self.ask(act, **fields)
        assert read.status_code == 200, read.text
        done = self.confirm(act, read, sure)
        assert done.status_code == 303, done.text
        return self.page()

    def page(self) -> str:
        """The page, without its tags."""
        return plain(self.admin.see("/escrow").text)

    def fleet(self) -> str:
        """The fleet page, without its tags."""
        return plain(self.admin.see("/fleet").text)


def plain(page: str) -> str:
    """A page without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def spend(station: SyncStation, amount: int) -> None:
    """So many 爱心券 are given out at a station."""
    station.node.record(
        new_id(), "staff/zhan", lambda: escrow.spend(station.node, MEALS, amount, "meal/1")
    )
