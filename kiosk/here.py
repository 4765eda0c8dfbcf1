"""What every screen of this station needs at hand: its node, devices and local tables.

One object per process, made in app.py; the two apps (touchscreen and desk) share it.
"""

import time
from collections.abc import Callable
from pathlib import Path

import flask
import msgspec

from kiosk import machine, menu, setting
from kiosk.devices.escpos import Slip
from kiosk.devices.hardware import Devices
from kiosk.drafts import Drafts
from kiosk.duty import Duty
from kiosk.finder import Finder
from kiosk.names import Register
from kiosk.notes import Notes
from kiosk.papers import Papers
from kiosk.reader_claim import ReaderClaim
from kiosk.room import Screen
from kiosk.shares import Shares
from kiosk.speech.speaker import Speaker
from kiosk.tries_to_reach import Reaches
from kiosk.visits import Visits
from sync import status
from yizhan import settings
from yizhan.blobs import Blobs
from yizhan.errors import Refusal
from yizhan.record import Decision, Node, Outcome
from yizhan.services.setup import projection as setups

DESK_SECONDS = 30.0
"""A desk page asks every 2 s; after this long without a question nobody sits there."""


class Print(msgspec.Struct, frozen=True):
    """A slip to print: the subject that it is for, what a keeper's list calls it, its lines."""

    about: str
    title: str
    slip: Slip


class Here:
    """This station's node, devices, visits, drafts, notes and papers."""

    def __init__(
        self, node: Node, data: Path, devices: Devices, papers: Papers, screen: Screen
    ) -> None:
        self.node, self.data, self._screen = node, data, screen
        self.devices, self.papers = devices, papers
        self.db, self.station = node.db, node.source
        self.visits = Visits()
        self.drafts = Drafts(node)
        self.notes = Notes(node)
        self.duty = Duty(node)
        self.reaches = Reaches(node)
        self.callees_counted: tuple[object, int] = (None, 0)
        self.names = Register(node.db)
        self.speaker = Speaker(data, node.keys.hash("speech", node.source).encode())
        self.blobs = Blobs(node.db, data)
        self.shares = Shares(node, data, lambda: not self.visits.somebody())
        self.finder = Finder(node)
        self.reader = ReaderClaim(devices.events)
        self.practice = settings.read(data).practice
        self.machine = machine.read(data)
        self._desk_asked = float("-inf")

    @property
    def screen(self) -> Screen:
        """How this touchscreen is set: the keeper's word over what was said at the door."""
        said = setups.values(self.db, self.station)
        return setting.laid_over(self._screen, said, self.machine)

    @screen.setter
    def screen(self, screen: Screen) -> None:
        """Another screen hangs here; the keeper's word still lies over it."""
        self._screen = screen

    @property
    def listing(self) -> menu.Station:
        """This station as the pack describes it."""
        return menu.station(self.db, self.station)

    def desk_asks(self) -> None:
        """A keeper's page was just answered."""
        self._desk_asked = time.monotonic()

    def desk_is_there(self) -> bool:
        """Whether a keeper's page is open somewhere."""
        return time.monotonic() - self._desk_asked < DESK_SECONDS

    def wake(self) -> None:
        """Tell the road that there is something to send."""
        status.wake(self.data)

    def recorded(self, outcome: Outcome) -> bool:
        """Wake the road after a record; whether it was the first time."""
        self.wake()
        return not outcome.repeated

    def record(
        self,
        form: str,
        actor: str,
        decide: Callable[[], Decision],
        asked: object,
        slip: Callable[[], Print | None],
        beside: Callable[[], None] = lambda: None,
    ) -> Outcome:
        """Record, and keep the slip of what was recorded in the same durable transaction.

        So neither is on the disk without the other, and she waits for one commit. Printed
        after it, once. `beside` keeps what goes with it, once, in that transaction too.
        """
        with self.db.writing():
            outcome = self.node.record(form, actor, decide, asked=asked)
            if not outcome.repeated:
                beside()
            paper = None if outcome.repeated else slip()
            kept = self._keep(paper) if paper else None
        if kept:
            self.send(*kept)
        self.recorded(outcome)
        return outcome

    def print(self, paper: Print) -> None:
        """Keep a slip and hand it to the printer."""
        self.send(*self._keep(paper))

    def _keep(self, paper: Print) -> tuple[str, bytes]:
        data = bytes(paper.slip)
        return self.papers.keep(paper.about, paper.title, data), data

    def send(self, job: str, data: bytes) -> None:
        """Hand a kept job to the printer; a full printer gets it after a restart."""
        try:
            self.devices.print(job, data)
        except Refusal:
            self.papers.became(job, "waiting")


def here() -> Here:
    """The station of the app that answers this request."""
    found: Here = flask.current_app.extensions["yizhan.here"]
    return found
