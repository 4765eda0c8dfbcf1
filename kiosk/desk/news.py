"""带话: who is to be told what, by telephone or in person; and writing to somebody's message box.

What is ticked off here is told for all stations, as if she had read it at a screen. A telephone
number stands only on the page that was opened for a call, and that it was opened is written down.
"""

from typing import Any

import flask
from flask_babel import gettext as _

from kiosk import callees, slips
from kiosk.callees import Callee
from kiosk.desk.people import actor, looked, record_of
from kiosk.here import Print, here
from kiosk.news import News
from kiosk.tickets import form_id
from kiosk.tries_to_reach import IN_PERSON, NOT_REACHED, OUTCOMES
from yizhan import events, web
from yizhan.access import may
from yizhan.errors import N_, Refusal
from yizhan.events import Draft
from yizhan.ids import new_id
from yizhan.services.messages import commands
from yizhan.services.messages.model import TOPICS

screen = flask.Blueprint("news", __name__)

TOPIC_WORDS = {
    "collect": N_("东西好了，来取"),
    "visit": N_("有人要上门"),
    "call": N_("请打电话或来一趟"),
    "notice": N_("别的事"),
}
NOBODY = N_("这个人现在没有要告诉的事")
PRINT = "print"


@screen.get("/news")
@may("desk.see")
def show() -> str:
    """The call list; those without a telephone first."""
    at = here()
    found = callees.all_of(at)
    tries = {one.person: at.reaches.of(one.person) for one in found}
    return flask.render_template("desk/news.html", callees=found, tries=tries)


@screen.get("/news/<person>")
@may("desk.serve")
def call(person: str) -> str:
    """Her telephone, and each thing to say."""
    return _page(_callee(person))


def _callee(person: str) -> Callee:
    """Raises Refusal for somebody whom this station does not hold."""
    record_of(person)
    found = callees.of(here(), person)
    if found is None:
        raise Refusal(NOBODY)
    looked(person)
    return found


def _page(one: Callee, sentence: str = "") -> str:
    at = here()
    return flask.render_template(
        "desk/call.html",
        callee=one,
        phone=callees.phone(at, one.person),
        tried=at.reaches.of(one.person),
        form=new_id(),
        sentence=sentence,
    )


@screen.post("/news/<person>")
@may("desk.serve")
def done(person: str) -> Any:
    """How it went: what was read out is told, or nobody answered."""
    form, outcome, one = form_id(), flask.request.form.get("outcome", ""), _callee(person)
    if outcome not in (*OUTCOMES, PRINT):
        flask.abort(400)
    told = [news for news in one.news if news.name in flask.request.form.getlist("said")]
    if outcome == PRINT:
        _print(one, told)
        return flask.redirect(flask.url_for("news.call", person=person), 303)
    if outcome != NOT_REACHED:
        for news in told:
            _tell(form, person, news)
    here().reaches.note(person, outcome, actor().partition("/")[2])
    here().wake()
    flask.flash(_said(outcome, one.called))
    return flask.redirect(flask.url_for("news.show"), 303)


def _said(outcome: str, called: str) -> str:
    if outcome == NOT_REACHED:
        return str(_("%(called)s没打通，留在单子上", called=called))
    if outcome == IN_PERSON:
        return str(_("当面告诉%(called)s了", called=called))
    return str(_("电话里告诉%(called)s了", called=called))


def _tell(form: str, person: str, one: News) -> None:
    """One piece of news is told; once for a form."""
    at, subject = here(), commands.subject(one.name)

    def decide() -> Draft | Refusal:
        state = at.node.state("message", person, subject)
        return commands.tell(state, one.name, person, at.station, one.about)

    part = events.digest(b"told", f"{form}/{one.name}".encode()).hex()[:32]
    at.node.record(part, actor(), decide, asked={"told": subject})


def _print(one: Callee, told: list[News]) -> None:
    """A sheet in large type to take home; what is for herself alone is not printed."""
    at = here()
    said = [news.said for news in told if not news.closed]
    if said:
        sheet = slips.letter(one.called, said, at.listing, at.node.clock.stamp())
        at.print(Print(f"letter/{form_id()}", _("给%(called)s的话", called=one.called), sheet))
        flask.flash(_("大字的在打了"))


@screen.get("/people/<person>/message")
@may("desk.serve")
def write(person: str) -> str:
    """An empty sheet to write to her on."""
    return _sheet(person, new_id(), {})


def _sheet(person: str, form: str, kept: dict[str, str], sentence: str = "") -> str:
    return flask.render_template(
        "desk/message.html",
        person=person,
        state=record_of(person),
        form=form,
        kept=kept,
        topics=TOPIC_WORDS,
        most=commands.TEXT_MAX,
        sentence=sentence,
    )


@screen.post("/people/<person>/message")
@may("desk.serve")
def send(person: str) -> Any:
    """It waits in her box for her next tap, at every station that knows her."""
    form, at, state = form_id(), here(), record_of(person)
    kept = {name: flask.request.form.get(name, "") for name in ("topic", "text", "private")}
    try:
        outcome = at.node.record(
            form,
            actor(),
            lambda: commands.send(
                form, person, kept["topic"], kept["text"],
                station=at.station, private=bool(kept["private"]),
            ),
            asked=[person, kept],
        )  # fmt: skip
    except Refusal as refusal:
        return _sheet(person, form, kept, web.say(refusal)), 409
    if at.recorded(outcome) and flask.request.form.get("do") == PRINT:
        said = [" ".join(kept["text"].split())]
        sheet = slips.letter(state.called, said, at.listing, at.node.clock.stamp())
        at.print(Print(f"message/{form}", _("给%(called)s的话", called=state.called), sheet))
    flask.flash(_("写好了，她下次刷卡就看到"))
    return flask.redirect(flask.url_for("people.show", person=person), 303)


assert TOPIC_WORDS.keys() == set(TOPICS)
