"""What a person does about holders: freeze, release, reclaim, settle a debt, stop waiting.

Each step is read back before it counts (readback.py). Knows forms and sentences; whether a
step may be taken is known in shares.py.
"""

from typing import Any

import flask
from flask_babel import gettext as _

from hub import here, pools, readback, shares
from hub.readback import Step, walk
from yizhan import escrow
from yizhan.access import may
from yizhan.errors import Refusal
from yizhan.escrow import RESTORED, PoolId
from yizhan.record import HUB
from yizhan.services.escrow import projection as rows

routes = flask.Blueprint("pool_steps", __name__)


@routes.post("/escrow/freeze")
@may("escrow.manage")
def freeze() -> Any:
    """A machine is lost or stolen: its share stands still."""
    return walk(_freezing)


@routes.post("/escrow/release")
@may("escrow.manage")
def release() -> Any:
    """A machine came back and proved its share: it moves again."""
    return walk(_releasing)


@routes.post("/escrow/reclaim")
@may("escrow.manage")
def reclaim() -> Any:
    """A machine never comes back: what it held goes to the hub."""
    return walk(_reclaiming)


@routes.post("/escrow/settle")
@may("escrow.manage")
def settle() -> Any:
    """A debt is accepted, with a reason, and covered out of what the hub holds."""
    return walk(_settling)


@routes.post("/escrow/accept")
@may("escrow.manage")
def accept() -> Any:
    """After the hub was made anew: nobody waits any longer for those who have not come."""
    return walk(_accepting)


def _freezing() -> Step:
    code, note, node, actor = readback.station(), readback.reason(), here.node(), here.actor()
    shares.may_freeze(node, code)
    name = pools.name(code)
    held = pools.amounts(shares.holds(node, code))
    return Step(
        _("冻结%(name)s的额度", name=name),
        [
            _("原因：%(note)s", note=note),
            _("它手里有：%(held)s。", held=held),
            _("冻结以后，这台设备一听到就不能再用额度，中心也不再补给它；没有联网以前，它还能用完手里的。"),
            _("设备要是被偷了，还要停用它的钥匙：python -m hub station revoke %(code)s", code=code),
        ],
        _("确认冻结"),
        lambda form: shares.freeze(node, code, note, actor, form),
        lambda: _(
            "冻结了：%(name)s（%(why)s）", name=name, why=pools.told(rows.why_frozen(node.db, code))
        ),
        danger=True,
    )  # fmt: skip


def _releasing() -> Step:
    code, note, sync, actor = readback.holder(), readback.reason(), here.sync_hub(), here.actor()
    shares.may_release(sync, code)
    name = pools.name(code)
    return Step(
        _("解冻%(name)s的额度", name=name),
        [
            _("原因：%(note)s", note=note),
            _("它手里有：%(held)s。", held=pools.amounts(shares.holds(sync.node, code))),
            _("解冻以后它又能用手里的额度，中心按份额补给它。"),
        ],
        _("确认解冻"),
        lambda form: shares.release(sync, code, note, actor, form),
        lambda: _moves_again(code),
    )


def _moves_again(code: str) -> str:
    """What stands after a release: other freezes may last."""
    node, name = here.node(), pools.name(code)
    if why := rows.why_frozen(node.db, code):
        return _("%(name)s还冻结着：%(why)s", name=name, why=pools.told(why))
    held = pools.amounts(shares.holds(node, code))
    return _("解冻了：%(name)s，它手里有：%(held)s", name=name, held=held)


def _reclaiming() -> Step:
    code, node, actor = readback.station(), here.node(), here.actor()
    shares.may_reclaim(node, code)
    name, held = pools.name(code), pools.amounts(shares.holds(node, code))
    return Step(
        _("收回%(name)s的额度", name=name),
        [
            _("收回到中心：%(held)s。", held=held),
            _("它没有送到的记录里要是用过，以后送到了，会记成它的欠额。"),
        ],
        _("确认收回"),
        lambda form: shares.reclaim(node, code, actor, form),
        lambda: _(
            "收回了：%(held)s。%(name)s手里有：%(left)s",
            held=held, name=name, left=pools.amounts(shares.holds(node, code)),
        ),
        sure=_("这台设备不会再回来了，它没有送到的记录不再等"),
        danger=True,
    )  # fmt: skip


def _settling() -> Step:
    held, holder, note, actor = readback.pool(), readback.holder(), readback.reason(), here.actor()
    owed, mine = held.indebted.get(holder, 0), held.holdings.get(HUB, 0)
    node, name, unit = here.node(), pools.name(holder), held.unit
    shares.may_settle(node, held.id, holder)
    return Step(
        _("结清%(name)s的欠额", name=name),
        [
            _("%(pool)s：欠 %(n)d%(unit)s。", pool=pools.called(held.id, unit), n=owed, unit=unit),
            _("原因：%(note)s", note=note),
            _("从中心的 %(mine)d%(unit)s里补，补完中心还有 %(left)d%(unit)s。",
              mine=mine, left=mine - owed, unit=unit),
        ],
        _("确认结清"),
        lambda form: escrow.settle(node, held.id, holder, actor, note, form),
        lambda: _settled(held.id, holder),
    )  # fmt: skip


def _settled(pool: PoolId, holder: str) -> str:
    """What stands after a debt was covered, read again."""
    found = rows.holding(here.node().db, pool, holder)
    name = pools.name(holder)
    said = _(
        "结清了：%(name)s的%(pool)s现在是 %(n)d%(unit)s",
        name=name, pool=pools.called(pool, found.unit), n=found.amount, unit=found.unit,
    )  # fmt: skip
    return said + (_("；还冻结着：%(why)s", why=pools.told(found.frozen)) if found.frozen else "")


def _accepting() -> Step:
    node, actor, note = here.node(), here.actor(), readback.reason()
    missing = [pools.name(code) for code in here.sync_hub().recovery.waiting_for()]
    if not any(one.why == RESTORED for one in rows.freezes(node.db, HUB).values()):
        raise Refusal(shares.NOT_FROZEN)
    return Step(
        _("中心恢复发放额度"),
        [
            _("还没有补齐的站点：%(names)s。", names=_("、").join(missing) or _("没有")),
            _("它们用过、还没有送到的，以后送到了会记成欠额。"),
            _("原因：%(note)s", note=note),
        ],
        _("确认恢复发放"),
        lambda form: escrow.accept_the_rest(node, actor, note, form),
        lambda: _moves_again(HUB),
        sure=_("没有来的站点不再等了") if missing else "",
        danger=bool(missing),
    )  # fmt: skip
