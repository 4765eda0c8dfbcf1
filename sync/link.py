"""The one file that speaks HTTP to the hub. Bytes out, bytes in, always within a deadline.

A captive portal's 200 is not success: what comes back is only bytes until bundle.py has
checked the hub's signature.
"""

import time
from collections.abc import Callable

import msgspec
import urllib3

from sync import enrolment
from sync.bundle import PACKED_BYTES_MAX
from sync.enrolment import Asking, Code, Welcome
from yizhan.errors import Refusal, Unreachable

CONNECT_S = 5.0
QUIET_S = 15.0
TOTAL_S = 60.0
"""A reply that trickles for ever still ends here; no HTTP library bounds that by itself."""

PIECE = 64 * 1024


class TooLarge(Exception):
    """The hub (or what stands before it) takes no body of this size: send less at once."""


class Link:
    """A road to one hub. `deadline_s` bounds each request as a whole."""

    def __init__(self, url: str, deadline_s: float = TOTAL_S) -> None:
        self.url = url.rstrip("/")
        self.deadline_s = deadline_s
        timeout = urllib3.Timeout(connect=CONNECT_S, read=QUIET_S)
        self._pool = urllib3.PoolManager(retries=False, timeout=timeout, maxsize=1)

    def exchange(self, raw: bytes) -> bytes:
        """Post a bundle; the bundle that came back. Raises Unreachable, TooLarge, Refusal."""
        status, body = self._post("/sync/v1/exchange", raw)
        if status in (413, 408, 504):
            raise TooLarge(str(status))
        if status == 400:
            raise Refusal("中心没有收下这次的上传：%(why)s", why=_reason(body))
        if status != 200:
            raise Unreachable(f"中心现在答不了（HTTP {status}）")
        return body

    def enrol(self, code: Code, public_key: str) -> Welcome:
        """Show an enrolment code; what the hub gives a new station."""
        hashed = enrolment.secret_hash(code.secret)
        asking = Asking(code.station, public_key, enrolment.prove(hashed, public_key))
        status, body = self._post("/sync/v1/enrol", msgspec.json.encode(asking))
        if status in (400, 403):
            raise Refusal("%(why)s", why=_reason(body))
        if status != 200:
            raise Unreachable(f"中心现在答不了（HTTP {status}）")
        return enrolment.open_welcome(code, public_key, body)

    def _post(self, path: str, body: bytes) -> tuple[int, bytes]:
        ends = time.monotonic() + self.deadline_s
        try:
            response = self._pool.request(
                "POST",
                self.url + path,
                body=body,
                headers={"Content-Type": "application/vnd.yizhan.bundle"},
                preload_content=False,
                redirect=False,
            )
            try:
                return response.status, _read(response.read1, ends)
            finally:
                response.release_conn()
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise Unreachable(f"连不上中心 {self.url}") from error


def _read(read: Callable[[int], bytes], ends: float) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while piece := read(PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > PACKED_BYTES_MAX:
            raise Unreachable("回答太大，不像是中心给的")
        if time.monotonic() > ends:
            raise Unreachable("中心的回答太慢，先不等了")
    return b"".join(pieces)


def _reason(body: bytes) -> str:
    try:
        return str(msgspec.json.decode(body)["error"])
    except (msgspec.MsgspecError, KeyError, TypeError):
        return "回答不像是中心给的"
