"""Opening a pool of the network, adding to it, and the shares that stations are kept at.

Each step is read back before it counts (readback.py). Knows forms and sentences; what moves
goes through yizhan/escrow.py.
"""

from typing import Any

import flask
from flask_babel import gettext as _

from hub import here, pools, readback, shares
from hub.readback import NO_NUMBER, Step, walk
from yizhan import escrow
from yizhan.access import may
from yizhan.errors import Refusal
from yizhan.escrow import PoolId
from yizhan.record import HUB
from yizhan.services.escrow import projection as rows
from yizhan.services.stations.projection import stations

routes = flask.Blueprint("pool_amounts", __name__)


@routes.post("/escrow/add")
@may("escrow.manage")
def add() -> Any:
    """There is more of it: the hub holds so much more."""
    return walk(_adding)


@routes.post("/escrow/open")
@may("escrow.manage")
def open_() -> Any:
    """There is a new pool of the network."""
    return walk(_opening)


@routes.post("/escrow/shares")
@may("escrow.manage")
def shares_() -> Any:
    """The stations are kept at other shares of a pool."""
    return walk(_sharing)


def _adding() -> Step:
    held, amount, note, actor = (
        readback.pool(),
        readback.number("amount"),
        readback.reason(),
        here.actor(),
    )
    node, unit = here.node(), held.unit
    if not amount:
        raise Refusal(NO_NUMBER)
    return Step(
        _("存入%(pool)s", pool=pools.called(held.id, unit)),
        [
            _("存入 %(n)d%(unit)s，原因：%(note)s", n=amount, unit=unit, note=note),
            _("现在一共有 %(n)d%(unit)s，中心有 %(mine)d%(unit)s。",
              n=held.total, mine=held.holdings.get(HUB, 0), unit=unit),
        ],
        _("确认存入"),
        lambda form: escrow.endow(node, held.id, amount, actor, note, form),
        lambda: _total(held.id),
    )  # fmt: skip


def _opening() -> Step:
    sent, node, actor, note = flask.request.form, here.node(), here.actor(), readback.reason()
    name, unit = (sent.get(field, "").strip() for field in ("name", "unit"))
    new = shares.NewPool(name, unit[: shares.NAME_MAX], readback.number("amount"), _allotments())
    shares.may_open(node, new)
    return Step(
        _("开立%(pool)s", pool=name),
        [_("先存入 %(n)d%(unit)s。", n=new.amount, unit=new.unit), *_shared(new)],
        _("确认开立"),
        lambda form: shares.open_pool(node, new, actor, note, form),
        lambda: _total(new.id),
    )


def _sharing() -> Step:
    held, actor = readback.pool(), here.actor()
    new = shares.NewPool("", held.unit, 0, _allotments())
    return Step(
        _("改份额：%(pool)s", pool=pools.called(held.id, held.unit)),
        [
            *_shared(new),
            _("少给的，站点空闲时自己退回；多给的，中心够了就补。"),
        ],
        _("确认改份额"),
        lambda form: _record_shares(held.id, new, form, actor),
        lambda: _total(held.id),
    )  # fmt: skip


def _record_shares(pool: PoolId, new: shares.NewPool, form: str, actor: str) -> None:
    here.node().record(form, actor, lambda: escrow.start(pool, new.unit, new.allotments))


def _total(pool: PoolId) -> str:
    """How a pool stands, read again."""
    found = rows.pool(here.node().db, pool)
    assert found is not None, pool
    said: str = _(
        "%(pool)s：一共有 %(n)d%(unit)s，中心有 %(mine)d%(unit)s",
        pool=pools.called(pool, found.unit),
        n=found.total,
        mine=found.holdings.get(HUB, 0),
        unit=found.unit,
    )
    return said


def _shared(new: shares.NewPool) -> list[str]:
    return [
        _("%(name)s留 %(n)d%(unit)s", name=pools.name(code), n=share, unit=new.unit)
        for code, share in new.allotments.items()
    ]


def _allotments() -> dict[str, int]:
    """What the form says each station is kept at; none where the field is empty."""
    codes = [row.code for row in stations(here.node().db)]
    found = {code: readback.number(f"share_{code}") for code in codes}
    return {code: share for code, share in found.items() if share}
