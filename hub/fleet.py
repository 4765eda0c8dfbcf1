"""The stations as the hub last heard of them: who is silent, who is behind, whose clock is off.

Knows what stations said of themselves in their last exchange; nothing of people.
"""

import datetime
from typing import Any

import flask
import msgspec
from flask_babel import gettext as _

from hub import here, words
from hub.due import when
from sync.hub_tables import ContactRow
from yizhan import web
from yizhan.access import may
from yizhan.services.stations.projection import StationRow, stations

routes = flask.Blueprint("fleet", __name__)

QUIET_AFTER = datetime.timedelta(minutes=10)
SILENT_AFTER = datetime.timedelta(days=1)
KNOWN = ("synced", "rtc", "pretend")
"""How a clock knows the time, where it does."""

SKEW_MAX_S = 120


class Station(msgspec.Struct, frozen=True):
    """One station's line; `level` is 0 where all is well and grows with the trouble."""

    code: str
    name: str
    enrolled: bool
    revoked: bool
    level: int
    state: str
    seen: str = ""
    unsent: int = 0
    behind: int = 0
    version: str = ""
    clock: str = ""


@routes.get("/fleet")
@may("fleet.see")
def fleet() -> str:
    """Every station, the one in most trouble first."""
    shown = {"stations": lines(), "head": here.node().journal.head()}
    if web.from_htmx():
        return web.fragment("hub/fleet.html", "list", **shown)
    return flask.render_template("hub/fleet.html", **shown)


def lines() -> list[Station]:
    """Every station of the register and of the road, worst first, then by name."""
    contacts = {row.station: row for row in here.sync_hub().contacts()}
    roads = {row.code: row for row in stations(here.node().db)}
    codes = dict.fromkeys([*here.listing("station"), *roads])
    found = [_line(code, roads.get(code), contacts.get(code)) for code in codes]
    return sorted(found, key=lambda one: (-one.level, one.name))


def status() -> dict[str, Any]:
    """What /status.json tells of the network: counts and marks, nothing about people."""
    node, hub = here.node(), here.sync_hub()
    head = node.journal.head()
    epochs = hub.hub_epochs()
    said = hub.contacts()
    return {
        "network": node.network,
        "head": head,
        "hub_epoch": epochs[-1][0] if epochs else "",
        "stations": {
            row.station: {
                "unsent": row.unsent,
                "behind": max(0, head - row.cursor),
                "seen": row.seen,
            }
            for row in said
        },
    }


def _line(code: str, road: StationRow | None, last: ContactRow | None) -> Station:
    level, state = _judged(road, last)
    return Station(
        code=code,
        name=here.name_of("station", code),
        enrolled=bool(road and road.public_key),
        revoked=bool(road and road.revoked),
        level=level,
        state=state,
        seen=last.seen if last else "",
        unsent=last.unsent if last else 0,
        behind=max(0, here.node().journal.head() - last.cursor) if last else 0,
        version=last.version if last else "",
        clock=_clock(last) if last else "",
    )


def _judged(road: StationRow | None, last: ContactRow | None) -> tuple[int, str]:
    """How bad it is, and in words."""
    if road and road.revoked:
        return 0, _("已停用")
    if last is None:
        return (3, _("入网了，但还没有联系过")) if road and road.public_key else (1, _("等入网"))
    now = here.node().clock.now()
    seen = when(last.seen, now)
    if seen is None or now - seen > SILENT_AFTER:
        return 5, _("一天多没有消息")
    if now - seen > QUIET_AFTER:
        return 4, _("没有消息")
    if abs(last.skew_s) > SKEW_MAX_S:
        return 2, _("钟不准")
    return (1, _("正在补传")) if last.unsent else (0, _("正常"))


def _clock(last: ContactRow) -> str:
    if abs(last.skew_s) <= SKEW_MAX_S:
        return _("准") if last.clock in KNOWN else _("待校准，现在对得上")
    span = words.lasted(datetime.timedelta(seconds=abs(last.skew_s)))
    return _("快 %(span)s", span=span) if last.skew_s > 0 else _("慢 %(span)s", span=span)
