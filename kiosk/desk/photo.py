"""给单子附照片: the keeper adds a photo to an order that was placed at this station.

The photo is sealed and on the disk before its record is; the record never waits for the photo
to travel. Shows of each photo how far it has come.
"""

from typing import Any

import flask
import msgspec
from flask_babel import gettext as _

from kiosk import menu
from kiosk.desk import login
from kiosk.here import here
from kiosk.names import in_language
from kiosk.tickets import form_id
from yizhan import photos, web
from yizhan.access import may
from yizhan.blobs import BYTES_MAX, Blob, BlobRow, Blobs, NoRoom, digest_of
from yizhan.errors import N_, Refusal
from yizhan.events import Draft
from yizhan.ids import new_id
from yizhan.pictures import media_of
from yizhan.services.orders import commands, model
from yizhan.services.orders import projection as orders
from yizhan.services.orders.photos import Attached, Photo
from yizhan.services.orders.projection import OrderRow
from yizhan.services.people import projection as people

screen = flask.Blueprint("photo", __name__)

REQUEST_BYTES_MAX = 16 << 20
"""As much as the server takes at all: beyond our own limit we can say in words what to do."""

NO_ROOM = N_("这台设备的存储快满了，照片没有存下，单子不受影响。请告诉管理员清理存储，再附一次")
NO_ORDER = N_("这个站没有这个单号。请照小票上的号再填一次")
NONE_CHOSEN = N_("请先选一张照片")


class Line(msgspec.Struct, frozen=True):
    """An order as the keeper picks it."""

    id: str
    row: OrderRow
    service: str
    called: str


class Shown(msgspec.Struct, frozen=True):
    """A photo of the order, and how far it has come, in words."""

    digest: str
    here: bool
    time: str
    standing: str


@screen.url_value_preprocessor
def take_larger(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Only this one page takes a photo's worth of bytes, and only from a signed-in keeper."""
    if endpoint == "photo.attach" and login.keeper():
        flask.request.max_content_length = REQUEST_BYTES_MAX
        # The parser holds back what may be the beginning of a boundary, and counts it as form.
        flask.request.max_form_memory_size = REQUEST_BYTES_MAX


def blobs() -> Blobs:
    """This station's blobs."""
    found: Blobs = flask.current_app.extensions["yizhan.blobs"]
    return found


@screen.get("/photos")
@may("desk.see")
def find() -> Any:
    """The open orders of this station, and a field for the number on a slip."""
    number = flask.request.args.get("number", "").strip()
    row = orders.by_number(here().db, number) if number else None
    if row is not None and row.station == here().station:
        return flask.redirect(flask.url_for("photo.show", order=line(row).id))
    rows = orders.open_of_station(here().db, here().station)
    sentence = _(NO_ORDER) if number else ""
    return flask.render_template(
        "desk/photos.html", lines=[line(one) for one in rows], number=number, sentence=sentence
    )


@screen.get("/photos/<order>")
@may("desk.see")
def show(order: str) -> str:
    """One order, its photos, and how far each has come."""
    return _page(_order(order))


@screen.post("/photos/<order>")
@may("order.attach")
def attach(order: str) -> Any:
    """Keep the photo and record it, by the keeper who is signed in."""
    row = _order(order)
    try:
        _attach(row, _sent())
    except Refusal as refusal:
        return _page(row, web.say(refusal)), 409
    return flask.redirect(flask.url_for("photo.show", order=order), 303)


@screen.get("/photos/<order>/<digest>")
@may("desk.see")
def picture(order: str, digest: str) -> flask.Response:
    """A photo of this order that lies here."""
    row = _order(order)
    known = any(photo.digest == digest for photo in _state(row).photos)
    keys = here().node.keys
    found = photos.opened(blobs(), keys, row.person, row.subject, digest) if known else None
    if found is None:
        flask.abort(404)
    headers = {"Content-Disposition": "inline"}
    return flask.Response(found.content, mimetype=found.media, headers=headers)


def line(row: OrderRow) -> Line:
    """An order with the names that belong to it."""
    service = menu.service(here().db, row.service)
    pick = service.pick(row.choice) if service else None
    names = [
        in_language(service) if service else row.service,
        in_language(pick) if pick else row.choice,
    ]
    called = people.called(here().db, row.person)
    return Line(row.subject.partition("/")[2], row, " · ".join(filter(None, names)), called)


def _order(order: str) -> OrderRow:
    row = orders.get(here().db, f"order/{order}")
    if row is None or row.station != here().station:
        flask.abort(404)
    return row


def _state(row: OrderRow) -> model.Order:
    found: model.Order = here().node.state("order", row.person, row.subject)
    return found


def _sent() -> bytes:
    """The file that the form carried. Raises Refusal."""
    file = flask.request.files.get("photo")
    content = file.read(BYTES_MAX + 1) if file else b""
    if not content:
        raise Refusal(NONE_CHOSEN)
    return content


def _attach(row: OrderRow, content: bytes) -> None:
    """The photo first, then its record and its row in one transaction; neither stays alone."""
    at, who, kept = here(), login.keeper(), False
    sealed = photos.seal(at.node.keys, row.person, row.subject, content)
    try:
        digest = blobs().write(sealed)
    except NoRoom as error:
        raise Refusal(NO_ROOM) from error
    blob = Blob(digest, len(sealed), media_of(content), row.audience)

    def decide() -> Draft | Refusal:
        data = Attached(blob.digest, blob.media, blob.size)
        return commands.attach(_state(row), row.subject, data)

    try:
        with at.db.writing():
            asked = {"order": row.subject, "photo": digest_of(content)}
            actor = f"staff/{who.login if who else ''}"
            outcome = at.node.record(form_id(), actor, decide, asked=asked)
            if not outcome.repeated:
                blobs().enter(blob, at.node.clock.stamp())
        kept = not outcome.repeated
    finally:
        if not kept:
            blobs().discard(digest)
    at.recorded(outcome)


def _page(row: OrderRow, sentence: str = "") -> str:
    state = _state(row)
    return flask.render_template(
        "desk/photo.html",
        line=line(row),
        photos=[_shown(photo) for photo in reversed(state.photos)],
        open=Attached.type in model.LEGAL.get(state.status, {}),
        standing=_(model.WORDS[state.status]),
        sentence=sentence,
        form=new_id(),
    )


def _shown(photo: Photo) -> Shown:
    row = blobs().row(photo.digest)
    here_ = row is not None and row.state != "gone"
    return Shown(photo.digest, here_, photo.time, _standing(row))


def _standing(row: BlobRow | None) -> str:
    """How far a photo has come, for the keeper."""
    if row is None:
        return str(_("不是在这台设备上附的，这里看不到"))
    if row.state == "waiting" and row.sent:
        return str(_("正在上传，已传 %(n)d%%", n=row.sent * 100 // row.size))
    said = {
        "waiting": _("已保存，等着上传"),
        "full": _("已保存。中心的存储满了，腾出地方以后会自己再传"),
        "refused": _("已保存，但是中心没有收下，请告诉中心的管理员"),
        "stored": _("中心已收到"),
        "gone": _("照片文件坏了或不见了，请重新拍一张"),
    }
    return str(said.get(row.state, ""))
