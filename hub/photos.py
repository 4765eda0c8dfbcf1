"""Photos and notes of an order as the hub's pages show them: here, on the road, or erased."""

from collections.abc import Sequence
from typing import Literal

import flask
import msgspec

from hub import here
from yizhan import photos, voices, webm
from yizhan.blobs import Blobs
from yizhan.services.orders import model
from yizhan.services.orders.photos import Photo
from yizhan.services.orders.voices import Voice

State = Literal["here", "coming", "full", "erased"]


class Shown(msgspec.Struct, frozen=True):
    """One photo or note: how it is, and how much of it has come, in per cent."""

    what: Photo | Voice
    state: State
    percent: int = 0


def blobs() -> Blobs:
    """The hub's blobs."""
    found: Blobs = flask.current_app.extensions["blobs"]
    return found


def shown(order: model.Order) -> list[Shown]:
    """The order's photos, oldest first."""
    return _all(order, order.photos)


def spoken(order: model.Order) -> list[Shown]:
    """What the resident said with the order, oldest first."""
    return _all(order, order.voices)


def _all(order: model.Order, found: Sequence[Photo | Voice]) -> list[Shown]:
    erased = here.node().keys.get(order.person) is None
    return [Shown(one, "erased") if erased else _shown(one) for one in found]


def _shown(one: Photo | Voice) -> Shown:
    try:
        held = blobs().held(one.digest)
    except ValueError:
        return Shown(one, "coming")
    # After a restore the file is here before a station has named it again.
    if held >= one.size or blobs().path(one.digest).exists():
        return Shown(one, "here", 100)
    state: State = "coming" if blobs().has_room(one.size - held) else "full"
    return Shown(one, state, held * 100 // max(1, one.size))


def answer(order: model.Order, subject: str, digest: str) -> flask.Response:
    """The picture itself; 404 where the order has none such, or it cannot be shown."""
    known = any(photo.digest == digest for photo in order.photos)
    keys = here.node().keys
    found = photos.opened(blobs(), keys, order.person, subject, digest) if known else None
    if found is None:
        flask.abort(404)
    headers = {"Content-Disposition": "inline"}
    return flask.Response(found.content, mimetype=found.media, headers=headers)


def sound(order: model.Order, subject: str, digest: str) -> flask.Response:
    """What she said; 404 where the order has no such note, or it cannot be heard."""
    known = any(voice.digest == digest for voice in order.voices)
    keys = here.node().keys
    found = voices.opened(blobs(), keys, order.person, subject, digest) if known else None
    if found is None:
        flask.abort(404)
    headers = {"Content-Disposition": "inline"}
    return flask.Response(found, mimetype=webm.MEDIA, headers=headers)
