"""The partner worker's pages, made for a phone: answer a job, agree on a day, report it.

Knows only the orders of the worker's own partner. Name, phone and address appear after the
job was accepted and go when it is done.
"""

import datetime
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import flask
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from hub import dispatch, here, photos, words
from yizhan import web
from yizhan.access import may, within
from yizhan.errors import N_, Refusal
from yizhan.events import Draft
from yizhan.ids import new_id, valid_id
from yizhan.services.orders import commands, model
from yizhan.services.orders import projection as orders
from yizhan.services.orders.projection import OrderRow

routes = flask.Blueprint("jobs", __name__)

DAYS = 7
KNOWS_HER = ("taken", "scheduled")
"""The states in which the worker sees where to go."""
DECLINE_REASONS = (N_("人手不够"), N_("不会做这一种"), N_("时间对不上"), N_("地方太远"))
GIVE_UP_REASONS = (N_("敲门没人应"), N_("缺配件"), N_("修不了"), N_("居民不需要了"))
NOT_YOURS_NOW = N_("这张单已经改派或退回，不在您单位手里了。请回到“我的任务”。")

YUAN = re.compile(r"\d{1,6}(\.\d{1,2})?")

Decide = Callable[[model.Order, str], Draft | Refusal]


@routes.get("/jobs")
@may("job.see")
def mine() -> str:
    """The partner's open jobs by what is to be done with them."""
    rows = orders.of_partner(here.node().db, here.account().scope)
    here.meet(row.person for row in rows)
    shown = {
        "fresh": [dispatch.line(row) for row in rows if row.status == "dispatched"],
        "ours": [dispatch.line(row) for row in rows if row.status in KNOWS_HER],
        "done": [dispatch.line(row) for row in rows if row.status == "provider_done"],
        "back": [dispatch.line(row) for row in rows if row.status == "reopened"],
    }
    if web.from_htmx():
        return web.fragment("hub/jobs.html", "list", **shown)
    return flask.render_template("hub/jobs.html", **shown)


@routes.get("/jobs/<order>")
@may("job.see")
def job(order: str) -> str:
    """One job and what can be done with it now."""
    return _page(order)


@routes.get("/jobs/<order>/voice/<digest>")
@may("job.see")
def voice(order: str, digest: str) -> flask.Response:
    """What the resident said: for whoever took the job, and only while it is theirs to do."""
    row = _mine(order)
    if row.status not in KNOWS_HER:
        raise NotFound
    return photos.sound(dispatch.state_of(row), row.subject, digest)


@routes.post("/jobs/<order>/accept")
@may("job.do")
def accepted(order: str) -> Any:
    """Take the job."""
    return _do(order, _("接单成功。现在可以看到地址和电话。"), commands_accept, {})


@routes.post("/jobs/<order>/decline")
@may("job.do")
def declined(order: str) -> Any:
    """Give the job back, with a reason."""
    reason = _reason(DECLINE_REASONS)
    return _do(
        order,
        _("已退单，派单员会改派。"),
        lambda state, subject: commands.decline(state, subject, here.account().scope, reason),
        {"reason": reason},
    )


@routes.post("/jobs/<order>/schedule")
@may("job.do")
def scheduled(order: str) -> Any:
    """Agree on a day, a window and who comes."""
    day, window, worker = (
        flask.request.form.get(name, "")[:40] for name in ("day", "window", "worker")
    )

    def decide(state: model.Order, subject: str) -> Draft | Refusal:
        if day and day < here.node().clock.today():
            return Refusal(N_("这一天已经过去了，请另选一天"))
        if window and window not in here.windows(state.service):
            return Refusal(N_("请选一个时段"))
        return commands.schedule(state, subject, here.account().scope, day, window, worker)

    asked = {"day": day, "window": window, "worker": worker}
    return _do(order, _("时间约好了，居民在站点能看到。"), decide, asked)


