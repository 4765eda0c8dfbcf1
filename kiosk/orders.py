"""Ordering a service that comes later: one question a screen, read back before it counts.

What she has chosen stands in the address, as codes of the pack; with her card it is also kept
as a draft, so that no time-out wipes it. One screen module for every service whose flow is
"order"; knows none by name.
"""

from typing import Any

import flask
from flask_babel import gettext as _

from kiosk import identity, menu, paused, slips, voice, words
from kiosk.check_code import code_of
from kiosk.here import Print, here
from kiosk.menu import Pick, Service
from kiosk.tickets import NOT_HERE, form_id
from yizhan.access import PUBLIC, may
from yizhan.errors import N_, Refusal
from yizhan.events import Draft
from yizhan.ids import new_id
from yizhan.record import opened
from yizhan.services.orders import commands, model
from yizhan.services.orders import projection as orders
from yizhan.services.people.proxies import ORDER

screen = flask.Blueprint("orders", __name__)

NOT_IN_SCOPE = N_("这位居民没有委托您代下单，请本人来，或者找站长")
QUESTIONS = ("choice", "window", "place", "voice")


def _service(code: str) -> Service:
    at = here()
    found = menu.offered(at.db, at.station, code, at.node.clock.today())
    if found is None or found.flow != "order":
        raise Refusal(NOT_HERE)
    paused.refuse(found)
    return found


def _questions() -> tuple[str, ...]:
    """What is asked here; where no word of hers could be kept, none is asked for."""
    return QUESTIONS if voice.possible() else QUESTIONS[:-1]


def _answers(service: Service, given: Any) -> dict[str, Any]:
    """The answers so far, in the order of the questions, up to the first that is missing."""
    answers: dict[str, Any] = {}
    for question in _questions():
        code = given.get(question, "")
        if code not in {pick.code for pick in _picks(service, question)}:
            break
        answers[question] = code
    return answers


def _picks(service: Service, question: str) -> list[Pick]:
    """What can be answered."""
    if question == "choice":
        return list(service.picks)
    if question == "window":
        return list(service.windows)
    if question == "voice":
        return voice.picks(service.code)
    icons = {menu.HOME: "home", menu.STATION: "building-store"}
    return [
        Pick(code, words.place(code, _home()), icons.get(code, "map-pin"))
        for code in service.places
    ]


def _home() -> str:
    """The building where she lives, as far as this station may know it."""
    person = identity.visit().person
    # A found card does not tell where its owner lives.
    if not identity.proven(identity.visit()):
        return ""
    address = opened(here().node, "person", person, f"person/{person}", "address")
    return words.building(address) if address else ""


def _titles() -> dict[str, str]:
    return {
        "choice": _("要修什么？"),
        "window": _("什么时候方便？"),
        "place": _("在哪里修？"),
    }


@screen.get("/service/<service>/order")
@may(PUBLIC)
def ask(service: str) -> str:
    """The first question that is not answered yet, or everything read back."""
    found = _service(service)
    visit = identity.visit()
    if not visit.person:
        return flask.render_template("kiosk/needs_card.html", service=found)
    answers = _answers(found, flask.request.args)
    here().drafts.keep(visit.person, service, answers)
    missing = next((one for one in _questions() if one not in answers), "")
    if not missing:
        return _read_back(found, answers)
    if missing == "voice":
        return voice.page(found, answers, _back(service, answers))
    return _question(found, missing, answers)


def _question(service: Service, question: str, answers: dict[str, Any]) -> str:
    page = flask.request.args.get("page", 0, type=int)
    picks, more = menu.page_of(_picks(service, question), page, identity.space().picks)
    back = _back(service.code, answers)
    if page > 0:
        back = flask.url_for("orders.ask", service=service.code, **answers)
    return flask.render_template(
        "kiosk/question.html",
        service=service,
        title=_titles()[question],
        question=question,
        picks=picks,
        more=more,
        page=page,
        answers=answers,
        back=back,
    )


def _back(service: str, answers: dict[str, Any]) -> str:
    """One answer less; before the first question, what is hers."""
    if not answers:
        return flask.url_for("identity.me")
    kept = dict(list(answers.items())[:-1])
    return flask.url_for("orders.ask", service=service, **kept)


def _read_back(service: Service, answers: dict[str, Any]) -> str:
    facts = {
        question: next(pick for pick in _picks(service, question) if pick.code == code)
        for question, code in answers.items()
    }
    return flask.render_template(
        "kiosk/order_read_back.html",
        service=service,
        facts=facts,
        answers=answers,
        back=_back(service.code, answers),
        form=new_id(),
    )


@screen.post("/service/<service>/order")
@may(PUBLIC)
def place(service: str) -> Any:
    """下单: recorded, then a slip; the same form again is the same order."""
    found, visit, sent = _service(service), identity.visit(), flask.request.form
    answers = _answers(found, sent)
    complete = len(answers) == len(_questions())
    # A second tap comes when her word has gone with the order already: the form tells.
    if not visit.person or not (complete or _sent_before(answers, sent)):
        return flask.redirect(flask.url_for("orders.ask", service=service, **answers), 303)
    if visit.hand and ORDER not in visit.scope:
        raise Refusal(NOT_IN_SCOPE)
    form = form_id()
    _place(form, visit.person, service, answers | {"voice": sent.get("voice", "")})
    visit.made.add(f"order/{form}")
    return flask.redirect(flask.url_for("order_page.show", order=form), 303)


def _sent_before(answers: dict[str, Any], sent: Any) -> bool:
    return list(answers) == list(QUESTIONS[:-1]) and sent.get("voice") == voice.YES


def _place(form: str, person: str, service: str, answers: dict[str, Any]) -> None:
    """The order and what she said with it, in one durable transaction."""
    at, subject = here(), f"order/{form}"
    said = answers["voice"] == voice.YES
    chosen = {name: code for name, code in answers.items() if name != "voice"}
    note = voice.written(person, service, subject) if said else None

    def decide() -> Draft | Refusal:
        if said and note is None:
            return Refusal(voice.GONE)
        serial = orders.next_serial(at.db, at.station)
        number = f"{at.listing.short}-{serial:04d}"
        placed = model.Placed(number, serial, at.station, service, **chosen)
        return commands.place(subject, person, placed)

    def beside() -> None:
        at.drafts.drop(person, service)
        if note:
            voice.attach(form, person, subject, note)

    asked = {"service": service, "person": person, **chosen} | ({"voice": True} if said else {})
    with voice.kept(note) as keep:
        outcome = at.record(
            form, identity.visit().actor, decide, asked, lambda: slip_of(subject, person), beside
        )
        keep(not outcome.repeated)


@screen.post("/service/<service>/order/drop")
@may(PUBLIC)
def drop(service: str) -> Any:
    """She does not want it after all: the draft goes."""
    if identity.visit().person:
        here().drafts.drop(identity.visit().person, service)
    return flask.redirect(flask.url_for("identity.me"), 303)


def slip_of(subject: str, person: str, again: bool = False) -> Print | None:
    """An order's slip as things stand now; None where there is no such order here."""
    at = here()
    state: model.Order | None = at.node.state("order", person, subject)
    found = menu.service(at.db, state.service) if state else None
    if state is None or found is None:
        return None
    today = at.node.clock.today()
    code = code_of(at.node, subject)
    slip = slips.order(state, found, at.names, at.listing, today, again, code)
    return Print(subject, f"{found.name} {state.number}", slip)
