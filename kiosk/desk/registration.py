"""登记: a resident is written into the register at the desk, offline too; a new card; a PIN.

While one of these pages is open, a card laid on the touchscreen's reader is this page's. Its
number stays on the server; the page learns the last four digits.
"""

from typing import Any

import flask
from flask_babel import gettext as _

from kiosk.desk.people import actor, record_of
from kiosk.here import here
from kiosk.tickets import form_id
from yizhan import pins, registering, web
from yizhan.access import may
from yizhan.errors import N_, Refusal
from yizhan.honorifics import suggest
from yizhan.ids import new_id, valid_id
from yizhan.registering import NewPerson
from yizhan.services.people import choices, consents, finding, numbers
from yizhan.services.people import projection as people

screen = flask.Blueprint("registration", __name__)

TEXTS = ("name", "called", "phone", "address", "gender", "dialect", "text", "hearing")
BORN = N_("出生年份是四位数字，不知道就空着")
NO_CARD = N_("请先把新卡放在读卡器上")
ASK_FIRST = N_("要先念给她听、她同意了，才能登记")


@screen.get("/people/new")
@may("desk.serve")
def new() -> str:
    """An empty form."""
    return _page(new_id(), {})


def _page(form: str, kept: dict[str, str], sentence: str = "") -> str:
    return flask.render_template(
        "desk/registration.html",
        form=form,
        kept=kept,
        kept_flags=flask.request.form.getlist("flags"),
        sentence=sentence,
        wording=consents.WORDINGS["register"],
        choices=choices,
        laid=_laid(form),
    )


@screen.post("/people/called")
@may("desk.serve")
def called() -> str:
    """How to call her, suggested from name, gender and birth year."""
    name, gender, born = (flask.request.form.get(one, "") for one in ("name", "gender", "born"))
    said = suggest(name, gender, born, here().node.clock.now().year)
    return flask.render_template("desk/called.html", called=said)


@screen.post("/people/reader")
@may("desk.serve")
def reader() -> str:
    """Which card lies on the reader for this form; asked every second while the page is open."""
    form = flask.request.form.get("form", "")
    if valid_id(form):
        here().reader.listen(form)
    return flask.render_template("desk/reader.html", laid=_laid(form), **_idcard(form))


def _idcard(form: str) -> dict[str, Any]:
    """What the ID card reader says to this form: a card read now, one read before, or how to lay
    it. Of the number the page learns the last four digits."""
    at, device = here(), here().devices.idcard
    if device is None or not valid_id(form) or "idcard" not in flask.request.form:
        return {}
    device.want()
    found = device.take()
    if found is not None:
        at.reader.keep_idcard(form, found.number)
    year = at.node.clock.now().year
    return {
        "read": found,
        "suggested": suggest(found.name, found.gender, str(found.born), year) if found else "",
        "id_tail": numbers.tail(at.reader.idcard(form)),
        "id_again": device.again,
        "id_there": device.state == "ready",
    }


def _laid(form: str) -> dict[str, str]:
    """The last digits of the card that was laid for this form, and whose it is already."""
    number = here().reader.number(form)
    if not number:
        return {}
    found = people.card(here().db, numbers.card_hash(here().node.keys, number))
    return {"tail": numbers.tail(number), "whose": found.called if found else ""}


@screen.post("/people/new")
@may("desk.serve")
def register() -> Any:
    """Write her into the register, with her card, numbers and her yes."""
    form, at = form_id(), here()
    kept = {name: flask.request.form.get(name, "").strip() for name in (*TEXTS, "born", "idcard")}
    try:
        if not flask.request.form.get("agreed"):
            raise Refusal(ASK_FIRST)
        done = registering.register(at.node, form, actor(), _new(form, kept), at.listing.short)
        _agree(form, done.person)
    except Refusal as refusal:
        return _page(form, kept, web.say(refusal)), 409
    at.reader.forget(form)
    at.wake()
    flask.flash(_("登记好了：%(number)s", number=done.number))
    for one in done.alike:
        name = people.called(at.db, one)
        flask.flash(_("同一个号码还登记着 %(called)s，看看是不是同一个人", called=name))
    return flask.redirect(flask.url_for("people.show", person=done.person), 303)