@routes.post("/jobs/<order>/finish")
@may("job.do")
def finished(order: str) -> Any:
    """Say that it is done, what was done and what was paid."""
    result, cost = flask.request.form.get("result", ""), flask.request.form.get("cost", "")

    def decide(state: model.Order, subject: str) -> Draft | Refusal:
        return commands.finish(state, subject, here.account().scope, result, fen(cost))

    asked = {"result": result, "cost": cost}
    return _do(order, _("记下了。等居民说一声好，就办结。"), decide, asked)


@routes.post("/jobs/<order>/give-up")
@may("job.do")
def given_up(order: str) -> Any:
    """Say that it could not be done, and why."""
    reason = _reason(GIVE_UP_REASONS)
    return _do(
        order,
        _("记下了。派单员会另外安排。"),
        lambda state, subject: commands.give_up(state, subject, here.account().scope, reason),
        {"reason": reason},
    )


def commands_accept(state: model.Order, subject: str) -> Draft | Refusal:
    """Take the job for the worker's own partner."""
    return commands.accept(state, subject, here.account().scope)


def fen(yuan: str) -> int:
    """What a person wrote as yuan, in fen; nothing written is nothing paid. Raises Refusal."""
    written = yuan.strip().replace("，", ".").replace(",", ".").removesuffix("元")
    if not YUAN.fullmatch(written or "0"):
        raise Refusal(N_("收款金额不对，请写成 25 或 25.50 这样"))
    return int(Decimal(written or "0") * 100)


def _reason(known: tuple[str, ...]) -> str:
    """The picked reason and the written one, as one sentence; only known ones are picked."""
    picked = flask.request.form.get("reason", "")
    said = flask.request.form.get("said", "").strip()
    return "：".join(part for part in (picked if picked in known else "", said) if part)


def _mine(order: str) -> OrderRow:
    """The order, if the worker's partner has it; 404 for an order that it never had."""
    row = orders.get(here.node().db, f"order/{order}") if valid_id(order) else None
    if row is None:
        raise NotFound
    if not within(here.account(), "partner", row.partner):
        sent = [one.note for one in dispatch.state_of(row).steps if one.type == "order.dispatched"]
        if here.account().scope not in sent:
            raise NotFound
        raise Refusal(NOT_YOURS_NOW)
    return row


def _do(order: str, said: str, decide: Decide, asked: dict[str, str]) -> Any:
    """Record one step of a job and go on to what comes next; a Refusal is shown on its page."""
    verb = str(flask.request.endpoint)

    def now() -> Draft | Refusal:
        row = _mine(order)
        return decide(dispatch.state_of(row), row.subject)

    try:
        here.node().record(
            here.form_id(), here.actor(), now, asked={"do": verb, "order": order, **asked}
        )
    except Refusal as refusal:
        return _page(order, web.say(refusal)), 409
    flask.flash(said, "good")
    row = orders.get(here.node().db, f"order/{order}")
    stays = row is not None and row.partner == here.account().scope and row.status in KNOWS_HER
    target = flask.url_for("jobs.job", order=order) if stays else flask.url_for("jobs.mine")
    return flask.redirect(target, 303)


def _page(order: str, refusal: str = "") -> str:
    row = _mine(order)
    state, knows = dispatch.state_of(row), row.status in KNOWS_HER
    today = here.node().clock.now().date()
    days = [today + datetime.timedelta(days=n) for n in range(DAYS)]
    return flask.render_template(
        "hub/job.html",
        line=dispatch.line(row),
        row=row,
        note=state.note if knows else "",
        voices=photos.spoken(state) if knows else [],
        contact=dispatch.private(row.person) if knows else None,
        days=[(day.isoformat(), words.date(day), words.DAYS[day.weekday()]) for day in days],
        windows=here.windows(row.service),
        decline_reasons=DECLINE_REASONS,
        give_up_reasons=GIVE_UP_REASONS,
        refusal=refusal,
        form=new_id(),
    )
