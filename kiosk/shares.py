"""This station's shares of what is scarce: used, asked for while somebody waits, given back.

The hub fills a share up by itself whenever something of its pool moves; so nothing is asked for
but what somebody wants now and is not here. What came too late for her, or is beyond the share,
goes back in quiet moments. Works for every pool that there is; knows no page.
"""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from sync import status
from yizhan import escrow
from yizhan.errors import Unreachable
from yizhan.escrow import PoolId
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.escrow.model import WAITING, Pool

EVERY_S = 60.0
LOOK_S = 0.05
"""How often it is looked whether the road's process has brought an answer."""

log = logging.getLogger(__name__)


class Shares:
    """What a station's screens do with pools. `quiet` says whether nobody stands here."""

    def __init__(self, node: Node, data: Path, quiet: Callable[[], bool]) -> None:
        self._node, self._data, self._quiet = node, data, quiet
        # What an ask brought must not be given back before it is used.
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def give_out(self, form: str, actor: str, pool: PoolId, amount: int) -> None:
        """Use so much of a pool, asking the hub for what is missing here; once for a form.

        Takes as long as the hub may take to answer (escrow.ASK_DEADLINE_S). Raises Refusal.
        """
        node = self._node
        try:
            with self._lock:
                if not node.journal.by_ids([form]):
                    self._ask(actor, pool, amount)
                node.record(
                    form,
                    actor,
                    lambda: escrow.spend(node, pool, amount, ""),
                    asked={"do": "give", "pool": pool.subject, "amount": amount},
                )
        finally:
            status.wake(self._data)  # The hub hears of an ask that was withdrawn as soon.

    def take_back(self, form: str, actor: str, pool: PoolId, amount: int) -> None:
        """What was given out came back here, so much of it. Raises Refusal."""
        node = self._node
        node.record(
            form,
            actor,
            lambda: escrow.give_back(node, pool, amount, ""),
            asked={"do": "take", "pool": pool.subject, "amount": amount},
        )
        status.wake(self._data)

    def tidy(self) -> int:
        """Give back what is beyond the shares, if nobody stands here; how much that was."""
        with self._lock:
            released = escrow.release_surplus(self._node) if self._quiet() else 0
        if released:
            status.wake(self._data)
        return released

    def start(self) -> None:
        """Tidy every minute from now on."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End that."""
        self._ended.set()
        if self._thread:
            self._thread.join(5)

    def _run(self) -> None:
        while not self._ended.wait(EVERY_S):
            try:
                self.tidy()
            except Exception:  # mouth of a loop: a full disk now must not keep shares for ever
                log.exception("shares were not given back")
        self._node.db.close()

    def _ask(self, actor: str, pool: PoolId, amount: int) -> None:
        """Each press asks anew: an ask that was withdrawn tells nothing of the hub any more."""
        ask = new_id()
        escrow.ask(self._node, ask, actor, pool, amount, self._exchange(pool, ask))

    def _exchange(self, pool: PoolId, ask: str) -> Callable[[float], None]:
        """One exchange now by the road's own process: wake it, and wait for what it brings."""

        def reach(seconds: float) -> None:
            ends = time.monotonic() + seconds
            status.wake(self._data)
            while self._waits(pool, ask):
                if time.monotonic() > ends:
                    raise Unreachable("the hub has not answered in time")
                time.sleep(LOOK_S)

        return reach

    def _waits(self, pool: PoolId, ask: str) -> bool:
        state: Pool | None = self._node.state(pool.kind, pool.owner, pool.subject)
        asked = state.asks.get(self._node.source) if state else None
        return asked is not None and asked.id == ask and asked.status == WAITING
