"""The stations as the hub last heard of them, and what a person should do about it today.

Alarms become sentences and tasks here; a person who has looked into one settles it here, under
her name. Knows what stations said of themselves in their last exchange; nothing of people.
"""

import datetime
from typing import Any

import flask
import msgspec
from flask_babel import gettext as _

from hub import alarms, here, survey, words
from hub.alarm_kinds import KINDS, TODAY
from hub.alarms import Alarm
from hub.due import when
from hub.survey import Survey
from sync.hub_tables import ContactRow
from yizhan import web
from yizhan.access import may
from yizhan.errors import N_, Refusal
from yizhan.events import Draft
from yizhan.ids import new_id
from yizhan.services.stations import commands

routes = flask.Blueprint("fleet", __name__)

QUIET_AFTER = datetime.timedelta(minutes=10)
WEEK_DAYS = 7
SKEW_SHOWN_S = 120

IDENTITY = ("two_machines", "suspected", "old_image")
"""Alarms that end when a person answers for it that there is one machine."""

ASIDE = ("hub_aside", "flipped", "station_aside")
"""Alarms that end when a person has looked."""

SHARES = ("debt", "hub_debt", "frozen", "held_back")
"""Alarms that end by a step on the page of what is scarce."""

LISTED_MAX = 3
"""More alarms of a kind than these are one task: they mostly have one cause, such as a road."""

NAMED_MAX = 12


class Task(msgspec.Struct, frozen=True):
    """What a person should do: the cause and the way, in words.

    `settle` is how it ends here (`identity`, `aside`) or on the page of what is scarce
    (`escrow`), empty where the cause must go;
    `upto` is how far an `aside` counts.
    """

    level: int
    kind: str
    station: str
    cause: str
    todo: str
    settle: str = ""
    upto: int = 0


class Line(msgspec.Struct, frozen=True):
    """One station's line; `rank` is 0 where all is well and grows with the trouble;
    below 0 it is not in use.

    `ago` says how long ago its last word was, `at` when, where that is not just now; `since`
    is from when on something has waited there, where it is long.
    """

    code: str
    name: str
    rank: int
    tone: str
    state: str
    seen: str = ""
    ago: str = ""
    at: str = ""
    waiting: int = 0
    since: str = ""
    behind: int = 0
    clock: str = ""
    disk: str = ""
    version: str = ""


@routes.get("/fleet")
@may("fleet.see")
def fleet() -> str:
    """What is to be done, and every station, the one in most trouble first."""
    shown = _shown(survey.survey())
    if web.from_htmx():
        return web.fragment("hub/fleet.html", "list", **shown)
    return flask.render_template("hub/fleet.html", **shown)


@routes.post("/fleet/one-machine")
@may("fleet.settle")
def one_machine() -> Any:
    """A person has looked: one machine uses this identity. Her name is in the record."""
    code = flask.request.form.get("station", "")
    node = here.node()

    def decide() -> Draft | Refusal:
        found = survey.survey().stations.get(code)
        if found is None or not (found.suspected or found.branched):
            return Refusal(N_("这件事已经有人处理过了"))
        return commands.clear(code)

    asked = {"do": "one_machine", "station": code}
    with node.writing():
        if not node.record(here.form_id(), here.actor(), decide, asked=asked).repeated:
            here.sync_hub().one_machine(code)
    flask.flash(
        _(
            "记下了：%(name)s只有一台设备。再有可疑的会重新提醒。",
            name=here.name_of("station", code),
        ),
        "good",
    )
    return flask.redirect(flask.url_for("fleet.fleet"), 303)


@routes.post("/fleet/looked")
@may("aside.settle")
def looked() -> Any:
    """A person has looked at what was set aside; what comes after it calls again."""
    code, upto = (flask.request.form.get(name, "") for name in ("station", "upto"))
    if not upto.isdecimal() or len(upto) > 15 or (code and code not in survey.survey().stations):
        flask.abort(400)
    survey.looked().mark(code, int(upto), here.actor())
    flask.flash(_("记下了：您看过了。再有新的会重新提醒。"), "good")
    return flask.redirect(flask.url_for("fleet.fleet"), 303)


def status() -> dict[str, Any]:
    """What /status.json tells of the network: counts and marks, nothing about people."""
    known = survey.survey()
    epochs = here.sync_hub().hub_epochs()
    return {
        "network": here.node().network,
        "head": known.head,
        "hub_epoch": epochs[-1][0] if epochs else "",
        "alarms": {kind: count for kind, count in known.counts().items() if count},
        "stations": {
            code: {"unsent": one.last.unsent, "behind": known.behind(code), "seen": one.last.seen}
            for code, one in known.stations.items()
            if one.last
        },
    }


def _shown(known: Survey) -> dict[str, Any]:
    tasks = _tasks(known)
    lines = [_line(known, code) for code in known.stations]
    return {
        "tasks": tasks,
        "urgent": sum(task.level >= TODAY for task in tasks),
        "stations": sorted(lines, key=lambda one: (-one.rank, one.name)),
        "waiting": sum(line.waiting for line in lines),
        "head": known.head,
        "form": new_id(),
    }


