"""The one file that speaks HTTP to the hub. Bytes out, bytes in, always within a deadline.

A captive portal's 200 is not success: what comes back is only bytes until bundle.py has
checked the hub's signature. No redirect is followed, no cookie kept, and a request carries no
header that the hub does not need.
"""

import http.client
import re
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

import msgspec

from sync import enrolment
from sync.bundle import MAGIC, PACKED_BYTES_MAX
from sync.enrolment import Asking, Code, Welcome
from sync.trouble import Rejected, Trouble
from sync.wire import PIECE, Deadline, Dialler, Wire
from yizhan.errors import Refusal

TOTAL_S = 60.0
"""For one request, from the host's name to the answer's last byte."""

IDLE_MAX_S = 20.0
"""A connection unused for longer may be dead without our knowing, and the hub closes it at 30."""

RETRY_AFTER_MAX_S = 600
"""Whoever says later than that (it need not be the hub) is asked again all the same."""

UNREAD = frozenset({408, 413, 504})
"""What a hub or a proxy says that did not get, or does not take, a body of this size."""


class TooLarge(Trouble):
    """A body of this size does not get through: send less at once."""

    def __init__(self, detail: str) -> None:
        super().__init__("slow", detail)


class Answered(msgspec.Struct, frozen=True):
    """An HTTP answer; `retry_after` in seconds, 0 where there is none."""

    status: int
    body: bytes
    retry_after: int


class Link:
    """A road to one hub. `deadline_s` bounds each request as a whole.

    One request at a time. `dated` tells whether this machine's date is good enough to judge
    a certificate's.
    """

    def __init__(
        self, url: str, deadline_s: float = TOTAL_S, dated: Callable[[], bool] = lambda: True
    ) -> None:
        self.url = url.rstrip("/")
        self.deadline_s = deadline_s
        parts = urlsplit(self.url)
        tls = parts.scheme == "https"
        self._path, self._netloc = parts.path, parts.netloc.rpartition("@")[2]
        port = parts.port or (443 if tls else 80)
        self._dialler = Dialler(parts.hostname or "", port, tls=tls, dated=dated)
        self._wire: Wire | None = None

    def exchange(self, raw: bytes) -> bytes:
        """Post a bundle; the bundle that came back. Raises Trouble, TooLarge, Rejected."""
        body = self._checked(self._post("/sync/v1/exchange", raw))
        if not body.startswith(MAGIC):
            raise Trouble("portal", "HTTP 200")
        return body

    def rotate(self, raw: bytes) -> bytes:
        """Announce a new key; the hub's answer. Raises as `exchange` does."""
        return self._checked(self._post("/sync/v1/rotate", raw))

    def piece(self, raw: bytes) -> bytes:
        """Post a frame of the blobs' lane; the hub's answer. Raises as `exchange` does."""
        return self._checked(self._post("/sync/v1/blobs", raw))

    def enrol(self, code: Code, public_key: str) -> Welcome:
        """Show an enrolment code; what the hub gives a new station."""
        hashed = enrolment.secret_hash(code.secret)
        asking = Asking(code.station, public_key, enrolment.prove(hashed, public_key))
        answered = self._post("/sync/v1/enrol", msgspec.json.encode(asking))
        said = _said(answered.body)
        if answered.status in (400, 403) and said.error:
            raise Refusal("%(why)s", why=said.error)
        return enrolment.open_welcome(code, public_key, self._checked(answered))

    def close(self) -> None:
        """Close the connection, if one is open; the next request opens another."""
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    def _checked(self, answered: Answered) -> bytes:
        """The body of a 200; what else came, in our words."""
        status, said = answered.status, _said(answered.body)
        if status == 200:
            return answered.body
        if status in UNREAD:
            raise TooLarge(f"HTTP {status}")
        if status in (429, 503):
            raise Trouble("busy", said.error, float(answered.retry_after))
        if status in (400, 403) and said.error:
            raise Rejected(said.kind if said.kind in ("key", "revoked") else "refused", said.error)
        raise Trouble("hub" if status in (500, 502) else "portal", f"HTTP {status}")

    def _post(self, path: str, body: bytes) -> Answered:
        head = (
            f"POST {self._path}{path} HTTP/1.1\r\nHost: {self._netloc}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        whole = False
        try:
            answered, whole = self._ask(head.encode() + body, Deadline(self.deadline_s))
        except TimeoutError as error:
            raise TooLarge(f"{self.deadline_s:.0f} s") from error
        except (OSError, http.client.IncompleteRead) as error:
            raise Trouble("cut", getattr(error, "strerror", None) or "") from error
        except (http.client.HTTPException, ValueError) as error:
            raise Trouble("portal", type(error).__name__) from error
        finally:
            if not whole:
                self.close()
        return answered

    def _ask(self, request: bytes, deadline: Deadline) -> tuple[Answered, bool]:
        """The answer, and whether the connection is good for another request."""
        wire = self._connected(deadline)
        # who answers before the whole request came (413) may have closed that direction
        with suppress(BrokenPipeError, ConnectionResetError):
            wire.sendall(request)
        response = http.client.HTTPResponse(wire, method="POST")  # type: ignore[arg-type]
        response.begin()
        after = response.headers.get("Retry-After", "")
        seconds = min(int(after), RETRY_AFTER_MAX_S) if re.fullmatch(r"[0-9]{1,9}", after) else 0
        body = _read(response)
        return Answered(response.status, body, seconds), not response.will_close

    def _connected(self, deadline: Deadline) -> Wire:
        if self._wire is not None and not self._wire.fresh(IDLE_MAX_S):
            self.close()
        if self._wire is None:
            self._wire = self._dialler.dial(deadline)
        self._wire.deadline = deadline
        return self._wire


class Said(msgspec.Struct, frozen=True):
    """What the hub writes into an answer that is not 200."""

    error: str = ""
    kind: str = ""


def _said(body: bytes) -> Said:
    try:
        return msgspec.json.decode(body, type=Said)
    except (msgspec.MsgspecError, RecursionError):
        return Said()


def _read(response: http.client.HTTPResponse) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while piece := response.read(PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > PACKED_BYTES_MAX:
            raise ValueError("no bundle is so large")
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)
    return b"".join(pieces)
