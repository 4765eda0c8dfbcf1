"""The photos of an order as the hub's pages show them: here, still on the road, or erased."""

from typing import Literal

import flask
import msgspec

from hub import here
from yizhan import photos
from yizhan.blobs import Blobs
from yizhan.services.orders import model
from yizhan.services.orders.photos import Photo

State = Literal["here", "coming", "full", "erased"]


class Shown(msgspec.Struct, frozen=True):
    """One photo: how it is, and how much of it has come, in per cent."""

    photo: Photo
    state: State
    percent: int = 0


def blobs() -> Blobs:
    """The hub's blobs."""
    found: Blobs = flask.current_app.extensions["blobs"]
    return found


def shown(order: model.Order) -> list[Shown]:
    """The order's photos, oldest first."""
    erased = here.node().keys.get(order.person) is None
    return [Shown(photo, "erased") if erased else _shown(photo) for photo in order.photos]


def _shown(photo: Photo) -> Shown:
    try:
        held = blobs().held(photo.digest)
    except ValueError:
        return Shown(photo, "coming")
    # After a restore the file is here before a station has named it again.
    if held >= photo.size or blobs().path(photo.digest).exists():
        return Shown(photo, "here", 100)
    state: State = "coming" if blobs().has_room(photo.size - held) else "full"
    return Shown(photo, state, held * 100 // photo.size)


def answer(order: model.Order, subject: str, digest: str) -> flask.Response:
    """The picture itself; 404 where the order has none such, or it cannot be shown."""
    known = any(photo.digest == digest for photo in order.photos)
    keys = here.node().keys
    found = photos.opened(blobs(), keys, order.person, subject, digest) if known else None
    if found is None:
        flask.abort(404)
    headers = {"Content-Disposition": "inline"}
    return flask.Response(found.content, mimetype=found.media, headers=headers)
