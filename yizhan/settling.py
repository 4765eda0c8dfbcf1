"""The short way of placing: what a station recorded alone is confirmed as it lies.

Where the hub numbered all that waited of a subject, in the order in which it waited, and nothing
came between, the state that has it laid over is the confirmed one: no event is read and folded
again. Where that cannot be seen at once, the long way is taken. Knows the tables of journal and
view; reads no event.
"""

from collections.abc import Sequence
from itertools import pairwise

from yizhan.db import Db
from yizhan.folding import Key
from yizhan.registry import Registry

Placed = tuple[int, int]
"""The position that an event was given, and its row."""


def settle(
    db: Db, registry: Registry, placed: Sequence[Placed], after: int, through: int
) -> list[Key] | None:
    """Confirm what was given these positions, the only ones after `after` through `through`.

    Returns whose events are to be folded all the same; None: nothing was done.
    """
    in_order = all(a < b and m < n for (a, m), (b, n) in pairwise(placed))
    beside = not placed or placed[0][0] <= after or placed[-1][0] > through
    waits_aside = "SELECT 1 FROM set_aside WHERE network = ? AND position IS NULL LIMIT 1"
    if not in_order or beside or db.sql(waits_aside, (db.network,)):
        return None
    whole: list[tuple[int, str, str, str]] = []
    rest: list[Key] = []
    for audience, subject, first, waiting, batch in _subjects(db, after, through):
        kind = registry.kinds.get(subject.partition("/")[0])
        if waiting or batch or kind is None or any(one.dated for one in kind.projections):
            rest.append((audience, subject))
        else:
            whole.append((first, db.network, audience, subject))
    db.many(
        "UPDATE subject SET confirmed = COALESCE(optimistic, confirmed), optimistic = NULL,"
        " first = CASE first WHEN 0 THEN ? ELSE first END"
        " WHERE network = ? AND audience = ? AND subject = ?",
        whole,
    )
    return rest


def _subjects(db: Db, after: int, through: int) -> list[tuple[str, str, int, int, str]]:
    """Of each subject placed here: the first position, how many still wait, any batch."""
    rows = db.sql(
        "SELECT audience, subject, MIN(position), COUNT(*) - COUNT(position), MAX(batch)"
        " FROM journal WHERE network = ? AND (audience, subject) IN"
        " (SELECT audience, subject FROM journal"
        "  WHERE network = ? AND position > ? AND position <= ?)"
        " AND (+position IS NULL OR +position > ?) GROUP BY audience, subject",
        (db.network, db.network, after, through, after),
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]
