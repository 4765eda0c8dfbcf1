"""Who the card reader belongs to just now: the touchscreen, unless a page of the desk asks for it.

A desk page that waits for a card says so every second; while it does, a card laid is its own and
greets nobody. The number stays in this process: the page learns its last four digits. In memory
only. Knows the ring of device events; knows no people.
"""

import threading
import time
from collections.abc import Callable

import msgspec

from kiosk.devices.events import Ring

WANTED_SECONDS = 4.0
"""A page asks every second; after this long without a question it was left."""

KEPT_SECONDS = 1800.0


class Laid(msgspec.Struct):
    """One form at the desk: the ring's number from which it listens, and the cards that came."""

    after: int
    touched: float
    number: str = ""
    idcard: str = ""


class ReaderClaim:
    """The forms at the desk that wait for a card, by their ids."""

    def __init__(self, ring: Ring, clock: Callable[[], float] = time.monotonic) -> None:
        self._ring, self._clock = ring, clock
        self._lock = threading.Lock()
        self._forms: dict[str, Laid] = {}
        self._wanted = float("-inf")

    def listen(self, form: str) -> str:
        """This form waits for a card: the number of the one that was laid last, or empty."""
        with self._lock:
            now = self._clock()
            self._wanted = now
            self._forms = {
                name: one
                for name, one in self._forms.items()
                if now - one.touched < KEPT_SECONDS or name == form
            }
            one = self._forms.setdefault(form, Laid(self._ring.last, now))
            one.touched = now
            for event in self._ring.wait(one.after, 0) or []:
                one.after = event.seq
                if event.kind == "card":
                    one.number = event.data["number"]
            return one.number

    def number(self, form: str) -> str:
        """The card that was laid for this form; empty where there was none."""
        with self._lock:
            found = self._forms.get(form)
            return found.number if found else ""

    def keep_idcard(self, form: str, number: str) -> None:
        """An ID card was read for this form; its number is kept as long as the form."""
        with self._lock:
            if found := self._forms.get(form):
                found.idcard = number

    def idcard(self, form: str) -> str:
        """The number of the ID card that was read for this form, or empty."""
        with self._lock:
            found = self._forms.get(form)
            return found.idcard if found else ""

    def forget(self, form: str) -> None:
        """The form was sent or given up."""
        with self._lock:
            self._forms.pop(form, None)
            if not self._forms:
                self._wanted = float("-inf")

    def wanted(self) -> bool:
        """Whether a page of the desk waits for a card now."""
        return self._clock() - self._wanted < WANTED_SECONDS
