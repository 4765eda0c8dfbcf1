"""Who somebody is and how she stands, asked across subjects: merged records, stops, look-alikes.

Reads tables by name, writes nothing. A merged record is found under the one that is gone on
with (the survivor); a group is that one and all that were merged into it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

import msgspec

from yizhan.db import Db
from yizhan.record import Node
from yizhan.services.orders.model import OPEN
from yizhan.services.people import model, proxies
from yizhan.services.people import projection as people
from yizhan.services.people.projection import CardRow, HandleRow
from yizhan.services.people.proxies import Proxy

STEPS_MAX = 16
"""A chain of merges is short; a ring (two merges of one moment) ends somewhere."""


def survivor(db: Db, person: str) -> str:
    """The record that is gone on with: her own, or the one that it was merged into."""
    seen = [person]
    while len(seen) < STEPS_MAX:
        rows = db.sql(
            "SELECT merged_into FROM standing"
            " WHERE network = ? AND person = ? AND merged_into <> ''",
            (db.network, seen[-1]),
        )
        if not rows:
            return seen[-1]
        if rows[0][0] in seen:
            return min(seen[seen.index(rows[0][0]) :])
        seen.append(rows[0][0])
    return seen[-1]


def group(db: Db, person: str) -> list[str]:
    """All records of one person, the survivor first."""
    found = [survivor(db, person)]
    fresh = list(found)
    while fresh:
        rows = db.within(
            "SELECT person FROM standing WHERE network = ? AND merged_into IN ({})",
            (db.network,),
            fresh,
        )
        fresh = sorted({other for (other,) in rows} - set(found))
        found += fresh
    return found


def status(db: Db, person: str) -> str:
    """How this record stands as far as is known here; verified where nothing else is known."""
    rows = db.sql(
        "SELECT status FROM standing WHERE network = ? AND person = ? UNION ALL"
        " SELECT status FROM person WHERE network = ? AND person = ?",
        (db.network, person) * 2,
    )
    found = [row[0] for row in rows]
    # A station hears of a death at its desk before the hub has told the network of it.
    return next((one for one in found if one in model.STOPPED), found[0] if found else "verified")


def stopped(db: Db, person: str) -> str:
    """Why nothing begins in this person's name any more (moved_away, deceased, erased), or empty.

    The one question of everything that spends, orders, calls or reminds.
    """
    if not person:
        return ""
    found = (status(db, one) for one in group(db, person)[:STEPS_MAX])
    return next((one for one in found if one in model.STOPPED), "")


def all_stopped(db: Db, persons: Sequence[str]) -> set[str]:
    """Those of these persons in whose name nothing begins any more, for a list."""
    rows = db.within(
        "SELECT person, status FROM standing WHERE network = ? AND person IN ({})",
        (db.network,),
        list(persons),
    )
    return {person for person, found in rows if found in model.STOPPED}


def erased(db: Db) -> list[str]:
    """Everybody whose key must be destroyed here and is not yet."""
    rows = db.sql(
        "SELECT person FROM standing WHERE network = ? AND status = ? AND NOT EXISTS"
        " (SELECT 1 FROM erased_key WHERE erased_key.network = standing.network"
        "  AND erased_key.owner = standing.person)",
        (db.network, model.ERASED),
    )
    return [person for (person,) in rows]


def by_handle(db: Db, hashed: str) -> list[str]:
    """The people who go by a phone or ID card number, each once, those who are stopped left out."""
    if not hashed:
        return []
    found = dict.fromkeys(survivor(db, row.person) for row in people.handles(db, hashed))
    return [person for person in found if not stopped(db, person)]


def principals(node: Node, agent: str) -> dict[str, Proxy]:
    """For whom somebody may act today, by proxy id; nobody who is stopped."""
    return {
        proxy: state
        for proxy, state in _proxies(node, "agent", agent).items()
        if not stopped(node.db, state.principal)
    }


def agents(node: Node, principal: str) -> dict[str, Proxy]:
    """Who may act for somebody today, by proxy id."""
    return _proxies(node, "principal", principal)


def _proxies(node: Node, side: str, person: str) -> dict[str, Proxy]:
    """What holds today: ended where either of its two audiences says so."""
    rows = node.db.within(
        f"SELECT proxy, audience FROM proxy WHERE network = ? AND {side} IN ({{}}) ORDER BY proxy",
        (node.network,),
        group(node.db, person),
    )
    found: dict[str, Proxy] = {}
    ended: set[str] = set()
    today = node.clock.today()
    for proxy, audience in rows:
        state = node.state("proxy", audience.partition(":")[2], f"proxy/{proxy}")
        for owner in (state.principal, state.agent):
            other = node.state("proxy", owner, f"proxy/{proxy}")
            ended |= {proxy} if other is not None and other.ended else set()
        if proxies.holds(state, today):
            found[proxy] = state
    return {proxy: state for proxy, state in found.items() if proxy not in ended}


def open_orders_of_stopped(db: Db) -> list[tuple[str, str, str]]:
    """Open orders in the name of somebody who is stopped: (subject, person, status).

    Each is a task for a person: ring the family, then withdraw or finish it.
    """
    marks = ", ".join("?" * len(OPEN))
    stops = ", ".join("?" * len(model.STOPPED))
    return db.sql(
        "SELECT orders.subject, orders.person, standing.status FROM orders JOIN standing"
        " ON standing.network = orders.network AND standing.person = orders.person"
        f" WHERE orders.network = ? AND standing.status IN ({stops})"
        f" AND orders.status IN ({marks}) ORDER BY orders.placed",
        (db.network, *model.STOPPED, *OPEN),
    )


class Match(msgspec.Struct, frozen=True):
    """Two records that may be of one person, and why somebody should look: phone, idcard, card,
    name."""

    one: str
    other: str
    whys: tuple[str, ...]


def matches(db: Db, names: Iterable[tuple[str, str, int]] = ()) -> list[Match]:
    """All pairs that look alike and that nobody has decided on yet; the surest first.

    `names` are (person, name in clear, birth year) of those whose name this node can open.
    """
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    where = {person: group(db, person)[0] for person in _known(db)}
    for why, persons in _alike(db, names):
        alive = sorted({where[one] for one in persons if one in where})
        for one, other in combinations(alive, 2):
            if why not in found[one, other]:
                found[one, other].append(why)
    apart = _apart(db)
    kept = [Match(*pair, tuple(whys)) for pair, whys in found.items() if pair not in apart]
    return sorted(kept, key=lambda match: (-_weight(match), match.one, match.other))


def _weight(match: Match) -> int:
    weights = {"idcard": 8, "card": 4, "name": 2, "phone": 1}
    return sum(weights[why] for why in match.whys)


def _known(db: Db) -> list[str]:
    rows = db.sql(
        "SELECT person FROM person WHERE network = ? AND status <> ?", (db.network, model.ERASED)
    )
    return [person for (person,) in rows]


def _alike(db: Db, names: Iterable[tuple[str, str, int]]) -> Iterator[tuple[str, list[str]]]:
    """(why, persons) of everything that several records have in common."""
    shared: dict[tuple[str, str], list[str]] = defaultdict(list)
    rows: list[HandleRow] = db.all(
        HandleRow.select().where((HandleRow.network == db.network) & HandleRow.valid)
    )
    for row in rows:
        shared[row.way, row.hash].append(row.person)
    claimed: list[CardRow] = db.all(
        CardRow.select().where((CardRow.network == db.network) & (CardRow.claims != ""))
    )
    for one in claimed:
        shared["card", one.hash] = [one.person, *one.claims.split()]
    for person, name, born in names:
        if name and born:
            shared["name", f"{name} {born}"].append(person)
    for (why, _what), persons in shared.items():
        if len(persons) > 1:
            yield why, persons


def _apart(db: Db) -> set[tuple[str, str]]:
    """Pairs of which somebody said that they are two people."""
    rows = db.sql(
        "SELECT person, apart FROM person WHERE network = ? AND apart <> ''", (db.network,)
    )
    return {tuple(sorted((person, one))) for person, apart in rows for one in apart.split()}