def _tasks(known: Survey) -> list[Task]:
    """What waits for a person, the worst first, then what has waited longest."""
    found: dict[str, list[Alarm]] = {}
    for alarm in (alarm for some in known.alarms.values() for alarm in some):
        found.setdefault(alarm.kind, []).append(alarm)
    tasks = []
    for kind in (kind for kind in KINDS if kind in found):
        some = sorted(found[kind], key=lambda alarm: alarm.since or "~")
        many = len(some) > LISTED_MAX and kind not in (*IDENTITY, *ASIDE)
        tasks += [_together(known, some)] if many else [_task(known, alarm) for alarm in some]
    return tasks


def _task(known: Survey, alarm: Alarm) -> Task:
    kind = KINDS[alarm.kind]
    cause = _say(known, kind.cause, alarm)
    if kind.more and alarm.n:
        cause += _say(known, kind.more, alarm)
    last = known.stations[alarm.station].last if alarm.station else None
    upto = (last.aside or 0) if last else known.head
    return Task(kind.level, alarm.kind, alarm.station, cause, _(kind.todo), _settle(alarm), upto)


def _together(known: Survey, some: list[Alarm]) -> Task:
    """Many alarms of one kind as one task."""
    kind = KINDS[some[0].kind]
    names = _("、").join(_name(known, alarm.station) for alarm in some[:NAMED_MAX])
    if len(some) > NAMED_MAX:
        names = _("%(names)s等", names=names)
    cause = _("%(n)d 个站点%(label)s：%(names)s。", n=len(some), label=_(kind.label), names=names)
    return Task(kind.level, some[0].kind, "", cause, _(kind.todo), _settle(some[0]))


def _settle(alarm: Alarm) -> str:
    ways = {"identity": IDENTITY, "aside": ASIDE, "escrow": SHARES}
    return next((way for way, kinds in ways.items() if alarm.kind in kinds), "")


def _say(known: Survey, sentence: str, alarm: Alarm) -> str:
    """An alarm's sentence with its places filled."""
    said: str = _(
        sentence,
        name=_name(known, alarm.station),
        n=alarm.n,
        note=_(alarm.note) if alarm.note else "",
        since=_since(alarm.since, known.now),
        span=words.lasted(alarms.age(alarm.since, known.now)) if alarm.since else "",
        skew=_skew(alarm.n),
    )
    return said


def _since(stamp: str, now: datetime.datetime) -> str:
    """From when on, as one says it: 今天 9:12, 周二, 11月2日."""
    at = when(stamp, now)
    if at is None:
        return _("不知道什么时候")
    days = (now.date() - at.date()).days
    if not 1 < days < WEEK_DAYS:
        return words.moment(stamp) if days < WEEK_DAYS else words.date(at.date())
    return str(_(words.DAYS[at.weekday()]))


def _line(known: Survey, code: str) -> Line:
    one = known.stations[code]
    rank, tone, state = _state(known, code)
    line = Line(code, one.name, rank, tone, state)
    if one.last is None:
        return line
    waits, since = alarms.waiting(one.last), one.last.clear_at
    return msgspec.structs.replace(
        line,
        seen=one.last.seen,
        ago=words.ago(one.last.seen),
        at=words.moment(one.last.seen) if _past(one.last.seen, known.now) else "",
        waiting=waits,
        since=_since(since, known.now) if waits and since and _past(since, known.now) else "",
        behind=known.behind(code),
        clock=_clock(one.last),
        disk=_disk(one.last.disk_mib),
        version=one.last.version,
    )


def _state(known: Survey, code: str) -> tuple[int, str, str]:
    """How bad it is, the colour of it, and in words."""
    one, worst = known.stations[code], next(iter(known.alarms[code]), None)
    if one.revoked:
        return -2, "", _("已停用")
    if not one.enrolled:
        return -1, "waiting", _("等入网")
    if worst is not None and worst.level >= TODAY:
        return 10 * worst.level, "bad", _(KINDS[worst.kind].label)
    if one.last and _past(one.last.seen, known.now):
        return 5, "waiting", _("没有消息")
    if one.last and alarms.waiting(one.last):
        return 2, "waiting", _("正在补传")
    return 0, "good", _("正常")


def _past(stamp: str, now: datetime.datetime) -> bool:
    """Whether this is longer ago than a station is quiet between two words."""
    return alarms.age(stamp, now) > QUIET_AFTER


def _clock(last: ContactRow) -> str:
    if abs(last.skew_s) > SKEW_SHOWN_S:
        return _skew(last.skew_s)
    if last.clock == "hub":
        return _("按中心的时间")
    return _("准") if last.clock in alarms.KNOWN else _("待校准，现在对得上")


def _skew(seconds: int) -> str:
    span = words.lasted(datetime.timedelta(seconds=abs(seconds)))
    return _("快 %(span)s", span=span) if seconds > 0 else _("慢 %(span)s", span=span)


def _disk(free_mib: int | None) -> str:
    """Free space as one says it."""
    if free_mib is None:
        return ""
    return f"{free_mib / 1024:.0f} GiB" if free_mib >= 10 * 1024 else f"{free_mib} MiB"


def _name(known: Survey, code: str) -> str:
    return known.stations[code].name if code else _("中心")
