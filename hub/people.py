"""居民: found by asking, never listed; what happened to a record; what an administrator does to it.

Name, telephone and address are shown only where somebody asks for them, and each look is an
event that nobody can take out again. What cannot be undone by a tap is read back first.
"""

import datetime
from typing import Any

import flask
import msgspec
from flask_babel import gettext as _

from hub import here, people_export, people_steps
from hub.people_story import story
from yizhan import web
from yizhan.access import may
from yizhan.errors import Refusal
from yizhan.ids import new_id
from yizhan.record import opened
from yizhan.services.people import choices, consents, finding, looks, numbers
from yizhan.services.people import projection as people
from yizhan.services.people.model import Person

routes = flask.Blueprint("people", __name__)

FOUND_MAX = 30
PRIVATE = ("name", "phone", "address", "flags")


class Found(msgspec.Struct, frozen=True):
    """Somebody in a list: nothing that is sealed."""

    person: str
    called: str
    number: str
    born: int
    home: str
    status: str


def state_of(person: str) -> Person:
    """A person's record; 404 where there is none."""
    state: Person | None = here.node().state("person", person, f"person/{person}")
    if state is None:
        flask.abort(404)
    return state


def in_list(person: str) -> Found:
    """How somebody stands in a list."""
    state = state_of(person)
    home = here.name_of("station", state.home)
    return Found(person, state.called, state.number, state.born, home, state.status)


@routes.get("/people")
@may("person.see")
def search() -> str:
    """One field, and what waits for somebody."""
    return flask.render_template("hub/people.html", found=[], asked="", **_waiting())


def _waiting() -> dict[str, Any]:
    node = here.node()
    return {
        "alike": len(finding.matches(node.db, _names())),
        "left": finding.open_orders_of_stopped(node.db),
        "most": FOUND_MAX,
    }


def _names() -> list[tuple[str, str, int]]:
    """(person, name in clear, birth year) of everybody whose name this hub can open."""
    node = here.node()
    return [
        (row.person, opened(node, "person", row.person, row.subject, "name"), row.born)
        for row in people.everybody(here.node().db)
        if row.born
    ]


@routes.post("/people")
@may("person.see")
def found() -> str:
    """Who fits what was typed: by name, by how she is called, by number, by phone or card."""
    asked = flask.request.form.get("asked", "").strip()[:40]
    hits = [in_list(person) for person in _fitting(asked)[:FOUND_MAX]] if asked else []
    return flask.render_template("hub/people.html", found=hits, asked=asked, **_waiting())


def _fitting(asked: str) -> list[str]:
    node = here.node()
    exact = [
        row.person
        for way in ("phone", "idcard")
        for row in people.handles(node.db, numbers.handle_hash(node.keys, way, asked) or "-")
    ]
    card = people.card(node.db, numbers.card_hash(node.keys, asked) or "-")
    exact += [card.person] if card else []
    named = [row.person for row in people.everybody(here.node().db) if _names_her(row, asked)]
    return list(dict.fromkeys([*exact, *named]))


def _names_her(row: people.PersonRow, asked: str) -> bool:
    if asked in row.called or (row.number and asked in row.number):
        return True
    return asked in opened(here.node(), "person", row.person, row.subject, "name")


@routes.get("/people/alike")
@may("person.manage")
def alike() -> str:
    """Records that may be of one person, for somebody to look at."""
    pairs = [
        (in_list(one.one), in_list(one.other), one.whys)
        for one in finding.matches(here.node().db, _names())
    ]
    return flask.render_template("hub/people_alike.html", pairs=pairs, form=new_id())


@routes.get("/people/<person>")
@may("person.see")
def show(person: str) -> str:
    """Her record without what is sealed, what happened to it, and what can be done."""
    return page(person)


def page(person: str, private: dict[str, str] | None = None, refusal: str = "") -> str:
    """The page of one person; `private` only where somebody asked for it."""
    node, state = here.node(), state_of(person)
    group = finding.group(node.db, person)
    seen: looks.Looks | None = node.state("look", "", f"look/{person}")
    found = {
        "person": person,
        "state": state,
        "private": private,
        "refusal": refusal,
        "others": [in_list(one) for one in group if one != person],
        "cards": people.cards_of(node.db, group),
        "handles": people.handles_of(node.db, group),
        "agents": list(finding.agents(node, person).values()),
        "consents": _consents(person),
        "story": story(node, person),
        "looks": list(reversed(seen.looks))[:20] if seen else [],
        "acts": people_steps.possible(state),
        "choices": choices,
        "age": _age(state.born),
    }
    return flask.render_template("hub/person.html", **found)


def _age(born: int) -> int:
    return here.node().clock.now().year - born if born else 0


def _consents(person: str) -> list[consents.Consent]:
    node = here.node()
    found = (
        node.state("consent", person, consents.subject_of(person, kind))
        for kind in consents.WORDINGS
    )
    return [one for one in found if one is not None]


def look(person: str, what: str) -> None:
    """Write down who looks, once an hour for each reason: a reload is no second look."""
    hour = here.node().clock.now().astimezone(datetime.UTC).strftime("%Y-%m-%dT%H")
    form = here.node().keys.hash("look", f"{here.actor()} {person} {what} {hour}")
    here.node().record(form, here.actor(), lambda: looks.look(person, what), asked=hour)


@routes.post("/people/<person>/look")
@may("person.private")
def private(person: str) -> str:
    """Name, telephone and address; that this person looked is recorded first."""
    state_of(person)
    look(person, looks.SEEN)
    node = here.node()
    shown = {name: opened(node, "person", person, f"person/{person}", name) for name in PRIVATE}
    return page(person, shown)


@routes.post("/people/<person>/export")
@may("person.private")
def export(person: str) -> flask.Response:
    """Everything that is held about her, as one file that she can read."""
    state_of(person)
    look(person, looks.EXPORTED)
    answer = flask.Response(people_export.document(here.node(), person), mimetype="text/html")
    name = f"person-{person[:8]}.html"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@routes.post("/people/<person>/<act>")
@may("person.manage")
def step(person: str, act: str) -> Any:
    """One step of her record: read back, then recorded."""
    state = state_of(person)
    if act not in people_steps.ACTS:
        flask.abort(404)
    try:
        asked = people_steps.read(act, person, state)
        if "seen" not in flask.request.form:
            return flask.render_template(
                "hub/person_step.html", step=asked, person=person, act=act, form=new_id()
            )
        if flask.request.form["seen"] != asked.mark or "sure" not in flask.request.form:
            again = _("请先勾上，再确认")
            return flask.render_template(
                "hub/person_step.html",
                step=asked, person=person, act=act, form=new_id(), sentence=again,
            ), 409  # fmt: skip
        people_steps.do(act, person, asked, here.form_id())
    except Refusal as refusal:
        return page(person, refusal=web.say(refusal)), 409
    flask.flash(_("已经记下了"), "good")
    return flask.redirect(flask.url_for("people.show", person=person), 303)
