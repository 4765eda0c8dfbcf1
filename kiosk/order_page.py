"""An order of hers: its story in words, her own word on it, taking it back.

Only her word closes an order or opens it again.
"""

from typing import Any

import flask
from flask_babel import gettext as _

from kiosk import identity, lately, menu, mine, orders, proof, words
from kiosk.here import here
from kiosk.tickets import form_id
from kiosk.visits import Visit
from yizhan import web
from yizhan.access import PUBLIC, may
from yizhan.errors import N_, Refusal
from yizhan.ids import new_id
from yizhan.services.orders import commands, model

screen = flask.Blueprint("order_page", __name__)

NOT_HERE = N_("这张单不在这里。请刷卡再看，或者叫人帮忙。")
STEPS_SHOWN = 2


def _hers(order: str) -> tuple[str, model.Order]:
    """The subject and state of an order of the person who stands here. Raises Refusal."""
    visit, subject = identity.visit(), f"order/{order}"
    if not visit.person and flask.request.method == "GET":
        flask.abort(flask.redirect(flask.url_for("home.home")))
    for person in mine.records(here(), visit) if _may(visit, subject) else ():
        state: model.Order | None = here().node.state("order", person, subject)
        if state is not None:
            return subject, state
    raise Refusal(NOT_HERE)


def _may(visit: Visit, subject: str) -> bool:
    """A telephone number alone opens no order but the one just made; a card opens hers."""
    return subject in visit.made or identity.with_card(visit)


@screen.get("/order/<order>")
@may(PUBLIC)
def show(order: str) -> str:
    """How it stands, what happened so far, and what she can say."""
    subject, state = _hers(order)
    at, today = here(), here().node.clock.today()
    service = menu.service(at.db, state.service)
    context = {
        "order": order,
        "state": state,
        "service": service,
        "pick": service.pick(state.choice) if service else None,
        "standing": words.order(state, at.names, today),
        "steps": _told(state)[-STEPS_SHOWN:] if _may_read(subject) else [],
        "can_withdraw": "order.withdrawn" in model.LEGAL.get(state.status, {}),
        "can_undo": _can_undo(subject, state),
        "paper": at.papers.state_of(subject),
        "form": new_id(),
    }
    if web.from_htmx():
        return web.fragment("kiosk/order.html", "standing", **context)
    return flask.render_template("kiosk/order.html", **context)


def _may_read(subject: str) -> bool:
    """What happened so far: to whom it surely concerns, or who has just begun it."""
    visit = identity.visit()
    return subject in visit.made or identity.proven(visit)


def _can_undo(subject: str, state: model.Order) -> bool:
    """Whether her own last word on it can be taken back; an order just placed has 不修了."""
    hers = lately.done(here(), identity.visit())
    return bool(state.before) and any(one.name == subject for one in hers)


def _told(state: model.Order) -> list[tuple[str, str]]:
    """The order's story: when, and what."""
    at, today = here(), here().node.clock.today()
    return [
        (words.moment(step.time, today), words.step(step, state, at.names, today))
        for step in state.steps
    ]


@screen.get("/order/<order>/story")
@may(PUBLIC)
@proof.wanted
def story(order: str) -> str:
    """Every step from the beginning, a screenful at a time."""
    _subject, state = _hers(order)
    page = max(0, flask.request.args.get("page", 0, type=int))
    steps = _told(state)
    size = identity.space().steps
    start = page * size
    return flask.render_template(
        "kiosk/story.html",
        order=order,
        state=state,
        steps=steps[start : start + size],
        page=page,
        more=len(steps) > start + size,
    )


@screen.post("/order/<order>/word")
@may(PUBLIC)
def give_word(order: str) -> Any:
    """修好了 closes it and asks for a face; 没修好 opens it again."""
    fixed = flask.request.form.get("fixed") == "yes"
    decide = commands.confirm if fixed else commands.dispute
    _do(order, decide, {"fixed": fixed})
    if fixed:
        return flask.redirect(flask.url_for("ratings.faces", kind="order", about=order), 303)
    return flask.redirect(flask.url_for("order_page.show", order=order), 303)


@screen.get("/order/<order>/withdraw")
@may(PUBLIC)
def ask_withdraw(order: str) -> str:
    """Really take it back?"""
    _subject, state = _hers(order)
    return flask.render_template(
        "kiosk/sure.html",
        question=_("%(number)s，真的不修了吗？", number=state.number),
        consequence=_("撤回以后，师傅就不来了。以后可以再下单。"),
        yes=_("不修了，撤回"),
        no=_("不撤，还要修"),
        action=flask.url_for("order_page.withdraw", order=order),
        back=flask.url_for("order_page.show", order=order),
        form=new_id(),
    )


@screen.post("/order/<order>/withdraw")
@may(PUBLIC)
def withdraw(order: str) -> Any:
    """She takes the order back."""
    _do(order, commands.withdraw, {"withdraw": True})
    return flask.redirect(flask.url_for("order_page.show", order=order), 303)


@screen.post("/order/<order>/slip")
@may(PUBLIC)
def print_again(order: str) -> Any:
    """再打一张, with what is known by now; one that still waits for paper is not doubled."""
    subject, state = _hers(order)
    paper = orders.slip_of(subject, state.person, again=True)
    if paper and here().papers.state_of(subject) in ("printed", "unknown", "dropped", ""):
        here().print(paper)
    return flask.redirect(flask.url_for("order_page.show", order=order), 303)


def _do(order: str, command: Any, asked: dict[str, Any]) -> None:
    subject, before = _hers(order)
    at, person = here(), before.person
    at.recorded(
        at.node.record(
            form_id(),
            identity.visit().actor,
            lambda: command(at.node.state("order", person, subject), subject),
            asked={"order": subject, **asked},
        )
    )
