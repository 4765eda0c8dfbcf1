"""A number for a walk-in service: the prices first, the number in two taps, card or no card.

One screen module for every service whose flow is "ticket"; knows none by name.
"""

import datetime
from typing import Any

import flask
from flask_babel import gettext as _

from kiosk import identity, menu, mine, paused, slips, words
from kiosk.check_code import code_of
from kiosk.here import Print, here
from kiosk.menu import Pick, Service
from yizhan import web
from yizhan.access import PUBLIC, may
from yizhan.errors import N_, Refusal
from yizhan.events import Draft
from yizhan.ids import new_id, valid_id
from yizhan.services.tickets import commands, model
from yizhan.services.tickets import projection as tickets

screen = flask.Blueprint("tickets", __name__)

WITHDRAWN = model.Withdrawn.type
NOT_HERE = N_("这里没有这一项。请回到首页重新选。")
NOT_YOURS = N_("这个号不在您手里。请刷卡再看，或者叫人帮忙。")
OLD_PAGE = N_("这一页不能用了，请回到首页重新开始")
REPRICED = N_("价钱刚改过，请再看一下")


class Repriced(Refusal):
    """The price is not what she was told: it is told again, and nothing is recorded."""


def form_id() -> str:
    """The id that this form was drawn with. Raises Refusal where there is none of ours."""
    form = flask.request.form.get("form", "")
    if not valid_id(form):
        raise Refusal(OLD_PAGE)
    return form


def _service(code: str) -> Service:
    at = here()
    found = menu.offered(at.db, at.station, code, at.node.clock.today())
    if found is None or found.flow != "ticket":
        raise Refusal(NOT_HERE)
    return found


def _job(code: str, job: str) -> tuple[Service, Pick]:
    service = _service(code)
    found = service.pick(job)
    if found is None:
        raise Refusal(NOT_HERE)
    return service, found


@screen.get("/service/<service>/jobs")
@may(PUBLIC)
def jobs(service: str) -> str:
    """What is done here, each with its picture and its price."""
    found, page = _service(service), flask.request.args.get("page", 0, type=int)
    paused.refuse(found)
    picks, more = menu.page_of(found.picks, page, identity.space().picks)
    return flask.render_template(
        "kiosk/jobs.html", service=found, picks=picks, more=more, page=page
    )


@screen.get("/service/<service>/jobs/<job>")
@may(PUBLIC)
def read_back(service: str, job: str) -> str:
    """The job, its price and who waits, before the number is taken."""
    return _read_back(*_job(service, job))


def _read_back(service: Service, job: Pick, sentence: str = "") -> str:
    paused.refuse(service)
    at = here()
    waiting = tickets.in_line(at.db, at.station, at.node.clock.today(), service.code)
    return flask.render_template(
        "kiosk/job.html", service=service, job=job, waiting=words.ahead(waiting),
        form=new_id(), sentence=sentence,
    )  # fmt: skip


@screen.post("/service/<service>/jobs/<job>")
@may(PUBLIC)
def take(service: str, job: str) -> Any:
    """取号: recorded, then a slip; the same form again is the same number."""
    found, pick = _job(service, job)
    form, visit, at = form_id(), identity.visit(), here()
    subject = f"ticket/{form}"

    def decide() -> Draft | Refusal:
        paused.refuse(found)
        day = at.node.clock.today()
        number = tickets.next_number(at.db, at.station, day)
        price = pick.price_fen or 0
        if flask.request.form.get("told") != str(price):
            return Repriced(REPRICED)
        taken = model.Taken(number, day, service, job, price, visit.person)
        return commands.take(subject, at.station, taken)

    asked = {"service": service, "job": job, "person": visit.person}
    actor = visit.actor if visit.person else f"station/{at.station}"
    try:
        at.record(form, actor, decide, asked, lambda: _slip(subject, found, pick))
    except Repriced as changed:
        return _read_back(found, pick, web.say(changed)), 409
    visit.made.add(subject)
    return flask.redirect(flask.url_for("tickets.show", ticket=form), 303)


