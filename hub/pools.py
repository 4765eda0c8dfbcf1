"""The page of what is scarce: who holds how much of each pool, who owes, who stands still.

Facts of shares.py become sentences here. Residents' pools are told as sums; a resident is named
only where her pool has a debt, for somebody must talk to her. What is done from here is in
pool_steps.py.
"""

from typing import Any

import flask
import msgspec
from flask_babel import gettext as _

from hub import here, shares, words
from hub.shares import Part, Standstill, Sum
from yizhan.access import may
from yizhan.errors import N_
from yizhan.escrow import DEBT, LOST, RESTORED, SUSPECTED, PoolId
from yizhan.record import HUB
from yizhan.services.escrow import projection as pools
from yizhan.services.escrow.projection import Held, Holding
from yizhan.services.stations.projection import stations

routes = flask.Blueprint("pools", __name__)

WHY = {
    LOST: N_("设备丢了"),
    SUSPECTED: N_("可能有两台设备"),
    DEBT: N_("有欠额"),
    RESTORED: N_("中心恢复过"),
}
PROOF = {
    "proven": N_("冻结以后它来过，记录都送到了：可以解冻。"),
    "replaced": N_("来的是换上的新设备，旧设备没有送到的它不知道：先收回额度，再解冻。"),
    "behind": N_("冻结以后它来过，还有记录没有送到：等它送齐，再解冻。"),
    "silent": N_("冻结以后它还没有来过：找回来就让它连上，找不回来就收回额度。"),
}
NOTHING_HELD = N_("它手里没有额度了：换好设备就可以解冻，不再用就停用站点。")


class Frozen(msgspec.Struct, frozen=True):
    """A frozen holder as the page tells it: `ways` are the steps that are open here."""

    holder: str
    name: str
    why: str
    cause: str
    since: str
    by: str
    held: str
    said: str
    ways: tuple[str, ...]


@routes.get("/escrow")
@may("escrow.see")
def show() -> str:
    """Every pool, and what waits for a person."""
    return flask.render_template("hub/escrow.html", **context())


def context(sentence: str = "") -> dict[str, Any]:
    """All that the page shows, with a refusal on top where there is one."""
    node = here.node()
    codes = [row.code for row in stations(node.db) if not row.revoked]
    frozen = shares.standing_still(node)
    held_back = [one for one in frozen if one.why == RESTORED]
    found = shares.stocks(node)
    return {
        "sentence": sentence,
        "stocks": [(held, _parts(held, codes)) for held in found],
        "sums": [(one, _sum_of(one)) for one in shares.sums(node)],
        "debts": pools.debts(node.db),
        "frozen": [_frozen(one) for one in frozen if one.why != RESTORED],
        "held_back": words.moment(held_back[0].since) if held_back else "",
        "missing": [name(code) for code in here.sync_hub().recovery.waiting_for()],
        "stations": codes,
        "free": [code for code in codes if not _lost(frozen, code)],
        "name": name,
        "called": called,
        "told": told,
    }


def name(holder: str) -> str:
    """What people call a holder."""
    return _("中心") if holder == HUB else here.name_of("station", holder)


def called(pool: PoolId, unit: str) -> str:
    """What people call a pool."""
    if pool.owner:
        return _("%(who)s的%(unit)s", who=here.called(pool.owner), unit=unit)
    return pool.subject.partition("/")[2]


def told(cause: str) -> str:
    """A cause that the hub wrote, in the reader's language, or a person's words as they are."""
    return str(_(cause)) if cause else ""


def amounts(held: list[Holding]) -> str:
    """What somebody holds in one line: each of the network's pools, residents' pools by unit."""
    said = [f"{called(one.pool, one.unit)} {one.amount}{one.unit}" for one in held if _own(one)]
    purses: dict[str, list[int]] = {}
    for one in held:
        if not _own(one):
            purses.setdefault(one.unit, []).append(one.amount)
    said += [
        _("%(n)d 位居民的 %(sum)d%(unit)s", n=len(some), sum=sum(some), unit=unit)
        for unit, some in sorted(purses.items())
    ]
    return str(_("、").join(said)) or _("没有")


def _own(one: Holding) -> bool:
    return not one.pool.owner


def _parts(held: Held, codes: list[str]) -> list[tuple[str, Part]]:
    return [(name(one.holder), one) for one in shares.parts(held, codes)]


def _sum_of(one: Sum) -> list[tuple[str, int]]:
    return [(name(holder), amount) for holder, amount in one.holdings.items()]


def _lost(frozen: list[Standstill], code: str) -> bool:
    return any(one.holder == code and one.why == LOST for one in frozen)


def _frozen(one: Standstill) -> Frozen:
    held = shares.holds(here.node(), one.holder)
    said, ways = _ways(one, bool(held))
    return Frozen(
        one.holder, name(one.holder), _(WHY.get(one.why, one.why)), told(one.cause),
        words.moment(one.since), words.who(one.actor), amounts(held), said, ways,
    )  # fmt: skip


def _ways(one: Standstill, holds: bool) -> tuple[str, tuple[str, ...]]:
    """What is to be done about a freeze, in words, and by which steps of this page."""
    if one.why == SUSPECTED:
        return _(shares.SUSPECTED_FIRST), ("fleet",)
    if one.why == DEBT:
        owes = any(debt.holder == one.holder for debt in pools.debts(here.node().db))
        return (_(shares.OWES), ()) if owes else (_("欠额已经补上：可以解冻。"), ("release",))
    if not holds:
        return _(NOTHING_HELD), ("release",)
    known = shares.proof(here.sync_hub(), one.holder, one.position)
    return _(PROOF[known]), (("release",) if known == "proven" else ("reclaim",))
