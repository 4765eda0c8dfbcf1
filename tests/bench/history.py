"""Years of a busy counter, made without recording them one by one.

The events are those that `record()` would have written: their bytes, ids, times and chain.
"""

import datetime
import random
from collections.abc import Iterator

import msgspec

from tests.bench.samples import JOBS, id_at
from yizhan import events
from yizhan.events import GENESIS, Data, Event
from yizhan.held import Arriving
from yizhan.services.tickets.model import Called, Finished, Taken

A_DAY = 330
PEOPLE = 2000
ZONE = datetime.timezone(datetime.timedelta(hours=8))


class Writer:
    """One source's chain, written from a moment on."""

    def __init__(self, source: str, moment: datetime.datetime, chance: random.Random) -> None:
        self.source, self.moment, self.chance = source, moment, chance
        self.epoch, self.seq, self.prev = f"{chance.getrandbits(48):012x}", 0, GENESIS

    def write(self, data: Data, subject: str, actor: str, form: str) -> Arriving:
        """The next event."""
        self.seq += 1
        event = Event(
            type=data.type, source=self.source, epoch=self.epoch,
            audience=f"station:{self.source}", actor=actor, clock="synced",
            time=self.moment.isoformat(timespec="seconds"), seq=self.seq, id=form,
            subject=subject, data=msgspec.Raw(msgspec.json.encode(data)),
        )  # fmt: skip
        one = Arriving.read(self.prev, events.encode(event))
        self.prev = one.digest
        return one


def tickets(source: str, count: int, seed: int = 5) -> Iterator[Arriving]:
    """So many events of mending tickets, the last of them yesterday."""
    chance = random.Random(seed)
    days = -(-count // (3 * A_DAY))
    morning = datetime.datetime.now(ZONE).replace(hour=8, minute=0, second=0, microsecond=0)
    writer = Writer(source, morning - datetime.timedelta(days=days), chance)
    people = [f"{chance.getrandbits(128):032x}" for _ in range(PEOPLE)]
    left = count
    for _day in range(days):
        start = writer.moment
        for number in range(1, A_DAY + 1):
            for one in _ticket(writer, number, chance.choice(people)):
                if left:
                    yield one
                    left -= 1
        writer.moment = start + datetime.timedelta(days=1)


def _ticket(writer: Writer, number: int, person: str) -> Iterator[Arriving]:
    chance, (job, price) = writer.chance, writer.chance.choice(JOBS)
    form = id_at(writer.moment, chance)
    subject, day = f"ticket/{form}", writer.moment.date().isoformat()
    taken = Taken(number, day, "mend", job, price, person)
    yield writer.write(taken, subject, f"person/{person}", form)
    for data in (Called(), Finished(price, "cash")):
        writer.moment += datetime.timedelta(seconds=chance.randint(20, 60))
        yield writer.write(data, subject, "staff/tailor", id_at(writer.moment, chance))
