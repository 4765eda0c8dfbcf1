"""What the public may know of a quarter: counts and rates without anybody in them.

A count of one to four could be somebody's; it is not told, and where it is the only one that is
left out another goes with it, or the total would tell it. A rate is told with its n, and not at
all where few have answered. Knows tables; knows no page and no words.
"""

import datetime
from collections.abc import Mapping

import msgspec

from yizhan.db import Db

LEAST = 5
"""A smaller count might be somebody's."""
ANSWERS_LEAST = 10
"""Fewer answers make no rate."""
SATISFIED = 3


class Quarter(msgspec.Struct, frozen=True, order=True):
    """A quarter of a year, 1 to 4."""

    year: int
    number: int

    @property
    def since(self) -> str:
        """Its first day, ISO."""
        return datetime.date(self.year, 3 * self.number - 2, 1).isoformat()

    @property
    def until(self) -> str:
        """The first day after it, ISO."""
        return self.next.since

    @property
    def next(self) -> "Quarter":
        """The one after it."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def before(self) -> "Quarter":
        """The one before it."""
        first = self.number == 1
        return Quarter(self.year - first, 4 if first else self.number - 1)

    @property
    def code(self) -> str:
        """As it stands in an address: 2026-4."""
        return f"{self.year}-{self.number}"


def quarter_of(day: datetime.date) -> Quarter:
    """The quarter that a day lies in."""
    return Quarter(day.year, (day.month + 2) // 3)


class Rate(msgspec.Struct, frozen=True):
    """How many answered and how many of them were satisfied; None where too few answered."""

    answered: int
    percent: int | None


class Figures(msgspec.Struct, frozen=True):
    """A quarter's figures; a count of None is too small to be told."""

    tickets: int | None
    orders: int | None
    services: dict[str, int | None]
    stations: dict[str, int | None]
    rate: Rate
    rates: dict[str, Rate]


def figures(db: Db, quarter: Quarter) -> Figures:
    """What a quarter comes to."""
    span = (db.network, quarter.since, quarter.until)
    taken = db.sql(
        "SELECT station, service, COUNT(*) FROM ticket"
        " WHERE network = ? AND day >= ? AND day < ? GROUP BY station, service",
        span,
    )
    placed = db.sql(
        "SELECT station, service, COUNT(*) FROM orders"
        " WHERE network = ? AND placed >= ? AND placed < ? GROUP BY station, service",
        span,
    )
    services: dict[str, int] = {}
    stations: dict[str, int] = {}
    for station, service, count in (*taken, *placed):
        services[service] = services.get(service, 0) + count
        stations[station] = stations.get(station, 0) + count
    totals = told({"tickets": _sum(taken), "orders": _sum(placed)})
    rates = _rates(db, span)
    answers = [answer for one in rates.values() for answer in one]
    return Figures(
        totals["tickets"],
        totals["orders"],
        told(services),
        told(stations),
        _rate(answers),
        {service: _rate(one) for service, one in rates.items()},
    )


def _sum(rows: list[tuple[str, str, int]]) -> int:
    return sum(count for _station, _service, count in rows)


def _rates(db: Db, span: tuple[str, str, str]) -> dict[str, list[tuple[int, int]]]:
    """By service: how often each face was chosen."""
    rows = db.sql(
        "SELECT service, face, COUNT(*) FROM rating WHERE network = ? AND day >= ? AND day < ?"
        " AND status = 'answered' GROUP BY service, face",
        span,
    )
    found: dict[str, list[tuple[int, int]]] = {}
    for service, face, count in rows:
        found.setdefault(service, []).append((face, count))
    return found


def _rate(answers: list[tuple[int, int]]) -> Rate:
    answered = sum(count for _face, count in answers)
    satisfied = sum(count for face, count in answers if face == SATISFIED)
    if answered < ANSWERS_LEAST:
        return Rate(0, None)
    return Rate(answered, round(100 * satisfied / answered))


def told(counts: Mapping[str, int]) -> dict[str, int | None]:
    """The counts that may be told; None for those that may not. Nought is nobody's."""
    hidden = {name for name, count in counts.items() if 0 < count < LEAST}
    if len(hidden) == 1:
        others = [name for name, count in counts.items() if count >= LEAST]
        hidden |= set(sorted(others, key=lambda name: counts[name])[:1])
    return {name: None if name in hidden else count for name, count in counts.items()}
