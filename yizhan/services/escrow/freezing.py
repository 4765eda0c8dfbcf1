"""What a station's suspicion and its end mean for what it holds: reactions of the stations' kind.

Stands apart from reactions.py, which reads the stations' table.
"""

from collections.abc import Iterable

from yizhan.db import Db
from yizhan.events import Data, Draft, Event
from yizhan.services.escrow import commands
from yizhan.services.escrow import projection as pools
from yizhan.services.escrow.model import DEBT, SUSPECTED, Holder


def suspected(event: Event, data: Data, db: Db) -> Iterable[Draft]:
    """Two machines on one identity: its share stands still until a person has looked."""
    cause = str(getattr(data, "cause", ""))
    yield commands.freeze(event.subject.partition("/")[2], SUSPECTED, cause)


def answered_for(event: Event, data: Data, db: Db) -> Iterable[Draft]:
    """A person has looked, or enrolled one machine anew: its share moves again.

    A share that was frozen because its machine is lost waits for the proof of its journal.
    """
    holder = event.subject.partition("/")[2]
    state = Holder(pools.freezes(db, holder))
    step = commands.release(holder, state, (SUSPECTED, DEBT))
    if isinstance(step, Draft):
        yield step