def _new(form: str, kept: dict[str, str]) -> NewPerson:
    born = kept["born"]
    if born and not (len(born) == 4 and born.isascii() and born.isdigit()):
        raise Refusal(BORN)
    year = here().node.clock.now().year
    fields = {name: kept[name] for name in TEXTS if name != "called"}
    return NewPerson(
        called=kept["called"] or suggest(kept["name"], kept["gender"], born, year),
        home=here().station,
        born=int(born or 0),
        idcard=kept["idcard"] or here().reader.idcard(form),
        card=here().reader.number(form),
        flags=tuple(one for one in flask.request.form.getlist("flags") if one in choices.FLAGS),
        **fields,
    )


def _agree(form: str, person: str) -> None:
    """Her yes to being written down, once."""
    at = here()
    word = at.node.state("consent", person, consents.subject_of(person, "register"))
    if word is None:
        at.node.record(
            new_id(), actor(), lambda: consents.give(None, person, "register", at.station)
        )


@screen.get("/people/<person>/card")
@may("desk.serve")
def new_card(person: str) -> str:
    """A new card for her; her old ones can be blocked in the same step."""
    return _card_page(person, new_id())


def _card_page(person: str, form: str, sentence: str = "") -> str:
    state, db = record_of(person), here().db
    return flask.render_template(
        "desk/new_card.html",
        person=person,
        state=state,
        form=form,
        laid=_laid(form),
        cards=[row for row in people.cards_of(db, finding.group(db, person)) if not row.blocked],
        ways=choices.WAYS,
        sentence=sentence,
    )


@screen.post("/people/<person>/card")
@may("desk.serve")
def give_card(person: str) -> Any:
    """The card on the reader is hers from now on; those that are ticked open nothing any more."""
    form, at = form_id(), here()
    own = {row.hash for row in people.cards_of(at.db, finding.group(at.db, person))}
    lost = [one for one in flask.request.form.getlist("lost") if one in own]
    try:
        record_of(person)
        number = at.reader.number(form)
        if not number:
            raise Refusal(NO_CARD)
        registering.replace_card(at.node, form, actor(), person, number, lost)
    except Refusal as refusal:
        return _card_page(person, form, web.say(refusal)), 409
    at.reader.forget(form)
    at.wake()
    flask.flash(_("新卡给她了"))
    return flask.redirect(flask.url_for("people.show", person=person), 303)


@screen.get("/people/<person>/pin")
@may("desk.serve")
def pin(person: str) -> str:
    """Three pictures: the screen is turned to her."""
    return _pin_page(person, new_id(), ())


def _pin_page(person: str, form: str, pictures: tuple[str, ...], sentence: str = "") -> str:
    return flask.render_template(
        "desk/pin.html",
        person=person,
        state=record_of(person),
        form=form,
        chosen=pictures,
        pictures=pins.PICTURES,
        length=pins.LENGTH,
        sentence=sentence,
    )


@screen.post("/people/<person>/pin")
@may("desk.serve")
def choose_pin(person: str) -> Any:
    """One more picture; with the third it is kept when she says so."""
    form, at = form_id(), here()
    chosen = tuple(flask.request.form.getlist("picture"))[: pins.LENGTH]
    if flask.request.form.get("do") != "keep":
        return _pin_page(person, form, chosen)
    try:
        record_of(person)
        pins.set_pin(at.node, form, actor(), person, chosen)
    except Refusal as refusal:
        return _pin_page(person, form, (), web.say(refusal)), 409
    at.wake()
    flask.flash(_("图案记下了。请她记住，别人看不到。"))
    return flask.redirect(flask.url_for("people.show", person=person), 303)