def _slip(subject: str, service: Service, job: Pick, again: bool = False) -> Print:
    at = here()
    state = _state(subject)
    before = mine.place_in_line(at, state)
    code = code_of(at.node, subject)
    slip = slips.ticket(state, service, job, before, at.listing, again, code)
    return Print(subject, f"{service.name} 第 {state.number} 号", slip)


def _state(subject: str) -> model.Ticket:
    state: model.Ticket | None = here().node.state("ticket", here().station, subject)
    if state is None:
        raise Refusal(NOT_YOURS)
    return state


def _hers(ticket: str) -> tuple[str, model.Ticket]:
    """The subject and state of a ticket that belongs to this visit. Raises Refusal."""
    subject, visit = f"ticket/{ticket}", identity.visit()
    state = _state(subject)
    hers = identity.with_card(visit) and state.person in mine.records(here(), visit)
    if subject not in visit.made and not hers:
        raise Refusal(NOT_YOURS)
    return subject, state


@screen.get("/ticket/<ticket>")
@may(PUBLIC)
def show(ticket: str) -> str:
    """The number, large; how many are before; that it is kept."""
    subject, state = _hers(ticket)
    at = here()
    before = mine.place_in_line(at, state)
    service = menu.service(at.db, state.service)
    context = {
        "ticket": ticket,
        "state": state,
        "service": service,
        "job": service.pick(state.job) if service else None,
        "standing": words.ticket(state.status, before),
        "paper": at.papers.state_of(subject),
        "can_restore": state.last == WITHDRAWN and commands.undoable(state.since, _now()),
        "form": new_id(),
    }
    if web.from_htmx():
        return web.fragment("kiosk/ticket.html", "standing", **context)
    return flask.render_template("kiosk/ticket.html", **context)


@screen.post("/ticket/<ticket>/slip")
@may(PUBLIC)
def print_again(ticket: str) -> Any:
    """再打一张, marked 补打; one that still waits for paper is not doubled."""
    subject, state = _hers(ticket)
    found, pick = _job(state.service, state.job)
    if here().papers.state_of(subject) in ("printed", "unknown", "dropped", ""):
        here().print(_slip(subject, found, pick, again=True))
    return flask.redirect(flask.url_for("tickets.show", ticket=ticket), 303)


@screen.get("/ticket/<ticket>/withdraw")
@may(PUBLIC)
def ask_withdraw(ticket: str) -> str:
    """Really give the number back?"""
    _subject, state = _hers(ticket)
    return flask.render_template(
        "kiosk/sure.html",
        question=_("第 %(n)s 号，真的不要了吗？", n=state.number),
        consequence=_("取消以后，要重新取号、重新排队。"),
        yes=_("不要了，取消"),
        no=_("留着这个号"),
        action=flask.url_for("tickets.withdraw", ticket=ticket),
        back=flask.url_for("tickets.show", ticket=ticket),
        form=new_id(),
    )


@screen.post("/ticket/<ticket>/withdraw")
@may(PUBLIC)
def withdraw(ticket: str) -> Any:
    """The number goes back."""
    subject, _state_before = _hers(ticket)
    form, visit, at = form_id(), identity.visit(), here()
    actor = visit.actor if visit.person else f"station/{at.station}"
    at.recorded(
        at.node.record(
            form,
            actor,
            lambda: commands.withdraw(_state(subject), subject, at.station),
            asked={"withdraw": subject},
        )
    )
    return flask.redirect(flask.url_for("tickets.show", ticket=ticket), 303)


@screen.post("/ticket/<ticket>/restore")
@may(PUBLIC)
def restore(ticket: str) -> Any:
    """还要这个号: a number given back by a slip of the finger keeps its place."""
    subject, _state_before = _hers(ticket)
    at, visit = here(), identity.visit()
    actor = visit.actor if visit.person else f"station/{at.station}"
    at.recorded(
        at.node.record(
            form_id(),
            actor,
            lambda: commands.undo(_state(subject), subject, at.station, WITHDRAWN, _now()),
            asked={"restore": subject},
        )
    )
    return flask.redirect(flask.url_for("tickets.show", ticket=ticket), 303)


def _now() -> datetime.datetime:
    return here().node.clock.now()
