"""要说几句吗？ What she says with an order: recorded by a tap, heard again, kept, sent with it.

The browser records and sends the sound at once; it is kept as part of her draft, sealed under
her key, before the screen says so, and what she hears again is what is kept. Without script,
without a microphone or without her key here the order goes without.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import flask
from flask_babel import gettext as _

from kiosk import identity
from kiosk.drafts import Voice
from kiosk.here import here
from kiosk.menu import Pick, Service
from yizhan import voices, web, webm
from yizhan.access import PUBLIC, may
from yizhan.blobs import Blob, NoRoom
from yizhan.errors import N_, Refusal
from yizhan.events import Draft
from yizhan.services.orders import commands
from yizhan.services.orders.voices import Spoken
from yizhan.writing import part_id

screen = flask.Blueprint("voice", __name__)

YES, NO = "yes", "no"

GONE = N_("刚才说的话没有存下来。请返回，再说一次，或者不说也行")
NO_ROOM = N_("这台设备的存储快满了，话没有存下。不说也能下单")
NOBODY = N_("请先刷卡，再说")


@screen.url_value_preprocessor
def take_larger(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Only this one address takes a minute's worth of sound, from somebody who laid a card."""
    if endpoint == "voice.say" and identity.visit().person:
        flask.request.max_content_length = voices.BYTES_MAX


def allow_microphone(response: flask.Response) -> flask.Response:
    """The touchscreen's own pages may listen, when she taps; no other page ever may."""
    response.headers["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=()"
    return response


def possible() -> bool:
    """Whether a word of hers could be kept here: under her key alone."""
    person = identity.visit().person
    return bool(person) and here().node.keys.get(person) is not None


def picks(service: str) -> list[Pick]:
    """What can be answered: nothing, or what is kept."""
    found = here().drafts.voice(identity.visit().person, service)
    nothing = Pick(NO, _("没有说"), "")
    return [nothing, Pick(YES, said(found.seconds), "")] if found else [nothing]


def said(seconds: int) -> str:
    """A note, as one says it."""
    return str(_("您说的话 %(n)d 秒", n=seconds))


def page(service: Service, answers: dict[str, Any], back: str) -> str:
    """The question, or what was said and what to do with it."""
    found = here().drafts.voice(identity.visit().person, service.code)
    return flask.render_template(
        "kiosk/voice.html",
        service=service,
        answers=answers,
        back=back,
        voice=found,
        most=voices.SECONDS_MAX,
        kept=flask.url_for("orders.ask", service=service.code, **answers),
    )


@screen.post("/service/<service>/voice")
@may(PUBLIC)
def say(service: str) -> Any:
    """The sound of what she said, as the page recorded it: on the disk before the answer."""
    person = identity.visit().person
    try:
        if not person:
            raise Refusal(NOBODY)
        spoken = voices.taken(flask.request.get_data(cache=False))
        sealed = voices.seal(here().node.keys, person, _draft(person, service), spoken.content)
        here().drafts.keep_voice(person, service, Voice(spoken.seconds, sealed))
    except Refusal as refusal:
        return flask.jsonify(say=web.say(refusal)), 409
    return flask.jsonify(seconds=spoken.seconds)


@screen.get("/service/<service>/voice")
@may(PUBLIC)
def again(service: str) -> flask.Response:
    """听一听: the very sound that is kept."""
    content = _kept(identity.visit().person, service)
    if content is None:
        flask.abort(404)
    return flask.Response(content, mimetype=webm.MEDIA)


@screen.post("/service/<service>/voice/drop")
@may(PUBLIC)
def drop(service: str) -> Any:
    """She does not want to have said it; her other answers stay."""
    person = identity.visit().person
    if person:
        here().drafts.drop_voice(person, service)
    chosen: dict[str, Any] = {
        name: code
        for name, code in flask.request.form.items()
        if name in ("choice", "window", "place")
    }
    return flask.redirect(flask.url_for("orders.ask", service=service, **chosen), 303)


def _draft(person: str, service: str) -> str:
    """The place for which a note is sealed until there is an order."""
    return f"draft/{person}/{service}"


def _kept(person: str, service: str) -> bytes | None:
    found = here().drafts.voice(person, service) if person else None
    keys = here().node.keys
    return voices.unsealed(keys, person, _draft(person, service), found.sealed) if found else None


def written(person: str, service: str, subject: str) -> Spoken | None:
    """What she said, sealed for her order and on the disk as a blob; None where nothing is kept.

    Raises Refusal.
    """
    at, content = here(), _kept(person, service)
    found = at.drafts.voice(person, service)
    if content is None or found is None:
        return None
    sealed = voices.seal(at.node.keys, person, subject, content)
    try:
        digest = at.blobs.write(sealed)
    except NoRoom as error:
        raise Refusal(NO_ROOM) from error
    return Spoken(digest, webm.MEDIA, len(sealed), found.seconds)


@contextmanager
def kept(note: Spoken | None) -> Iterator[Callable[[bool], None]]:
    """Throws the written file away unless it is told that its record was recorded."""
    done = False

    def keep(recorded: bool) -> None:
        nonlocal done
        done = recorded

    try:
        yield keep
    finally:
        if note and not done:
            here().blobs.discard(note.digest)


def attach(form: str, person: str, subject: str, note: Spoken) -> None:
    """Her word is recorded with her order: call in the transaction that records the order.

    An event of its own, not one batch: a node that does not know it yet still has the order.
    """
    at = here()

    def decide() -> Draft | Refusal:
        return commands.speak(at.node.state("order", person, subject), subject, note)

    actor, audience = f"person/{person}", at.node.registry.audience("order", person)
    at.node.record(part_id(form, 1), actor, decide, asked={"voice": note.digest})
    at.blobs.enter(Blob(note.digest, note.size, note.media, audience), at.node.clock.stamp())
