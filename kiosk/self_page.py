"""我的: her cards, her pictures, what she agreed to, who may act for her; each in one question.

All of it wants proof: a finder of the card could otherwise agree, or block, in her name.
"""

from typing import Any

import flask
from flask_babel import gettext as _

from kiosk import identity, proof
from kiosk.here import here
from kiosk.tickets import form_id
from yizhan import pins, registering
from yizhan.access import PUBLIC, may
from yizhan.errors import N_, Refusal
from yizhan.ids import new_id
from yizhan.services.people import cards, consents, finding
from yizhan.services.people import projection as people
from yizhan.services.people.projection import CardRow

screen = flask.Blueprint("self_page", __name__)

SHOWN_MAX = 4
NOT_FOR_OTHERS = N_("这一页只有本人能办")


@screen.get("/self")
@may(PUBLIC)
def show() -> Any:
    """Four ways on. It shows nothing of hers yet."""
    if not identity.visit().person:
        return flask.redirect(flask.url_for("home.home"))
    return flask.render_template("kiosk/self.html")


def _me() -> str:
    """Who stands here for herself. Raises Refusal where she acts for another."""
    visit = identity.visit()
    if visit.hand:
        raise Refusal(NOT_FOR_OTHERS)
    return visit.person


def _cards(person: str) -> list[CardRow]:
    return people.cards_of(here().db, finding.group(here().db, person))[:SHOWN_MAX]


@screen.get("/self/cards")
@may(PUBLIC)
@proof.wanted
def my_cards() -> str:
    """Her cards by their last digits; each that works can be reported lost."""
    return flask.render_template("kiosk/my_cards.html", cards=_cards(_me()))


@screen.get("/self/cards/<int:n>/lost")
@may(PUBLIC)
@proof.wanted
def ask_lost(n: int) -> Any:
    """Really? Then it opens nothing any more, at any station."""
    card = _card(n)
    return flask.render_template(
        "kiosk/sure.html",
        question=_("尾号 %(tail)s 的卡，真的丢了吗？", tail=card.tail)
        if card.tail
        else _("这张卡真的丢了吗？"),
        consequence=_("挂失以后，谁拿到这张卡都没有用了。站长会给您换新卡。"),
        yes=_("丢了，挂失"),
        no=_("没有丢"),
        action=flask.url_for("self_page.lost", n=n),
        back=flask.url_for("self_page.my_cards"),
        form=new_id(),
    )


@screen.post("/self/cards/<int:n>/lost")
@may(PUBLIC)
@proof.wanted
def lost(n: int) -> Any:
    """挂失: here at once, elsewhere with the next exchange."""
    card, at = _card(n), here()
    registering.block(at.node, form_id(), identity.visit().actor, card.hash, cards.LOST)
    at.wake()
    return flask.redirect(flask.url_for("self_page.my_cards"), 303)


def _card(n: int) -> CardRow:
    found = dict(enumerate(_cards(_me()), 1))
    if n not in found:
        raise Refusal(cards.NO_SUCH_CARD)
    return found[n]


@screen.get("/self/agreed")
@may(PUBLIC)
@proof.wanted
def agreed() -> str:
    """What she agreed to and what not, each leading to its wording."""
    states = {kind: _consent(kind) for kind in consents.WORDINGS}
    given = {kind for kind, state in states.items() if state is not None and state.given}
    return flask.render_template("kiosk/agreed.html", wordings=consents.WORDINGS, given=given)


def _consent(kind: str) -> consents.Consent | None:
    person = _me()
    subject = consents.subject_of(person, kind)
    found: consents.Consent | None = here().node.state("consent", person, subject)
    return found


@screen.get("/self/agreed/<kind>")
@may(PUBLIC)
@proof.wanted
def one_consent(kind: str) -> Any:
    """The wording, and two buttons of one size."""
    if kind not in consents.WORDINGS:
        flask.abort(404)
    return flask.render_template(
        "kiosk/consent.html",
        kind=kind,
        wording=consents.WORDINGS[kind],
        state=_consent(kind),
        form=new_id(),
    )


@screen.post("/self/agreed/<kind>")
@may(PUBLIC)
@proof.wanted
def say(kind: str) -> Any:
    """同意, or 不同意: one tap either way. What is so already is recorded no second time."""
    at, person, yes = here(), _me(), flask.request.form.get("say") == "yes"
    before = _consent(kind)
    if yes != (before is not None and before.given):
        decide = consents.give if yes else consents.withdraw
        at.recorded(
            at.node.record(
                form_id(),
                identity.visit().actor,
                lambda: decide(_consent(kind), person, kind, at.station),
                asked=[kind, yes],
            )
        )
    return flask.redirect(flask.url_for("self_page.agreed"), 303)


@screen.get("/self/pictures")
@may(PUBLIC)
@proof.wanted
def pictures() -> str:
    """Choose three pictures."""
    _me()
    identity.visit().pictures = identity.visit().first = ()
    return _pad()


def _pad(problem: str = "") -> str:
    visit = identity.visit()
    return flask.render_template(
        "kiosk/pictures.html",
        pictures=pins.PICTURES,
        pressed=len(visit.pictures),
        length=pins.LENGTH,
        problem=problem,
        action=flask.url_for("self_page.picture"),
        next=flask.url_for("self_page.show"),
        choosing="again" if visit.first else "first",
    )


@screen.post("/self/pictures")
@may(PUBLIC)
@proof.wanted
def picture() -> Any:
    """One picture; three twice alike are hers from now on."""
    visit, at = identity.visit(), here()
    visit.pictures = proof.typed(visit.pictures, flask.request.form.get("key", ""))
    if len(visit.pictures) < pins.LENGTH:
        return _pad()
    chosen, visit.pictures = visit.pictures, ()
    if not visit.first:
        visit.first = chosen
        return _pad()
    first, visit.first = visit.first, ()
    if chosen != first:
        return _pad(_("两次按的不一样，请从头再选")), 409
    pins.set_pin(at.node, new_id(), visit.actor, _me(), chosen)
    at.wake()
    return flask.render_template("kiosk/pictures_kept.html")


@screen.get("/self/proxies")
@may(PUBLIC)
@proof.wanted
def proxies() -> str:
    """Who may act for her, and how to end it."""
    found = list(finding.agents(here().node, _me()).items())[:SHOWN_MAX]
    return flask.render_template("kiosk/my_proxies.html", found=found, form=new_id())


@screen.post("/self/proxies/<proxy>/end")
@may(PUBLIC)
@proof.wanted
def end_proxy(proxy: str) -> Any:
    """不用她代办了."""
    at, person = here(), _me()
    state = finding.agents(at.node, person).get(proxy)
    if state is not None:
        owner = state.principal
        registering.end_proxy(at.node, form_id(), identity.visit().actor, proxy, owner)
        at.wake()
    return flask.redirect(flask.url_for("self_page.proxies"), 303)
