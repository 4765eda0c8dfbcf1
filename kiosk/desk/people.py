"""居民: find somebody, see her record, her cards and her word on what may be kept.

What is looked up goes in the body of a form, never into an address. Opening a record is written
down once a day for each keeper (looks); names, phones and addresses stand on no other page.
"""

from typing import Any

import flask
from flask_babel import gettext as _

from kiosk import slips
from kiosk.desk import family, login
from kiosk.here import Print, here
from kiosk.tickets import form_id
from yizhan import events, pins, registering, web
from yizhan.access import may
from yizhan.errors import N_, Refusal
from yizhan.events import Draft
from yizhan.ids import new_id
from yizhan.record import opened
from yizhan.services.people import choices, commands, consents, finding, looks, numbers
from yizhan.services.people import projection as people
from yizhan.services.people.model import Person

screen = flask.Blueprint("people", __name__)

FOUND_MAX = 20
PRIVATE = ("name", "phone", "address")
NOT_HERE = N_("这个站没有这个人的资料")


def actor() -> str:
    """The keeper who is signed in, as an event names her."""
    who = login.keeper()
    return f"staff/{who.login if who else ''}"


def record_of(person: str) -> Person:
    """The record of somebody whom this station holds. Raises Refusal."""
    state: Person | None = here().node.state("person", person, f"person/{person}")
    if state is None:
        raise Refusal(NOT_HERE)
    return state


@screen.get("/people")
@may("desk.see")
def find() -> str:
    """The one field to find somebody with."""
    return flask.render_template("desk/people.html", found=[], asked="", most=FOUND_MAX)


@screen.post("/people")
@may("desk.see")
def found() -> str:
    """Who fits."""
    asked = flask.request.form.get("asked", "")
    context = {
        "found": here().finder.find(asked, FOUND_MAX + 1),
        "asked": asked,
        "most": FOUND_MAX,
        "statuses": choices.STATUSES,
    }
    if web.from_htmx():
        return web.fragment("desk/people.html", "results", **context)
    return flask.render_template("desk/people.html", **context)


@screen.get("/people/<person>")
@may("desk.serve")
def show(person: str) -> Any:
    """Her record; that it was opened is written down."""
    at = here()
    one = finding.survivor(at.db, person)
    if one != person:
        return flask.redirect(flask.url_for("people.show", person=one))
    state = record_of(person)
    looked(person)
    return flask.render_template("desk/person.html", **_context(person, state))


def _context(person: str, state: Person, sentence: str = "") -> dict[str, Any]:
    at = here()
    group = finding.group(at.db, person)
    private = {
        name: opened(at.node, "person", person, f"person/{person}", name) for name in PRIVATE
    }
    words = {kind: at.node.state("consent", person, consents.subject_of(person, kind))
             for kind in consents.WORDINGS}  # fmt: skip
    return {
        "person": person,
        "state": state,
        "private": private,
        "cards": people.cards_of(at.db, group),
        "handles": people.handles_of(at.db, group),
        "ways": choices.WAYS,
        "genders": choices.GENDERS,
        "statuses": choices.STATUSES,
        "wordings": consents.WORDINGS,
        "agreed": {kind: bool(word and word.given) for kind, word in words.items()},
        "has_pin": pins.has_pin(at.node, person),
        "stopped": finding.stopped(at.db, person),
        "new_form": new_id,
        "sentence": sentence,
        **family.context(person),
    }


def looked(person: str) -> None:
    """Write down that she saw this person's private fields: once a day for each keeper."""
    at = here()
    day = f"{actor()}/{person}/{at.node.clock.today()}"
    form = events.digest(b"look", day.encode()).hex()[:32]
    at.recorded(at.node.record(form, actor(), lambda: looks.look(person), asked=day))


@screen.post("/people/<person>/<act>")
@may("desk.serve")
def do(person: str, act: str) -> Any:
    """One step of her record."""
    if act not in ACTS:
        flask.abort(404)
    state = record_of(person)
    try:
        said = ACTS[act](person, state)
    except Refusal as refusal:
        html = flask.render_template(
            "desk/person.html", **_context(person, state, web.say(refusal))
        )
        return html, 409
    here().wake()
    flask.flash(said)
    return flask.redirect(flask.url_for("people.show", person=person), 303)


def _block(person: str, _state: Person) -> str:
    hashed = flask.request.form.get("card", "")
    own = {row.hash for row in people.cards_of(here().db, finding.group(here().db, person))}
    if hashed not in own:
        raise Refusal(N_("这张卡不是她的"))
    registering.block(here().node, form_id(), actor(), hashed)
    return str(_("卡挂失了，从现在起什么也打不开"))


def _consent(person: str, _state: Person) -> str:
    at, form = here(), flask.request.form
    kind = form.get("kind", "")
    word = at.node.state("consent", person, consents.subject_of(person, kind))

    def decide() -> Draft | Refusal:
        if form.get("do") == "give":
            return consents.give(word, person, kind, at.station)
        return consents.withdraw(word, person, kind, at.station)

    at.node.record(form_id(), actor(), decide, asked=[person, kind, form.get("do", "")])
    return str(_("记下了"))


def _verify(person: str, state: Person) -> str:
    how = flask.request.form.get("how", "")[:40]
    here().node.record(
        form_id(), actor(), lambda: commands.verify(state, person, how), asked=[person, how]
    )
    return str(_("核实过了"))


def _unlock(person: str, _state: Person) -> str:
    pins.unlock(here().node, person)
    return str(_("解锁了，请她再按一次图案"))


def _slip(person: str, state: Person) -> str:
    """A slip of paper with a code that stands for a card; once for a form."""
    at, form = here(), form_id()
    code = numbers.new_slip(at.node.keys)
    if at.node.journal.by_ids([form]):
        return str(_("纸条已经打过了"))
    registering.give_card(at.node, form, actor(), person, code)
    slip = slips.person(state.called, state.number, code, at.listing, at.node.clock.stamp())
    at.print(Print(f"person/{person}", _("%(called)s 的纸条", called=state.called), slip))
    return str(_("纸条在打了，请她收好，当卡用"))


ACTS = {
    "block": _block,
    "consent": _consent,
    "verify": _verify,
    "unlock": _unlock,
    "slip": _slip,
    **family.ACTS,
}
