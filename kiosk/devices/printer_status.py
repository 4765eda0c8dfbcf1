"""Asking a slip printer how it is, over an open port.

Knows the order of the questions and how long an answer may take; what the bytes mean stands
in escpos.py. Silence is never "well": it is `unknown`.
"""

import time
from collections.abc import Callable

from kiosk.devices import escpos
from kiosk.devices.escpos import Health
from kiosk.devices.port import Port

BITS_PER_BYTE = 10
PRINTS_WITHIN = 5.0


class Inquiry:
    """The questions to one printer, from the opening of its port to the next.

    `reply_within` is in seconds; `beat` is called while an answer is awaited.
    """

    def __init__(self, port: Port, reply_within: float, beat: Callable[[], None]) -> None:
        self._port = port
        self._reply_within = reply_within
        self._beat = beat
        self._answers_old = False

    def look(self, sent: int = 0) -> Health:
        """How the printer is. Raises Unreachable.

        `sent` bytes were written just before: the question arrives behind them.
        """
        queued = sent * BITS_PER_BYTE / self._port.baud
        paper = self._ask(escpos.ASK_PAPER, escpos.is_status, queued)
        if paper is None:
            return self._look_old(just_printed=sent > 0)
        health = escpos.paper_from_status(paper)
        if health is Health.NO_PAPER:
            return health
        online = self._ask(escpos.ASK_ONLINE, escpos.is_status)
        if online is None or not escpos.is_offline(online):
            return health
        cause = self._ask(escpos.ASK_CAUSE, escpos.is_status)
        return Health.OFFLINE if cause is None else escpos.cause_of_offline(cause)

    def _look_old(self, just_printed: bool) -> Health:
        """Boards that ignore DLE EOT may answer GS r, in turn: once they have printed."""
        patience = PRINTS_WITHIN if just_printed and self._answers_old else 0.0
        paper = self._ask(escpos.ASK_PAPER_OLD, escpos.is_old_status, patience)
        self._answers_old = paper is not None
        return Health.UNKNOWN if paper is None else escpos.paper_from_old_status(paper)

    def _ask(
        self, question: bytes, valid: Callable[[int], bool], patience: float = 0.0
    ) -> int | None:
        self._port.flush_input()
        self._port.write(question)
        deadline = time.monotonic() + patience + self._reply_within
        # One read after the deadline: an answer that came while we were held up still counts.
        late = False
        while not late:
            late = time.monotonic() >= deadline
            self._beat()
            for byte in self._port.read():
                if valid(byte):
                    return byte
        return None
