"""The devices of a station behind one door: all that the kiosk needs to know of them.

Knows which device is served by what, and how its news become events. Refuses to know who a
card belongs to and what stands on a slip.
"""

import time
from collections.abc import Callable
from pathlib import Path

from kiosk.devices.cards import READER_WELL, READER_WRONG, CardReader
from kiosk.devices.control import Control
from kiosk.devices.events import Ring
from kiosk.devices.id_reader import BAUD as ID_BAUD
from kiosk.devices.id_reader import IdReader
from kiosk.devices.port import Port
from kiosk.devices.pretend import PretendDevices
from kiosk.devices.printer import JobState, Pace, Printer
from kiosk.devices.supervisor import Backoff, State, Supervisor

CARD_EVENTS_KEEP = 3.0
# A pretended cable comes back at once; there is no hub or driver to spare.
PRETEND_BACKOFF = Backoff(waits=(0.2, 0.5, 1.0))
PRETEND_PACE = Pace(look_every=0.5)


class CardAttendant:
    """Serves the card reader: reads, and puts what happened into the ring.

    `card`, `card_left`, `card_lifted` and `card_two` carry `number` and `raw` (empty for
    `card_two`) and expire after 3 s, so that an old tap cannot sign in a later visitor.
    """

    def __init__(self, ring: Ring) -> None:
        self.state: str = State.ABSENT
        self._ring = ring
        self._reader = CardReader()

    def attend(self, port: Port) -> None:
        for event in self._reader.heard(port.read(), time.monotonic()):
            if event.kind in (READER_WRONG, READER_WELL):
                self._notice(self._ready())
            else:
                number, raw = (event.frame.number, event.frame.raw) if event.frame else ("", "")
                self._ring.put(event.kind, {"number": number, "raw": raw}, CARD_EVENTS_KEEP)

    def changed(self, state: State) -> None:
        if state is not State.OPENING:
            self._notice(self._ready() if state is State.READY else state)

    def _ready(self) -> str:
        return READER_WRONG if self._reader.setting_wrong else State.READY

    def _notice(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self._ring.put("device", {"device": "card", "state": state})


class Devices:
    """Readers and printer of a station, real (at the given paths) or pretended (in `data`).

    `idcard` is the ID card reader, None where there is none (an empty path).

    `events` carries, besides the card events, `device` (`device`, `state`) and `print`
    (`job`, `state`). `on_print(job_id, state)` is told the same, for the caller's own record;
    it is called from the printer's thread or from the one that calls `print`.
    """

    def __init__(
        self,
        data: Path,
        pretend: bool,
        card_path: str,
        printer_path: str,
        printer_baud: int = 9600,
        on_print: Callable[[str, JobState], None] | None = None,
        idcard_path: str = "",
    ) -> None:
        self.events = Ring()
        self.pretend = PretendDevices(data) if pretend else None
        self._control = Control(data, self.pretend.do) if self.pretend else None
        if self.pretend:
            card_path, printer_path, idcard_path = (
                str(self.pretend.folder / role) for role in ("card", "printer", "idcard")
            )
        backoff = PRETEND_BACKOFF if pretend else None
        self._on_print = on_print
        self._card = CardAttendant(self.events)
        self._card_thread = Supervisor("card", Port(card_path), self._card, backoff)
        self.idcard = IdReader(self._idcard_noticed) if idcard_path else None
        self._id_thread = (
            Supervisor("idcard", Port(idcard_path, ID_BAUD), self.idcard, backoff)
            if self.idcard
            else None
        )
        self._printer = Printer(
            Port(printer_path, printer_baud),
            self._printed,
            self._printer_noticed,
            backoff,
            PRETEND_PACE if pretend else None,
        )

    def start(self) -> None:
        """Start every thread. Raises Refusal when another kiosk pretends in this directory."""
        if self.pretend and self._control:
            self._control.start()
            self.pretend.start()
        self._card_thread.start()
        if self._id_thread:
            self._id_thread.start()
        self._printer.start()

    def stop(self) -> None:
        """End every wait and every thread, and close the ports."""
        self.events.close()
        self._card_thread.stop()
        if self._id_thread:
            self._id_thread.stop()
        self._printer.stop()
        if self.pretend and self._control:
            self._control.stop()
            self.pretend.stop()

    def print(self, job_id: str, data: bytes) -> None:
        """Queue the bytes of a slip. The same id again is the same job. Raises Refusal if full."""
        self._printer.print(job_id, data)

    def states(self) -> dict[str, str]:
        """How `card` and `printer` are: `absent`, `fault` or `ready`; besides, for the reader
        `reader_wrong`, and for the printer every escpos.Health. `idcard` (besides: `dead`) is there
        where there is such a reader.
        """
        found = {"card": self._card.state, "printer": self._printer.state}
        return found | ({"idcard": self.idcard.state} if self.idcard else {})

    def quiet(self) -> float:
        """Seconds since the quietest device thread showed life; above 10 one of them hangs."""
        threads = (self._card_thread, self._printer.supervisor, self._id_thread)
        return max(thread.quiet() for thread in threads if thread)

    def _printed(self, job_id: str, state: JobState) -> None:
        if self._on_print:
            self._on_print(job_id, state)
        self.events.put("print", {"job": job_id, "state": state})

    def _idcard_noticed(self, state: str) -> None:
        self.events.put("device", {"device": "idcard", "state": state})

    def _printer_noticed(self, state: str) -> None:
        self.events.put("device", {"device": "printer", "state": state})
