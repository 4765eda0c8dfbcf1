"""The hub's end of the road over HTTP: bodies in, bodies out, and what is said besides 200.

Knows Flask and status codes; what a body means is hub.py's, rotation.py's and blob_hub.py's
business.
"""

import math
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import flask
import msgspec

from sync import bundle, rotation
from sync.blob_hub import BlobHub
from sync.blobs import FRAME_BYTES_MAX
from sync.bundle import BadBundle, Request, Unsigned
from sync.enrolment import Asking
from sync.hub import SyncHub
from yizhan.access import PUBLIC, may
from yizhan.errors import Refusal, Unreachable
from yizhan.services.stations.projection import station as station_row

TYPE = "application/vnd.yizhan.bundle"
PIECE_TYPE = "application/vnd.yizhan.piece"

Admit = Callable[[], AbstractContextManager[float]]
"""0 where there is room for one more exchange; else in how many seconds to come again."""

Take = Callable[[bytes], bytes]
"""A body's answer; raises BadBundle, Refusal, Unreachable."""


REFUSING_S = 60.0
"""A disk that is full or a database that is locked is seldom well sooner."""


def always() -> AbstractContextManager[float]:
    """Admits whoever comes."""
    return nullcontext(0.0)


def blueprint(hub: SyncHub, offset: str, admit: Admit = always) -> flask.Blueprint:
    """POST /sync/v1/exchange, /sync/v1/enrol and /sync/v1/rotate."""
    routes = flask.Blueprint("sync", __name__, url_prefix="/sync/v1")

    def answered(take: Take) -> flask.typing.ResponseReturnValue:
        return answer(hub, admit, take, bundle.PACKED_BYTES_MAX, TYPE)

    @routes.post("/exchange")
    @may(PUBLIC)
    def exchange() -> flask.typing.ResponseReturnValue:
        return answered(hub.exchange)

    @routes.post("/rotate")
    @may(PUBLIC)
    def rotate() -> flask.typing.ResponseReturnValue:
        return answered(lambda raw: rotation.take(hub.node, hub.signer, raw))

    @routes.post("/enrol")
    @may(PUBLIC)
    def enrol() -> flask.typing.ResponseReturnValue:
        return answered(lambda raw: hub.enrol(_asking(raw), offset))

    return routes


def add_lane(routes: flask.Blueprint, lane: BlobHub, admit: Admit = always) -> None:
    """POST /sync/v1/blobs, on the same road. It has a gate of its own: photos wait for photos,
    and no exchange waits for one."""

    @routes.post("/blobs")
    @may(PUBLIC)
    def blobs() -> flask.typing.ResponseReturnValue:
        return answer(lane.hub, admit, lane.answer, FRAME_BYTES_MAX, PIECE_TYPE)


def answer(
    hub: SyncHub, admit: Admit, take: Take, most: int, mimetype: str
) -> flask.typing.ResponseReturnValue:
    """What `take` makes of a body of at most `most` bytes, or why not, as HTTP says it."""
    flask.request.max_content_length = most
    raw = flask.request.get_data()
    with admit() as wait_s:
        if wait_s:
            return _later(wait_s, "busy")
        try:
            return flask.Response(take(raw), mimetype=mimetype)
        except Unsigned as error:
            kind = "revoked" if _revoked(hub, raw) else "key"
            return {"error": str(error), "kind": kind}, 400
        except BadBundle as error:
            return {"error": str(error)}, 400
        except Refusal as refusal:
            return {"error": str(refusal)}, 403
        except Unreachable as error:
            flask.current_app.logger.error("refused to write: %s", error)
            return _later(REFUSING_S, "the hub's database takes nothing now")


def _asking(raw: bytes) -> Asking:
    try:
        return msgspec.json.decode(raw, type=Asking)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise BadBundle("not an enrolment") from error


def _later(seconds: float, why: str) -> flask.typing.ResponseReturnValue:
    return {"error": why}, 503, {"Retry-After": str(math.ceil(seconds))}


def _revoked(hub: SyncHub, raw: bytes) -> bool:
    """Whether a revoked station signed this: it, and nobody else, is told so."""

    def key_of(code: str) -> bytes | None:
        row = station_row(hub.db, code)
        return bytes.fromhex(row.public_key) if row and row.revoked else None

    try:
        bundle.unpack(raw, "up", Request, key_of)
    except BadBundle:
        return False
    return True
