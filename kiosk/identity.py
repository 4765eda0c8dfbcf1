"""Who stands here: a card laid, greeted, known; and the page of what is hers.

The card says who somebody claims to be, no more: this page shows nothing that a finder of the
card may not see. Names and card numbers go into no address and no log.
"""

from typing import Any
from urllib.parse import urlsplit

import flask
from flask_babel import gettext as _
from flask_babel import refresh as forget_language

from kiosk import arrival, free, lately, mine, room, words
from kiosk.devices.cards import LEFT, LIFTED
from kiosk.here import here
from kiosk.notes import CARD
from kiosk.visits import Visit
from yizhan import registering
from yizhan.access import PUBLIC, may
from yizhan.ids import new_id
from yizhan.services.people import finding, numbers
from yizhan.services.people import projection as people
from yizhan.services.people.model import Person
from yizhan.services.people.projection import CardRow

screen = flask.Blueprint("identity", __name__)

POLL_SECONDS = 20.0
GRACE_SECONDS = 10.0
"""A shaking hand that shifts the card has not gone."""


def visit() -> Visit:
    """The visit of this request, a new one where none goes on."""
    if "visit" not in flask.g:
        flask.g.visit = here().visits.get(flask.session.get("visit", "")) or _begun()
    found: Visit = flask.g.visit
    return found


def _begun() -> Visit:
    """A new visit, which the page that is opened goes on with.

    What a page asks for beside that may be a question of the page before, on its way while a
    card was laid: its answer must not put another visit into the browser.
    """
    if flask.request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return Visit("")
    one = here().visits.open()
    flask.session["visit"] = one.id
    return one


def anew() -> Visit:
    """The visit of this request under a new id: whoever knew the old one does not share it."""
    one = visit()
    here().visits.rename(one)
    flask.session["visit"] = one.id
    return one


def language() -> str:
    """The language of this request's visit."""
    return visit().language


def space() -> room.Room:
    """What fits on a page of this screen, in the text that this visit wants."""
    return room.room(here().screen, visit().large)


def leave() -> None:
    """The visit is over."""
    here().visits.close(flask.session.pop("visit", ""))
    flask.g.pop("visit", None)
    forget_language()


@screen.get("/events")
@may(PUBLIC)
def events() -> flask.Response:
    """What the devices did after event number `after`; waits for at most 20 s."""
    after = flask.request.args.get("after", 0, type=int)
    found = here().devices.events.wait(after, POLL_SECONDS, reader="screen")
    if found is None:
        return flask.jsonify(over=True)
    told = [
        {"seq": event.seq, **told} for event in found if (told := _told(event.kind, event.data))
    ]
    return flask.jsonify(last=found[-1].seq if found else after, events=told)


def _told(kind: str, data: Any) -> dict[str, Any] | None:
    """An event as the page may know it: a token for a card, a sentence for trouble."""
    if kind == "card" and here().reader.wanted():
        return {"title": _("站长正在用读卡器"), "say": _("请稍等一下，再放一次卡。")}
    if here().screen.card_stays and kind in (LEFT, LIFTED):
        return _lifted() if kind == LIFTED else None
    if kind == "card":
        return {"token": here().visits.token(data["number"])}
    if kind == "card_two":
        return {"title": _("读到两张卡"), "say": _("请把卡都拿开，只放一张。")}
    if kind == "card_left":
        return {"title": _("卡还在读卡处"), "say": _("办完了，别忘了把卡拿走。")}
    if kind == "device" and (data["device"], data["state"]) == ("card", "reader_wrong"):
        return {
            "title": _("读卡器现在读不出来"),
            "say": _("不刷卡也能取号。要刷卡的，请按“叫人帮忙”。"),
        }
    return None


def _lifted() -> dict[str, Any] | None:
    """Where the card stays as long as she does: her visit ends with it, after a moment's grace."""
    if not visit().person:
        return None
    here().visits.end_in(visit(), GRACE_SECONDS)
    say = _("要接着办，请把卡放回去。不放回去，过一会儿就结束。")
    return {"title": _("卡拿走了"), "say": say, "ends": GRACE_SECONDS}


