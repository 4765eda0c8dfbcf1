"""我有单号: her word about an order that this station does not hold.

Three small questions: at which station, which number, mended or not. The word is recorded
here at once and finds its order at the hub.
"""

from typing import Any

import flask

from kiosk import identity, menu
from kiosk.here import here
from kiosk.mine import records
from kiosk.tickets import form_id
from yizhan.access import PUBLIC, may
from yizhan.ids import new_id
from yizhan.services.catalogue import projection as catalogue
from yizhan.services.orders import projection as orders
from yizhan.services.words import commands

screen = flask.Blueprint("given_word", __name__)

DIGITS = 4
ERASE = "x"


@screen.get("/word")
@may(PUBLIC)
def which() -> Any:
    """At which station, then which number, then: is it mended?"""
    if not identity.with_card(identity.visit()):
        return flask.redirect(flask.url_for("proof.ask"))
    stations = [menu.station(here().db, code) for code in catalogue.register(here().db, "station")]
    at = next((one for one in stations if one.code == flask.request.args.get("at")), None)
    if at is None:
        return flask.render_template("kiosk/word_station.html", stations=stations)
    typed = _typed()
    if flask.request.args.get("key") != "ok" or not typed:
        return flask.render_template("kiosk/word_number.html", at=at, typed=typed)
    number = f"{at.short}-{int(typed):04d}"
    mine = orders.by_number(here().db, number)
    if mine is not None and mine.person in records(here(), identity.visit()):
        order = mine.subject.partition("/")[2]
        return flask.redirect(flask.url_for("order_page.show", order=order))
    return flask.render_template(
        "kiosk/word_fixed.html", number=number, at=at, typed=typed, form=new_id()
    )


def _typed() -> str:
    """The digits so far, with the key just pressed."""
    typed = "".join(one for one in flask.request.args.get("typed", "") if one in "0123456789")
    key = flask.request.args.get("key", "")
    if key == ERASE:
        return typed[:DIGITS][:-1]
    return (typed + key if key in set("0123456789") else typed)[:DIGITS]


@screen.post("/word")
@may(PUBLIC)
def give() -> Any:
    """Her word, kept here until it finds its order."""
    at, visit = here(), identity.visit()
    person = visit.person
    if not identity.with_card(visit):
        return flask.redirect(flask.url_for("home.home"), 303)
    form, number = form_id(), flask.request.form.get("number", "")
    fixed = flask.request.form.get("fixed") == "yes"
    outcome = at.node.record(
        form,
        visit.actor,
        lambda: commands.give(f"word/{form}", at.station, person, number, fixed),
        asked={"number": number, "person": person, "fixed": fixed},
    )
    at.recorded(outcome)
    return flask.render_template("kiosk/word_given.html", number=number, fixed=fixed)