@screen.post("/card")
@may(PUBLIC)
def card() -> Any:
    """A card was laid: greet its owner, or say clearly why not."""
    number = here().visits.card(flask.request.form.get("token", ""))
    if number is None:
        return flask.render_template("kiosk/card.html", problem="late"), 409
    found = people.card(here().db, numbers.card_hash(here().node.keys, number))
    problem = _wrong_with(found, number)
    if found is None or problem:
        return flask.render_template("kiosk/card.html", problem=problem), PROBLEMS[problem]
    arrive(found.person, found.called, "card")
    way_on = _way_on(flask.request.form.get("next", ""))
    return flask.redirect(for_whom_first(way_on), 303)


PROBLEMS = {"unknown": 404, "blocked": 403, "stopped": 403}


def _wrong_with(found: CardRow | None, number: str) -> str:
    """Why a card opens nothing; the keeper gets a note."""
    if found is None:
        here().notes.leave(CARD, f"尾号 {number[-4:]}")
        return "unknown"
    if found.blocked:
        here().notes.leave(CARD, f"已挂失，尾号 {number[-4:]}", found.called)
        return "blocked"
    if finding.stopped(here().db, found.person):
        here().notes.leave(CARD, f"已停用，尾号 {number[-4:]}", found.called)
        return "stopped"
    return ""


def arrive(person: str, called: str, by: str) -> None:
    """Her visit begins; whoever stood here before is forgotten, a choice just made is not.

    Every record that is hers becomes known here, also those merged into the one gone on with.
    """
    records = finding.group(here().db, person)
    before = visit()
    if before.myself not in ("", records[0]):
        leave()
    one = anew()
    one.person, one.hand, one.scope, one.by = records[0], "", (), by
    one.called = people.called(here().db, records[0]) or called
    here().visits.end_in(one, 0)
    one.large = one.large or _reads_large(records[0])
    with here().db.writing():
        for record in records:
            registering.meet(here().node, new_id(), one.actor, record)
    here().wake()


def _reads_large(person: str) -> bool:
    """Whether her record says that she reads larger words."""
    state: Person | None = here().node.state("person", person, f"person/{person}")
    return state is not None and state.text == "larger"


def for_whom_first(way_on: str) -> str:
    """Who may act for others is asked first for whom; all others go on."""
    one = visit()
    if not finding.principals(here().node, one.myself):
        return way_on
    one.way_on = way_on
    return flask.url_for("for_whom.ask")


def _greeting(one: Visit) -> str:
    """Good morning to her; who acts for another is told so instead."""
    return one.called if one.hand else words.greeting(one.called, here().node.clock.now().hour)


def proven(one: Visit) -> bool:
    """Whether it is surely she who stands here: her three pictures, or the keeper's eyes.

    The one question of everything that wants more than a found card: points, health, what is
    written to her, the story of her orders. A proxy with the scope `see` sees her orders.
    """
    return one.surely


def with_card(one: Visit) -> bool:
    """Whether more than a telephone number says who she is: her card, or more."""
    return one.with_card


def _way_on(path: str) -> str:
    """Back to the page that asked for the card, else to what she wants to hear first."""
    parts = urlsplit(path)
    local = path.startswith("/service/") and not parts.netloc and not parts.scheme
    return path if local else arrival.first(here(), visit())


@screen.get("/me")
@may(PUBLIC)
def me() -> Any:
    """A greeting, what is under way for her, and what is on offer."""
    one = visit()
    if not one.person:
        return flask.redirect(flask.url_for("home.home"))
    matters = [mine.locked()] if not one.hand else []
    if with_card(one):
        matters = [
            *arrival.letters(here(), one),
            *mine.matters(here(), one),
            *lately.matters(here(), one),
        ]
    page = max(0, flask.request.args.get("page", 0, type=int))
    size = space().matters
    start = page * size
    return flask.render_template(
        "kiosk/me.html",
        greeting=_greeting(one),
        matters=matters[start : start + size],
        following=page + 1 if len(matters) > start + size else 0,
        page=page,
        tiles=free.tiles(here(), one.person),
    )
